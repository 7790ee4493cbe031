#!/usr/bin/env bash
# Builds the client into dist/, only when something it is made of has changed.
#
#   scripts/client.sh            release
#   scripts/client.sh --stale    is dist/ missing or older than the sources? (exit 0: yes)
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

stamp=dist/.sources
sources_hash() {
  find app shared/src shared/Cargo.toml style Trunk.toml Cargo.toml Cargo.lock scripts/versions.sh scripts/client-toolchain.sh scripts/split-client.sh -type f -print0 \
    | LC_ALL=C sort -z | xargs -0 cat | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1
}

hash=$(sources_hash)
fresh() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$hash" ]; }
if [ "${1:-}" = --stale ]; then ! fresh; exit; fi
fresh && exit 0

scripts/setup.sh client
# Its own target folder: the two compilers must not take turns in one.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}/client"
scripts/client-toolchain.sh trunk build --release --locked
echo "$hash" > "$stamp"
