#include "service/rpc/unary_call.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/alarm.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/proto_buffer_writer.h"
#include "service/base/call_scope.h"
#include "service/base/error.h"
#include "service/rpc/status.h"

namespace comity::rpc {
namespace {

constexpr size_t kWeightOfACall = 512;  // in bytes, beside its content

// What the reactor, the pool and the clock share. It outlives the reactor, so that work which goes on after the answer touches nothing
// of gRPC's; the reactor lives until it has been finished.
class State : public std::enable_shared_from_this<State> {
 public:
  State(Runtime runtime, const BoundMethod& method, grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
        grpc::ByteBuffer& response)
      : runtime_(runtime),
        method_(method),
        credentials_(CredentialsOf(context)),
        deadline_(context.deadline()),
        context_(&context),
        request_(request),  // shares the bytes
        response_(&response),
        passage_(runtime.gate.Begin(method.rule)) {
    runtime_.underway.Enter();
  }
  ~State() { runtime_.underway.Leave(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void Start(grpc::ServerUnaryReactor* reactor);
  void Cancel() { cancelled_ = over_ = true; }

 private:
  bool Post();
  size_t Weight() const { return request_.Length() + kWeightOfACall; }
  void Work();
  absl::Status Prepare(std::unique_ptr<google::protobuf::Message>& request);
  void Conclude(absl::StatusOr<std::unique_ptr<google::protobuf::Message>> answer);
  void Finish(const absl::Status& status, grpc::ByteBuffer bytes);
  bool NoDeadline() const { return deadline_ == std::chrono::system_clock::time_point::max(); }

  Runtime runtime_;
  const BoundMethod& method_;
  const Credentials credentials_;
  const std::chrono::system_clock::time_point deadline_;
  grpc::CallbackServerContext* const context_;  // gRPC's, until the call is finished
  const grpc::ByteBuffer request_;
  grpc::ByteBuffer* const response_;
  Passage passage_;
  std::atomic<bool> cancelled_{false}, finished_{false}, over_{false};  // over: either of them
  grpc::ServerUnaryReactor* reactor_ = nullptr;
  std::optional<grpc::Alarm> alarm_;
};

class Reactor : public grpc::ServerUnaryReactor {
 public:
  explicit Reactor(std::shared_ptr<State> state) : state_(std::move(state)) {}
  void OnCancel() override { state_->Cancel(); }
  void OnDone() override { delete this; }

 private:
  const std::shared_ptr<State> state_;
};

void State::Start(grpc::ServerUnaryReactor* reactor) {
  reactor_ = reactor;
  if (NoDeadline()) {
    alarm_.emplace();
    alarm_->Set(std::chrono::system_clock::now() + absl::ToChronoSeconds(kDefaultDeadline), [weak = weak_from_this()](bool rang) {
      const auto self = weak.lock();  // strong would be a circle: the state owns the alarm
      if (rang && self != nullptr) self->Finish(WithReason(absl::DeadlineExceededError("")), {});
    });
  }
  if (Post()) return;
  const absl::Status overloaded = WithReason(absl::ResourceExhaustedError(""));
  runtime_.gate.LeaveSoon(passage_, overloaded);
  Finish(overloaded, {});
}

// False when it would wait for too long. What is refused costs next to nothing: neither its token nor its content is looked at.
bool State::Post() {
  const auto work = [self = shared_from_this()] { self->Work(); };
  if (!method_.answers_later) return runtime_.pool.Post(work);
  if (!runtime_.backlog.Enter(Weight())) return false;
  if (runtime_.ingest_pool.Post(work)) return true;
  runtime_.backlog.Drop(Weight());
  return false;
}

// Everything that can refuse the call before its use case runs.
absl::Status State::Prepare(std::unique_ptr<google::protobuf::Message>& request) {
  if (cancelled_) return WithReason(absl::CancelledError());
  if (finished_ || (!NoDeadline() && std::chrono::system_clock::now() > deadline_)) return WithReason(absl::DeadlineExceededError(""));
  COMITY_RETURN_IF_ERROR(runtime_.gate.Admit(credentials_, passage_));
  request = method_.make_request();
  COMITY_RETURN_IF_ERROR(ParseMessage(request_, *request));
  passage_.target = TargetOf(*request);
  return absl::OkStatus();
}

void State::Work() {
  std::unique_ptr<google::protobuf::Message> request;
  if (absl::Status refused = Prepare(request); !refused.ok()) {
    if (method_.answers_later) runtime_.backlog.Drop(Weight());
    return Conclude(std::move(refused));
  }
  // Nothing of ours throws; what a library throws costs this call, not the process.
  const CallScope scope(over_);
  try {
    method_.run(passage_.caller, std::move(request),
                [self = shared_from_this()](absl::StatusOr<std::unique_ptr<google::protobuf::Message>> answer) {
                  if (self->method_.answers_later) self->runtime_.backlog.Leave(self->Weight());
                  self->Conclude(std::move(answer));
                });
  } catch (const std::exception& exception) {
    if (method_.answers_later) runtime_.backlog.Drop(Weight());
    Conclude(absl::InternalError(exception.what()));
  }
}

void State::Conclude(absl::StatusOr<std::unique_ptr<google::protobuf::Message>> answer) {
  absl::Status status = answer.status();
  if (method_.answers_later) {
    runtime_.gate.LeaveSoon(passage_, status);
  } else {
    status = runtime_.gate.Leave(passage_, status);
  }
  Finish(status, status.ok() ? SerializeMessage(**answer) : grpc::ByteBuffer());
}

// Whoever comes first answers: the work or the alarm.
void State::Finish(const absl::Status& status, grpc::ByteBuffer bytes) {
  if (finished_.exchange(true)) return;
  over_ = true;
  if (alarm_.has_value()) alarm_->Cancel();
  if (status.ok()) response_->Swap(&bytes);
  if (IsOverloaded(status)) {
    context_->AddTrailingMetadata("grpc-retry-pushback-ms", std::to_string(Backlog::kComeAgain.count()));
  }
  reactor_->Finish(ToGrpcStatus(status));
}

}  // namespace

grpc::ServerUnaryReactor* StartUnaryCall(Runtime runtime, const BoundMethod& method, grpc::CallbackServerContext& context,
                                         const grpc::ByteBuffer& request, grpc::ByteBuffer& response) {
  auto state = std::make_shared<State>(runtime, method, context, request, response);
  auto* reactor = new Reactor(state);
  state->Start(reactor);
  return reactor;
}

Credentials CredentialsOf(const grpc::CallbackServerContext& context) {
  const auto value = [&context](const char* name) -> std::string {
    const auto [first, last] = context.client_metadata().equal_range(name);
    if (first == last || std::next(first) != last) return "";
    return std::string(first->second.data(), first->second.size());
  };
  return {value("authorization"), value("comity-account")};
}

absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  grpc::ByteBuffer copy = bytes;  // the reader wants to own it; the bytes are shared
  grpc::ProtoBufferReader reader(&copy);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
               absl::StrCat("the bytes are no ", message.GetDescriptor()->full_name(), " in UTF-8; compare the client's proto files"));
}

grpc::ByteBuffer SerializeMessage(const google::protobuf::Message& message) {
  grpc::ByteBuffer bytes;
  bool own_buffer = false;
  grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(message, &bytes, &own_buffer);
  return bytes;
}

}  // namespace comity::rpc
