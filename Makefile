# Mainstay's front door. `make help` lists what there is.
SHELL := bash
.DEFAULT_GOAL := help

ARGS ?=
TARGET := $(or $(CARGO_TARGET_DIR),target)

.PHONY: help run build client dev test test-rust test-browser test-long lint bench

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build what is missing and serve Mainstay (ARGS="--addr 127.0.0.1:4747")
	@exec $(TARGET)/release/mainstay serve $(ARGS)

build: client ## the release binary, with the client in it
	@cargo build --release --locked -p server
	@echo "built $(TARGET)/release/mainstay"

client: ## the WebAssembly client, into dist/ (only when its sources changed)
	@scripts/client.sh

dev: client ## serve from a debug build, made anew on each start
	@cargo run --locked -p server -- serve $(ARGS)

lint: ## formatting and lints
	@cargo fmt --check
	@cargo clippy --locked --workspace --all-targets -- -D warnings

test: client ## everything that proves it: lints, Rust tests, browser tests
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory lint test-rust test-browser

test-rust: ## the Rust tests
	@cargo nextest run --locked --workspace --no-fail-fast

test-long: client ## what takes too long for every change: very many schedules, proxies
	@scripts/setup.sh test
	@cargo nextest run --locked -p server --run-ignored only --no-fail-fast sse_schedules sse_proxy

test-browser: client ## the browser tests, against the real binary
	@cargo build --locked -p server
	@cd end2end && MAINSTAY_BIN="$(abspath $(TARGET))/debug/mainstay" npx playwright test

bench: build ## measure the release binary: sizes, start, memory, agents at work, large boards, the stream beside its peers; into bench/RESULTS.md
	@scripts/setup.sh test
	@cargo build --release --locked -p bench
	@node bench/run.mjs $(abspath $(TARGET))/release/mainstay $(abspath $(TARGET))/release/streams
