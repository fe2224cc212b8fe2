#!/usr/bin/env bash
# radicale.sh PORT FOLDER: Radicale on loopback, in the foreground, with all it keeps in FOLDER. Its account `comity` (password `reader`) may
# read everything, `ana` and `bob` (passwords the same) have what is below their names. With COMITY_URL and COMITY_SECRET_FILE changes are told
# by Comity's hook. Exits with 77 where the package is not installed.
set -euo pipefail
port=$1 folder=$2
python=/usr/bin/python3  # by name: another one earlier in PATH does not see Debian's packages
"$python" -c 'import radicale' 2>/dev/null || exit 77
mkdir -p "$folder/collections"
printf '%s\n' comity:reader ana:ana bob:bob >"$folder/users"
cat >"$folder/rights" <<'RIGHTS'
[reader]
user: comity
collection: .*
permissions: Rr
[root]
user: .+
collection:
permissions: R
[own]
user: .+
collection: {user}(/.*)?
permissions: RrWw
RIGHTS
cat >"$folder/config" <<CONFIG
[server]
hosts = 127.0.0.1:$port
[auth]
type = htpasswd
htpasswd_filename = $folder/users
htpasswd_encryption = plain
delay = 0
[rights]
type = from_file
file = $folder/rights
[storage]
filesystem_folder = $folder/collections
CONFIG
hook=$(cd "$(dirname "$0")/../../plugins/caldav/inside/radicale" && pwd)/comity-radicale-hook
[ -z "${COMITY_URL:-}" ] || echo "hook = $hook --url $COMITY_URL --secret-file $COMITY_SECRET_FILE" >>"$folder/config"
exec "$python" -m radicale --config "$folder/config"
