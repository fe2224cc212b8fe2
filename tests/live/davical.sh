#!/usr/bin/env bash
# davical.sh PORT FOLDER: a DAViCal of Debian's package on loopback, in the foreground, with a PostgreSQL of its own (run by an unprivileged
# user, on a socket alone) and all it keeps in FOLDER. Its account `comity` (password `reader`) may read everything, `ana` and `bob` (passwords
# the same) have what is below their names, and both are members of the group `crew`. Exits with 77 where the package
# (../packages-live-more.txt) is not installed.
set -euo pipefail
port=$1 folder=$2
app=$folder/app pg=$folder/pg
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -f /usr/share/davical/htdocs/caldav.php ] && [ -n "$bin" ] && /usr/bin/php -m 2>/dev/null | grep -qx pgsql || exit 77
as=(setpriv --pdeathsig QUIT)  # it ends with us, however we end
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid postgres --regid postgres --init-groups --pdeathsig QUIT); fi
export PGHOST=$pg PGUSER=postgres PATH="$bin:$PATH"

mkdir -p "$pg" "$folder/conf"
chmod o+x "$folder"
if [ "$(id -u)" = 0 ]; then chown postgres "$pg"; fi
cd /
"${as[@]}" initdb -D "$pg/data" -A trust -U postgres --locale=C.UTF-8 -E UTF8 --no-sync >"$folder/initdb.log"
"${as[@]}" postgres -D "$pg/data" -k "$pg" -c listen_addresses= -c fsync=off -c shared_buffers=32MB >>"$folder/postgres.log" 2>&1 </dev/null &
for _ in $(seq 300); do psql -qX template1 -c 'select 1' >/dev/null 2>&1 && break; sleep 0.2; done

cp -a /usr/share/davical "$app"
sed -i "s#'/etc/davical/#'$folder/conf/#g" "$app/htdocs/always.php"
cat >"$folder/conf/config.php" <<PHP
<?php
\$c->pg_connect[] = "host=$pg dbname=davical user=davical_app";
\$c->admin_email = 'admin@acme.example';
\$c->system_name = 'Comity test calendar';
\$c->enable_auto_schedule = true;
\$c->enable_scheduling = true;
PHP
DBAOPTS="--dbhost $pg" "$app/dba/create-database.sh" davical admin-secret >"$folder/database.log" 2>&1
# Type 1 is a person, 3 a group; in people's own privileges: others see free and busy, and may invite.
psql -qX -v ON_ERROR_STOP=1 davical <<'SQL'
INSERT INTO usr (active, email_ok, username, password, fullname, email)
  SELECT true, current_date, u, '**' || p, n, u || '@acme.example'
  FROM (VALUES ('ana', 'ana', 'Ana'), ('bob', 'bob', 'Bob'), ('comity', 'reader', 'Comity'), ('crew', 'crew', 'The crew')) v(u, p, n);
INSERT INTO principal (type_id, user_no, displayname, default_privileges)
  SELECT CASE WHEN username = 'crew' THEN 3 ELSE 1 END, user_no, fullname,
         privilege_to_bits(ARRAY['caldav:read-free-busy', 'caldav:schedule-deliver', 'caldav:schedule-send'])
  FROM usr WHERE username IN ('ana', 'bob', 'comity', 'crew');
INSERT INTO group_member (group_id, member_id)
  SELECT g.principal_id, p.principal_id FROM dav_principal g, dav_principal p WHERE g.username = 'crew' AND p.username IN ('ana', 'bob');
INSERT INTO role_member (user_no, role_no) SELECT user_no, 1 FROM usr WHERE username = 'comity';
SQL
exec /usr/bin/php -d include_path=".:$app/inc:/usr/share/awl/inc:/usr/share/php" -d error_reporting=4437 -d display_errors=0 \
  -S "127.0.0.1:$port" -t "$app/htdocs"
