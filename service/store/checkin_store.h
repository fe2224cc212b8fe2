// What is kept of check-ins: templates, norms, what to look at and when, check-ins and what was answered.
#ifndef COMITY_SERVICE_STORE_CHECKIN_STORE_H_
#define COMITY_SERVICE_STORE_CHECKIN_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/domain/checkin/checkin.h"

namespace comity::store {

// `number` grows with each that is opened.
struct CheckInRow {
  int64_t number = 0;
  domain::CheckIn checkin;
};
// What to look at. `due` = what was said when it was read: what was said anew since is not undone by those who read it before.
struct OccurrenceRow {
  domain::OccurrenceKind kind = domain::OccurrenceKind::kNone;
  domain::OccurrenceId about;
  absl::Time due = absl::InfinitePast();
  bool operator==(const OccurrenceRow&) const = default;
};
struct CheckInAnswerRow {
  domain::CheckInUid checkin;
  domain::CheckInAnswer answer;
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class CheckInStore {
 public:
  virtual ~CheckInStore() = default;

  // Errors: ALREADY_EXISTS for an id and version that are there: what was published is never replaced.
  virtual absl::Status InsertTemplate(const domain::CheckInTemplate& asked) = 0;
  // As they are now, archived ones too, in order of id.
  virtual absl::StatusOr<std::vector<domain::CheckInTemplate>> LatestTemplates() = 0;
  // The same without those that are archived.
  virtual absl::StatusOr<std::vector<domain::CheckInTemplate>> TemplatesInForce() = 0;
  // Every version of one, in order of version.
  virtual absl::StatusOr<std::vector<domain::CheckInTemplate>> TemplateVersionsOf(const std::string& id) = 0;
  // Whether any template opens on this, or was archived after `archived`.
  virtual absl::StatusOr<bool> AnyTemplateFor(domain::CheckInTrigger trigger, absl::Time archived) = 0;
  // The same for norms.
  virtual absl::Status InsertNormSet(const domain::NormSet& norms) = 0;
  virtual absl::StatusOr<std::vector<domain::NormSet>> LatestNormSets() = 0;
  virtual absl::StatusOr<std::vector<domain::NormSet>> NormSetVersionsOf(const std::string& id) = 0;

  // To be looked at from `due` on, or earlier if that was said before.
  virtual absl::Status PutOccurrence(domain::OccurrenceKind kind, domain::OccurrenceId about, absl::Time due) = 0;
  // It was looked at by a clock that said `now`, and is to be again from `next` on. Nothing if something was said since it was read.
  virtual absl::Status SetLooked(const OccurrenceRow& occurrence, absl::Time now, absl::Time next) = 0;
  virtual absl::Status DeleteOccurrence(const OccurrenceRow& occurrence) = 0;
  // Those due at `now`, earliest first, and those that a clock ahead of `now` looked at; at most `limit`.
  virtual absl::StatusOr<std::vector<OccurrenceRow>> DueOccurrences(absl::Time now, int32_t limit) = 0;
  // A ticket's deed has another name from now on: it is looked at, and what was opened is about, that one. Of a team that asks about that
  // one already what is open stays behind, to be looked at at once: two deeds have become one, and are asked about once.
  virtual absl::Status MoveTicket(domain::OccurrenceId from, domain::OccurrenceId to) = 0;

  // False, and nothing is written, if the same team has one about the same occurrence, of whatever template and told by whatever calendar.
  virtual absl::StatusOr<bool> Open(const domain::CheckIn& checkin) = 0;
  virtual absl::StatusOr<std::optional<CheckInRow>> Find(domain::CheckInUid uid) = 0;
  virtual absl::StatusOr<std::vector<CheckInRow>> OpenAbout(domain::OccurrenceKind kind, domain::OccurrenceId about) = 0;
  // Opened now and not, as a clock said that was put back since, later.
  virtual absl::Status SetOpened(domain::CheckInUid uid, absl::Time opened, absl::Time closes) = 0;
  // As if it had never opened: what was answered goes, and whom it asked has been asked nothing.
  virtual absl::Status Withdraw(domain::CheckInUid uid) = 0;
  // In this state, those which close first before the others, that close at `until` at the latest; at most `limit`.
  virtual absl::StatusOr<std::vector<CheckInRow>> ListUntil(domain::CheckInState state, absl::Time until, int32_t limit) = 0;
  // Of one template in this state, newest first, numbers below `before`, at most `limit`.
  virtual absl::StatusOr<std::vector<CheckInRow>> ListOfTemplate(const std::string& id, domain::CheckInState state, int64_t before,
                                                                 int32_t limit) = 0;
  // Those that are shown together under this number.
  virtual absl::StatusOr<std::vector<CheckInRow>> ReleasedTogether(int64_t release) = 0;
  // Closed from now on: nobody is asked any more.
  virtual absl::Status Close(domain::CheckInUid uid) = 0;
  virtual absl::Status SetReleased(int64_t number, int64_t release) = 0;
  // Deletes its answers, and those of all that are shown together with it.
  virtual absl::Status Clear(const CheckInRow& row) = 0;
  virtual absl::Status Delete(domain::CheckInUid uid) = 0;

  // Inserts or replaces what this person answered.
  virtual absl::Status PutAnswer(domain::CheckInUid uid, const domain::CheckInAnswer& answer) = 0;
  virtual absl::Status DeleteAnswer(domain::CheckInUid uid, domain::PersonUid person) = 0;
  // In no order that says anything.
  virtual absl::StatusOr<std::vector<domain::CheckInAnswer>> AnswersTo(domain::CheckInUid uid) = 0;
  virtual absl::StatusOr<std::vector<CheckInAnswerRow>> AnswersBy(domain::PersonUid person) = 0;
  // To the closed check-ins of this pool that are neither released nor withheld and closed after `closed`, by their numbers.
  virtual absl::StatusOr<std::map<int64_t, std::vector<domain::CheckInAnswer>>> WaitingAnswers(domain::PoolId pool, absl::Time closed) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_CHECKIN_STORE_H_
