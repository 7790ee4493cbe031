# The tools' versions, for the other scripts to source. wasm-bindgen's is kept in one place, Cargo.toml:
# the crate and the command must be identical.
TRUNK_VERSION=0.21.14
WASM_BINDGEN_VERSION=$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' "$(dirname "${BASH_SOURCE[0]}")/../Cargo.toml")
# Of the same family as wasm_split_helpers in Cargo.lock.
WASM_SPLIT_VERSION=0.2.3
NEXTEST_VERSION=0.9.143
