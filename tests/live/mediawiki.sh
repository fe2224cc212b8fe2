#!/bin/bash
# A MediaWiki of Debian's package for tests: `mediawiki.sh up DIR PORT` makes a private wiki on SQLite in DIR (once), with people of three teams,
# and runs it in the foreground on loopback. What it needs is in ../packages-live-more.txt; nothing outside DIR is written. A DIR that was
# made once may be copied.
#
# Each person's password is `NAME-secret-1234`. With COMITY_URL and COMITY_SECRET in the environment Comity's extension is switched on; more
# of its settings may stand in DIR/comity.php.
set -euo pipefail
[[ "${1:-}" =~ ^(up|make)$ ]] && [ $# -ge 2 ] || { echo "usage: $0 up DIR PORT | make DIR" >&2; exit 2; }
what=$1 dir=$2 port=${3:-80}
here=$(cd "$(dirname "$0")" && pwd)
packaged=/usr/share/mediawiki
[ -f $packaged/maintenance/install.php ] && command -v php >/dev/null ||
  { echo "mediawiki or php is not installed; as root: apt-get install --no-install-recommends \$(grep -v '^#' tests/packages-live-more.txt)" >&2; exit 3; }
# Deprecations of a PHP that is newer than the wiki would spoil its answers.
php=(php -d error_reporting=8191 -d display_errors=0 -d memory_limit=256M)
export MW_CONFIG_FILE="$dir/LocalSettings.php"

if [ ! -f "$dir/ready" ]; then
  rm -rf "$dir/data" "$dir/made"
  mkdir -p "$dir/data" "$dir/made" "$dir/images" "$dir/extensions"
  (cd $packaged && MW_CONFIG_FILE='' "${php[@]}" maintenance/install.php --dbtype sqlite --dbpath "$dir/data" --dbname wiki --server http://127.0.0.1 \
    --scriptpath '' --confpath "$dir/made" --pass Admin-secret-1234 'Comity test wiki' Admin >"$dir/install.log" 2>&1) || { tail "$dir/install.log" >&2; exit 1; }
  cp -aT "$here/../../plugins/mediawiki/inside/Comity" "$dir/extensions/Comity"
  cat >"$dir/LocalSettings.php" <<'PHP'
<?php
if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}
$wgSitename = 'Comity test wiki';
$wgServer = 'http://127.0.0.1:' . ( getenv( 'WIKI_PORT' ) ?: '80' );
$wgScriptPath = '';
$wgDBtype = 'sqlite';
$wgDBname = 'wiki';
$wgSQLiteDataDir = __DIR__ . '/data';
$wgUploadDirectory = __DIR__ . '/images';
$wgCacheDirectory = false;
$wgMainCacheType = CACHE_NONE;
$wgMessageCacheType = CACHE_NONE;
$wgParserCacheType = CACHE_NONE;
$wgSessionCacheType = CACHE_DB;
$wgLanguageCode = 'en';
$wgSecretKey = str_repeat( 'a1b2c3d4', 8 );
$wgEnableEmail = false;
$wgJobRunRate = 0;
$wgRateLimits = [];
$wgPasswordConfig['pbkdf2']['cost'] = '100';
$wgDebugLogGroups['comity'] = __DIR__ . '/comity.log';
$wgDebugLogGroups['exception'] = __DIR__ . '/errors.log';
$wgDebugLogGroups['error'] = __DIR__ . '/errors.log';
wfLoadSkin( 'Vector' );
if ( getenv( 'COMITY_URL' ) || getenv( 'COMITY_SCHEMA' ) ) {
	wfLoadExtension( 'Comity', __DIR__ . '/extensions/Comity/extension.json' );
	$wgComityUrl = getenv( 'COMITY_URL' ) ?: '';
	$wgComitySecret = getenv( 'COMITY_SECRET' ) ?: '';
	$wgComityPause = 1;
}
if ( is_file( __DIR__ . '/comity.php' ) ) {
	require __DIR__ . '/comity.php';
}
PHP
  cd $packaged
  COMITY_SCHEMA=1 "${php[@]}" maintenance/update.php --quick --skip-external-dependencies >>"$dir/install.log" 2>&1 || { tail "$dir/install.log" >&2; exit 1; }
  for name in Ana Bob Bea Dia; do "${php[@]}" maintenance/createAndPromote.php "$name" "$name-secret-1234" >>"$dir/install.log" 2>&1; done
  "${php[@]}" maintenance/createAndPromote.php --sysop Abe Abe-secret-1234 >>"$dir/install.log" 2>&1
  "${php[@]}" maintenance/createAndPromote.php --bot Robo Robo-secret-1234 >>"$dir/install.log" 2>&1
  : >"$dir/ready"
fi
[ "$what" = up ] || exit 0
export WIKI_PORT=$port
# One process, so that whoever ends this ends the wiki.
exec "${php[@]}" -S "127.0.0.1:$port" -t $packaged
