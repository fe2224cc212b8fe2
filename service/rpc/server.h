// The gRPC server: every method of the API bound to its use case, behind one gate.
#ifndef COMITY_SERVICE_RPC_SERVER_H_
#define COMITY_SERVICE_RPC_SERVER_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "service/app/admin_app.h"
#include "service/app/checkin_app.h"
#include "service/app/deed_app.h"
#include "service/app/directory_app.h"
#include "service/app/duty_app.h"
#include "service/app/endpoint_app.h"
#include "service/app/event_app.h"
#include "service/app/recognition_app.h"

namespace comity::rpc {

inline constexpr int kMaxMessageBytes = 4 * 1024 * 1024;
inline constexpr int kMaxMetadataBytes = 8 * 1024;

// References outlive the server.
struct Apps {
  app::AdminApp& admin;
  app::DirectoryApp& directory;
  app::EventApp& events;
  app::DeedApp& deeds;
  app::RecognitionApp& recognition;
  app::EndpointApp& endpoints;
  app::CheckInApp& checkins;
  app::DutyApp& duties;
};

// Whether `address` (host:port) can be reached from this machine only.
bool IsLoopback(std::string_view address);

class Server {
 public:
  // `listen` is host:port; port 0 = any free one. Serves when it returns.
  // Errors: INVALID_ARGUMENT (CONFIG_INVALID) for an address beyond loopback, which needs TLS; UNAVAILABLE when it cannot be bound;
  //         FAILED_PRECONDITION when a method has no access rule or is bound to nothing.
  static absl::StatusOr<std::unique_ptr<Server>> Start(std::string_view listen, const Apps& apps, app::Context& context);
  virtual ~Server() = default;  // stops

  virtual int port() const = 0;
  // For the door: the same calls without a socket.
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;
  virtual bool serving() const = 0;
  // Says NOT_SERVING, ends streams after their acknowledgements, lets running calls end for at most `grace`, cancels the rest.
  virtual void Stop(absl::Duration grace) = 0;
};

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_SERVER_H_
