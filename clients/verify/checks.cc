#include "clients/verify/checks.h"

#include <algorithm>
#include <charconv>

#include "clients/verify/entry.h"
#include "clients/verify/tree.h"

namespace comity::verify {
namespace {

constexpr std::string_view kInclusion = "comity inclusion proof 1\n";
constexpr std::string_view kConsistency = "comity consistency proof 1\n";
constexpr std::string_view kLedger = "comity ledger 1\n";
constexpr size_t kMaxPath = 65;

Report No(Report report, std::string why) {
  report.holds = false;
  report.sentences.push_back(std::move(why));
  return report;
}

// The value of a line `WORD value`, taken off the front.
std::optional<std::string_view> Take(std::string_view& rest, std::string_view word) {
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos || end <= word.size() || !rest.starts_with(word) || rest[word.size()] != ' ') return std::nullopt;
  const std::string_view value = rest.substr(word.size() + 1, end - word.size() - 1);
  rest.remove_prefix(end + 1);
  return value;
}

// `path` lines and the empty line behind them.
bool TakePath(std::string_view& rest, std::vector<Hash>& path) {
  while (const auto line = Take(rest, "path")) {
    const auto hash = HashFromBase64(*line);
    if (!hash.has_value() || path.size() == kMaxPath) return false;
    path.push_back(*hash);
  }
  if (rest.empty() || rest.front() != '\n') return false;
  rest.remove_prefix(1);
  return true;
}

std::string Describe(const TreeHead& head) {
  return "checkpoint of " + std::to_string(head.size) + " entries of " + head.origin + ", signed for " + head.time;
}

// A note and, behind an empty line, another.
bool SplitNotes(std::string_view both, std::string_view& first, std::string_view& second) {
  const size_t text_end = both.find("\n\n");
  const size_t first_end = text_end == std::string_view::npos ? text_end : both.find("\n\n", text_end + 2);
  if (first_end == std::string_view::npos) return false;
  first = both.substr(0, first_end + 1);
  second = both.substr(first_end + 2);
  return true;
}

// Two heads of one ledger at the same size must be the same.
std::string Contradiction(const TreeHead& one, const TreeHead& other) {
  if (one.origin != other.origin) return "the checkpoints are of two different ledgers";
  if (one.size == other.size && (one.root != other.root || one.chain != other.chain)) {
    return "two checkpoints of the same size say different things: the ledger was forked";
  }
  return "";
}

Report CheckInclusion(std::string_view rest, const std::vector<PublicKey>& keys, std::vector<TreeHead>& heads) {
  Report report;
  const auto entry = Take(rest, "entry"), leaf_text = Take(rest, "leaf");
  std::vector<Hash> path;
  uint64_t sequence = 0;
  if (!entry.has_value() || !leaf_text.has_value() || !TakePath(rest, path)) return No(report, "the proof cannot be read");
  std::from_chars(entry->data(), entry->data() + entry->size(), sequence);
  const auto leaf = FromBase64(*leaf_text);
  if (std::to_string(sequence) != *entry || sequence == 0 || !leaf.has_value()) {
    return No(report, "the proof cannot be read");
  }
  TreeHead head;
  const std::string opened = OpenNote(rest, keys, head);
  if (!opened.empty()) return No(report, opened);
  report.sentences.push_back("The " + Describe(head) + " is signed with a key that you trust.");
  const auto root = RootOfInclusion(LeafHash(*leaf), sequence - 1, head.size, path);
  if (root != head.root) return No(report, "the entry is not at that place of the checkpoint's ledger");
  report.sentences.push_back("Entry " + std::to_string(sequence) + " is in it: " + DescribeEntry(*leaf) + ".");
  report.holds = true;
  heads.push_back(head);
  return report;
}

Report CheckConsistency(std::string_view rest, const std::vector<PublicKey>& keys, std::vector<TreeHead>& heads) {
  Report report;
  std::vector<Hash> path;
  std::string_view older_note, newer_note;
  if (!TakePath(rest, path) || !SplitNotes(rest, older_note, newer_note)) return No(report, "the proof cannot be read");
  TreeHead older, newer;
  for (const auto& [note, head] : {std::pair(older_note, &older), std::pair(newer_note, &newer)}) {
    const std::string opened = OpenNote(note, keys, *head);
    if (!opened.empty()) return No(report, opened);
    report.sentences.push_back("The " + Describe(*head) + " is signed with a key that you trust.");
  }
  const std::string contradiction = Contradiction(older, newer);
  if (!contradiction.empty()) return No(report, contradiction);
  if (older.size == 0) {
    if (!path.empty() || older.root != Tree().Root()) return No(report, "the older checkpoint is not that of an empty ledger");
  } else {
    const auto roots = RootsOfConsistency(older.size, older.root, newer.size, path);
    if (!roots.has_value() || roots->first != older.root || roots->second != newer.root) {
      return No(report, "the older ledger is not the beginning of the newer: something in it was changed");
    }
  }
  report.sentences.push_back("The newer ledger begins with the older, unchanged: " + std::to_string(newer.size - older.size) +
                             " entries were appended, none changed or taken out.");
  report.holds = true;
  heads = {older, newer};
  return report;
}

}  // namespace

Report CheckNote(std::string_view note, const std::vector<PublicKey>& keys) {
  Report report;
  TreeHead head;
  const std::string opened = OpenNote(note, keys, head);
  if (!opened.empty()) return No(report, opened);
  report.holds = true;
  report.sentences = {"The " + Describe(head) + " is signed with a key that you trust.", "root " + ToHex(ViewOf(head.root))};
  return report;
}

Report CheckProof(std::string_view proof, const std::vector<PublicKey>& keys, const std::optional<std::string>& saved) {
  if (proof.size() > kMaxProofBytes) return No({}, "the proof is larger than any is");
  std::vector<TreeHead> heads;
  Report report;
  if (proof.starts_with(kInclusion)) {
    report = CheckInclusion(proof.substr(kInclusion.size()), keys, heads);
  } else if (proof.starts_with(kConsistency)) {
    report = CheckConsistency(proof.substr(kConsistency.size()), keys, heads);
  } else {
    return No({}, "this is no proof that this release can read");
  }
  if (!report.holds || !saved.has_value()) return report;
  TreeHead kept;
  const std::string opened = OpenNote(*saved, keys, kept);
  if (!opened.empty()) return No(report, "of the checkpoint that you kept: " + opened);
  for (const TreeHead& head : heads) {
    const std::string contradiction = Contradiction(kept, head);
    if (!contradiction.empty()) return No(report, contradiction);
  }
  if (std::none_of(heads.begin(), heads.end(), [&](const TreeHead& head) { return head.size == kept.size; })) {
    return No(report, "the checkpoint that you kept is not one of the proof's; ask for a proof from it: comity checkpoints compare " +
                          std::to_string(kept.size));
  }
  report.sentences.push_back("It is the checkpoint that you kept.");
  return report;
}

Report CheckLedger(const Entries& entries, std::string_view note, const std::vector<PublicKey>& keys) {
  Report report;
  TreeHead head;
  const std::string opened = OpenNote(note, keys, head);
  if (!opened.empty()) return No(report, opened);
  report.sentences.push_back("The " + Describe(head) + " is signed with a key that you trust.");
  Tree tree;
  Hash chain{};
  std::string fault;
  bool reached = false;
  const auto compare = [&] {
    reached = true;
    if (tree.Root() != head.root) fault = "the tree of the first " + std::to_string(head.size) + " entries is not the one that was signed";
    if (chain != head.chain) fault = "the chain at entry " + std::to_string(head.size) + " is not the one that was signed";
  };
  if (head.size == 0) compare();
  const std::string ended = entries([&](const KeptEntry& entry) {
    const std::string place = "entry " + std::to_string(entry.sequence);
    if (entry.sequence != static_cast<int64_t>(tree.size()) + 1) {
      fault = place + " stands where " + std::to_string(tree.size() + 1) + " should";
      return false;
    }
    const Hash leaf_hash = LeafHash(entry.leaf);
    chain = ChainHash(chain, leaf_hash);
    if (!entry.leaf_hash.empty() && entry.leaf_hash != ViewOf(leaf_hash)) fault = place + " does not have the hash kept with it";
    if (!entry.chain_hash.empty() && entry.chain_hash != ViewOf(chain)) fault = place + " breaks the chain";
    tree.Add(leaf_hash);
    if (fault.empty() && tree.size() == head.size) compare();
    return fault.empty();
  });
  if (!fault.empty()) return No(report, fault);
  if (!ended.empty()) return No(report, ended);
  if (!reached) {
    return No(report, "the ledger has " + std::to_string(tree.size()) + " entries, fewer than were signed: its end was cut off");
  }
  report.sentences.push_back("The ledger's " + std::to_string(tree.size()) +
                             " entries stand in order, each with its hash, in one chain; the first " + std::to_string(head.size) +
                             " are those that were signed.");
  if (tree.size() > head.size) {
    report.sentences.push_back("The " + std::to_string(tree.size() - head.size) + " after them are covered by a later checkpoint only.");
  }
  report.holds = true;
  return report;
}

Entries LinesOf(std::string_view text) {
  return [text](const std::function<bool(const KeptEntry&)>& take) -> std::string {
    if (!text.starts_with(kLedger)) return "this is no ledger that this release can read";
    std::string_view rest = text.substr(kLedger.size());
    for (int64_t sequence = 1; !rest.empty(); ++sequence) {
      const size_t end = rest.find('\n');
      if (end == std::string_view::npos) return "the ledger's last line was cut off";
      const auto leaf = end > 2 * kMaxLeafBytes ? std::nullopt : FromBase64(rest.substr(0, end));
      if (!leaf.has_value()) return "entry " + std::to_string(sequence) + " cannot be read";
      rest.remove_prefix(end + 1);
      if (!take({sequence, *leaf, {}, {}})) return "";
    }
    return "";
  };
}

}  // namespace comity::verify
