#!/usr/bin/env bash
# Trunk's last step (Trunk.toml): takes the client apart, and puts the parts in the place of the one module that Trunk
# made of it.
#
#   app-HASH.js, app-HASH_bg.wasm   what every page starts with
#   chunks-HASH.js                  fetches the rest when it is asked for
#   inbox-HASH.wasm, …              the chunks of app/src/chunk/split.rs
#   inbox.projects-HASH.wasm, …     what those chunks share
#   style-HASH.css                  all style sheets, which compress better together
#
# All carry one hash, of all of them: parts of two builds never meet, and each may be cached for good.
set -euo pipefail
export LC_ALL=C

staging=$TRUNK_STAGING_DIR
page=$staging/index.html
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT

whole=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/client/app.wasm
# The chunks are linked by the exports that the linker made.
wasm-split-cli --target web --out-name app "$whole" "$parts"
# Names for debuggers, and what tools made the module, need not be sent to every browser.
wasm-bindgen --target web --no-typescript --keep-lld-exports --remove-name-section --remove-producers-section \
  --out-dir "$parts" --out-name app "$parts/app.wasm"
rm "$parts/app.wasm"
styles=$(grep -o '[a-z]*-[0-9a-f]*\.css' "$page")
# Comments are for whoever reads the sources; those of several lines have these lines for themselves.
(cd "$staging" && cat $styles | sed -E -e 's@/\*[^*]*\*+([^/*][^*]*\*+)*/@@g' -e '/\/\*/,/\*\//d' > "$parts/style.css" && rm $styles app-*)
hash=$(cat "$parts"/* | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c1-16)

# The loader's own names, as `s` commands for sed. What chunks share is numbered, and the loader says above it whose it is.
names() {
  awk -v hash="$hash" '
    /^\/\* .* \*\/$/ { users = $0; gsub(/[ *\/]/, "", users); gsub(/,/, ".", users) }
    match($0, /(chunk|split)_[0-9a-z]+\.wasm/) {
      old = substr($0, RSTART, RLENGTH)
      name = old; sub(/\.wasm$/, "", name)
      if (!sub(/^split_/, "", name)) name = users
      printf "s|%s|%s-%s.wasm|\n", old, name, hash
    }' "$parts/__wasm_split.js"
}
names > "$parts/names.sed"
sed -n 's/^s|\(.*\)|\(.*\)|$/\1 \2/p' "$parts/names.sed" \
  | while read -r old new; do mv "$parts/$old" "$staging/$new"; done

# Besides the names: a fetch ends within half a minute; one that fails is for the page to tell, not for the console.
sed -f "$parts/names.sed" \
  -e "s|\./app\.js|./app-$hash.js|" \
  -e 's|fetch(\(.*\));$|fetch(\1, { signal: AbortSignal.timeout(30000) }); src.catch(() => {});|' \
  -e '/^ *console\.error(e);$/d' \
  "$parts/__wasm_split.js" > "$staging/chunks-$hash.js"
sed -e "/^import/s|\./__wasm_split\.js|./chunks-$hash.js|" -e "s|app_bg\.wasm|app-${hash}_bg.wasm|" \
  "$parts/app.js" > "$staging/app-$hash.js"
mv "$parts/app_bg.wasm" "$staging/app-${hash}_bg.wasm"
mv "$parts/style.css" "$staging/style-$hash.css"

# Trunk's page is the list of the files for the server, which renders the pages itself.
base=${TRUNK_PUBLIC_URL%/}
{
  printf '<link rel="stylesheet" href="%s">\n' "$base/style-$hash.css"
  printf '<link rel="modulepreload" href="%s">\n' "$base/chunks-$hash.js"
  sed -n "s#^s|.*|\(.*\)|\$#<link rel=\"prefetch\" href=\"$base/\1\">#p" "$parts/names.sed"
} > "$parts/links"
sed -e '/rel="stylesheet"/d' -e "s/app-[0-9a-f]*/app-$hash/g" -e "/<meta charset/r $parts/links" "$page" > "$parts/page"
mv "$parts/page" "$page"
