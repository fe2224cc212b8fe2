package RT::Extension::Comity;
use strict;
use warnings;

use File::Basename ();
use JSON ();
use RT::Extension::Comity::Outbox ();

our $VERSION = '0.1.0';

# Not to be seen or changed in RT's own pages.
$RT::Config::META{$_} = { Immutable => 1, Obfuscate => sub { return '(not shown)' } } for 'ComitySecret';
$RT::Config::META{$_} = { Immutable => 1 } for qw(ComityURL ComityOutbox ComityTimeout ComityPause ComityKeep);

my $unsafe_is_said;

# The outbox as RT's configuration describes it; nothing where an address or a secret is missing, or people's names would cross a network in
# the clear.
sub Outbox {
    my ( $url, $secret ) = ( RT->Config->Get('ComityURL'), RT->Config->Get('ComitySecret') );
    return undef unless $url && $secret;
    if ( !RT::Extension::Comity::Outbox::IsSafe($url) ) {
        RT->Logger->error('comity: ComityURL must be https, or http on this machine; nothing is kept or sent') unless $unsafe_is_said++;
        return undef;
    }
    return RT::Extension::Comity::Outbox->new(
        url     => $url,
        secret  => $secret,
        folder  => RT->Config->Get('ComityOutbox')  || "$RT::VarPath/comity-outbox",
        timeout => RT->Config->Get('ComityTimeout') || 3,
        pause   => RT->Config->Get('ComityPause')   || 10,
        keep    => RT->Config->Get('ComityKeep')    || 10_000,
    );
}

# Whether a transaction may matter to Comity. What only those who work on a ticket see (comments) is not even looked at.
sub IsTold {
    my $transaction = shift;
    my $type  = $transaction->__Value('Type')  // '';
    my $field = $transaction->__Value('Field') // '';
    return 1 if $type =~ /^(?:Create|Correspond|Status)$/;
    return 1 if $type eq 'Set' && $field eq 'Status';
    return 1 if $field eq 'Owner' && $type =~ /^(?:Set|Take|Steal|Give|Force)$/;
    return 1 if $type eq 'AddLink' && $field =~ /^(?:MergedInto|DependsOn)$/;
    return $type eq 'DeleteLink' && $field eq 'DependsOn';
}

# What is sent of a transaction: who, which ticket, when, what changed; nothing that anybody wrote but the ticket's subject. Names and forms
# are those of RT's REST2. Nothing for what is no ticket (reminders, approvals).
sub Told {
    my $transaction = shift;
    # As RT shows a ticket: one that was merged is the one it went into.
    my $ticket = RT::Ticket->new( RT->SystemUser );
    $ticket->Load( $transaction->__Value('ObjectId') );
    return undef unless $ticket->id && ( $ticket->__Value('Type') // '' ) eq 'ticket';
    my %told = map { ( $_ => '' . ( $transaction->__Value($_) // '' ) ) } qw(Type Field OldValue NewValue);
    return JSON->new->utf8->canonical->encode(
        {   event       => 'ticket.transaction',
            nobody      => 0 + RT->Nobody->id,
            transaction => {
                %told,
                id       => 0 + $transaction->id,
                ObjectId => 0 + $transaction->__Value('ObjectId'),
                Created  => _Time( $transaction->__Value('Created') ),
                Creator  => _Person( $transaction->__Value('Creator') ),
            },
            ticket => {
                id        => 0 + $ticket->id,
                Type      => 'ticket',
                Subject   => '' . ( $ticket->__Value('Subject') // '' ),
                Created   => _Time( $ticket->__Value('Created') ),
                Creator   => _Person( $ticket->__Value('Creator') ),
                Queue     => { Name => '' . ( $ticket->QueueObj->Name // '' ) },
                Requestor => _Requestor($ticket),
            },
        }
    );
}

# Puts what was done to a ticket into the outbox, and starts a delivery beside this process. Never dies.
sub Note {
    my @transactions = @_;
    local ( $@, $!, $? );
    my $done = eval {
        my $outbox = Outbox() or return 1;
        my $kept = 0;
        for my $transaction ( grep { IsTold($_) } @transactions ) {
            my $told = Told($transaction) or next;
            my $dropped = $outbox->Keep( $transaction->id, $told );
            RT->Logger->error("comity: too many events wait; $dropped were dropped, polling brings them") if $dropped;
            ++$kept;
        }
        $outbox->Kick if $kept;
        1;
    };
    RT->Logger->error("comity: a change could not be noted; polling brings it: $@") unless $done;
    return 1;
}

sub _Time {
    my $date = RT::Date->new( RT->SystemUser );
    $date->Set( Format => 'sql', Value => shift );
    return $date->W3CDTF( Timezone => 'UTC' );
}

sub _Person {
    my $user = RT::User->new( RT->SystemUser );
    $user->LoadById(shift);
    return $user->id ? { id => 0 + $user->id, Name => '' . $user->__Value('Name') } : undef;
}

# The first who is a person; groups are nobody in particular.
sub _Requestor {
    my $members = shift->RoleGroup('Requestor')->MembersObj;
    while ( my $member = $members->Next ) {
        my $principal = $member->MemberObj;
        next if !$principal->IsUser || $principal->id == RT->SystemUser->id || $principal->id == RT->Nobody->id;
        return _Person( $principal->id );
    }
    return undef;
}

1;

__END__

=head1 NAME

RT-Extension-Comity - tells Comity who did what to which ticket

=head1 RT VERSION

RT 5.0

=head1 DESCRIPTION

A global scrip writes each transaction that may matter as a small file into an outbox at the end of an update; a process of its own
delivers, signed, and tries again. An update of a ticket never waits for another machine, and never fails because of Comity.

=head1 INSTALLATION AND CONFIGURATION

README.md of this folder's parent (plugins/rt).

=cut
