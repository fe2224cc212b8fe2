#!/usr/bin/env bash
# A Request Tracker of Debian's package for tests, on SQLite; nothing outside its folder is written, and no mail leaves it.
#   rt.sh prepare DIR    makes a database with people, two queues and Comity's reader in DIR: `people` (login and number), `reader.token`
#   rt.sh up DIR PORT    runs it in the foreground on loopback
#   rt.sh deliver DIR    what cron does
# Each person's password is `LOGIN-secret`. With COMITY_URL and COMITY_SECRET in the environment `up` puts Comity's extension into it. Exits with
# 77 where the package (../packages-live-more.txt) is not installed.
set -euo pipefail
command=${1:-} dir=${2:-} port=${3:-80}
{ [ "$command" = prepare ] || [ "$command" = up ] || [ "$command" = deliver ]; } && [ -n "$dir" ] || { echo "usage: $0 prepare|up|deliver DIR [PORT]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
lib=/usr/share/request-tracker5
[ -x $lib/libexec/rt-server ] && command -v rt-setup-database-5 >/dev/null || exit 77
extension=$here/../../plugins/rt/inside/RT-Extension-Comity
export RT_SITE_CONFIG="$dir/etc/RT_SiteConfig.pm" RT_SITE_CONFIG_DIR="$dir/etc/RT_SiteConfig.d" PERL5LIB=

configure() {
  mkdir -p "$dir"/{etc/RT_SiteConfig.d,var,mason,sessions,local/lib,plugins}
  cat >"$dir/etc/RT_SiteConfig.pm" <<PERL
\$MasonDataDir = '$dir/mason'; \$MasonSessionDir = '$dir/sessions'; \$VarPath = '$dir/var';
\$LocalPath = '$dir/local'; \$LocalLibPath = '$dir/local/lib'; \$LocalPluginPath = '$dir/plugins';
Set(\$rtname, 'acme'); Set(\$Organization, 'rt.acme.example');
Set(\$WebDomain, '127.0.0.1'); Set(\$WebPort, $port); Set(\$WebPath, ''); Set(\$CanonicalizeRedirectURLs, 0);
Set(\$DatabaseType, 'SQLite'); Set(\$DatabaseName, '$dir/var/rt.sqlite');
Set(\$DatabaseUser, ''); Set(\$DatabasePassword, ''); Set(\$DatabaseHost, ''); Set(\$DatabasePort, '');
Set(\$MailCommand, 'testfile'); Set(\$Timezone, 'UTC');
Set(\$LogToSyslog, undef); Set(\$LogToSTDERR, 'warning'); Set(\$LogToFile, undef);
Set(\$WebSessionClass, 'Apache::Session::File');
1;
PERL
}

prepare() {
  configure
  (umask 077; echo root-secret-1234 >"$dir/root.password")
  rt-setup-database-5 --action init --skip-create --root-password-file "$dir/root.password"
  perl -I$lib/lib - "$dir" <<'PERL'
use strict; use warnings;
use RT; RT->LoadConfig; RT->Init;
my $dir = shift;
sub ok { my ( $ok, $why ) = @_; die "$why\n" unless $ok; return @_ }
my $system = RT->SystemUser;
my @people = qw(ana abe bob bea carla);
open my $list, '>', "$dir/people" or die $!;
my %user;
for my $login ( @people, 'reader' ) {
    my $user = RT::User->new($system);
    ok( $user->Create( Name => $login, RealName => ucfirst $login, EmailAddress => "$login\@acme.example", Password => "$login-secret", Privileged => 1 ) );
    print {$list} "$login ", $user->id, "\n";
    $user{$login} = $user;
}
close $list;
my $team = RT::Group->new($system);
ok( $team->CreateUserDefinedGroup( Name => 'Alpha people' ) );
ok( $team->AddMember( $user{ana}->PrincipalId ) );
for my $name ( 'Alpha desk', 'Beta desk' ) {
    my $queue = RT::Queue->new($system);
    ok( $queue->Create( Name => $name ) );
    for my $login (@people) {
        ok( $user{$login}->PrincipalObj->GrantRight( Right => $_, Object => $queue ) )
            for qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket OwnTicket TakeTicket StealTicket DeleteTicket Watch);
    }
}
# README.md of plugins/rt asks for no more.
ok( $user{reader}->PrincipalObj->GrantRight( Right => $_, Object => $RT::System ) ) for qw(SeeQueue ShowTicket ShowTicketComments);
my ( $ok, $why, $token ) = RT::AuthToken->new($system)->Create( Owner => $user{reader}->id, Description => 'Comity' );
die $why unless $ok;
umask 077;
open my $file, '>', "$dir/reader.token" or die $!;
print {$file} $token;
close $file or die $!;
PERL
}

# As the README says it.
install_extension() {
  [ ! -e "$dir/plugins/RT-Extension-Comity" ] || return 0
  cp -a "$extension" "$dir/plugins/"
  cat >"$dir/etc/RT_SiteConfig.d/70-comity.pm" <<PERL
Plugin('RT::Extension::Comity');
Set(\$ComityURL, '$COMITY_URL');
Set(\$ComitySecret, '$COMITY_SECRET');
Set(\$ComityPause, 1);
1;
PERL
  rt-setup-database-5 --action insert --skip-create --dba-password '' --datafile "$dir/plugins/RT-Extension-Comity/etc/initialdata"
}

case $command in
  prepare) prepare ;;
  up)
    configure
    [ -z "${COMITY_URL:-}" ] || install_extension
    exec $lib/libexec/rt-server --host 127.0.0.1 --port "$port" --max-workers 0  # one process, so that whoever ends this ends RT
    ;;
  deliver) exec "$dir/plugins/RT-Extension-Comity/bin/rt-comity-deliver" ;;
esac
