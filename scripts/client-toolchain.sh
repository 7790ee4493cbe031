#!/usr/bin/env bash
# Runs its arguments with a Rust that can build for WebAssembly, and touches nothing but that command's environment.
#
#   scripts/client-toolchain.sh --check      is there one? (exit 0 or 1)
#   scripts/client-toolchain.sh COMMAND...   run COMMAND with it
#
# First choice is the everyday toolchain with its wasm32 target. Where that target can't be had, Debian's
# rustc-web and cargo-web serve, with the standard library built from rust-web-src. The everyday toolchain builds it too
# if it has its source (`rustup component add rust-src`), for a client that is some 10 kB smaller.
set -euo pipefail

target=wasm32-unknown-unknown

# What the client is compiled with, for a smaller download:
# - components erased, as in .cargo/config.toml, which these flags take the place of;
# - large functions are not inlined even where they have one caller: left alone, the instances of a generic function
#   resemble each other, and compress to a fraction;
# - relocations stay in the file, by which scripts/split-client.sh takes it apart;
# - no source locations in panics and no derived Debug texts. Both are unstable flags, hence RUSTC_BOOTSTRAP.
export RUSTC_BOOTSTRAP=1
rustflags="--cfg erase_components -Cllvm-args=-inline-instr-cost=500 -Zlocation-detail=none -Zfmt-debug=none -Clink-arg=--emit-relocs"

# A standard library of our own knows no words for a panic: where it happened was left out anyway.
own_std() {
  export CARGO_UNSTABLE_BUILD_STD=std,panic_abort
  rustflags+=" -Zunstable-options -Cpanic=immediate-abort"
}

has_source() { [ -d "$("$1" --print sysroot 2>/dev/null)/lib/rustlib/src/rust/library" ]; }
has_target() { [ -d "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/$target/lib" ]; }
has_packages() {
  [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && has_source /usr/bin/rustc && command -v rust-lld wasm-ld-22 ld.lld-22 >/dev/null
}

if has_target; then
  [ "${1:-}" = --check ] && exit 0
  ! has_source rustc || own_std
elif has_packages; then
  [ "${1:-}" = --check ] && exit 0
  export PATH=/usr/bin:$PATH
  own_std
else
  [ "${1:-}" = --check ] && exit 1
  echo "No Rust for WebAssembly here: run scripts/setup.sh, or 'rustup target add $target'." >&2
  exit 1
fi

export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$rustflags
exec "$@"
