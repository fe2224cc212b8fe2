#!/usr/bin/env bash
# xandikos.sh PORT FOLDER: Xandikos on loopback, in the foreground, with all it keeps in FOLDER. It knows no accounts. Exits with 77 where the
# package is not installed.
set -euo pipefail
port=$1 folder=$2
python=/usr/bin/python3  # by name: another one earlier in PATH does not see Debian's packages
"$python" -c 'import xandikos' 2>/dev/null || exit 77
mkdir -p "$folder/data" "$folder/home"
# Each change is a commit; its author is nobody who runs tests.
printf '[user]\n\tname = xandikos\n\temail = xandikos@acme.example\n' >"$folder/home/.gitconfig"
export HOME=$folder/home
exec "$python" -m xandikos.web -d "$folder/data" -l 127.0.0.1 -p "$port" --defaults --current-user-principal /comity/
