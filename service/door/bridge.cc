#include "service/door/bridge.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "service/base/error.h"
#include "service/door/json.h"
#include "service/rpc/status.h"
#include "service/rpc/unary_call.h"

namespace comity::door {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr auto kDeadline = std::chrono::seconds(30);

struct PendingCall {
  grpc::ClientContext context;
  std::string path;
  grpc::ByteBuffer request, response;
};

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

// What the service sent; of errors that gRPC itself made, the same in the service's form.
google::rpc::Status RpcStatusOf(const grpc::Status& status) {
  google::rpc::Status rpc;
  if (status.ok()) return rpc;
  if (!status.error_details().empty() && rpc.ParseFromString(status.error_details())) return rpc;
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  return rpc::ToRpcStatus(absl::Status(code, ""));
}

// gRPC ends the process over metadata that HTTP/2 cannot carry; no token has such bytes, so what comes instead is refused like any guess.
std::string Sendable(std::string_view value) {
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  return printable ? std::string(value) : "unreadable";
}

net::Response JsonResponse(int status, const Message& message) {
  net::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  response.body = ToJson(message) + "\n";
  return response;
}

}  // namespace

int HttpStatusOf(int grpc_code) {
  static constexpr int kStatuses[] = {200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401};
  return grpc_code >= 0 && grpc_code < static_cast<int>(std::size(kStatuses)) ? kStatuses[grpc_code] : 500;
}

net::Response ErrorResponse(const google::rpc::Status& status) { return JsonResponse(HttpStatusOf(status.code()), status); }

net::Response ErrorResponse(const absl::Status& status) { return ErrorResponse(rpc::ToRpcStatus(status)); }

absl::StatusOr<const MethodDescriptor*> UnaryMethodAt(std::string_view path) {
  const size_t slash = path.rfind('/');
  const MethodDescriptor* method = nullptr;
  if (path.substr(0, 11) == "/comity.v1." && slash > 1) {
    const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(path.substr(1, slash - 1)));
    if (service != nullptr) method = service->FindMethodByName(std::string(path.substr(slash + 1)));
  }
  if (method != nullptr && !method->client_streaming() && !method->server_streaming()) return method;
  return Error(absl::StatusCode::kNotFound, ErrorReason::kMethodUnknown,
               method == nullptr ? "there is no such method; paths are /comity.v1.SERVICE/METHOD"
                                 : "streams need gRPC; over HTTP send /comity.v1.EventService/IngestEventBatch");
}

void Bridge::Call(const MethodDescriptor& method, const Message& request, const rpc::Credentials& credentials,
                  std::function<void(BridgeResult)> done) const {
  auto call = std::make_shared<PendingCall>();
  call->path = "/" + method.service()->full_name() + "/" + method.name();
  call->request = rpc::SerializeMessage(request);
  call->context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  if (!credentials.authorization.empty()) call->context.AddMetadata("authorization", Sendable(credentials.authorization));
  if (!credentials.account.empty()) call->context.AddMetadata("comity-account", Sendable(credentials.account));
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>(channel_).UnaryCall(
      &call->context, call->path, grpc::StubOptions(), &call->request, &call->response,
      [call, &method, done = std::move(done)](const grpc::Status& status) {
        BridgeResult result{RpcStatusOf(status), nullptr};
        if (status.ok()) {
          result.response = NewMessage(method.output_type());
          const absl::Status parsed = rpc::ParseMessage(call->response, *result.response);
          if (!parsed.ok()) result = {rpc::ToRpcStatus(absl::InternalError("")), nullptr};
        }
        done(std::move(result));
      });
}

void Bridge::CallJson(const MethodDescriptor& method, std::string_view body, const rpc::Credentials& credentials,
                      std::function<void(net::Response)> done) const {
  const std::unique_ptr<Message> request = NewMessage(method.input_type());
  if (const absl::Status status = FromJson(body, *request); !status.ok()) return done(ErrorResponse(status));
  Call(method, *request, credentials, [done = std::move(done)](BridgeResult result) {
    done(result.response == nullptr ? ErrorResponse(result.status) : JsonResponse(200, *result.response));
  });
}

}  // namespace comity::door
