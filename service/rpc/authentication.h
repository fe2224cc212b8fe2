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

// Looks tokens up and remembers them for half a second, so that a revoked one, or one of somebody who left, is useless within a second and
// a busy one costs no read. Safe to call from any thread; blocks on the store when it has not seen the token lately.
class Authenticator {
 public:
  Authenticator(store::Store& store, app::Snapshots& snapshots, const obs::Clock& clock)
      : store_(store), snapshots_(snapshots), clock_(clock) {}

  // `authorization` is that metadata's value: `Bearer SECRET`. The caller's scope is not yet set.
  // Errors: UNAUTHENTICATED (TOKEN_MISSING) without one, (TOKEN_UNKNOWN) for one that is not known, revoked, or
  // of a person whom the directory calls former or does not have; the store's own.
  absl::StatusOr<app::Caller> Authenticate(std::string_view authorization);

 private:
  struct Remembered {
    std::shared_ptr<const app::Caller> caller;
    absl::Time at;
  };
  std::shared_ptr<const app::Caller> Recall(const std::string& hash);
  absl::StatusOr<std::shared_ptr<const app::Caller>> LookUp(const std::string& hash);

  store::Store& store_;
  app::Snapshots& snapshots_;
  const obs::Clock& clock_;
  Mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_ ABSL_GUARDED_BY(mutex_);  // good tokens only, by hash
};

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_AUTHENTICATION_H_
