#include "service/domain/proof/proof_text.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace comity::domain {
namespace {

std::string PathLines(const std::vector<Digest>& path) {
  std::string lines;
  for (const Digest& hash : path) {
    absl::StrAppend(&lines, "path ", absl::Base64Escape({reinterpret_cast<const char*>(hash.data()), hash.size()}), "\n");
  }
  return lines;
}

}  // namespace

std::string ProofText(const InclusionProof& proof) {
  return absl::StrCat("comity inclusion proof 1\nentry ", proof.sequence, "\nleaf ", absl::Base64Escape(proof.leaf), "\n",
                      PathLines(proof.path), "\n", proof.checkpoint);
}

std::string ProofText(const ConsistencyProof& proof) {
  return absl::StrCat("comity consistency proof 1\n", PathLines(proof.path), "\n", proof.older, "\n", proof.newer);
}

}  // namespace comity::domain
