// What thanks are for, what people chose for themselves, and what they were asked.
#include "service/base/error.h"
#include "service/store/sql/recognition_sql.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

domain::Criteria ReadCriteria(const Statement& row) {
  return {.behaviour = ReadText(row, 0),
          .version = ReadInt32(row, 1),
          .root = ReadEnum<domain::BehaviourRoot>(row, 2),
          .title = ReadText(row, 3),
          .criteria = ReadText(row, 4),
          .lifetime_days = ReadInt32(row, 5),
          .effective = ReadTime(row, 6),
          .affirmed = ReadTime(row, 7)};
}

}  // namespace

absl::Status RecognitionSql::PutProgramme(const domain::Programme& programme) {
  return Run(connection_, Sql::kPutProgramme, programme.id, programme.owner, programme.purpose, Blob{EncodeTexts(programme.behaviours)},
             Blob{EncodeIds(programme.audience)}, programme.start_day, programme.review_day, programme.changed, programme.version);
}

absl::StatusOr<std::vector<domain::Programme>> RecognitionSql::LoadProgrammes() {
  std::vector<domain::Programme> programmes;
  const auto add = [&](const Statement& row) {
    programmes.push_back({.id = ReadText(row, 0),
                          .owner = ReadId<domain::PersonUid>(row, 1),
                          .purpose = ReadText(row, 2),
                          .behaviours = DecodeTexts(row.Bytes(3)),
                          .audience = DecodeIds<domain::TeamUid>(row.Bytes(4)),
                          .start_day = ReadInt32(row, 5),
                          .review_day = ReadInt32(row, 6),
                          .changed = ReadTime(row, 7),
                          .version = row.Int(8)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllProgrammes, add));
  return programmes;
}

absl::Status RecognitionSql::PutCriteria(const domain::Criteria& criteria) {
  return Run(connection_, Sql::kPutCriteria, criteria.behaviour, criteria.version, criteria.root, criteria.title, criteria.criteria,
             criteria.lifetime_days, criteria.effective, criteria.affirmed);
}

absl::StatusOr<std::vector<domain::Criteria>> RecognitionSql::LoadCriteria() {
  std::vector<domain::Criteria> versions;
  const auto add = [&](const Statement& row) { versions.push_back(ReadCriteria(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllCriteria, add));
  return versions;
}

absl::StatusOr<std::vector<domain::Criteria>> RecognitionSql::VersionsOf(const std::string& behaviour) {
  std::vector<domain::Criteria> versions;
  const auto add = [&](const Statement& row) { versions.push_back(ReadCriteria(row)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kVersionsOfBehaviour, add, behaviour));
  return versions;
}

absl::StatusOr<RecognitionChoice> RecognitionSql::ChoiceOf(domain::PersonUid person) {
  RecognitionChoice choice;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  const auto read = [&](const Statement& row) { choice = {ReadEnum<domain::Visibility>(row, 0), ReadBool(row, 1)}; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindRecognitionChoice, read, number));
  return choice;
}

absl::Status RecognitionSql::SetChoice(domain::PersonUid person, const RecognitionChoice& choice) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Ensure(person));
  return Run(connection_, Sql::kPutRecognitionChoice, number, choice.visibility, choice.no_invitations);
}

absl::Status RecognitionSql::PutAsk(domain::PersonUid person, const AskRow& ask) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Ensure(person));
  return Run(connection_, Sql::kPutAsk, number, ask.ask.kind, ask.about, ask.ask.time, ask.waiting);
}

absl::StatusOr<std::vector<AskRow>> RecognitionSql::AsksOf(domain::PersonUid person) {
  std::vector<AskRow> asks;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
  const auto add = [&](const Statement& row) {
    asks.push_back({{ReadEnum<domain::AskKind>(row, 0), ReadTime(row, 2)}, ReadId<domain::DeedHash>(row, 1), ReadBool(row, 3)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAsksOf, add, number));
  return asks;
}

absl::StatusOr<bool> RecognitionSql::AnyAskBefore(absl::Time time) {
  bool any = false;
  const auto note = [&](const Statement&) { any = true; };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAnyAskBefore, note, time));
  return any;
}

absl::Status RecognitionSql::ForgetAsksBefore(absl::Time time) { return Run(connection_, Sql::kForgetAsksBefore, time); }

}  // namespace comity::store::sql
