// Binds the API's methods to use cases: one line for each method, no handler of its own.
#ifndef COMITY_SERVICE_RPC_BINDING_H_
#define COMITY_SERVICE_RPC_BINDING_H_

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/service_type.h"
#include "service/app/caller.h"
#include "service/base/backlog.h"
#include "service/base/mutex.h"
#include "service/base/pool.h"
#include "service/rpc/gate.h"

namespace comity::rpc {

// Work that has not ended, also work whose call was answered early because its time was up.
class Underway {
 public:
  void Enter() {
    MutexLock lock(mutex_);
    ++count_;
  }
  void Leave() {
    MutexLock lock(mutex_);
    if (--count_ == 0) none_.SignalAll();
  }
  void WaitForNone() {
    MutexLock lock(mutex_);
    while (count_ > 0) none_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar none_;
  int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// What every call needs. References outlive the server.
struct Runtime {
  Gate& gate;
  Pool& pool;         // calls that people make
  Pool& ingest_pool;  // facts that come in: neither holds up the other
  Backlog& backlog;   // of those
  Underway& underway;
};

using Answer = std::function<void(absl::StatusOr<std::unique_ptr<google::protobuf::Message>>)>;

// A use case without its types.
struct BoundMethod {
  MethodRule rule;
  bool answers_later = false;  // on the writer's thread, which must not block
  std::unique_ptr<google::protobuf::Message> (*make_request)() = nullptr;
  std::function<void(const app::Caller&, std::unique_ptr<google::protobuf::Message>, Answer)> run;
};

template <typename Message>
std::unique_ptr<google::protobuf::Message> MakeMessage() {
  return std::make_unique<Message>();
}

// One service of the API. Requests and answers cross gRPC as bytes, so that a request that cannot be read meets the same gate as any other.
//
// It uses the same calls of grpc::Service that generated code does (AddMethod, MarkMethodRawCallback): the generated classes cannot be
// bound in a loop and know no way to refuse bytes that are no message.
class ServiceBinding : public grpc::Service {
 public:
  ServiceBinding(const google::protobuf::ServiceDescriptor& service, Runtime runtime) : service_(service), runtime_(runtime) {}

  // Binds `name` to `method` of `app`. Faults (unknown, wrong types, no access rule) are kept for Check.
  template <typename App, typename Request, typename Response>
  void Bind(std::string_view name, App& app, absl::StatusOr<Response> (App::*method)(const app::Caller&, const Request&)) {
    Add(name, Request::descriptor(), Response::descriptor(),
        {{},
         false,
         &MakeMessage<Request>,
         [&app, method](const app::Caller& caller, std::unique_ptr<google::protobuf::Message> request, const Answer& answer) {
           absl::StatusOr<Response> response = (app.*method)(caller, static_cast<const Request&>(*request));
           if (!response.ok()) return answer(response.status());
           answer(std::make_unique<Response>(*std::move(response)));
         }});
  }
  // The same for a use case that answers through a callback.
  template <typename App, typename Request, typename Response>
  void BindLater(std::string_view name, App& app,
                 void (App::*method)(const app::Caller&, Request, std::function<void(absl::StatusOr<Response>)>)) {
    Add(name, Request::descriptor(), Response::descriptor(),
        {{},
         true,
         &MakeMessage<Request>,
         [&app, method](const app::Caller& caller, std::unique_ptr<google::protobuf::Message> request, const Answer& answer) {
           (app.*method)(caller, std::move(static_cast<Request&>(*request)), [answer](absl::StatusOr<Response> response) {
             if (!response.ok()) return answer(response.status());
             answer(std::make_unique<Response>(*std::move(response)));
           });
         }});
  }
  // A bidirectional stream with its own reactor (ingest_stream.h).
  void BindStream(
      std::string_view name,
      std::function<grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*(const MethodRule&, grpc::CallbackServerContext&)>
          make_reactor);

  // Errors: FAILED_PRECONDITION naming every fault of binding, and every method of the API that is bound to nothing.
  absl::Status Check() const;

 private:
  void Add(std::string_view name, const google::protobuf::Descriptor* request, const google::protobuf::Descriptor* response,
           BoundMethod bound);
  const std::string& Path(std::string_view name);

  const google::protobuf::ServiceDescriptor& service_;
  Runtime runtime_;
  std::list<BoundMethod> bound_;   // addresses stay
  std::list<MethodRule> streams_;  // addresses stay
  std::list<std::string> paths_;   // gRPC keeps pointers to them
  std::vector<std::string> names_, faults_;
  int next_index_ = 0;
};

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_BINDING_H_
