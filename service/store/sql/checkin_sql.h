// CheckInStore over SQL: templates and norms in checkin_catalogue_sql.cc, check-ins and answers in checkin_sql.cc.
#ifndef COMITY_SERVICE_STORE_SQL_CHECKIN_SQL_H_
#define COMITY_SERVICE_STORE_SQL_CHECKIN_SQL_H_

#include <map>
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

  absl::Status InsertTemplate(const domain::CheckInTemplate& asked) override;
  absl::StatusOr<std::vector<domain::CheckInTemplate>> LatestTemplates() override;
  absl::StatusOr<std::vector<domain::CheckInTemplate>> TemplatesInForce() override;
  absl::StatusOr<std::vector<domain::CheckInTemplate>> TemplateVersionsOf(const std::string& id) override;
  absl::StatusOr<bool> AnyTemplateFor(domain::CheckInTrigger trigger, absl::Time archived) override;
  absl::Status InsertNormSet(const domain::NormSet& norms) override;
  absl::StatusOr<std::vector<domain::NormSet>> LatestNormSets() override;
  absl::StatusOr<std::vector<domain::NormSet>> NormSetVersionsOf(const std::string& id) override;

  absl::Status PutOccurrence(domain::OccurrenceKind kind, domain::OccurrenceId about, absl::Time due) override;
  absl::Status SetLooked(const OccurrenceRow& occurrence, absl::Time now, absl::Time next) override;
  absl::Status DeleteOccurrence(const OccurrenceRow& occurrence) override;
  absl::StatusOr<std::vector<OccurrenceRow>> DueOccurrences(absl::Time now, int32_t limit) override;
  absl::Status MoveTicket(domain::OccurrenceId from, domain::OccurrenceId to) override;

  absl::StatusOr<bool> Open(const domain::CheckIn& checkin) override;
  absl::StatusOr<std::optional<CheckInRow>> Find(domain::CheckInUid uid) override;
  absl::StatusOr<std::vector<CheckInRow>> OpenAbout(domain::OccurrenceKind kind, domain::OccurrenceId about) override;
  absl::Status SetOpened(domain::CheckInUid uid, absl::Time opened, absl::Time closes) override;
  absl::Status Withdraw(domain::CheckInUid uid) override;
  absl::StatusOr<std::vector<CheckInRow>> ListUntil(domain::CheckInState state, absl::Time until, int32_t limit) override;
  absl::StatusOr<std::vector<CheckInRow>> ListOfTemplate(const std::string& id, domain::CheckInState state, int64_t before,
                                                         int32_t limit) override;
  absl::StatusOr<std::vector<CheckInRow>> ReleasedTogether(int64_t release) override;
  absl::Status Close(domain::CheckInUid uid) override;
  absl::Status SetReleased(int64_t number, int64_t release) override;
  absl::Status Clear(const CheckInRow& row) override;
  absl::Status Delete(domain::CheckInUid uid) override;

  absl::Status PutAnswer(domain::CheckInUid uid, const domain::CheckInAnswer& answer) override;
  absl::Status DeleteAnswer(domain::CheckInUid uid, domain::PersonUid person) override;
  absl::StatusOr<std::vector<domain::CheckInAnswer>> AnswersTo(domain::CheckInUid uid) override;
  absl::StatusOr<std::vector<CheckInAnswerRow>> AnswersBy(domain::PersonUid person) override;
  absl::StatusOr<std::map<int64_t, std::vector<domain::CheckInAnswer>>> WaitingAnswers(domain::PoolId pool, absl::Time closed) override;

  // Deletes what the person answered, and withholds results that would show by a difference what it was. While their asks are still there.
  // Returns how many answers went.
  absl::StatusOr<int64_t> Erase(domain::PersonUid person);

 private:
  template <typename... Values>
  absl::StatusOr<std::vector<CheckInRow>> List(Sql statement, const Values&... values);

  Connection& connection_;
  Numbers& numbers_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_CHECKIN_SQL_H_
