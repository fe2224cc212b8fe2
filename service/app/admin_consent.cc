// What a person decides and may know about their own name: opting out, and who read it.
#include <charconv>

#include "service/app/admin_app.h"
#include "service/app/convert.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/person_export.h"
#include "service/app/read_audit.h"
#include "service/app/reader_name.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

v1::OptOut OptOutToApi(const store::AdminStore::OptOutRow& row) {
  v1::OptOut out;
  out.set_opted_out(row.opted_out);
  if (row.changed != absl::InfinitePast()) *out.mutable_change_time() = ToTimestamp(row.changed);
  return out;
}

}  // namespace

absl::StatusOr<std::string> ReaderOf(const store::ReadRow& read, const domain::Directory& directory, store::Transaction& transaction) {
  if (const auto* person = directory.FindPerson(read.reader)) return NameOf("people", person->id);
  COMITY_ASSIGN_OR_RETURN(const auto token, transaction.admin().FindToken(read.reader_token));
  std::string roles;
  if (token.has_value()) {
    for (const int32_t role : token->roles) roles += (roles.empty() ? "" : ", ") + v1::Role_Name(static_cast<v1::Role>(role));
  }
  return roles;
}

absl::StatusOr<v1::OptOut> AdminApp::SetOptOut(const Caller& caller, const v1::SetOptOutRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  return WriteOnce<v1::OptOut>(context_, caller, "SetOptOut", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::OptOut> {
    COMITY_ASSIGN_OR_RETURN(const auto before, transaction.admin().FindOptOut(caller.person));
    if (before.opted_out == request.opted_out() && before.changed != absl::InfinitePast()) return OptOutToApi(before);
    const absl::Time now = context_.clock.Now();
    COMITY_RETURN_IF_ERROR(transaction.admin().SetOptOut(caller.person, request.opted_out(), now));
    if (before.opted_out != request.opted_out()) {
      COMITY_RETURN_IF_ERROR(context_.judging.AppendConsentEntries(transaction, caller.person, request.opted_out(), now));
    }
    return OptOutToApi({request.opted_out(), now});
  });
}

absl::StatusOr<v1::OptOut> AdminApp::GetOptOut(const Caller& caller, const v1::GetOptOutRequest& /*request*/) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto row, transaction->admin().FindOptOut(caller.person));
  return OptOutToApi(row);
}

absl::StatusOr<v1::ListReadsResponse> AdminApp::ListReads(const Caller& caller, const v1::ListReadsRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context_));
  // Bound to the person: a token carried to somebody else's list does not fit.
  const std::string filter = "ListReads " + caller.person.ToText();
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(key, filter, request.page_token()));
  int64_t before = 0;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  COMITY_ASSIGN_OR_RETURN(auto rows, transaction->admin().ListReads(caller.person, before, size + 1));
  v1::ListReadsResponse response;
  if (rows.size() > static_cast<size_t>(size)) {
    rows.pop_back();
    response.set_next_page_token(MakePageToken(key, filter, std::to_string(rows.back().id)));
  }
  for (const auto& row : rows) {
    v1::Read* read = response.add_reads();
    COMITY_ASSIGN_OR_RETURN(*read->mutable_reader(), ReaderOf(row.read, *directory, *transaction));
    read->set_target(row.read.target);
    read->set_method(row.read.method);
    *read->mutable_read_time() = ToTimestamp(row.read.time);
  }
  return response;
}

absl::StatusOr<v1::ExportPersonResponse> AdminApp::ExportPerson(const Caller& caller, const v1::ExportPersonRequest& request) {
  const bool oversees = caller.scope == v1::SCOPE_ORGANISATION;
  if (!oversees || request.name().empty()) COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  ExportPage page;
  domain::PersonUid about;
  std::string name, filter;
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context_));
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
    const domain::PersonRow* person = directory->FindPerson(caller.person);
    if (!request.name().empty()) {
      COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("people", request.name(), "name"));
      person = directory->FindPersonById(id);
    }
    // Who may ask for themself alone is not told who else is there.
    if (!oversees && (person == nullptr || person->uid != caller.person)) {
      return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired,
                   "only an administrator may ask for what is kept about somebody else; leave `name` out for your own");
    }
    if (person == nullptr)
      return Error(absl::StatusCode::kNotFound, ErrorReason::kPersonNotFound, "the directory has no person of this id");
    about = person->uid;
    name = NameOf("people", person->id);
    filter = "ExportPerson " + about.ToText();
    COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(key, filter, request.page_token()));
    COMITY_ASSIGN_OR_RETURN(page, MakeExportPage(context_, *transaction, *person, person->uid == caller.person, cursor));
  }
  if (request.page_token().empty()) COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "ExportPerson", name, {about}));
  if (!page.cursor.empty()) page.response.set_next_page_token(MakePageToken(key, filter, page.cursor));
  return std::move(page.response);
}

}  // namespace comity::app
