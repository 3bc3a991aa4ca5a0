#!/usr/bin/env bash
# Files stay small enough to hold in the head: 500 lines at most.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
while read -r lines file; do
  if ((lines > 500)); then
    echo "$file has $lines lines; split it (500 at most)" >&2
    status=1
  fi
done < <(git ls-files --cached --others --exclude-standard '*.rs' '*.ts' '*.mjs' '*.css' | while read -r file; do
  [[ -f "$file" ]] && echo "$(wc -l <"$file") $file"
done)
exit "$status"
