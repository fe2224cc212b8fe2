// One unary call: off gRPC's threads, through the gate, into the use case, and back.
#ifndef COMITY_SERVICE_RPC_UNARY_CALL_H_
#define COMITY_SERVICE_RPC_UNARY_CALL_H_

#include <string>

#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "service/rpc/authentication.h"
#include "service/rpc/binding.h"

namespace comity::rpc {

inline constexpr absl::Duration kDefaultDeadline = absl::Seconds(30);  // of calls that bring none

// The reactor deletes itself when gRPC is done with it.
grpc::ServerUnaryReactor* StartUnaryCall(Runtime runtime, const BoundMethod& method, grpc::CallbackServerContext& context,
                                         const grpc::ByteBuffer& request, grpc::ByteBuffer& response);

// A value that is not there, or more than once, is empty.
Credentials CredentialsOf(const grpc::CallbackServerContext& context);

// Bytes to message and back. Errors: INVALID_ARGUMENT (FIELD_INVALID) for bytes that are no such message.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);
grpc::ByteBuffer SerializeMessage(const google::protobuf::Message& message);

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_UNARY_CALL_H_
