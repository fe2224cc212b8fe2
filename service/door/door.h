// The HTTP door: every unary call as JSON, health, metrics, and one page for people.
#ifndef COMITY_SERVICE_DOOR_DOOR_H_
#define COMITY_SERVICE_DOOR_DOOR_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "service/net/http.h"
#include "service/obs/metrics.h"

namespace comity::door {

struct DoorOptions {
  std::string listen = "127.0.0.1:7080";
  std::function<bool()> serving;  // what /healthz says
};

// `POST /comity.v1.Service/Method` (JSON), `GET /healthz`, `GET /metrics`, `GET /`, `GET|POST /why`. Bodies to 4 MiB, JSON to 64 levels.
class Door {
 public:
  // `metrics` outlives the door. Errors: INVALID_ARGUMENT for an address beyond loopback; UNAVAILABLE when it cannot be bound.
  static absl::StatusOr<std::unique_ptr<Door>> Start(const DoorOptions& options, std::shared_ptr<grpc::Channel> channel,
                                                     obs::Metrics& metrics);
  virtual ~Door() = default;  // stops
  virtual int port() const = 0;
  // Takes nothing new, lets running requests end for at most `grace`.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace comity::door

#endif  // COMITY_SERVICE_DOOR_DOOR_H_
