// CheckInStore over SQL: templates and norms in checkin_catalogue_sql.cc, check-ins and answers in checkin_sql.cc.
#ifndef COMITY_SERVICE_STORE_SQL_CHECKIN_SQL_H_
#define COMITY_SERVICE_STORE_SQL_CHECKIN_SQL_H_

#include <optional>
#include <string>
#include <vector>

#include "service/store/checkin_store.h"
#include "service/store/sql/connection.h"
#include "service/store/sql/numbers.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class CheckInSql : public CheckInStore {
 public:
  CheckInSql(Connection& connection, Numbers& numbers) : connection_(connection), numbers_(numbers) {}

  absl::Status PutTemplate(const domain::CheckInTemplate& asked) override;
  absl::StatusOr<std::vector<domain::CheckInTemplate>> LoadTemplates() override;
  absl::StatusOr<std::vector<domain::CheckInTemplate>> TemplateVersionsOf(const std::string& id) override;
  absl::StatusOr<bool> AnyTemplateFor(domain::CheckInTrigger trigger) override;
  absl::Status PutNormSet(const domain::NormSet& norms) override;
  absl::StatusOr<std::vector<domain::NormSet>> LoadNormSets() override;
  absl::StatusOr<std::vector<domain::NormSet>> NormSetVersionsOf(const std::string& id) override;

  absl::Status PutOccurrence(const OccurrenceRow& occurrence, absl::Time due) override;
  absl::Status DeleteOccurrence(const OccurrenceRow& occurrence) override;
  absl::StatusOr<std::vector<OccurrenceRow>> DueOccurrences(absl::Time now, int32_t limit) override;
  absl::Status MoveTicket(domain::OccurrenceId from, domain::OccurrenceId to) override;

  absl::StatusOr<bool> Open(const domain::CheckIn& checkin) override;
  absl::StatusOr<std::optional<CheckInRow>> Find(domain::CheckInUid uid) override;
  absl::StatusOr<std::vector<CheckInRow>> ListUntil(domain::CheckInState state, absl::Time until, int32_t limit) override;
  absl::StatusOr<std::vector<CheckInRow>> ListOfTemplate(const std::string& id, domain::CheckInState state, int32_t limit) override;
  absl::Status Close(domain::CheckInUid uid) override;
  absl::Status SetReleased(int64_t number, int64_t release) override;
  absl::Status Clear(domain::CheckInUid uid) override;
  absl::Status Delete(domain::CheckInUid uid) override;

  absl::Status PutAnswer(domain::CheckInUid uid, const domain::CheckInAnswer& answer) override;
  absl::Status DeleteAnswer(domain::CheckInUid uid, domain::PersonUid person) override;
  absl::StatusOr<std::vector<domain::CheckInAnswer>> AnswersTo(domain::CheckInUid uid) override;
  absl::StatusOr<std::vector<CheckInAnswerRow>> AnswersBy(domain::PersonUid person) override;

  // Deletes what the person answered, and withholds results that would show by a difference what it was. While their asks are still there.
  // Returns how many answers went.
  absl::StatusOr<int64_t> Erase(domain::PersonUid person);

 private:
  Connection& connection_;
  Numbers& numbers_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_CHECKIN_SQL_H_
