#!/bin/bash
# A DokuWiki of Debian's package for tests: `dokuwiki.sh up DIR PORT` makes a private copy in DIR (once), with people of two teams, and runs it
# in the foreground on loopback. What it needs is in ../packages-live.txt; nothing outside DIR is written.
#
# Each person's password is `LOGIN-secret`. With COMITY_URL and COMITY_SECRET in the environment Comity's plugin is put into it; with COMITY_DOOR
# and COMITY_DOOR_TOKEN_FILE it has a page that asks there.
set -euo pipefail
[ "${1:-}" = up ] && [ $# = 3 ] || { echo "usage: $0 up DIR PORT" >&2; exit 2; }
dir=$2 port=$3
here=$(cd "$(dirname "$0")" && pwd)
packaged=/usr/share/dokuwiki installed=/var/lib/dokuwiki/lib
[ -f $packaged/doku.php ] && [ -d $installed/plugins ] && command -v php >/dev/null ||
  { echo "dokuwiki or php is not installed; as root: apt-get install --no-install-recommends \$(grep -v '^#' tests/packages-live.txt)" >&2; exit 3; }

if [ ! -f "$dir/ready" ]; then
  mkdir -p "$dir/app/conf" "$dir/data"
  cp -a $packaged/. "$dir/app/"
  rm -rf "$dir/app"/{lib/plugins,lib/tpl,.htaccess,install.php,inc/preload.php}  # Debian's preload leads to /etc/dokuwiki
  cp -aL $installed/plugins $installed/tpl "$dir/app/lib/"
  cp -aL /etc/dokuwiki/. "$dir/app/conf/" 2>/dev/null || true  # the links to accounts may lead nowhere
  rm -f "$dir/app/conf"/{local.php,acl.auth.php,users.auth.php,plugins.local.php}
  for folder in attic cache index locks log media media_attic media_meta meta pages tmp; do mkdir -p "$dir/data/$folder"; done
  cat >"$dir/app/conf/local.php" <<PHP
<?php
\$conf['title'] = 'Comity test wiki';
\$conf['savedir'] = '$dir/data';
\$conf['useacl'] = 1;
\$conf['superuser'] = '@admin';
\$conf['remote'] = 1;
\$conf['remoteuser'] = '';
\$conf['updatecheck'] = 0;
\$conf['plugin']['comity']['url'] = '${COMITY_URL:-}';
\$conf['plugin']['comity']['secret'] = '${COMITY_SECRET:-}';
\$conf['plugin']['comity']['pause'] = 1;
\$conf['plugin']['comity']['api_url'] = '${COMITY_DOOR:-}';
\$conf['plugin']['comity']['api_token_file'] = '${COMITY_DOOR_TOKEN_FILE:-}';
\$conf['plugin']['comity']['instance'] = 'wiki.acme.example';
\$conf['plugin']['comity']['api_timeout'] = 30;
PHP
  printf '*\t@ALL\t1\n*\t@user\t8\n' >"$dir/app/conf/acl.auth.php"
  php -r '
    foreach (["ana" => "team-alpha", "abe" => "team-alpha", "bob" => "team-beta", "bea" => "team-beta", "reader" => "readers"] as $login => $group)
      echo "$login:", password_hash("$login-secret", PASSWORD_BCRYPT, ["cost" => 4]), ":", ucfirst($login), ":$login@acme.example:user,$group\n";' \
    >"$dir/app/conf/users.auth.php"
  if [ -n "${COMITY_URL:-}" ]; then cp -a "$here/../../plugins/dokuwiki/inside/comity" "$dir/app/lib/plugins/comity"; fi
  : >"$dir/ready"
fi
# One process, so that whoever ends this ends the wiki. Deprecations of a PHP that is newer than the wiki would spoil its answers.
exec php -d error_reporting=8191 -d display_errors=0 -S "127.0.0.1:$port" -t "$dir/app"
