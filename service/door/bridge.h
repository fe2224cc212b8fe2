// From HTTP to the same calls that gRPC serves, by descriptor: one path for authentication, errors and audit.
#ifndef COMITY_SERVICE_DOOR_BRIDGE_H_
#define COMITY_SERVICE_DOOR_BRIDGE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/channel.h"
#include "service/net/http.h"
#include "service/rpc/authentication.h"

namespace comity::door {

// The answer of a call: a message, or the error as the service sent it.
struct BridgeResult {
  google::rpc::Status status;  // code 0 = OK
  std::unique_ptr<google::protobuf::Message> response;
};

// Calls unary methods over a channel. Safe to call from any thread; never blocks.
class Bridge {
 public:
  explicit Bridge(std::shared_ptr<grpc::Channel> channel) : channel_(std::move(channel)) {}

  // The credentials are passed on as they are; what is empty is not sent. `done` runs on a thread that must not block.
  void Call(const google::protobuf::MethodDescriptor& method, const google::protobuf::Message& request, const rpc::Credentials& credentials,
            std::function<void(BridgeResult)> done) const;
  // The same from JSON to JSON. Waits only for parsing: run it off the HTTP server's thread.
  void CallJson(const google::protobuf::MethodDescriptor& method, std::string_view body, const rpc::Credentials& credentials,
                std::function<void(net::Response)> done) const;

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

// The unary method that `/comity.v1.Service/Method` names. Errors: NOT_FOUND (METHOD_UNKNOWN).
absl::StatusOr<const google::protobuf::MethodDescriptor*> UnaryMethodAt(std::string_view path);

// An error as JSON (google.rpc.Status) under the HTTP status that goes with its code.
net::Response ErrorResponse(const google::rpc::Status& status);
net::Response ErrorResponse(const absl::Status& status);
int HttpStatusOf(int grpc_code);

}  // namespace comity::door

#endif  // COMITY_SERVICE_DOOR_BRIDGE_H_
