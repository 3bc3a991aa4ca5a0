#!/usr/bin/env bash
# Every rule of ARCHITECTURE.md has a test that turns red when its guard is removed. This removes
# the guards one by one, in a copy of the tree, and says which tests noticed.
#
#   tools/rules.sh          all of them
#   tools/rules.sh 05 07    these
#   tools/rules.sh --check  only whether every patch still applies (cheap)
set -euo pipefail
cd "$(dirname "$0")/.."

header() { sed -n "s/^$1[0-9 ]*: //p" "$2" | head -1; }

if [[ "${1:-}" == --check ]]; then
  status=0
  for patch in rules/*.patch; do
    git apply --check "$patch" || { echo "$patch no longer applies: make it anew" >&2; status=1; }
    [[ -n "$(header Red "$patch")" ]] || { echo "$patch does not say which test turns red" >&2; status=1; }
  done
  exit "$status"
fi

patches=()
for number in "${@:-}"; do patches+=(rules/"$number"*.patch); done

# A copy at a place of its own, so that what was built there is kept from one patch to the next, and
# for the next time. What the last run left patched is made to look new.
copy="$PWD/target/rules/tree"
rm -rf "$copy" && mkdir -p "$copy"
git ls-files -z --cached --others --exclude-standard | xargs -0 tar -cf - | tar -xf - -C "$copy"
(cd "$copy" && sed -n 's|^+++ b/||p' rules/*.patch | sort -u | xargs touch)
export CARGO_TARGET_DIR="$PWD/target/rules"
export BECKON_SIM_SEEDS="${BECKON_SIM_SEEDS:-500}" RUST_BACKTRACE=0

status=0
for patch in "${patches[@]}"; do
  read -ra test <<<"$(header Red "$patch")"
  name="$(basename "$patch" .patch)"
  (cd "$copy" && patch --quiet --strip=1) <"$patch"
  if ! (cd "$copy" && cargo test --quiet "${test[@]}" --no-run) >"$copy.log" 2>&1; then
    verdict="does not build"
    status=1
  elif (cd "$copy" && cargo test --quiet "${test[@]}") >"$copy.log" 2>&1; then
    verdict="GREEN: nobody noticed"
    status=1
  else
    verdict="red, as it should be: $(grep -m1 -oE '(rule [0-9]+|liveness): .{0,60}' "$copy.log" || echo "${test[-1]}")"
  fi
  printf '%-22s %s\n' "$name" "$verdict"
  [[ "$verdict" == red* ]] || tail -20 "$copy.log" >&2
  (cd "$copy" && patch --quiet --strip=1 --reverse) <"$patch"
done
rm -f "$copy.log"
exit "$status"
