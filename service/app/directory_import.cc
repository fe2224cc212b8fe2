#include "service/app/directory_import.h"

#include <algorithm>
#include <set>

#include "service/app/erased_names.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr size_t kPreviewPart = 500;

// Load leaves out accounts that nobody linked; those the file names have been seen perhaps, and keep their uid.
absl::Status AddSeenAccounts(store::DirectoryStore& directory, const DirectoryFile& file, domain::DirectoryRows& rows) {
  std::set<domain::AccountName> known;
  for (const domain::AccountRow& row : rows.accounts) known.insert(row.name);
  const auto add = [&](const std::vector<DirectoryFile::Account>& accounts) -> absl::Status {
    for (const DirectoryFile::Account& account : accounts) {
      if (!known.insert(account.name).second) continue;
      COMITY_ASSIGN_OR_RETURN(const auto seen, directory.FindAccount(account.name));
      if (seen.has_value()) rows.accounts.push_back(*seen);
    }
    return absl::OkStatus();
  };
  for (const DirectoryFile::Person& person : file.people) COMITY_RETURN_IF_ERROR(add(person.accounts));
  return add(file.bots);
}

absl::StatusOr<std::vector<domain::SubjectRef>> AffectedSubjects(store::EventStore& events, const DirectoryDifference& difference) {
  std::set<domain::SubjectRef> subjects;
  for (const auto& [account, days] : difference.affected_accounts) {
    COMITY_ASSIGN_OR_RETURN(const auto found, events.SubjectsOf(account, days));
    subjects.insert(found.begin(), found.end());
  }
  if (!difference.affected_matches.empty()) {
    COMITY_ASSIGN_OR_RETURN(const auto places, events.AllPlaces());
    for (const store::EventStore::PlaceRow& row : places) {
      const auto matches = [&row](const std::string& match) { return MatchesPlace(match, row.suite, row.instance, row.place); };
      if (std::none_of(difference.affected_matches.begin(), difference.affected_matches.end(), matches)) continue;
      COMITY_ASSIGN_OR_RETURN(const auto found, events.SubjectsIn(row));
      subjects.insert(found.begin(), found.end());
    }
  }
  return std::vector<domain::SubjectRef>(subjects.begin(), subjects.end());
}

// A file may be older than an erasure: what it says of somebody who was erased must not bring them back.
absl::Status CheckErased(store::Transaction& transaction, const DirectoryFile& file, const domain::DirectoryRows& current) {
  COMITY_ASSIGN_OR_RETURN(const ErasedNames names, ErasedNames::In(transaction));
  if (!names.any()) return absl::OkStatus();
  std::set<std::string_view> known;
  for (const domain::PersonRow& person : current.people) known.insert(person.id);
  std::vector<FieldFault> faults;
  const auto fault = [&](int line, const std::string& path, std::string_view what) {
    if (faults.size() >= kMaxDirectoryFaults) return;
    faults.push_back({"line " + std::to_string(line) + ": " + path, std::string(what)});
  };
  const auto accounts = [&](const std::vector<DirectoryFile::Account>& listed, const std::string& path) -> absl::Status {
    for (const DirectoryFile::Account& account : listed) {
      COMITY_ASSIGN_OR_RETURN(const auto erased, names.FindAccount(account.name));
      if (erased.has_value()) fault(account.line, path, "holds an account of somebody who was erased; take it out of the file");
    }
    return absl::OkStatus();
  };
  for (size_t i = 0; i < file.people.size(); ++i) {
    const std::string path = "people[" + std::to_string(i) + "]";
    COMITY_RETURN_IF_ERROR(accounts(file.people[i].accounts, path + ".accounts"));
    if (known.contains(file.people[i].id)) continue;
    COMITY_ASSIGN_OR_RETURN(const auto erased, names.FindPerson(file.people[i].id));
    if (erased.has_value()) {
      fault(file.people[i].line, path + ".id",
            "is of somebody who was erased; take them out of the file, or give somebody else who is new another id");
    }
  }
  COMITY_RETURN_IF_ERROR(accounts(file.bots, "bots"));
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kDirectoryInvalid,
               "the directory file names somebody who was erased; nothing was changed", std::move(faults));
}

}  // namespace

absl::StatusOr<DirectoryImport> PlanImport(Context& context, store::Transaction& transaction, const v1::ApplyDirectoryRequest& request) {
  COMITY_ASSIGN_OR_RETURN(domain::DirectoryRows current, transaction.directory().Load());
  COMITY_ASSIGN_OR_RETURN(const DirectoryFile file, ParseDirectoryFile(request.document(), current, request.prune()));
  COMITY_RETURN_IF_ERROR(CheckErased(transaction, file, current));
  COMITY_RETURN_IF_ERROR(AddSeenAccounts(transaction.directory(), file, current));
  DirectoryImport import;
  import.difference = DiffDirectory(file, current, domain::DayOf(context.clock.Now()), request.prune(), context.uids);
  COMITY_ASSIGN_OR_RETURN(import.subjects, AffectedSubjects(transaction.events(), import.difference));
  return import;
}

absl::StatusOr<RestatedDeeds> CountRestatedDeeds(Context& context, store::Transaction& transaction,
                                                 const std::vector<domain::SubjectRef>& subjects, const domain::Directory& after) {
  std::set<domain::SubjectRef> judged;
  const size_t end = std::min(subjects.size(), kMostPreviewed);
  RestatedDeeds deeds{.count = 0, .is_minimum = end < subjects.size()};
  for (size_t next = 0; next < end;) {
    std::vector<domain::SubjectRef> part;
    for (; next < end && part.size() < kPreviewPart; ++next) {
      if (!judged.contains(subjects[next])) part.push_back(subjects[next]);
    }
    if (part.empty()) break;
    COMITY_ASSIGN_OR_RETURN(const JudgingEffect effect, context.judging.Preview(transaction, part, after));
    judged.insert(effect.subjects.begin(), effect.subjects.end());
    deeds.count += effect.changed_deeds;
  }
  return deeds;
}

absl::Status WriteDifference(store::DirectoryStore& directory, const DirectoryDifference& difference) {
  for (const domain::TeamRow& team : difference.teams) COMITY_RETURN_IF_ERROR(directory.PutTeam(team));
  for (const domain::PersonRow& person : difference.people) COMITY_RETURN_IF_ERROR(directory.PutPerson(person));
  for (const domain::AccountRow& account : difference.accounts) COMITY_RETURN_IF_ERROR(directory.PutAccount(account));
  for (const auto& [person, history] : difference.memberships) COMITY_RETURN_IF_ERROR(directory.PutMemberships(person, history));
  if (difference.ownership_changed) COMITY_RETURN_IF_ERROR(directory.PutOwnership(difference.after.ownership));
  for (const domain::PersonUid person : difference.deleted_people) COMITY_RETURN_IF_ERROR(directory.DeletePerson(person));
  for (const domain::TeamUid team : difference.deleted_teams) COMITY_RETURN_IF_ERROR(directory.DeleteTeam(team));
  return absl::OkStatus();
}

}  // namespace comity::app
