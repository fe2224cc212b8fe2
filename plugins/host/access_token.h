// What a suite's API is shown for the text of `read_token_file`: the text itself, or a short-lived token that it is exchanged for.
#ifndef COMITY_PLUGINS_HOST_ACCESS_TOKEN_H_
#define COMITY_PLUGINS_HOST_ACCESS_TOKEN_H_

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/host/fetcher.h"
#include "plugins/host/rate_gate.h"
#include "plugins/sdk/connector.h"
#include "service/obs/clock.h"

namespace comity::host {

// Of one source, for one thread. References outlive it. Credentials go to the connector's token endpoint alone, and neither they nor tokens
// are logged or kept on disk.
class AccessToken {
 public:
  AccessToken(const sdk::Source& source, const sdk::Connector& connector, const Fetcher& fetch, const obs::Clock& clock)
      : source_(source), connector_(connector), fetch_(fetch), clock_(clock) {}

  // A token is asked for once and kept until shortly before it ends; another credential needs another token. Blocks; ends once `cancel`.
  // Errors: CANCELLED; UNAVAILABLE while the endpoint cannot be reached or wants to be left alone for a while; PERMISSION_DENIED or
  // INVALID_ARGUMENT for a credential that it, or the connector, does not take. Each says what to do.
  absl::StatusOr<std::string> For(const std::string& credential, const std::atomic<bool>* cancel);
  // The API refuses what `For` gave. True: ask For again, it gives another; false: it was another already, or cannot be exchanged.
  bool Refused();
  // The API takes it.
  void Accepted() { again_ = false; }

 private:
  absl::StatusOr<std::string> Exchange(const sdk::TokenRequest& request, const std::atomic<bool>* cancel);

  const sdk::Source& source_;
  const sdk::Connector& connector_;
  const Fetcher& fetch_;
  const obs::Clock& clock_;
  RateGate gate_;                // of the endpoint
  std::string credential_hash_;  // what `token_` was exchanged for
  std::string token_;            // empty: there is none
  absl::Time renew_time_;        // when another is asked for
  bool again_ = false;           // it was asked for since the one before was refused
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_ACCESS_TOKEN_H_
