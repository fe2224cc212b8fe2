#include "service/rpc/authentication.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "service/app/token_secret.h"
#include "service/base/error.h"

namespace comity::rpc {
namespace {

constexpr absl::Duration kRemember = absl::Milliseconds(500);
constexpr size_t kMaxRemembered = 10'000;
constexpr size_t kMaxSecretBytes = 200;
constexpr std::string_view kScheme = "bearer ";

absl::Status Missing() {
  return Error(absl::StatusCode::kUnauthenticated, ErrorReason::kTokenMissing,
               "no token came with the call; send metadata `authorization: Bearer TOKEN`");
}

absl::Status Unknown() {
  return Error(absl::StatusCode::kUnauthenticated, ErrorReason::kTokenUnknown,
               "the token is not known here, was revoked, or is of somebody who left; ask an administrator for another");
}

}  // namespace

absl::Status Authenticator::Authenticate(const Credentials& credentials, app::Caller& caller) {
  const std::string_view authorization = credentials.authorization;
  if (authorization.empty()) return Missing();
  if (authorization.size() <= kScheme.size() ||
      !absl::EqualsIgnoreCase(absl::string_view(authorization.data(), kScheme.size()), absl::string_view(kScheme.data(), kScheme.size()))) {
    return Missing();
  }
  const std::string_view secret = authorization.substr(kScheme.size());
  if (secret.size() > kMaxSecretBytes) return Unknown();
  // Everything below depends on the hash alone: timing tells nothing about how much of a guess was right.
  const std::string hash = app::HashTokenSecret(secret);
  std::shared_ptr<const app::Caller> known = Recall(hash);
  if (known == nullptr) {
    COMITY_ASSIGN_OR_RETURN(known, LookUp(hash));
  }
  if (known == nullptr) return Unknown();
  caller.token_id = known->token_id;
  if (known->Has(v1::ROLE_SUITE)) {
    COMITY_ASSIGN_OR_RETURN(caller, OnBehalfOf(*known, credentials.account));
    return absl::OkStatus();
  }
  if (credentials.account.empty()) {
    caller = *known;
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kAccountRequired, "only a suite's token speaks for an account",
               {{"comity-account", "leave it out, or send a token with the role suite"}});
}

// The person and their lead are looked up for each call: whoever was unlinked or has left is nobody's voice from then on.
absl::StatusOr<app::Caller> Authenticator::OnBehalfOf(const app::Caller& suite, std::string_view account) {
  const auto name = domain::AccountName::Parse(account);
  if (!name.has_value()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kAccountRequired, "a suite's call says for whom it is made",
                 {{"comity-account", "send the signed-in account as suite:instance:id, for example redmine:tickets.example:5"}});
  }
  if (std::find(suite.within.begin(), suite.within.end(), app::SuitePlace{name->suite, name->instance}) == suite.within.end()) {
    return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kAccountElsewhere,
                 "this token may not speak for accounts of that suite; the sources that it names say for which it may");
  }
  COMITY_ASSIGN_OR_RETURN(const auto transaction, store_.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto found, transaction->directory().FindAccount(*name));
  COMITY_ASSIGN_OR_RETURN(const auto directory, snapshots_.DirectoryIn(*transaction));
  const bool counts = found.has_value() && !found->person.empty() && found->kind != domain::AccountKind::kBot && !found->declared_bot;
  const domain::PersonRow* person = counts ? directory->FindPerson(found->person) : nullptr;
  if (person == nullptr || person->former) {
    return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kAccountNotLinked,
                 "this account is not linked to a person here; a steward links it: comity accounts link");
  }
  app::Caller caller = suite;
  caller.person = person->uid;
  // A token of their own says so, and nothing else.
  COMITY_ASSIGN_OR_RETURN(caller.person_leads, transaction->admin().HasRole(person->uid, v1::ROLE_LEAD, clock_.Now()));
  return caller;
}

std::shared_ptr<const app::Caller> Authenticator::Recall(const std::string& hash) {
  const absl::Time now = clock_.Now();
  MutexLock lock(mutex_);
  const auto found = remembered_.find(hash);
  if (found == remembered_.end()) return nullptr;
  const absl::Duration age = now - found->second.at;
  if (age >= absl::ZeroDuration() && age < kRemember) return found->second.caller;  // a clock set back ends it too
  remembered_.erase(found);
  return nullptr;
}

absl::StatusOr<std::shared_ptr<const app::Caller>> Authenticator::LookUp(const std::string& hash) {
  const absl::Time now = clock_.Now();
  COMITY_ASSIGN_OR_RETURN(const auto transaction, store_.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto token, transaction->admin().FindTokenByHash(hash));
  if (!token.has_value() || token->secret_hash.size() != hash.size() ||
      CRYPTO_memcmp(token->secret_hash.data(), hash.data(), hash.size()) != 0 || token->revoked <= now) {
    return nullptr;
  }
  if (!token->person.empty()) {
    COMITY_ASSIGN_OR_RETURN(const auto directory, snapshots_.DirectoryIn(*transaction));
    const domain::PersonRow* person = directory->FindPerson(token->person);
    if (person == nullptr || person->former) return nullptr;
  }
  auto caller = std::make_shared<app::Caller>();
  const bool suite = std::find(token->roles.begin(), token->roles.end(), v1::ROLE_SUITE) != token->roles.end();
  for (size_t i = 0; suite && i < token->sources.size(); ++i) {
    COMITY_ASSIGN_OR_RETURN(const auto source, transaction->admin().FindSource(token->sources[i]));
    if (source.has_value()) caller->within.push_back({source->suite, source->instance});
  }
  if (suite && caller->within.empty()) return nullptr;  // an empty list would be no limit
  caller->token_id = token->id;
  for (const int32_t role : token->roles) caller->roles.push_back(static_cast<v1::Role>(role));
  caller->person = token->person;
  caller->sources = token->sources;
  MutexLock lock(mutex_);
  if (remembered_.size() >= kMaxRemembered) remembered_.clear();
  remembered_[hash] = {caller, now};
  return caller;
}

}  // namespace comity::rpc
