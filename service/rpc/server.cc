#include "service/rpc/server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "service/base/error.h"
#include "service/rpc/bind_api.h"
#include "service/rpc/ingest_stream.h"
#include "service/rpc/status.h"

namespace comity::rpc {
namespace {

constexpr size_t kMaxWaitingCalls = 4096;
constexpr int kMaxStreamsPerConnection = 256;

// Methods that nobody has: the same sort of error as from those that are there.
class UnknownMethods : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* /*context*/) override {
    class Refuse : public grpc::ServerGenericBidiReactor {
     public:
      Refuse() { Finish(ToGrpcStatus(WithReason(absl::UnimplementedError("")))); }
      void OnDone() override { delete this; }
    };
    return new Refuse();
  }
};

// 4 MiB of lookahead instead of probing doubles what big batches reach; the rest are limits.
void Configure(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument("grpc.http2.lookahead_bytes", 4 * 1024 * 1024);
  builder.AddChannelArgument("grpc.http2.bdp_probe", 0);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a second server on the same port must fail, not share it
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 2 * 60 * 60 * 1000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * 1000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 60 * 1000);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(-1);  // a page of 1000 may be larger; what comes in is bounded, and so what goes out
}

int Cores() { return static_cast<int>(std::thread::hardware_concurrency()); }

class ServerImpl : public Server {
 public:
  ServerImpl(const Apps& apps, app::Context& context)
      : audit_(context.writer),
        gate_(context.store, context.snapshots, audit_, context.metrics, context.clock),
        api_(apps, Runtime{gate_, pool_, ingest_pool_, backlog_, underway_}),
        pool_(std::max(8, 2 * Cores()), kMaxWaitingCalls),
        ingest_pool_(std::max(2, Cores()), kMaxWaitingCalls) {}
  ~ServerImpl() override {
    Stop(absl::Seconds(1));
    underway_.WaitForNone();
  }

  absl::Status Listen(std::string_view listen);
  int port() const override { return port_; }
  std::shared_ptr<grpc::Channel> InProcessChannel() override { return server_->InProcessChannel(grpc::ChannelArguments()); }
  bool serving() const override { return serving_; }
  void Stop(absl::Duration grace) override;

 private:
  AuditWriter audit_;
  Gate gate_;
  Underway underway_;
  Backlog backlog_;
  BoundApi api_;
  Pool pool_, ingest_pool_;  // after what their work needs, so that they finish before it goes
  UnknownMethods unknown_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::atomic<bool> serving_{false};
};

absl::Status ServerImpl::Listen(std::string_view listen) {
  if (!IsLoopback(listen)) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid,
                 absl::StrCat("`", std::string(listen),
                              "` can be reached from elsewhere, and this release serves without TLS; listen on 127.0.0.1 or ",
                              "[::1] and put a TLS proxy in front"),
                 {{"listen", "must be a loopback address with a port"}});
  }
  COMITY_RETURN_IF_ERROR(api_.Check());
  grpc::EnableDefaultHealthCheckService(true);
  static const bool with_reflection = (grpc::reflection::InitProtoReflectionServerBuilderPlugin(), true);
  (void)with_reflection;  // once for each process; only loopback gets this far
  grpc::ServerBuilder builder;
  Configure(builder);
  builder.AddListeningPort(std::string(listen), grpc::InsecureServerCredentials(), &port_);
  api_.Register(builder);
  builder.RegisterCallbackGenericService(&unknown_);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return Error(absl::StatusCode::kUnavailable, ErrorReason::kConfigInvalid,
                 absl::StrCat("cannot listen on ", std::string(listen), "; is another process there?"), {{"listen", "choose a free port"}});
  }
  server_->GetHealthCheckService()->SetServingStatus(true);
  serving_ = true;
  return absl::OkStatus();
}

void ServerImpl::Stop(absl::Duration grace) {
  serving_ = false;
  if (server_ == nullptr) return;
  server_->GetHealthCheckService()->SetServingStatus(false);
  api_.StopStreams();
  server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(grace));
  server_->Wait();
  server_.reset();
}

}  // namespace

bool IsLoopback(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = address.substr(0, colon);
  if (host == "localhost" || host == "[::1]") return true;
  if (host.substr(0, 4) != "127.") return false;
  // Four numbers, so that no name that begins like one passes.
  int dots = 0;
  for (const char c : host) {
    if (c == '.') {
      ++dots;
    } else if (c < '0' || c > '9') {
      return false;
    }
  }
  return dots == 3 && host.back() != '.';
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(std::string_view listen, const Apps& apps, app::Context& context) {
  auto server = std::make_unique<ServerImpl>(apps, context);
  COMITY_RETURN_IF_ERROR(server->Listen(listen));
  return server;
}

}  // namespace comity::rpc
