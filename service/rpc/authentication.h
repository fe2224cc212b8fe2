// Who is calling: bearer tokens, looked up by the hash of their secret.
#ifndef COMITY_SERVICE_RPC_AUTHENTICATION_H_
#define COMITY_SERVICE_RPC_AUTHENTICATION_H_

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "service/app/caller.h"
#include "service/app/judging.h"
#include "service/base/mutex.h"
#include "service/obs/clock.h"
#include "service/store/store.h"

namespace comity::rpc {

// What a call brings to say who it is from: the values of its metadata `authorization` and `comity-account`.
struct Credentials {
  std::string authorization;
  std::string account;  // whom a suite speaks for: `suite:instance:id`
};

// Looks tokens up and remembers them for half a second, so that a revoked one, or one of somebody who left, is useless within a second and
// a busy one costs no read. Safe to call from any thread; blocks on the store when it has not seen the token lately.
class Authenticator {
 public:
  Authenticator(store::Store& store, app::Snapshots& snapshots, const obs::Clock& clock)
      : store_(store), snapshots_(snapshots), clock_(clock) {}

  // The authorization is `Bearer SECRET`. The caller's scope is not yet set; a suite's caller is the person of the account that it names,
  // and their lead where one of that person's own tokens says so.
  // Of a token that is known, `caller.token_id` is set, whatever else is wrong.
  // Errors: UNAUTHENTICATED (TOKEN_MISSING) without one, (TOKEN_UNKNOWN) for one that is not known, revoked, or
  // of a person whom the directory calls former or does not have; INVALID_ARGUMENT (ACCOUNT_REQUIRED) for a suite's without an account,
  // and for an account with a token that is no suite's; PERMISSION_DENIED (ACCOUNT_ELSEWHERE) for one of another suite,
  // (ACCOUNT_NOT_LINKED) for one that is nobody's; the store's own.
  absl::Status Authenticate(const Credentials& credentials, app::Caller& caller);

 private:
  struct Remembered {
    std::shared_ptr<const app::Caller> caller;
    absl::Time at;
  };
  std::shared_ptr<const app::Caller> Recall(const std::string& hash);
  absl::StatusOr<std::shared_ptr<const app::Caller>> LookUp(const std::string& hash);
  absl::StatusOr<app::Caller> OnBehalfOf(const app::Caller& suite, std::string_view account);

  store::Store& store_;
  app::Snapshots& snapshots_;
  const obs::Clock& clock_;
  Mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_ ABSL_GUARDED_BY(mutex_);  // good tokens only, by hash
};

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_AUTHENTICATION_H_
