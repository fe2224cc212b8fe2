// What is kept of check-ins: templates, norms, what to look at and when, check-ins and what was answered.
#ifndef COMITY_SERVICE_STORE_CHECKIN_STORE_H_
#define COMITY_SERVICE_STORE_CHECKIN_STORE_H_

#include <cstdint>
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
struct OccurrenceRow {
  domain::OccurrenceKind kind = domain::OccurrenceKind::kNone;
  domain::OccurrenceId about;
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

  // Inserts or replaces by id and version.
  virtual absl::Status PutTemplate(const domain::CheckInTemplate& asked) = 0;
  // Every version, in order of id and version.
  virtual absl::StatusOr<std::vector<domain::CheckInTemplate>> LoadTemplates() = 0;
  // Of one template, in order of version.
  virtual absl::StatusOr<std::vector<domain::CheckInTemplate>> TemplateVersionsOf(const std::string& id) = 0;
  // Whether any version of any template opens on this.
  virtual absl::StatusOr<bool> AnyTemplateFor(domain::CheckInTrigger trigger) = 0;
  // The same for norms.
  virtual absl::Status PutNormSet(const domain::NormSet& norms) = 0;
  virtual absl::StatusOr<std::vector<domain::NormSet>> LoadNormSets() = 0;
  virtual absl::StatusOr<std::vector<domain::NormSet>> NormSetVersionsOf(const std::string& id) = 0;

  // To be looked at from `due` on; in place of what was said before.
  virtual absl::Status PutOccurrence(const OccurrenceRow& occurrence, absl::Time due) = 0;
  virtual absl::Status DeleteOccurrence(const OccurrenceRow& occurrence) = 0;
  // Earliest first, due at `now`, at most `limit`.
  virtual absl::StatusOr<std::vector<OccurrenceRow>> DueOccurrences(absl::Time now, int32_t limit) = 0;
  // A ticket's deed has another name from now on: it is looked at, and what was opened is about, that one.
  virtual absl::Status MoveTicket(domain::OccurrenceId from, domain::OccurrenceId to) = 0;

  // False, and nothing is written, if there is one of the same template about the same occurrence, under whatever uid.
  virtual absl::StatusOr<bool> Open(const domain::CheckIn& checkin) = 0;
  virtual absl::StatusOr<std::optional<CheckInRow>> Find(domain::CheckInUid uid) = 0;
  // In this state, those which close first before the others, that close at `until` at the latest; at most `limit`.
  virtual absl::StatusOr<std::vector<CheckInRow>> ListUntil(domain::CheckInState state, absl::Time until, int32_t limit) = 0;
  // Of one template in this state, newest first, at most `limit`.
  virtual absl::StatusOr<std::vector<CheckInRow>> ListOfTemplate(const std::string& id, domain::CheckInState state, int32_t limit) = 0;
  // Closed from now on: nobody is asked any more.
  virtual absl::Status Close(domain::CheckInUid uid) = 0;
  virtual absl::Status SetReleased(int64_t number, int64_t release) = 0;
  // Deletes its answers.
  virtual absl::Status Clear(domain::CheckInUid uid) = 0;
  virtual absl::Status Delete(domain::CheckInUid uid) = 0;

  // Inserts or replaces what this person answered.
  virtual absl::Status PutAnswer(domain::CheckInUid uid, const domain::CheckInAnswer& answer) = 0;
  virtual absl::Status DeleteAnswer(domain::CheckInUid uid, domain::PersonUid person) = 0;
  // In no order that says anything.
  virtual absl::StatusOr<std::vector<domain::CheckInAnswer>> AnswersTo(domain::CheckInUid uid) = 0;
  virtual absl::StatusOr<std::vector<CheckInAnswerRow>> AnswersBy(domain::PersonUid person) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_CHECKIN_STORE_H_
