// Tokens: who may call, as what.
#include <algorithm>

#include "service/app/admin_app.h"
#include "service/app/convert.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/resource_name.h"
#include "service/app/token_secret.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr int kMaxSources = 100;

bool ActsAsPerson(v1::Role role) { return role == v1::ROLE_MEMBER || role == v1::ROLE_LEAD || role == v1::ROLE_FACILITATOR; }

v1::Token ToApi(const store::TokenRow& row, const domain::Directory& directory) {
  v1::Token token;
  token.set_name(NameOf("tokens", row.id));
  for (const int32_t role : row.roles) token.add_roles(static_cast<v1::Role>(role));
  if (const auto* person = directory.FindPerson(row.person)) token.set_person(NameOf("people", person->id));
  for (const std::string& source : row.sources) token.add_sources(NameOf("sources", source));
  *token.mutable_create_time() = ToTimestamp(row.created);
  if (row.revoked != absl::InfiniteFuture()) *token.mutable_revoke_time() = ToTimestamp(row.revoked);
  return token;
}

// What can be said without looking anything up.
absl::Status CheckToken(const v1::Token& token) {
  std::vector<FieldFault> faults;
  std::vector<int> roles(token.roles().begin(), token.roles().end());
  const auto valid = [](int role) { return role != v1::ROLE_UNSPECIFIED && v1::Role_IsValid(role); };
  if (roles.empty() || !std::all_of(roles.begin(), roles.end(), valid)) {
    faults.push_back({"token.roles", "send at least one of MEMBER, FACILITATOR, LEAD, STEWARD, CONNECTOR, AUDITOR, ADMIN, SUITE"});
  }
  std::sort(roles.begin(), roles.end());
  if (std::adjacent_find(roles.begin(), roles.end()) != roles.end()) faults.push_back({"token.roles", "name each role once"});
  const bool personal = std::any_of(roles.begin(), roles.end(), [](int role) { return ActsAsPerson(static_cast<v1::Role>(role)); });
  const auto has = [&roles](v1::Role role) { return std::find(roles.begin(), roles.end(), role) != roles.end(); };
  const bool connector = has(v1::ROLE_CONNECTOR), suite = has(v1::ROLE_SUITE);
  if (personal && token.person().empty()) {
    faults.push_back({"token.person", "is required for member, lead and facilitator: say whose token it is"});
  }
  if (connector && roles.size() > 1) faults.push_back({"token.roles", "a connector has no other role"});
  if (connector && !token.person().empty()) faults.push_back({"token.person", "a connector acts as nobody; leave it out"});
  if (connector && token.sources().empty())
    faults.push_back({"token.sources", "is required for connector: name the sources it may ingest for"});
  if (suite && roles.size() > 1) faults.push_back({"token.roles", "a suite has no other role"});
  if (suite && !token.person().empty()) faults.push_back({"token.person", "a suite speaks for whoever is signed in there; leave it out"});
  if (suite && token.sources().empty())
    faults.push_back({"token.sources", "is required for suite: name the sources whose accounts it may speak for"});
  if (!connector && !suite && !token.sources().empty())
    faults.push_back({"token.sources", "only a connector's and a suite's token names sources; leave it out"});
  if (token.sources_size() > kMaxSources) faults.push_back({"token.sources", "name at most 100 sources"});
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kTokenInvalid, "the token cannot be made as it is", std::move(faults));
}

absl::StatusOr<store::TokenRow> RowFor(const v1::Token& token, store::Transaction& transaction, const domain::Directory& directory) {
  store::TokenRow row;
  row.roles.assign(token.roles().begin(), token.roles().end());
  if (!token.person().empty()) {
    COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("people", token.person(), "token.person"));
    const auto* person = directory.FindPersonById(id);
    if (person == nullptr) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kPersonNotFound,
                   "the directory has no such person; apply a directory file that names them",
                   {{"token.person", "name somebody of the directory"}});
    }
    row.person = person->uid;
  }
  for (int i = 0; i < token.sources_size(); ++i) {
    const std::string field = "token.sources[" + std::to_string(i) + "]";
    COMITY_ASSIGN_OR_RETURN(std::string id, IdOf("sources", token.sources(i), field));
    COMITY_ASSIGN_OR_RETURN(const auto source, transaction.admin().FindSource(id));
    if (!source.has_value()) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kSourceNotFound, "there is no such source; create it first",
                   {{field, "name a source that is there"}});
    }
    row.sources.push_back(std::move(id));
  }
  return row;
}

}  // namespace

absl::StatusOr<v1::CreateTokenResponse> AdminApp::CreateToken(const Caller& caller, const v1::CreateTokenRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckToken(request.token()));
  COMITY_ASSIGN_OR_RETURN(const std::string secret, MakeTokenSecret());
  bool made = false;
  // What is kept of the answer holds no secret; so a repeat has none to give.
  absl::StatusOr<v1::Token> token =
      WriteOnce<v1::Token>(context_, caller, "CreateToken", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Token> {
        COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
        COMITY_ASSIGN_OR_RETURN(store::TokenRow row, RowFor(request.token(), transaction, *directory));
        const auto id = context_.uids.Next("token");
        row.id = domain::ToBase32Hex({reinterpret_cast<const char*>(id.data()), id.size()});
        row.secret_hash = HashTokenSecret(secret);
        row.created = context_.clock.Now();
        COMITY_RETURN_IF_ERROR(transaction.admin().PutToken(row));
        made = true;
        return ToApi(row, *directory);
      });
  if (!token.ok()) return token.status();
  if (!made) {
    return Error(
        absl::StatusCode::kAlreadyExists, ErrorReason::kRequestIdReused,
        "this request made a token already, and its secret cannot be shown again; revoke that token and make another with a new request_id",
        {{"request_id", "use a new one"}}, {{"token", token->name()}});
  }
  v1::CreateTokenResponse response;
  *response.mutable_token() = *std::move(token);
  response.set_secret(secret);
  return response;
}

absl::StatusOr<v1::ListTokensResponse> AdminApp::ListTokens(const Caller& /*caller*/, const v1::ListTokensRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string after, ReadPageToken(key, "ListTokens", request.page_token()));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  COMITY_ASSIGN_OR_RETURN(auto rows, transaction->admin().ListTokens(after, size + 1));
  v1::ListTokensResponse response;
  if (rows.size() > static_cast<size_t>(size)) {
    rows.pop_back();
    response.set_next_page_token(MakePageToken(key, "ListTokens", rows.back().id));
  }
  for (const store::TokenRow& row : rows) *response.add_tokens() = ToApi(row, *directory);
  return response;
}

absl::StatusOr<v1::Token> AdminApp::RevokeToken(const Caller& caller, const v1::RevokeTokenRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("tokens", request.name(), "name"));
  return WriteOnce<v1::Token>(context_, caller, "RevokeToken", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Token> {
    COMITY_ASSIGN_OR_RETURN(auto row, transaction.admin().FindToken(id));
    if (!row.has_value()) return Error(absl::StatusCode::kNotFound, ErrorReason::kTokenNotFound, "there is no such token");
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    if (row->revoked == absl::InfiniteFuture()) {  // revoking twice changes nothing
      row->revoked = context_.clock.Now();
      COMITY_RETURN_IF_ERROR(transaction.admin().PutToken(*row));
    }
    return ToApi(*row, *directory);
  });
}

}  // namespace comity::app
