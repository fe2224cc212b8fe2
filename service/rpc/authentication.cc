#include "service/rpc/authentication.h"

#include <openssl/crypto.h>

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

absl::StatusOr<app::Caller> Authenticator::Authenticate(std::string_view authorization) {
  if (authorization.empty()) return Missing();
  if (authorization.size() <= kScheme.size() ||
      !absl::EqualsIgnoreCase(absl::string_view(authorization.data(), kScheme.size()), absl::string_view(kScheme.data(), kScheme.size()))) {
    return Missing();
  }
  const std::string_view secret = authorization.substr(kScheme.size());
  if (secret.size() > kMaxSecretBytes) return Unknown();
  // Everything below depends on the hash alone: timing tells nothing about how much of a guess was right.
  const std::string hash = app::HashTokenSecret(secret);
  if (const auto known = Recall(hash)) return *known;
  COMITY_ASSIGN_OR_RETURN(const std::shared_ptr<const app::Caller> caller, LookUp(hash));
  if (caller == nullptr) return Unknown();
  return *caller;
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
