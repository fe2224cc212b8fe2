package RT::Extension::Comity::Outbox;
# Events that wait for their delivery: a folder with a small file for each. A folder, because writing one needs no other machine, no lock and
# no table of its own in RT's database, and because the process that delivers then need not load RT. Perl's own modules alone.
use strict;
use warnings;

use Digest::SHA ();
use Errno ();
use Fcntl qw(:flock);
use File::Basename ();
use File::Spec ();
use JSON::PP ();
use MIME::Base64 ();
use POSIX ();

use constant { LONGEST_RUN => 30, LONGEST_PAUSE => 3600, LONGEST_WAIT => 20 };    # seconds

# folder, url, secret, timeout (seconds of one delivery), pause (seconds after a first failure; doubles), keep (events at most)
sub new {
    my ( $class, %self ) = @_;
    return bless {%self}, $class;
}

# https, or http on this machine; no name and password in it.
sub IsSafe {
    my $url = shift;
    return 1 if $url =~ m{^https://[^/?#@\\\s]+(?:[/?][^#\s]*)?\z}i;
    return $url =~ m{^http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:[/?][^#\s]*)?\z}i;
}

# Whole or not at all. A number that is kept already is kept once. How many had to go to make room.
sub Keep {
    my ( $self, $number, $body ) = @_;
    mkdir $self->{folder}, 0700 unless -d $self->{folder};
    my @waiting = $self->Waiting;
    my $dropped = 0;
    while ( @waiting >= ( $self->{keep} > 0 ? $self->{keep} : 1 ) ) {
        $dropped += unlink "$self->{folder}/" . shift @waiting;
    }
    $self->_Put( sprintf( '%012d.json', $number ), $body );
    return $dropped;
}

# The files that wait, in the order of RT's transactions.
sub Waiting {
    my $self = shift;
    opendir my $folder, $self->{folder} or return;
    return sort { substr( $a, 0, -5 ) <=> substr( $b, 0, -5 ) } grep {/^\d{12,18}\.json$/} readdir $folder;
}

# Starts a delivery that outlives this process, unless a pause is not over. What runs in the child is only what becomes another program.
sub Kick {
    my $self = shift;
    return if $self->_Paused;
    my $settings = JSON::PP->new->ascii->encode( {%$self} );
    local $SIG{CHLD} = 'DEFAULT';
    local $SIG{PIPE} = 'IGNORE';
    pipe( my $read, my $write ) or die "pipe: $!\n";
    my @command = ( $^X, '-I' . _Library(), '-MRT::Extension::Comity::Outbox', '-e', 'RT::Extension::Comity::Outbox::Run()' );
    my $child = fork;
    die "fork: $!\n" unless defined $child;
    if ( $child == 0 ) {
        my $other = fork;
        POSIX::_exit(0) if !defined $other || $other;
        POSIX::setsid();
        POSIX::dup2( fileno($read), 0 );
        my $null = POSIX::open( File::Spec->devnull, POSIX::O_WRONLY() );
        POSIX::dup2( $null, 1 );
        POSIX::close($_) for 3 .. 255;    # RT's database, listening socket, visitor
        no warnings 'exec';
        exec { $command[0] } @command;
        POSIX::_exit(1);
    }
    close $read;
    syswrite $write, $settings;
    close $write;
    waitpid $child, 0;
    return;
}

# In the process that Kick started: settings come by its standard input, so that no list of processes shows the secret.
sub Run {
    my $settings = do { local $/; <STDIN> };
    __PACKAGE__->new( %{ JSON::PP->new->decode($settings) } )->Deliver;
    return;
}

# Delivers what waits, in order, until all is gone, a delivery fails or the time is over; if another process does, after it. How many went.
sub Deliver {
    my $self = shift;
    # One delivers, one waits for it to see what came meanwhile, the others go.
    my ( $next, $lock ) = map { $self->_Open($_) } qw(next lock);
    flock( $next, LOCK_EX | LOCK_NB ) or return 0;
    local $SIG{ALRM} = sub { die "another delivery does not end\n" };
    alarm LONGEST_RUN + LONGEST_WAIT;
    my $turn = eval { flock( $lock, LOCK_EX ) };
    alarm 0;
    return 0 unless $turn;
    flock( $next, LOCK_UN );
    my ( $sent, $end ) = ( 0, time + LONGEST_RUN );
    while ( !$self->_Paused and my @waiting = $self->Waiting ) {
        for my $file (@waiting) {
            return $sent if time > $end;
            $self->_DeliverOne($file) or return $sent;
            ++$sent;
        }
    }
    return $sent;
}

# False if it is to be tried again.
sub _DeliverOne {
    my ( $self, $file ) = @_;
    my $path = "$self->{folder}/$file";
    open my $handle, '<:raw', $path or do {
        return 1 if $!{ENOENT};    # dropped meanwhile to make room
        warn "comity: $path cannot be read: $!\n";
        return 0;
    };
    my $body = do { local $/; <$handle> };
    close $handle;
    my $status = $self->_Post( 'rt-' . ( 0 + substr( $file, 0, -5 ) ), $body );
    if ( $status < 200 || $status > 299 ) {
        if ( !grep { $_ == $status } 400, 413, 422 ) {
            my $failures = ( $self->_State->{failures} || 0 ) + 1;
            my $pause = $self->{pause} * 2**( $failures > 20 ? 20 : $failures - 1 );
            $pause = LONGEST_PAUSE if $pause > LONGEST_PAUSE;
            $self->_Put( 'pause', JSON::PP->new->encode( { failures => $failures, until => time + $pause } ) );
            warn "comity: a delivery failed (status $status); it is tried again in $pause s\n";
            return 0;
        }
        warn "comity: an event was refused and dropped (status $status)\n";
    }
    # What stays would be sent again and again: the run ends, and the other side knows the second one by its id.
    unlink $path or $!{ENOENT} or do {
        warn "comity: $path cannot be deleted: $!\n";
        return 0;
    };
    unlink "$self->{folder}/pause";
    return 1;
}

# The status of the answer; 599 if there was none.
sub _Post {
    my ( $self, $id, $body ) = @_;
    require HTTP::Tiny;
    ( my $base64 = $self->{secret} ) =~ s/^\s*(?:whsec_)?|\s+$//g;
    my $key = MIME::Base64::decode_base64($base64);
    die "comity: ComitySecret is not whsec_ and base64\n" if length $key < 16;
    my $now       = time;
    my $signature = MIME::Base64::encode_base64( Digest::SHA::hmac_sha256( "$id.$now.$body", $key ), '' );
    my $http = HTTP::Tiny->new(
        agent => 'RT-Extension-Comity', timeout => $self->{timeout}, max_redirect => 0, verify_SSL => 1, keep_alive => 0, proxy => undef,
        http_proxy => undef, https_proxy => undef
    );
    my $answer = $http->post( $self->{url},
        {   content => $body,
            headers => {
                'Content-Type' => 'application/json', 'webhook-id' => $id, 'webhook-timestamp' => $now, 'webhook-signature' => "v1,$signature"
            }
        }
    );
    return $answer->{status};
}

sub _State {
    my $self = shift;
    open my $handle, '<:raw', "$self->{folder}/pause" or return {};
    my $state = eval { JSON::PP->new->decode( do { local $/; <$handle> } ) };
    return ref $state eq 'HASH' ? $state : {};
}

# A clock that was set back is no reason to wait for longer than the longest pause.
sub _Paused {
    my $until = shift->_State->{until} || 0;
    return $until > time && $until <= time + LONGEST_PAUSE;
}

sub _Put {
    my ( $self, $name, $content ) = @_;
    my $new = "$self->{folder}/.$name.$$";
    open my $handle, '>:raw', $new or die "$new cannot be written: $!\n";
    my $written = print {$handle} $content;
    $written = close($handle) && $written;
    return if $written && rename $new, "$self->{folder}/$name";
    my $why = $!;
    unlink $new;
    die "$self->{folder}/$name cannot be written: $why\n";
}

sub _Open {
    my ( $self, $name ) = @_;
    open my $handle, '>>', "$self->{folder}/$name" or die "comity: $self->{folder}/$name cannot be written: $!\n";
    return $handle;
}

sub _Library {
    my $file = File::Spec->rel2abs(__FILE__);
    return File::Basename::dirname($file) . '/../../..';
}

1;
