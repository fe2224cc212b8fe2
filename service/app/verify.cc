#include "service/app/verify.h"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "service/app/checkpoints.h"
#include "service/app/commitments.h"
#include "service/app/hex.h"
#include "service/app/judging_load.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

using domain::AccountUid;
using domain::Entry;
using domain::SubjectRef;
using Counts = std::map<std::pair<AccountUid, int64_t>, int64_t>;

constexpr int32_t kRowsInAPart = 500;
constexpr int kMaxFaults = 100;

class Faults {
 public:
  explicit Faults(v1::VerifyLedgerResponse& response) : response_(response) {}
  void Add(std::string fault) {
    ++count_;
    if (count_ <= kMaxFaults) response_.add_faults(std::move(fault));
    if (count_ == kMaxFaults + 1) response_.add_faults("and more");
  }

 private:
  v1::VerifyLedgerResponse& response_;
  int count_ = 0;
};

// The subject that each line was posted under.
using LineSubjects = std::unordered_map<domain::LineHash, SubjectRef>;

// Whether the details beside the ledger are those that its entry was posted with.
absl::Status CheckDetails(store::Transaction& transaction, const domain::Directory& directory, const LineSubjects& subjects,
                          const std::string& place, const Entry& entry, v1::VerifyLedgerResponse& response, Faults& faults) {
  const auto subject = subjects.find(entry.line);
  COMITY_ASSIGN_OR_RETURN(const CommitmentState state,
                          CheckCommitment(transaction, directory, subject == subjects.end() ? SubjectRef{} : subject->second, entry));
  if (state == CommitmentState::kHolds) response.set_commitment_count(response.commitment_count() + 1);
  if (state == CommitmentState::kErased) response.set_erased_commitment_count(response.erased_commitment_count() + 1);
  if (state == CommitmentState::kAltered) {
    faults.Add(place + " was posted with other details than those kept beside it: its line's subject, the person's id or account's name, " +
               "the fact that caused it, or the words given for it");
  }
  return absl::OkStatus();
}

absl::Status CheckChain(store::Transaction& transaction, v1::VerifyLedgerResponse& response, Faults& faults) {
  domain::Digest chain{};
  int64_t expected = 1;
  for (;;) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.deeds().ReadLedger(expected, kRowsInAPart));
    for (const store::LedgerRow& row : rows) {
      const std::string place = "entry " + std::to_string(row.sequence);
      if (row.sequence != expected) faults.Add(place + " stands where " + std::to_string(expected) + " should");
      if (domain::LeafHash(row.leaf) != row.leaf_hash) faults.Add(place + " does not have the hash kept with it");
      chain = domain::ChainHash(chain, row.leaf_hash);
      if (chain != row.chain_hash) faults.Add(place + " breaks the chain");
      if (!domain::DecodeEntry(row.leaf).ok()) faults.Add(place + " cannot be read");
      chain = row.chain_hash;
      expected = row.sequence + 1;
      response.set_entry_count(response.entry_count() + 1);
    }
    if (rows.size() < kRowsInAPart) break;
  }
  COMITY_ASSIGN_OR_RETURN(const store::LedgerHead head, transaction.deeds().Head());
  if (head.sequence != expected - 1 || head.chain_hash != chain) faults.Add("the ledger's head is not its last entry");
  response.set_root_hash(Hex(chain));
  return absl::OkStatus();
}

// A subject's name is a hash over what its suite calls it, so words that belong to another subject show.
absl::Status CheckSubjects(store::Transaction& transaction, const SubjectSet& subjects, Faults& faults) {
  COMITY_ASSIGN_OR_RETURN(const auto found, transaction.events().FindSubjects({subjects.begin(), subjects.end()}));
  for (const store::SubjectDetails& details : found) {
    if (details.id.empty()) continue;  // erased
    if (domain::SubjectRefOf(details.suite, details.instance, details.kind, details.id) == details.subject) continue;
    faults.Add("the details of subject " + details.subject.ToText() + " are those of another one");
  }
  return absl::OkStatus();
}

// Once more over the ledger, when it is known under which subject each line was posted.
absl::Status CheckAllDetails(store::Transaction& transaction, const domain::Directory& directory, const LineSubjects& subjects,
                             v1::VerifyLedgerResponse& response, Faults& faults) {
  for (int64_t next = 1;;) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.deeds().ReadLedger(next, kRowsInAPart));
    for (const store::LedgerRow& row : rows) {
      next = row.sequence + 1;
      const auto entry = domain::DecodeEntry(row.leaf);
      if (!entry.ok()) continue;  // said with the chain
      COMITY_RETURN_IF_ERROR(
          CheckDetails(transaction, directory, subjects, "entry " + std::to_string(row.sequence), *entry, response, faults));
    }
    if (rows.size() < kRowsInAPart) return absl::OkStatus();
  }
}

// The latest entry of every line, and whether the shares of each deed are whole.
absl::StatusOr<std::vector<Entry>> ReadStanding(store::Transaction& transaction, LineSubjects& line_subjects, Faults& faults) {
  std::vector<Entry> standing;
  std::map<domain::DeedHash, std::pair<int64_t, bool>> shares;  // sum, and whether any line stands
  SubjectRef after_subject;
  domain::LineHash after_line;
  for (;;) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.deeds().AllLines(after_subject, after_line, kRowsInAPart));
    SubjectSet subjects;
    for (const auto& row : rows) {
      const Entry& entry = row.line.last;
      line_subjects.emplace(row.line.line, row.subject);
      subjects.insert(row.subject);
      after_subject = row.subject;
      after_line = row.line.line;
      if (entry.action == domain::EntryAction::kReverse) continue;
      if (!entry.internal) {
        auto& [sum, stands] = shares[entry.deed];
        sum += entry.content.share_ppm;
        stands = true;
      }
      standing.push_back(entry);
    }
    COMITY_RETURN_IF_ERROR(CheckSubjects(transaction, subjects, faults));
    if (rows.size() < kRowsInAPart) break;
  }
  for (const auto& [deed, state] : shares) {
    if (state.second && state.first != domain::kWholePpm) {
      faults.Add("the shares of deed " + deed.ToText() + " sum to " + std::to_string(state.first));
    }
  }
  return standing;
}

template <typename Visit>
absl::Status ForEachPart(store::Transaction& transaction, Visit visit) {
  SubjectRef after;
  for (;;) {
    COMITY_ASSIGN_OR_RETURN(const auto subjects, transaction.events().AllSubjects(after, kRowsInAPart));
    if (!subjects.empty()) {
      after = subjects.back();
      COMITY_RETURN_IF_ERROR(visit(subjects));
    }
    if (subjects.size() < kRowsInAPart) return absl::OkStatus();
  }
}

// How many resolutions each account has in each window, counted from the events themselves.
absl::Status CountResolutions(store::Transaction& transaction, const domain::Policies& policies, Counts& counts) {
  return ForEachPart(transaction, [&](const std::vector<SubjectRef>& subjects) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const auto events, transaction.events().EventsOf(subjects));
    for (const auto& [subject, of_subject] : events) {
      for (const store::StoredEvent& event : of_subject) {
        std::vector<domain::Fact> observations;
        for (const store::Observation& observation : event.observations) {
          COMITY_ASSIGN_OR_RETURN(domain::Fact fact, domain::DecodeFact(observation.bytes));
          if (fact.kind != domain::FactKind::kResolved) break;
          observations.push_back(std::move(fact));
        }
        if (observations.empty()) continue;
        const domain::Fact fact = domain::FoldObservations(observations);
        if (!fact.actor.present()) continue;
        ++counts[{fact.actor.account, domain::BulkWindowOf(fact.occur_time, policies.At(fact.occur_time).bulk_window)}];
      }
    }
    return absl::OkStatus();
  });
}

struct Rebuilt {
  std::vector<Entry> standing;
  domain::Rollups rollups;
};

absl::StatusOr<Rebuilt> Rebuild(store::Transaction& transaction, const domain::Directory& directory, const domain::Policies& policies) {
  Counts counts;
  COMITY_RETURN_IF_ERROR(CountResolutions(transaction, policies, counts));
  const ResolutionCount count = [&counts](AccountUid account, int64_t window) -> absl::StatusOr<int64_t> {
    const auto found = counts.find({account, window});
    return found == counts.end() ? 0 : found->second;
  };
  Rebuilt rebuilt;
  std::set<SubjectRef> moved;  // groups of several members, which come once for each member
  const absl::Status status = ForEachPart(transaction, [&](const std::vector<SubjectRef>& subjects) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const auto groups,
                            LoadGroups(transaction, {subjects.begin(), subjects.end()}, policies, count,
                                       {.dependents = false, .posted = false, .fresh = nullptr, .now = absl::InfinitePast()}));
    for (const JudgingGroup& group : groups) {
      if (group.members.size() > 1 && !moved.insert(group.input.subject).second) continue;
      const domain::Verdict verdict = domain::Judge(group.input, directory, policies);
      std::map<domain::LineHash, Entry> last;
      for (const Entry& entry : domain::EntriesFor(verdict, {}, {})) {
        const auto before = last.find(entry.line);
        domain::AddRollupDelta(before == last.end() ? nullptr : &before->second, entry, rebuilt.rollups);
        last[entry.line] = entry;
      }
      for (const auto& [line, entry] : last) rebuilt.standing.push_back(entry);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  std::erase_if(rebuilt.rollups.cells, [](const auto& cell) { return cell.second == domain::RollupDelta{}; });
  std::erase_if(rebuilt.rollups.people, [](const auto& person) { return person.second == 0; });
  return rebuilt;
}

absl::Status CheckAll(Context& context, store::Transaction& transaction, bool rebuild, v1::VerifyLedgerResponse& response, Faults& faults) {
  COMITY_RETURN_IF_ERROR(CheckChain(transaction, response, faults));
  std::vector<std::string> checkpoint_faults;
  COMITY_ASSIGN_OR_RETURN(const int64_t checkpoints, CheckCheckpoints(transaction, checkpoint_faults));
  response.set_checkpoint_count(checkpoints);
  for (std::string& fault : checkpoint_faults) faults.Add(std::move(fault));
  LineSubjects subjects;
  COMITY_ASSIGN_OR_RETURN(std::vector<Entry> standing, ReadStanding(transaction, subjects, faults));
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  COMITY_RETURN_IF_ERROR(CheckAllDetails(transaction, *directory, subjects, response, faults));
  COMITY_ASSIGN_OR_RETURN(const domain::Rollups rollups, transaction.deeds().LoadRollups());
  const domain::Digest standing_digest = domain::StandingDigest(std::move(standing));
  const domain::Digest rollup_digest = domain::RollupDigest(rollups);
  response.set_standing_digest(Hex(standing_digest));
  response.set_rollup_digest(Hex(rollup_digest));
  if (!rebuild) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto policies, context.snapshots.PoliciesIn(transaction));
  COMITY_ASSIGN_OR_RETURN(Rebuilt rebuilt, Rebuild(transaction, *directory, *policies));
  COMITY_ASSIGN_OR_RETURN(const auto running, transaction.admin().RunningJobs());
  const std::string why = running.empty() ? "" : " (a job is still judging subjects again: wait for it, then verify once more)";
  if (domain::StandingDigest(std::move(rebuilt.standing)) != standing_digest) {
    faults.Add("what stands differs from a rebuild from the events" + why);
  }
  if (domain::RollupDigest(rebuilt.rollups) != rollup_digest) faults.Add("rollups differ from a rebuild from the events" + why);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::VerifyLedgerResponse> VerifyLedger(Context& context, bool rebuild) {
  v1::VerifyLedgerResponse response;
  Faults faults(response);
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context.store.BeginRead());
  const absl::Status checked = CheckAll(context, *transaction, rebuild, response, faults);
  // What cannot be read any more is a finding like the others, after those made before it.
  if (absl::IsDataLoss(checked)) {
    faults.Add(std::string(checked.message()));
  } else if (!checked.ok()) {
    return checked;
  }
  response.set_ok(response.faults_size() == 0);
  return response;
}

}  // namespace comity::app
