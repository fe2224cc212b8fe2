#include "service/app/checkpoints.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/app/hex.h"
#include "service/base/error.h"
#include "service/base/mutex.h"
#include "service/base/recurring.h"
#include "service/base/secret_file.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

constexpr int kPartLevel = 10;  // parts of 1,024 leaves and more are stored
constexpr int64_t kLeavesInAPart = int64_t{1} << kPartLevel;
constexpr int32_t kEntriesAtOnce = 1000;
constexpr size_t kNodesInAWork = 2000;
constexpr absl::Duration kDay = absl::Hours(24);
constexpr std::chrono::seconds kLook{30};
constexpr std::string_view kOriginSetting = "ledger_origin";

absl::Status Forked(std::string_view what) {
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kLedgerForked,
               absl::StrCat(std::string(what),
                            "; nothing was signed: keep the store as it is, run `comity admin verify`, and compare with a backup"));
}

// The tree of the parts that are stored, as far as whole parts of `size` leaves go.
absl::StatusOr<domain::MerkleTree> StoredTree(store::Transaction& transaction, int64_t size) {
  domain::MerkleTree tree;
  const auto whole = static_cast<uint64_t>(size) >> kPartLevel << kPartLevel;
  while (tree.size() < whole) {
    const int level = std::countr_zero(std::bit_floor(whole - tree.size()));
    COMITY_ASSIGN_OR_RETURN(const auto hash, transaction.checkpoints().FindTreeNode(level, static_cast<int64_t>(tree.size() >> level)));
    if (!hash.has_value()) return Forked("a part of the ledger's tree is not in the store");
    tree.AddSubtree(*hash, level);
  }
  return tree;
}

absl::StatusOr<domain::Digest> ChainAt(store::Transaction& transaction, int64_t sequence) {
  if (sequence == 0) return domain::Digest{};
  COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.deeds().ReadLedger(sequence, 1));
  if (rows.empty() || rows.front().sequence != sequence) return Forked(absl::StrCat("entry ", sequence, " is not there"));
  return rows.front().chain_hash;
}

std::string RandomId() {
  const auto key = domain::SigningKey::Generate("id");  // its public half is as good a random name as any
  return key.ok() ? key->VerifierText().substr(3, 8) : "unnamed";
}

// The ledger's name, made once with the store and kept through backup and restore.
absl::StatusOr<std::string> Origin(Writer& writer) {
  std::string origin;
  const absl::Status status = writer.Run([&origin](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.admin().FindSetting(kOriginSetting));
    origin = stored.has_value() ? *stored : absl::StrCat("comity/ledger/", RandomId());
    return stored.has_value() ? absl::OkStatus() : transaction.admin().PutSetting(kOriginSetting, origin);
  });
  if (!status.ok()) return status;
  return origin;
}

absl::StatusOr<domain::SigningKey> ReadOrMakeKey(const std::string& file, const std::string& name) {
  const absl::StatusOr<std::string> text = ReadSecretFile(file);
  if (text.ok()) return domain::SigningKey::FromText(*text);
  if (!absl::IsNotFound(text.status())) return text.status();
  COMITY_ASSIGN_OR_RETURN(domain::SigningKey key, domain::SigningKey::Generate(name));
  COMITY_RETURN_IF_ERROR(WriteSecretFile(file, key.ToText()));
  return key;
}

absl::Status RecordKey(store::Transaction& transaction, const std::string& verifier, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto keys, transaction.checkpoints().CheckpointKeys());
  for (const store::CheckpointKeyRow& key : keys) {
    const bool is_this = key.verifier == verifier;
    if (is_this && key.retired == absl::InfiniteFuture()) continue;
    if (is_this || key.retired == absl::InfiniteFuture()) {
      COMITY_RETURN_IF_ERROR(
          transaction.checkpoints().PutCheckpointKey({key.verifier, key.created, is_this ? absl::InfiniteFuture() : now}));
    }
  }
  const bool known = std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return key.verifier == verifier; });
  return known ? absl::OkStatus() : transaction.checkpoints().PutCheckpointKey({verifier, now});
}

class CheckpointsImpl : public Checkpoints {
 public:
  CheckpointsImpl(store::Store& store, Writer& writer, const obs::Clock& clock, std::string origin, domain::SigningKey key)
      : store_(store), writer_(writer), clock_(clock), origin_(std::move(origin)), key_(std::move(key)) {}

  void StartDaily() override {
    daily_.emplace(Recurring::Rest::zero(), [this] {
      MakeIfDue();
      return kLook;
    });
  }

  absl::StatusOr<store::CheckpointRow> Make(int64_t size) override {
    MutexLock lock(make_mutex_);
    store::CheckpointRow made;
    std::vector<store::TreeNodeRow> nodes;
    {
      COMITY_ASSIGN_OR_RETURN(const auto transaction, store_.BeginRead());
      COMITY_ASSIGN_OR_RETURN(const store::LedgerHead head, transaction->deeds().Head());
      made.size = size < 0 ? head.sequence : size;
      COMITY_ASSIGN_OR_RETURN(const auto found, transaction->checkpoints().FindCheckpoint(made.size));
      if (found.has_value()) return *found;
      COMITY_ASSIGN_OR_RETURN(made, Sign(*transaction, head, made.size, nodes));
    }
    return Store(made, nodes);
  }

 private:
  // Reads on from the nearest checkpoint before, and from that one's last whole part.
  absl::StatusOr<store::CheckpointRow> Sign(store::Transaction& transaction, const store::LedgerHead& head, int64_t size,
                                            std::vector<store::TreeNodeRow>& nodes) {
    if (size > head.sequence) return Forked("the ledger is shorter than what was asked for");
    domain::Checkpoint before;
    before.root = domain::EmptyRoot();
    COMITY_ASSIGN_OR_RETURN(const auto earlier, transaction.checkpoints().ListCheckpoints(size, 1));
    if (!earlier.empty()) {
      COMITY_ASSIGN_OR_RETURN(before, domain::ReadCheckpoint(earlier.front().note));
    }
    COMITY_ASSIGN_OR_RETURN(const auto later, transaction.checkpoints().ListCheckpoints(0, 1));
    if (!later.empty() && later.front().size > head.sequence) return Forked("a checkpoint covers more entries than the ledger has");
    COMITY_ASSIGN_OR_RETURN(domain::MerkleTree tree, StoredTree(transaction, static_cast<int64_t>(before.size)));
    COMITY_ASSIGN_OR_RETURN(const domain::Digest chain, ChainAt(transaction, static_cast<int64_t>(tree.size())));
    LedgerReader reader(transaction, std::move(tree), chain);
    COMITY_RETURN_IF_ERROR(reader.ReadTo(static_cast<int64_t>(before.size)));
    if (reader.tree().Root() != before.root || reader.chain() != before.chain) {
      return Forked(absl::StrCat("the ledger does not begin with the ", before.size, " entries that were signed"));
    }
    COMITY_RETURN_IF_ERROR(reader.ReadTo(size));
    if (size == head.sequence && reader.chain() != head.chain_hash) return Forked("the ledger's head is not its last entry");
    nodes = reader.completed();
    const absl::Time now = clock_.Now();
    const domain::Checkpoint checkpoint{origin_, static_cast<uint64_t>(size), reader.tree().Root(), reader.chain(),
                                        absl::FromUnixSeconds(absl::ToUnixSeconds(now))};
    return store::CheckpointRow{size, now, key_.Sign(domain::CheckpointNote(checkpoint))};
  }

  // The parts in works of their own, so that no fact waits long behind them; the checkpoint last, so that its parts are there before it.
  absl::StatusOr<store::CheckpointRow> Store(const store::CheckpointRow& made, const std::vector<store::TreeNodeRow>& nodes) {
    for (size_t first = 0; first < nodes.size(); first += kNodesInAWork) {
      const auto begin = nodes.begin() + static_cast<std::ptrdiff_t>(first);
      const std::vector<store::TreeNodeRow> some(begin, begin + static_cast<std::ptrdiff_t>(std::min(kNodesInAWork, nodes.size() - first)));
      COMITY_RETURN_IF_ERROR(writer_.Run([&some](store::Transaction& write) { return write.checkpoints().PutTreeNodes(some); }));
    }
    store::CheckpointRow stored = made;
    const absl::Status status = writer_.Run([&stored](store::Transaction& write) -> absl::Status {
      COMITY_RETURN_IF_ERROR(write.checkpoints().PutCheckpoint(stored));
      COMITY_ASSIGN_OR_RETURN(const auto kept, write.checkpoints().FindCheckpoint(stored.size));
      if (kept.has_value()) stored = *kept;  // another server's
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    // The log leaves the machine where there is a collector: one more place that remembers what the ledger was.
    obs::Log(obs::Level::kInfo, "Checkpoint", {{"size", stored.size}, {"note", stored.note}});
    return stored;
  }

  // A jump of the clock neither makes two nor none: what was not appended to is not signed again, and a day that has really passed counts.
  absl::StatusOr<bool> IsDue() {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, store_.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const auto last, transaction->checkpoints().ListCheckpoints(0, 1));
    COMITY_ASSIGN_OR_RETURN(const store::LedgerHead head, transaction->deeds().Head());
    if (head.sequence == (last.empty() ? 0 : last.front().size)) return false;
    const bool a_day_by_the_clock = last.empty() || clock_.Now() >= last.front().created + kDay;
    return a_day_by_the_clock || std::chrono::steady_clock::now() - made_ >= std::chrono::hours(24);
  }

  void MakeIfDue() {
    const absl::StatusOr<bool> due = IsDue();
    absl::Status status = due.status();
    if (due.ok() && *due) {
      status = Make(-1).status();
      if (status.ok()) made_ = std::chrono::steady_clock::now();
    }
    if (!status.ok()) {
      obs::Log(obs::Level::kError, "no checkpoint could be made; it will be tried again",
               {{"code", static_cast<int>(status.code())}, {"reason", DetailsOf(status).reason}});
    }
  }

  store::Store& store_;
  Writer& writer_;
  const obs::Clock& clock_;
  const std::string origin_;
  const domain::SigningKey key_;
  Mutex make_mutex_;
  std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();  // of the daily work
  std::optional<Recurring> daily_;                                                 // last: it uses the rest
};

}  // namespace

absl::StatusOr<std::unique_ptr<Checkpoints>> Checkpoints::Open(store::Store& store, Writer& writer, const obs::Clock& clock,
                                                               const std::string& key_file) {
  COMITY_ASSIGN_OR_RETURN(std::string origin, Origin(writer));
  absl::StatusOr<domain::SigningKey> key = ReadOrMakeKey(key_file, origin);
  if (!key.ok()) {
    ErrorDetails details = DetailsOf(key.status());
    details.faults.push_back({"data_dir", key_file});
    return ErrorNamed(key.status().code(), details.reason, std::string(key.status().message()), std::move(details.faults));
  }
  const std::string verifier = key->VerifierText();
  const absl::Time now = clock.Now();
  COMITY_RETURN_IF_ERROR(writer.Run([&](store::Transaction& write) { return RecordKey(write, verifier, now); }));
  return std::make_unique<CheckpointsImpl>(store, writer, clock, std::move(origin), *std::move(key));
}

absl::StatusOr<std::vector<domain::Digest>> HashesOf(store::Transaction& transaction, const std::vector<domain::LeafRange>& ranges) {
  // The leaves of the part that was asked for last: those of one ragged end follow one another.
  int64_t part = -1;
  std::vector<domain::Digest> leaves;
  return domain::HashRanges(ranges, [&](const domain::SubtreeName& name) -> absl::StatusOr<domain::Digest> {
    const auto number = static_cast<int64_t>(name.number);
    if (name.level >= kPartLevel) {
      COMITY_ASSIGN_OR_RETURN(const auto hash, transaction.checkpoints().FindTreeNode(name.level, number));
      if (!hash.has_value()) return Forked("a part of the ledger's tree is not in the store");
      return *hash;
    }
    const int64_t first = number << name.level, size = int64_t{1} << name.level;
    if (part != first / kLeavesInAPart) {
      part = first / kLeavesInAPart;
      COMITY_ASSIGN_OR_RETURN(leaves,
                              transaction.checkpoints().LeafHashes(part * kLeavesInAPart + 1, static_cast<int32_t>(kLeavesInAPart)));
    }
    domain::MerkleTree tree;
    for (int64_t place = first % kLeavesInAPart; place < first % kLeavesInAPart + size; ++place) {
      if (place >= static_cast<int64_t>(leaves.size())) return Forked("the ledger is shorter than its checkpoint");
      tree.Add(leaves[static_cast<size_t>(place)]);
    }
    return tree.Root();
  });
}

absl::Status LedgerReader::ReadTo(int64_t size) {
  while (static_cast<int64_t>(tree_.size()) < size) {
    const auto next = static_cast<int64_t>(tree_.size()) + 1;
    const auto limit = static_cast<int32_t>(std::min<int64_t>(kEntriesAtOnce, size - next + 1));
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction_.deeds().ReadLedger(next, limit));
    if (rows.empty()) return Forked(absl::StrCat("entry ", next, " is not there"));
    for (const store::LedgerRow& row : rows) COMITY_RETURN_IF_ERROR(Take(row));
  }
  return absl::OkStatus();
}

absl::Status LedgerReader::Take(const store::LedgerRow& row) {
  const auto next = static_cast<int64_t>(tree_.size()) + 1;
  if (row.sequence != next) return Forked(absl::StrCat("entry ", row.sequence, " stands where ", next, " should"));
  const domain::Digest leaf_hash = domain::LeafHash(row.leaf);
  chain_ = domain::ChainHash(chain_, leaf_hash);
  if (leaf_hash != row.leaf_hash || chain_ != row.chain_hash)
    return Forked(absl::StrCat("entry ", next, " does not have the hashes kept with it"));
  tree_.Add(leaf_hash);
  for (int level = kPartLevel; level < 63; ++level) {
    const domain::Digest* part = tree_.LastSubtree(level);
    if (part == nullptr) break;
    completed_.push_back({level, static_cast<int64_t>(tree_.size() >> level) - 1, *part});
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> CheckCheckpoints(store::Transaction& transaction, std::vector<std::string>& faults) {
  COMITY_ASSIGN_OR_RETURN(const auto keys, transaction.checkpoints().CheckpointKeys());
  std::vector<store::CheckpointRow> checkpoints;  // largest first
  for (int64_t before = 0;;) {
    COMITY_ASSIGN_OR_RETURN(const auto page, transaction.checkpoints().ListCheckpoints(before, kEntriesAtOnce));
    checkpoints.insert(checkpoints.end(), page.begin(), page.end());
    if (page.size() < kEntriesAtOnce || page.back().size == 0) break;
    before = page.back().size;
  }
  LedgerReader reader(transaction, {}, {});
  for (auto row = checkpoints.rbegin(); row != checkpoints.rend(); ++row) {
    const std::string place = absl::StrCat("checkpoint ", row->size);
    const auto checkpoint = domain::ReadCheckpoint(row->note);
    if (!checkpoint.ok() || checkpoint->size != static_cast<uint64_t>(row->size)) {
      faults.push_back(place + " cannot be read");
      continue;
    }
    if (std::none_of(keys.begin(), keys.end(), [&](const auto& key) { return domain::HasSignature(row->note, key.verifier); })) {
      faults.push_back(place + " is not signed with a key that is kept");
    }
    const absl::Status read = reader.ReadTo(row->size);
    if (absl::IsDataLoss(read)) {
      faults.push_back(absl::StrCat(place, " cannot be reached: ", std::string(read.message())));
      return static_cast<int64_t>(checkpoints.size());
    }
    COMITY_RETURN_IF_ERROR(read);
    if (reader.tree().Root() != checkpoint->root || reader.chain() != checkpoint->chain) {
      faults.push_back(place + " was signed over another ledger than this one");
    }
  }
  for (const store::TreeNodeRow& node : reader.completed()) {
    COMITY_ASSIGN_OR_RETURN(const auto kept, transaction.checkpoints().FindTreeNode(node.level, node.number));
    if (kept != node.hash)
      faults.push_back(absl::StrCat("part ", node.number, " of level ", node.level, " of the tree is not the one kept"));
  }
  return static_cast<int64_t>(checkpoints.size());
}

}  // namespace comity::app
