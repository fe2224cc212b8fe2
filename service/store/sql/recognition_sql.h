// RecognitionStore over SQL: recognitions with their words in recognition_sql.cc; what they are for, choices and asks in catalogue_sql.cc.
#ifndef COMITY_SERVICE_STORE_SQL_RECOGNITION_SQL_H_
#define COMITY_SERVICE_STORE_SQL_RECOGNITION_SQL_H_

#include <optional>
#include <string>
#include <vector>

#include "service/store/recognition_store.h"
#include "service/store/sql/connection.h"
#include "service/store/sql/numbers.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class RecognitionSql : public RecognitionStore {
 public:
  RecognitionSql(Connection& connection, Numbers& numbers) : connection_(connection), numbers_(numbers) {}

  absl::Status PutProgramme(const domain::Programme& programme) override;
  absl::StatusOr<std::vector<domain::Programme>> LoadProgrammes() override;
  absl::Status PutCriteria(const domain::Criteria& criteria) override;
  absl::StatusOr<std::vector<domain::Criteria>> LoadCriteria() override;
  absl::StatusOr<std::vector<domain::Criteria>> VersionsOf(const std::string& behaviour) override;

  absl::Status Insert(const domain::Recognition& recognition) override;
  absl::StatusOr<std::optional<RecognitionRow>> Find(domain::RecognitionUid uid) override;
  absl::StatusOr<std::vector<RecognitionRow>> List(RecognitionSet set, int64_t before, int32_t limit) override;
  absl::StatusOr<std::vector<RecognitionRow>> ListOf(domain::PersonUid person, RecognitionPart part, int64_t before,
                                                     int32_t limit) override;
  absl::StatusOr<std::vector<RecognitionRow>> ListFor(domain::DeedHash deed, int64_t before, int32_t limit) override;
  absl::StatusOr<bool> HasThanked(domain::PersonUid author, domain::DeedHash deed) override;
  absl::StatusOr<bool> SetVisibility(domain::RecognitionUid uid, domain::PersonUid person, domain::Visibility visibility) override;
  absl::Status SetTakenDown(domain::RecognitionUid uid, const std::string& because) override;
  absl::Status SetWithdrawn(domain::RecognitionUid uid) override;
  absl::Status MoveDeed(domain::DeedHash from, domain::DeedHash to) override;
  absl::Status Delete(domain::RecognitionUid uid) override;

  absl::Status InsertComment(domain::RecognitionUid recognition, const domain::Comment& comment) override;
  absl::StatusOr<std::vector<domain::Comment>> CommentsOf(domain::RecognitionUid recognition) override;
  absl::StatusOr<std::optional<std::pair<domain::RecognitionUid, domain::Comment>>> FindComment(domain::CommentUid uid) override;
  absl::Status DeleteComment(domain::CommentUid uid) override;
  absl::StatusOr<std::vector<CommentRow>> CommentsBy(domain::PersonUid author, int64_t after, int32_t limit) override;

  absl::Status PutReport(const domain::Report& report) override;
  absl::StatusOr<std::optional<ReportRow>> FindReport(domain::ReportUid uid) override;
  absl::StatusOr<std::vector<ReportRow>> ReportsOn(domain::RecognitionUid recognition, int32_t limit) override;
  absl::StatusOr<std::vector<ReportRow>> ListReports(domain::PersonUid reporter, int64_t before, int32_t limit) override;

  absl::StatusOr<RecognitionChoice> ChoiceOf(domain::PersonUid person) override;
  absl::Status SetChoice(domain::PersonUid person, const RecognitionChoice& choice) override;
  absl::Status PutAsk(domain::PersonUid person, const AskRow& ask) override;
  absl::StatusOr<std::vector<AskRow>> AsksOf(domain::PersonUid person) override;
  absl::StatusOr<bool> AnyAskBefore(absl::Time time) override;
  absl::Status ForgetAsksBefore(absl::Time time) override;

  // Deletes what the person gave, wrote, chose and was asked, and what was given to them alone; takes them off the rest. Returns how many
  // texts went.
  absl::StatusOr<int64_t> Erase(domain::PersonUid person);

 private:
  absl::Status LoadPeople(std::vector<RecognitionRow>& rows);
  absl::StatusOr<int64_t> NumberOf(domain::RecognitionUid uid);  // 0 = not there
  absl::StatusOr<int64_t> DeleteNumbered(int64_t number);

  Connection& connection_;
  Numbers& numbers_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_RECOGNITION_SQL_H_
