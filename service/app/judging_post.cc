#include "service/app/judging_post.h"

#include <algorithm>
#include <set>
#include <utility>

#include "service/app/checkin_rounds.h"
#include "service/app/commitments.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/domain/deeds/withdrawn.h"

namespace comity::app {
namespace {

using domain::DeedHash;
using domain::DeedKey;
using domain::Entry;
using domain::LineHash;
using domain::SubjectRef;

// The stored deed that this key names: itself, or the same deed from before its subject's group got a smaller name.
const store::DeedRow* FindStored(const JudgingGroup& group, DeedKey key) {
  const store::DeedRow* renamed = nullptr;
  for (const store::DeedRow& row : group.deeds) {
    if (row.deed.key == key) return &row;
    DeedKey other = row.deed.key;
    other.subject = key.subject;
    if (other == key && (renamed == nullptr || row.first_stored < renamed->first_stored)) renamed = &row;
  }
  return renamed;
}

}  // namespace

int32_t ChangedDeeds(const JudgedGroup& judged) {
  std::set<DeedHash> deeds;
  for (const Entry& entry : judged.entries) {
    if (!entry.internal) deeds.insert(entry.deed);
  }
  return static_cast<int32_t>(deeds.size());
}

absl::StatusOr<std::map<DeedHash, int64_t>> Poster::AppendEntries(const JudgedGroup& judged) {
  std::map<DeedHash, int64_t> sequences;
  if (judged.entries.empty()) return sequences;
  if (!head_locked_) {
    COMITY_RETURN_IF_ERROR(transaction_.deeds().LockHead().status());
    head_locked_ = true;
  }
  // A line keeps the subject it was first posted under, so that its latest entry is found there even after the group was renamed.
  std::map<SubjectRef, std::vector<Entry>> by_subject;
  for (const Entry& entry : judged.entries) {
    const auto under = judged.group.posted_under.find(entry.line);
    by_subject[under == judged.group.posted_under.end() ? judged.group.input.subject : under->second].push_back(entry);
  }
  for (auto& [subject, entries] : by_subject) {
    COMITY_RETURN_IF_ERROR(Commit(transaction_, directory_, judged.group, subject, entries));
    COMITY_ASSIGN_OR_RETURN(int64_t sequence, transaction_.deeds().Append(entries, subject, now_));
    for (const Entry& entry : entries) {
      int64_t& last = sequences[entry.deed];
      last = std::max(last, sequence++);
    }
  }
  return sequences;
}

// What people let be seen, what waits for their yes, thanks, and what they were asked, go with a deed whose name changes.
absl::Status Poster::CarryOver(const store::DeedRow& from, const DeedHash& to, const DeedKey& key) {
  const DeedHash old_hash = from.deed.key.Hash();
  COMITY_ASSIGN_OR_RETURN(const auto shared, transaction_.deeds().SharedOf(old_hash));
  for (const domain::PersonUid& person : shared) COMITY_RETURN_IF_ERROR(transaction_.deeds().SetShared(to, person, true));
  COMITY_ASSIGN_OR_RETURN(auto proposals, transaction_.deeds().ProposalsOf(old_hash));
  for (store::Proposal& proposal : proposals) {
    COMITY_RETURN_IF_ERROR(transaction_.deeds().DeleteProposal(proposal.uid));
    proposal.deed = key;
    COMITY_RETURN_IF_ERROR(transaction_.deeds().PutProposal(proposal));
  }
  COMITY_RETURN_IF_ERROR(transaction_.checkins().MoveTicket(domain::OccurrenceId{old_hash.bytes}, domain::OccurrenceId{to.bytes}));
  return transaction_.recognition().MoveDeed(old_hash, to);
}

// While a template asks about tickets, or did and may have something open: else a deed costs what it did.
absl::Status Poster::LookAtClosed(const domain::Deed& deed) {
  if (deed.key.kind != domain::DeedKind::kResolved) return absl::OkStatus();
  if (!asks_about_tickets_.has_value()) {
    const absl::Time archived = now_ - absl::Hours(domain::kMaxOpenHours);
    COMITY_ASSIGN_OR_RETURN(asks_about_tickets_, transaction_.checkins().AnyTemplateFor(domain::CheckInTrigger::kTicketClosed, archived));
  }
  return *asks_about_tickets_ ? LookAtTicket(transaction_, deed, now_) : absl::OkStatus();
}

absl::Status Poster::UpdateDeeds(const JudgedGroup& judged, const std::map<DeedHash, int64_t>& sequences) {
  std::set<DeedHash> wanted;
  std::set<const store::DeedRow*> replaced;
  for (const domain::Deed& deed : judged.verdict.deeds) {
    const DeedHash hash = deed.key.Hash();
    wanted.insert(hash);
    const store::DeedRow* stored = FindStored(judged.group, deed.key);
    replaced.insert(stored);
    const auto sequence = sequences.find(hash);
    if (stored != nullptr && stored->deed == deed && sequence == sequences.end()) continue;
    store::DeedRow row{.deed = deed, .first_stored = now_, .last_sequence = 0};
    if (stored != nullptr) {
      row.first_stored = stored->first_stored;
      row.last_sequence = stored->last_sequence;
      if (stored->deed.key != deed.key) COMITY_RETURN_IF_ERROR(CarryOver(*stored, hash, deed.key));
    }
    if (sequence != sequences.end()) row.last_sequence = sequence->second;
    const domain::Deed* const before = stored == nullptr ? nullptr : &stored->deed;
    AddToAccuracy(judged, before, &deed);
    outbox_.Tell(before, &deed, row.last_sequence);
    COMITY_RETURN_IF_ERROR(transaction_.deeds().PutDeed(row));
    COMITY_RETURN_IF_ERROR(LookAtClosed(deed));
  }
  for (const store::DeedRow& row : judged.group.deeds) {
    const DeedHash hash = row.deed.key.Hash();
    if (wanted.contains(hash)) continue;
    // Of a group that got a smaller name the deed goes on under that name.
    DeedKey renamed = row.deed.key;
    renamed.subject = judged.group.input.subject;
    const bool goes_on = wanted.contains(renamed.Hash());
    if (goes_on && !replaced.contains(&row)) {
      AddToAccuracy(judged, &row.deed, nullptr);
      outbox_.Tell(&row.deed, nullptr, row.last_sequence);
      COMITY_RETURN_IF_ERROR(transaction_.recognition().MoveDeed(hash, renamed.Hash()));  // two deeds have become one
      COMITY_RETURN_IF_ERROR(
          transaction_.checkins().MoveTicket(domain::OccurrenceId{hash.bytes}, domain::OccurrenceId{renamed.Hash().bytes}));
    }
    COMITY_RETURN_IF_ERROR(goes_on ? transaction_.deeds().DeleteDeed(hash) : Withdraw(judged, row, sequences));
  }
  return absl::OkStatus();
}

// Nothing makes this deed any more: it stays where people saw it, taken back, with the reason that its ledger entry gives.
absl::Status Poster::Withdraw(const JudgedGroup& judged, const store::DeedRow& stored, const std::map<DeedHash, int64_t>& sequences) {
  const DeedHash hash = stored.deed.key.Hash();
  const auto of_deed = [&](const Entry& entry) { return entry.deed == hash && !entry.internal; };
  const auto entry = std::find_if(judged.entries.begin(), judged.entries.end(), of_deed);
  const auto said = judged.verdict.facts.find(stored.deed.made_by);
  store::DeedRow row = stored;
  row.deed = domain::Withdrawn(std::move(row.deed), entry == judged.entries.end() ? domain::ReasonCode::kNone : entry->cause,
                               said == judged.verdict.facts.end() ? nullptr : &said->second);
  domain::HideOptedOut(directory_, row.deed);
  const auto sequence = sequences.find(hash);
  if (sequence != sequences.end()) row.last_sequence = sequence->second;
  if (row.deed == stored.deed && row.last_sequence == stored.last_sequence) return absl::OkStatus();
  AddToAccuracy(judged, &stored.deed, &row.deed);
  outbox_.Tell(&stored.deed, &row.deed, row.last_sequence);
  COMITY_RETURN_IF_ERROR(LookAtClosed(row.deed));
  return transaction_.deeds().PutDeed(row);
}

// All facts of a subject come from one installation of one suite.
void Poster::AddToAccuracy(const JudgedGroup& judged, const domain::Deed* before, const domain::Deed* after) {
  if (judged.group.input.events.empty()) return;
  const domain::Fact& fact = judged.group.input.events.front().fact;
  domain::AddAccuracyDelta(before, after, fact.suite, fact.instance, accuracy_);
}

void Poster::AddToRollups(const JudgedGroup& judged) {
  std::map<LineHash, const Entry*> latest;
  for (const domain::PostedLine& line : judged.group.posted) latest[line.line] = &line.last;
  for (const Entry& entry : judged.entries) {
    const Entry*& before = latest[entry.line];
    domain::AddRollupDelta(before, entry, rollups_);
    before = &entry;
  }
}

absl::Status Poster::Post(const JudgedGroup& judged) {
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceJudgePost));
  COMITY_ASSIGN_OR_RETURN(const auto sequences, AppendEntries(judged));
  COMITY_RETURN_IF_ERROR(UpdateDeeds(judged, sequences));
  COMITY_RETURN_IF_ERROR(LookAtMeetings(transaction_, judged.group.input.events, directory_, now_));
  AddToRollups(judged);
  for (const auto& [key, verdict] : judged.verdict.facts) {
    const auto stored = judged.group.stored_verdicts.find(key);
    if (stored != judged.group.stored_verdicts.end() && !(stored->second == verdict)) verdicts_.emplace_back(key, verdict);
  }
  return absl::OkStatus();
}

absl::Status Poster::Finish() {
  if (!verdicts_.empty()) COMITY_RETURN_IF_ERROR(transaction_.events().UpdateVerdicts(verdicts_));
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceJudgeRollups));
  if (!rollups_.cells.empty() || !rollups_.people.empty()) COMITY_RETURN_IF_ERROR(transaction_.deeds().AddRollups(rollups_));
  if (!accuracy_.counts.empty()) COMITY_RETURN_IF_ERROR(transaction_.policies().AddAccuracy(accuracy_));
  return outbox_.Write(transaction_, directory_, now_);
}

}  // namespace comity::app
