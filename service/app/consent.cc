#include <optional>
#include <set>
#include <utility>

#include "service/app/judging.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr int32_t kDeedsAtOnce = 500;

// Every subject in which the person takes part through an account, or is named by a correction.
absl::StatusOr<SubjectSet> SubjectsOfPerson(store::Transaction& transaction, const domain::Directory& directory, domain::PersonUid person) {
  SubjectSet subjects;
  for (const domain::AccountRow& account : directory.rows().accounts) {
    if (account.person != person) continue;
    COMITY_ASSIGN_OR_RETURN(const auto found, transaction.events().SubjectsOf(account.uid, domain::DayRange{}));
    subjects.insert(found.begin(), found.end());
  }
  std::optional<std::pair<int32_t, domain::DeedHash>> after;
  for (;;) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.deeds().ListDeeds({.people = {person}, .teams = {}}, after, kDeedsAtOnce));
    for (const store::DeedRow& row : rows) {
      subjects.insert(row.deed.key.subject);
      after = {row.deed.made_by.day, row.deed.key.Hash()};
    }
    if (rows.size() < kDeedsAtOnce) return subjects;
  }
}

}  // namespace

absl::Status Judging::AppendConsentEntries(store::Transaction& transaction, domain::PersonUid person, bool opted_out, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(auto directory, snapshots_.DirectoryIn(transaction));
  const domain::PersonRow* row = directory->FindPerson(person);
  if (row == nullptr) {
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPersonNotFound, "no such person in the directory");
  }
  // Found before the change, since afterwards deeds no longer name them.
  COMITY_ASSIGN_OR_RETURN(const SubjectSet subjects, SubjectsOfPerson(transaction, *directory, person));
  if (row->opted_out != opted_out) COMITY_RETURN_IF_ERROR(transaction.admin().SetOptOut(person, opted_out, now));
  const domain::Occasion occasion{
      .code = opted_out ? domain::ReasonCode::kOptedOut : domain::ReasonCode::kOptedIn, .event = {}, .statement = {}};
  return JudgeSubjects(transaction, {subjects.begin(), subjects.end()}, occasion, now).status();
}

}  // namespace comity::app
