#include "service/app/directory_app.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "service/app/directory_encode.h"
#include "service/app/directory_import.h"
#include "service/app/erased_names.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

absl::Status PersonNotFound(std::string_view name) {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kPersonNotFound,
               absl::StrCat("the directory has no person \"", std::string(name), "\""));
}

// The rows with the smallest ids after `cursor`, at most `limit`.
template <typename Row>
std::vector<const Row*> PageOf(const std::vector<Row>& rows, const std::string& cursor, size_t limit) {
  std::vector<const Row*> page;
  for (const Row& row : rows) {
    if (cursor.empty() || row.id > cursor) page.push_back(&row);
  }
  const auto by_id = [](const Row* a, const Row* b) { return a->id < b->id; };
  const size_t kept = std::min(limit, page.size());
  std::partial_sort(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(kept), page.end(), by_id);
  page.resize(kept);
  return page;
}

// A read transaction's directory.
struct Reading {
  std::unique_ptr<store::Transaction> transaction;
  std::shared_ptr<const domain::Directory> directory;
};
absl::StatusOr<Reading> Read(Context& context) {
  Reading reading;
  COMITY_ASSIGN_OR_RETURN(reading.transaction, context.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(reading.directory, context.snapshots.DirectoryIn(*reading.transaction));
  return reading;
}

struct Page {
  std::string key, cursor;
  int32_t size = 0;
};
template <typename Request>
absl::StatusOr<Page> ReadPage(Context& context, std::string_view filter, const Request& request) {
  Page page;
  COMITY_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(page.key, PageTokenKey(context));
  COMITY_ASSIGN_OR_RETURN(page.cursor, ReadPageToken(page.key, filter, request.page_token()));
  return page;
}

// A write that links or unlinks: what it says about the account, and the job that judges what it took part in.
template <typename Answer>
absl::StatusOr<Answer> Relinked(Context& context, store::Transaction& transaction, const domain::AccountRow& account, bool judge,
                                domain::ReasonCode cause) {
  Answer answer;
  std::vector<domain::SubjectRef> subjects;
  if (judge) {
    COMITY_ASSIGN_OR_RETURN(subjects, transaction.events().SubjectsOf(account.uid, domain::DayRange{}));
  }
  COMITY_ASSIGN_OR_RETURN(const std::string job, context.jobs.Create(transaction, cause, subjects));
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  *answer.mutable_account() = EncodeAccount(*directory, account);
  answer.set_restated_subject_count(static_cast<int32_t>(subjects.size()));
  answer.set_job(job);
  return answer;
}

absl::StatusOr<domain::AccountRow> FindLinked(store::Transaction& transaction, const domain::AccountName& name) {
  COMITY_ASSIGN_OR_RETURN(const auto found, transaction.directory().FindAccount(name));
  if (!found.has_value()) {
    return Error(absl::StatusCode::kNotFound, ErrorReason::kAccountNotFound, "this account was never seen and nobody named it");
  }
  if (found->person.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kAccountNotLinked, "this account is linked to nobody");
  }
  return *found;
}

absl::StatusOr<v1::UnlinkAccountResponse> ForeseeUnlinking(Context& context, store::Transaction& transaction,
                                                           const domain::AccountName& name) {
  COMITY_ASSIGN_OR_RETURN(const domain::AccountRow account, FindLinked(transaction, name));
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  domain::DirectoryRows after = directory->rows();
  for (domain::AccountRow& row : after.accounts) {
    if (row.uid == account.uid) row.person = domain::PersonUid{};
  }
  COMITY_ASSIGN_OR_RETURN(const auto subjects, transaction.events().SubjectsOf(account.uid, domain::DayRange{}));
  COMITY_ASSIGN_OR_RETURN(const RestatedDeeds deeds,
                          CountRestatedDeeds(context, transaction, subjects, domain::Directory(std::move(after))));
  v1::UnlinkAccountResponse response;
  *response.mutable_account() = EncodeAccount(*directory, account);
  response.set_restated_subject_count(static_cast<int32_t>(subjects.size()));
  response.set_restated_deed_count(deeds.count);
  response.set_restated_deed_count_is_minimum(deeds.is_minimum);
  return response;
}

}  // namespace

absl::StatusOr<v1::Person> DirectoryApp::GetPerson(const Caller&, const v1::GetPersonRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const Reading reading, Read(context_));
  const domain::PersonRow* person = reading.directory->FindPersonById(BareId("people", request.name()));
  if (person == nullptr) return PersonNotFound(request.name());
  return std::move(EncodePeople(*reading.directory, {person}).front());
}

absl::StatusOr<v1::ListPeopleResponse> DirectoryApp::ListPeople(const Caller&, const v1::ListPeopleRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const Page page, ReadPage(context_, "ListPeople", request));
  COMITY_ASSIGN_OR_RETURN(const Reading reading, Read(context_));
  const auto rows = PageOf(reading.directory->rows().people, page.cursor, static_cast<size_t>(page.size) + 1);
  const size_t shown = std::min(rows.size(), static_cast<size_t>(page.size));
  v1::ListPeopleResponse response;
  for (v1::Person& person : EncodePeople(*reading.directory, {rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(shown)})) {
    *response.add_people() = std::move(person);
  }
  if (rows.size() > shown) response.set_next_page_token(MakePageToken(page.key, "ListPeople", rows[shown - 1]->id));
  return response;
}

absl::StatusOr<v1::Team> DirectoryApp::GetTeam(const Caller&, const v1::GetTeamRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const Reading reading, Read(context_));
  const domain::TeamRow* team = reading.directory->FindTeamById(BareId("teams", request.name()));
  if (team != nullptr) return EncodeTeam(*reading.directory, *team);
  return Error(absl::StatusCode::kNotFound, ErrorReason::kTeamNotFound, absl::StrCat("the directory has no team \"", request.name(), "\""));
}

absl::StatusOr<v1::ListTeamsResponse> DirectoryApp::ListTeams(const Caller&, const v1::ListTeamsRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const Page page, ReadPage(context_, "ListTeams", request));
  COMITY_ASSIGN_OR_RETURN(const Reading reading, Read(context_));
  const auto rows = PageOf(reading.directory->rows().teams, page.cursor, static_cast<size_t>(page.size) + 1);
  v1::ListTeamsResponse response;
  for (size_t i = 0; i < rows.size() && i < static_cast<size_t>(page.size); ++i)
    *response.add_teams() = EncodeTeam(*reading.directory, *rows[i]);
  if (rows.size() > static_cast<size_t>(page.size)) {
    response.set_next_page_token(MakePageToken(page.key, "ListTeams", rows[static_cast<size_t>(page.size) - 1]->id));
  }
  return response;
}

absl::StatusOr<v1::ListAccountsResponse> DirectoryApp::ListAccounts(const Caller&, const v1::ListAccountsRequest& request) {
  const std::string_view filter = request.unlinked() ? "ListAccounts/unlinked" : "ListAccounts";
  COMITY_ASSIGN_OR_RETURN(const Page page, ReadPage(context_, filter, request));
  COMITY_ASSIGN_OR_RETURN(const Reading reading, Read(context_));
  COMITY_ASSIGN_OR_RETURN(const auto rows, reading.transaction->directory().ListAccounts(request.unlinked(), page.cursor, page.size + 1));
  v1::ListAccountsResponse response;
  for (size_t i = 0; i < rows.size() && i < static_cast<size_t>(page.size); ++i) {
    v1::DirectoryAccount& account = *response.add_accounts();
    account = EncodeAccount(*reading.directory, rows[i].account);
    if (rows[i].first_seen > absl::UnixEpoch() &&
        rows[i].first_seen < absl::InfiniteFuture()) {  // a file's account may never have been seen
      *account.mutable_first_seen_time() =
          google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(rows[i].first_seen));
    }
    if (!rows[i].account.person.empty()) continue;
    COMITY_ASSIGN_OR_RETURN(const auto subjects, reading.transaction->events().SubjectsOf(rows[i].account.uid, domain::DayRange{}));
    account.set_waiting_subject_count(static_cast<int32_t>(subjects.size()));
  }
  if (rows.size() > static_cast<size_t>(page.size)) {
    response.set_next_page_token(MakePageToken(page.key, filter, rows[static_cast<size_t>(page.size) - 1].account.name.ToText()));
  }
  return response;
}

absl::StatusOr<v1::LinkAccountResponse> DirectoryApp::LinkAccount(const Caller& caller, const v1::LinkAccountRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const domain::AccountName name, ReadAccountName("account", request.account()));
  auto answer = WriteOnce<v1::LinkAccountResponse>(
      context_, caller, "LinkAccount", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::LinkAccountResponse> {
        COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
        const domain::PersonRow* person = directory->FindPersonById(BareId("people", request.person()));
        if (person == nullptr) return PersonNotFound(request.person());
        COMITY_ASSIGN_OR_RETURN(const ErasedNames erased, ErasedNames::In(transaction));
        COMITY_ASSIGN_OR_RETURN(const auto gone, erased.FindAccount(name));
        if (gone.has_value()) {
          return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kAccountErased,
                       "this account was of somebody who was erased; what they do from now on is nobody's, and stays so",
                       {{"account", "name another account"}});
        }
        COMITY_ASSIGN_OR_RETURN(const auto uids,
                                transaction.directory().EnsureAccounts({{name, "", {}}}, context_.clock.Now(), context_.uids));
        COMITY_ASSIGN_OR_RETURN(const auto found, transaction.directory().FindAccounts(uids));
        if (found.empty()) return absl::InternalError("the account vanished");
        domain::AccountRow account = found.front();
        if (account.declared_bot || account.kind == domain::AccountKind::kBot) {
          return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kAccountIsBot,
                       "this account is a bot; bots are nobody. If it is a person's, take it off `bots` in the directory file",
                       {{"account", "name a person's account"}});
        }
        if (!account.person.empty() && account.person != person->uid) {
          return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kAccountLinked,
                       absl::StrCat("this account is linked to somebody else; if that is wrong, unlink it first: comity accounts unlink ",
                                    name.ToText()));
        }
        const bool is_new = account.person.empty();
        account.person = person->uid;
        account.linked_by_file = false;
        COMITY_RETURN_IF_ERROR(transaction.directory().PutAccount(account));
        return Relinked<v1::LinkAccountResponse>(context_, transaction, account, is_new, domain::ReasonCode::kAccountLinked);
      });
  context_.jobs.Wake();
  return answer;
}

absl::StatusOr<v1::UnlinkAccountResponse> DirectoryApp::UnlinkAccount(const Caller& caller, const v1::UnlinkAccountRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const domain::AccountName name, ReadAccountName("account", request.account()));
  absl::StatusOr<v1::UnlinkAccountResponse> foreseen;  // no error of the whole: a repeat finds nothing linked, and has its answer below
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    foreseen = ForeseeUnlinking(context_, *transaction, name);
  }
  if (request.dry_run()) return foreseen;
  auto answer = WriteOnce<v1::UnlinkAccountResponse>(
      context_, caller, "UnlinkAccount", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::UnlinkAccountResponse> {
        COMITY_ASSIGN_OR_RETURN(domain::AccountRow account, FindLinked(transaction, name));
        account.person = domain::PersonUid{};
        account.linked_by_file = false;
        COMITY_RETURN_IF_ERROR(transaction.directory().PutAccount(account));
        COMITY_ASSIGN_OR_RETURN(
            auto unlinked, Relinked<v1::UnlinkAccountResponse>(context_, transaction, account, true, domain::ReasonCode::kAccountUnlinked));
        COMITY_RETURN_IF_ERROR(foreseen.status());
        unlinked.set_restated_deed_count(foreseen->restated_deed_count());
        unlinked.set_restated_deed_count_is_minimum(foreseen->restated_deed_count_is_minimum());
        return unlinked;
      });
  context_.jobs.Wake();
  return answer;
}

absl::StatusOr<v1::ApplyDirectoryResponse> DirectoryApp::ApplyDirectory(const Caller& caller, const v1::ApplyDirectoryRequest& request) {
  v1::ApplyDirectoryResponse foreseen;
  {
    COMITY_ASSIGN_OR_RETURN(const std::unique_ptr<store::Transaction> transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const DirectoryImport import, PlanImport(context_, *transaction, request));
    COMITY_ASSIGN_OR_RETURN(const RestatedDeeds deeds,
                            CountRestatedDeeds(context_, *transaction, import.subjects, domain::Directory(import.difference.after)));
    foreseen.mutable_changes()->Add(import.difference.changes.begin(), import.difference.changes.end());
    foreseen.set_restated_deed_count(deeds.count);
    foreseen.set_restated_deed_count_is_minimum(deeds.is_minimum);
    foreseen.set_restated_subject_count(static_cast<int32_t>(import.subjects.size()));
  }
  if (request.dry_run()) return foreseen;
  // Planned again inside the write: what stands may have changed meanwhile. Only the count of deeds is the one foreseen.
  auto answer = WriteOnce<v1::ApplyDirectoryResponse>(
      context_, caller, "ApplyDirectory", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::ApplyDirectoryResponse> {
        COMITY_ASSIGN_OR_RETURN(const DirectoryImport import, PlanImport(context_, transaction, request));
        COMITY_RETURN_IF_ERROR(WriteDifference(transaction.directory(), import.difference));
        v1::ApplyDirectoryResponse response;
        response.mutable_changes()->Add(import.difference.changes.begin(), import.difference.changes.end());
        response.set_restated_deed_count(foreseen.restated_deed_count());
        response.set_restated_deed_count_is_minimum(foreseen.restated_deed_count_is_minimum());
        response.set_restated_subject_count(static_cast<int32_t>(import.subjects.size()));
        COMITY_ASSIGN_OR_RETURN(*response.mutable_job(), context_.jobs.Create(transaction, import.difference.cause, import.subjects));
        return response;
      });
  context_.jobs.Wake();
  return answer;
}

}  // namespace comity::app
