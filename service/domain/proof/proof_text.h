// The files that people keep: a proof with everything it takes to check it but the public key. `clients/verify` reads them.
#ifndef COMITY_SERVICE_DOMAIN_PROOF_PROOF_TEXT_H_
#define COMITY_SERVICE_DOMAIN_PROOF_PROOF_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "service/domain/digest.h"

namespace comity::domain {

// That entry number `sequence` (from 1) of the ledger is `leaf`, and lies in the tree of the checkpoint.
struct InclusionProof {
  uint64_t sequence = 0;
  std::string leaf;
  std::vector<Digest> path;
  std::string checkpoint;  // signed note
};
std::string ProofText(const InclusionProof& proof);

// That the ledger of the older checkpoint is the beginning of that of the newer.
struct ConsistencyProof {
  std::vector<Digest> path;
  std::string older, newer;  // signed notes
};
std::string ProofText(const ConsistencyProof& proof);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_PROOF_PROOF_TEXT_H_
