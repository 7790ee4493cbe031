#!/usr/bin/env bash
# Prints the path of the browser that the tests drive, installing one if need be.
# Order: $MAINSTAY_BROWSER, one on PATH, Debian's package (as root), Playwright's own download.
set -euo pipefail
cd "$(dirname "$0")/.."

find_browser() {
  if [ -n "${MAINSTAY_BROWSER:-}" ]; then echo "$MAINSTAY_BROWSER"; return; fi
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return
  done
  (cd end2end && node -e 'const p=require("@playwright/test").chromium.executablePath();if(!require("fs").existsSync(p))process.exit(1);console.log(p)') 2>/dev/null
}

find_browser && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >&2 || true
else
  (cd end2end && npx playwright install chromium) >&2 || true
fi
find_browser
