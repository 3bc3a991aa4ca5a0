#!/usr/bin/env bash
# Gives the Teams package of the example configuration to Microsoft's own validator. It is heavy
# (npm brings some 400 MB) and no part of `make test`, where our own checks do.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
home="$root/target/manifest-check"
mkdir -p "$home"

cargo run --quiet --package beckon -- --config config.example.toml manifest build --out "$home/package.zip"
rm -rf "$home/package"
unzip -q "$home/package.zip" -d "$home/package"

cd "$home"
# Without scripts: one of its parts would build a key store for signing in, which nothing here does.
npm install --prefix . --ignore-scripts --no-audit --no-fund --loglevel error \
  "@microsoft/m365agentstoolkit-cli@1.1.17" "@microsoft/app-manifest@1.1.2"

atk() {
  ./node_modules/.bin/atk validate --manifest-file "$1/manifest.json" \
    --validate-method validation-rules --telemetry false -i false 2>&1
}
answer="$(atk package)"
echo "$answer"
grep -q "against validation rules. All passed" <<<"$answer"

# A validator that passes everything would say nothing: it must see a manifest that is wrong.
rm -rf spoiled
cp -r package spoiled
sed -i 's/"accentColor": "#[0-9a-f]*"/"accentColor": "blue"/' spoiled/manifest.json
if answer="$(atk spoiled)" && grep -q "All passed" <<<"$answer"; then
  echo "the validator passed a manifest whose accentColor is \"blue\"" >&2
  exit 1
fi
