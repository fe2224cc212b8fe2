package RT::Action::Comity;
use strict;
use warnings;
use base 'RT::Action';

use RT::Extension::Comity ();

sub Describe { return 'Tells Comity who did what to a ticket' }

sub Prepare { return RT::Extension::Comity::Outbox() ? 1 : 0 }

# At the stage TransactionBatch all that one update did (RT's own pages commit it only afterwards); at others the one transaction.
sub Commit {
    my $self  = shift;
    my $batch = $self->TicketObj->TransactionBatch;
    return RT::Extension::Comity::Note( $batch && @$batch ? @$batch : $self->TransactionObj );
}

1;
