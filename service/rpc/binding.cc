#include "service/rpc/binding.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/rpc_service_method.h"
#include "grpcpp/support/server_callback.h"
#include "service/base/error.h"
#include "service/rpc/unary_call.h"

namespace comity::rpc {

using grpc::internal::CallbackBidiHandler;
using grpc::internal::CallbackUnaryHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

void ServiceBinding::Add(std::string_view name, const google::protobuf::Descriptor* request, const google::protobuf::Descriptor* response,
                         BoundMethod bound) {
  const auto* method = service_.FindMethodByName(std::string(name));
  if (method == nullptr || method->input_type() != request || method->output_type() != response) {
    faults_.push_back(absl::StrCat(service_.name(), " has no method ", std::string(name), " of these types"));
    return;
  }
  absl::StatusOr<MethodRule> rule = RuleOf(*method);
  if (!rule.ok()) {
    faults_.push_back(std::string(rule.status().message()));
    return;
  }
  bound.rule = *std::move(rule);
  const BoundMethod& kept = bound_.emplace_back(std::move(bound));
  names_.emplace_back(name);
  AddMethod(new RpcServiceMethod(Path(name).c_str(), RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodRawCallback(next_index_++,
                        new CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                            [this, &kept](grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
                              return StartUnaryCall(runtime_, kept, *context, *in, *out);
                            }));
}

void ServiceBinding::BindStream(
    std::string_view name,
    std::function<grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*(const MethodRule&, grpc::CallbackServerContext&)>
        make_reactor) {
  const auto* method = service_.FindMethodByName(std::string(name));
  absl::StatusOr<MethodRule> rule = method == nullptr ? absl::NotFoundError("no such method") : RuleOf(*method);
  if (!rule.ok()) {
    faults_.push_back(absl::StrCat(std::string(name), ": ", rule.status().message()));
    return;
  }
  const MethodRule& kept = streams_.emplace_back(*std::move(rule));
  names_.emplace_back(name);
  AddMethod(new RpcServiceMethod(Path(name).c_str(), RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(
      next_index_++, new CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                         [&kept, make = std::move(make_reactor)](grpc::CallbackServerContext* context) { return make(kept, *context); }));
}

const std::string& ServiceBinding::Path(std::string_view name) {
  return paths_.emplace_back(absl::StrCat("/", service_.full_name(), "/", std::string(name)));
}

absl::Status ServiceBinding::Check() const {
  std::vector<std::string> faults = faults_;
  for (int i = 0; i < service_.method_count(); ++i) {
    const std::string& name = service_.method(i)->name();
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) {
      faults.push_back(absl::StrCat(service_.name(), "/", name, " is bound to nothing"));
    }
  }
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kInternal, absl::StrJoin(faults, "; "));
}

}  // namespace comity::rpc
