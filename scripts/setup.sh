#!/usr/bin/env bash
# Makes sure that the tools are there: takes what is on PATH in the right version, else installs it.
#
#   scripts/setup.sh client    what building the client needs (WebAssembly target, wasm-bindgen, wasm-split, Trunk)
#   scripts/setup.sh test      what the tests need besides (cargo-nextest, Node's packages, a browser)
#
# Never calls sudo: as root it installs system packages, else it prints the line to run.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
have_version() { # have_version COMMAND VERSION
  case $1 in
    # It does not tell its version, but cargo knows.
    wasm-split-cli) command -v "$1" >/dev/null && cargo install --list | grep -qx "wasm_split_cli_support v$2:" ;;
    *) [ "$("$1" --version 2>/dev/null | awk 'NR==1{print $2}')" = "$2" ] ;;
  esac
}

apt_install() { # apt_install PACKAGE... : 0 when they are installed now
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" != 0 ]; then
    say "These system packages are missing; install them with:"
    say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    return 1
  fi
  say "installing $*"
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >&2
}

# Tools only coordinate the build: compiling them quickly matters more than their speed.
cargo_install() { # cargo_install CRATE VERSION OPT_LEVEL FLAGS...
  local crate=$1 version=$2 opt=$3; shift 3
  say "installing $crate $version with cargo (a few minutes, once)"
  CARGO_PROFILE_RELEASE_OPT_LEVEL=$opt CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
    CARGO_PROFILE_RELEASE_DEBUG=0 cargo install "$crate" --version "$version" --locked --force "$@"
}

install_tool() { # install_tool CRATE COMMAND VERSION OPT_LEVEL FLAGS...
  local crate=$1 command=$2 version=$3 opt=$4; shift 4
  have_version "$command" "$version" && return
  if command -v cargo-binstall >/dev/null && cargo binstall --no-confirm "$crate@$version" >&2 && have_version "$command" "$version"; then
    return
  fi
  cargo_install "$crate" "$version" "$opt" "$@"
  have_version "$command" "$version" \
    || fail "$command $version was installed, but PATH finds another one first: $(command -v "$command"). Put cargo's bin folder ahead of it."
}

setup_client() {
  command -v cargo >/dev/null || fail "Rust is missing. Install it from https://rustup.rs, then run this again."
  if ! scripts/client-toolchain.sh --check; then
    rustup target add wasm32-unknown-unknown >/dev/null 2>&1 \
      || apt_install rustc-web cargo-web rust-web-src rust-web-llvm lld-22 || true
    scripts/client-toolchain.sh --check \
      || fail "No Rust for WebAssembly: install it with 'rustup target add wasm32-unknown-unknown'."
  fi
  install_tool wasm-bindgen-cli wasm-bindgen "$WASM_BINDGEN_VERSION" 1
  install_tool wasm_split_cli_support wasm-split-cli "$WASM_SPLIT_VERSION" 1 --features build-binary
  install_tool trunk trunk "$TRUNK_VERSION" 0 --no-default-features
}

setup_test() {
  cargo nextest --version >/dev/null 2>&1 || cargo_install cargo-nextest "$NEXTEST_VERSION" 1
  command -v node >/dev/null || apt_install nodejs npm || fail "Node.js (20 or newer) is missing: the browser tests need it."
  command -v curl >/dev/null || apt_install curl || fail "curl is missing: one of the tests reads the stream with it."
  if [ ! -e end2end/node_modules/.package-lock.json ] || [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
    (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund >&2)
  fi
  scripts/browser.sh >/dev/null || fail "No browser for the tests: install Chromium, or name one in MAINSTAY_BROWSER."
}

case ${1:-} in
  client) setup_client ;;
  test) setup_test ;;
  *) fail "usage: scripts/setup.sh client|test" ;;
esac
