// Secrets of outbound webhooks, and the signatures made with them.
#ifndef COMITY_SERVICE_APP_ENDPOINT_SECRET_H_
#define COMITY_SERVICE_APP_ENDPOINT_SECRET_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/notify/endpoint.h"
#include "service/net/http.h"

namespace comity::app {

// Each secret follows from this deployment's key and its endpoint: so neither the store nor a backup of it holds one, and none need be
// encrypted. The key lies in a file of mode 0600 beside the store, as that of checkpoints does. Safe to call from any thread.
class EndpointSecrets {
 public:
  // Makes the key if there is no file. Errors: those of ReadSecretFile and WriteSecretFile; DATA_LOSS (SECRET_FILE_UNSAFE) for a file that
  // holds something else.
  static absl::StatusOr<std::unique_ptr<EndpointSecrets>> Open(const std::string& file);
  explicit EndpointSecrets(std::string key) : key_(std::move(key)) {}

  // `whsec_` and the base64 of 32 bytes: the newest secret. It must have one, as below.
  std::string SecretOf(const domain::Endpoint& endpoint) const;
  // What `secret_check` must be; tells nothing about the secret.
  std::string CheckOf(const domain::Endpoint& endpoint) const;
  bool Fits(const domain::Endpoint& endpoint) const { return CheckOf(endpoint) == endpoint.secret_check; }
  // The three headers of Standard Webhooks for one attempt at `now`.
  net::Headers SignedHeaders(const domain::Endpoint& endpoint, domain::DeliveryUid uid, std::string_view body, absl::Time now) const;

 private:
  std::string KeyOf(const domain::SecretSeed& seed) const;

  const std::string key_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_ENDPOINT_SECRET_H_
