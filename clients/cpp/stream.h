// The stream of batches over gRPC.
#ifndef COMITY_CLIENTS_CPP_STREAM_H_
#define COMITY_CLIENTS_CPP_STREAM_H_

#include <chrono>
#include <memory>

#include "clients/cpp/client.h"
#include "comity/v1/event.grpc.pb.h"
#include "grpcpp/client_context.h"

namespace comity::client {

inline constexpr size_t kStreamWindowBytes = 300 * 1000;

// `context` carries the credentials. A stream that owes an acknowledgement and gives none for `patience` is cancelled.
std::unique_ptr<EventStream> NewGrpcStream(v1::EventService::StubInterface& stub, std::unique_ptr<grpc::ClientContext> context,
                                           std::chrono::milliseconds patience);
// A gRPC status with the details that came with it.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace comity::client

#endif  // COMITY_CLIENTS_CPP_STREAM_H_
