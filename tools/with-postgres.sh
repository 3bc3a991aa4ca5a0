#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: a fresh cluster in a temporary folder, reached by a
# socket in it. BECKON_TEST_POSTGRES is its connection string. The cluster goes with the command.
set -euo pipefail

bin="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)"
if [[ -z "$bin" ]]; then
  initdb="$(command -v initdb || true)"
  [[ -n "$initdb" ]] || { echo "PostgreSQL is missing: run tools/need.sh postgres" >&2; exit 1; }
  bin="$(dirname "$initdb")"
fi

folder="$(mktemp -d)"
# initdb and postgres refuse to run as root: another user owns the cluster then.
as=()
if [[ "$(id -u)" == 0 ]]; then
  owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  chown "$owner" "$folder"
  as=(setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups --)
fi
chmod 755 "$folder"

# From the folder itself: the cluster's owner may not be able to read the caller's.
run() { (cd "$folder" && "${as[@]}" "$bin/$1" "${@:2}"); }
stop() {
  run pg_ctl stop --pgdata="$folder/data" --mode=immediate --silent || true
  rm -rf "$folder"
}
trap stop EXIT

run initdb --pgdata="$folder/data" --username=beckon --auth=trust --encoding=UTF8 --no-sync >"$folder.log" 2>&1 \
  || { cat "$folder.log" >&2; exit 1; }
run pg_ctl start --pgdata="$folder/data" --wait --silent --log="$folder/log" \
  --options="-c listen_addresses='' -c unix_socket_directories='$folder'" \
  || { cat "$folder/log" >&2; exit 1; }
rm -f "$folder.log"

export BECKON_TEST_POSTGRES="host=$folder user=beckon dbname=postgres"
status=0
"$@" || status=$?
exit "$status"
