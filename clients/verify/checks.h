// What can be checked without the service. Each check gives what held in plain words, or the first thing that did not.
#ifndef COMITY_CLIENTS_VERIFY_CHECKS_H_
#define COMITY_CLIENTS_VERIFY_CHECKS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/verify/note.h"

namespace comity::verify {

inline constexpr size_t kMaxProofBytes = 64 * 1024;
inline constexpr size_t kMaxLeafBytes = 64 * 1024;

struct Report {
  bool holds = false;
  std::vector<std::string> sentences;  // the last says what did not hold
};

// A checkpoint alone: who signed what.
Report CheckNote(std::string_view note, const std::vector<PublicKey>& keys);

// A proof file of either kind. With `saved`, a checkpoint kept from before: it must be among those of the proof.
Report CheckProof(std::string_view proof, const std::vector<PublicKey>& keys, const std::optional<std::string>& saved);

// An entry as it is kept; hashes that are empty were not kept, and are not compared.
struct KeptEntry {
  int64_t sequence = 0;
  std::string_view leaf, leaf_hash, chain_hash;
};
// Hands over every entry in order; false and why when it cannot go on.
using Entries = std::function<std::string(const std::function<bool(const KeptEntry&)>& take)>;
// A whole ledger against a checkpoint of the same size, or an earlier one: sequence, hashes, chain, tree.
Report CheckLedger(const Entries& entries, std::string_view note, const std::vector<PublicKey>& keys);

// Leaves as lines of Base64 behind the line `comity ledger 1`.
Entries LinesOf(std::string_view text);
// The ledger of a store's or backup's file, which is only read. The file must not be in use.
Entries FileOf(const std::string& path);

}  // namespace comity::verify

#endif  // COMITY_CLIENTS_VERIFY_CHECKS_H_
