// What ties a ledger entry to details that lie beside the ledger and can be deleted. Pure.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_COMMITMENT_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_COMMITMENT_H_

#include <string>

#include "service/domain/deeds/ledger.h"

namespace comity::domain {

// Details of one entry that never change while they are kept.
struct CommittedDetails {
  SubjectRef subject;   // under which the line was posted
  std::string who;      // a person's id in the directory; of a held line the account's full name
  FactHash cause;       // content of the first observation of `Entry::cause_event`; empty if no fact caused it
  std::string because;  // the words of `Entry::cause_statement`
};

// SHA-256 over the salt, the line and revision, and the details. Without the salt it tells nothing: equal details of two people, or of
// two entries, differ. Zero for an empty salt.
Digest CommitmentOf(const Salt& salt, const Entry& entry, const CommittedDetails& details);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_COMMITMENT_H_
