#include "service/door/door.h"

#include <utility>

#include "absl/strings/match.h"
#include "comity/v1/event.pb.h"
#include "service/base/error.h"
#include "service/base/pool.h"
#include "service/door/bridge.h"
#include "service/door/origin.h"
#include "service/door/why_page.h"
#include "service/rpc/status.h"

namespace comity::door {
namespace {

constexpr size_t kMaxBodyBytes = 4 * 1024 * 1024;
constexpr int kThreads = 2;  // they read and write JSON; the calls themselves run behind the channel
constexpr size_t kMaxWaiting = 1024;

net::Response Plain(int status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}}, std::move(body)};
}

net::Response NotAllowed(std::string allow) {
  net::Response response = Plain(405, "Use " + allow + " here.\n");
  response.headers.emplace_back("Allow", std::move(allow));
  return response;
}

// Absent is taken for JSON; parameters such as a character set do not matter.
bool IsJson(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (!content_type.empty() && content_type.back() == ' ') content_type.remove_suffix(1);
  const std::string_view json = "application/json";
  return content_type.empty() ||
         absl::EqualsIgnoreCase(absl::string_view(content_type.data(), content_type.size()), absl::string_view(json.data(), json.size()));
}

net::Response NotJson() {
  net::Response response = ErrorResponse(Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, "this call takes JSON",
                                               {{"Content-Type", "send `application/json`"}}));
  response.status = 415;
  return response;
}

class DoorImpl : public Door {
 public:
  DoorImpl(DoorOptions options, std::shared_ptr<grpc::Channel> channel, obs::Metrics& metrics)
      : options_(std::move(options)), metrics_(metrics), bridge_(std::move(channel)), pool_(kThreads, kMaxWaiting) {}
  ~DoorImpl() override { Stop(std::chrono::milliseconds(1000)); }

  absl::Status Listen() {
    net::ServerOptions server;
    server.address = options_.listen;
    server.max_body_bytes = kMaxBodyBytes;
    server.max_buffered_bytes = 64 * 1024 * 1024;
    COMITY_ASSIGN_OR_RETURN(server_, net::Server::Start(server, [this](net::Request request, net::Responder respond) {
                              Route(std::move(request), std::move(respond));
                            }));
    return absl::OkStatus();
  }

  int port() const override { return server_->port(); }
  void Stop(std::chrono::milliseconds grace) override {
    if (server_ != nullptr) server_->Stop(grace);
  }

 private:
  // On the HTTP server's thread: decides, and hands on whatever takes time.
  void Route(net::Request request, net::Responder respond) {
    if (const absl::Status status = CheckOrigin(request); !status.ok()) return respond(Plain(403, std::string(status.message()) + "\n"));
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (request.path == "/healthz") return respond(reads ? Health() : NotAllowed("GET"));
    if (request.path == "/metrics") return respond(reads ? Metrics(request) : NotAllowed("GET"));
    if (request.path == "/") return respond(reads ? WhyForm() : NotAllowed("GET"));
    if (request.path == "/why" && reads) return respond(WhyForm());
    if (request.method != "POST") return respond(NotAllowed(request.path == "/why" ? "GET, POST" : "POST"));
    const bool posted = pool_.Post([this, shared = std::make_shared<net::Request>(std::move(request)), respond] {
      shared->path == "/why" ? Why(*shared, respond) : Json(*shared, respond);
    });
    if (!posted) respond(ErrorResponse(rpc::WithReason(absl::ResourceExhaustedError(""))));
  }

  net::Response Health() const { return options_.serving() ? Plain(200, "ok\n") : Plain(503, "stopping\n"); }

  net::Response Metrics(const net::Request& request) const {
    if (!request.loopback) return Plain(403, "Metrics are for this machine only.\n");
    net::Response response = Plain(200, metrics_.Text());
    response.headers[0].second = "text/plain; version=0.0.4; charset=utf-8";
    return response;
  }

  void Json(const net::Request& request, const net::Responder& respond) {
    const auto method = UnaryMethodAt(request.path);
    if (!method.ok()) return respond(ErrorResponse(method.status()));
    if (!IsJson(net::FindHeader(request.headers, "content-type"))) return respond(NotJson());
    const rpc::Credentials credentials{std::string(net::FindHeader(request.headers, "authorization")),
                                       std::string(net::FindHeader(request.headers, "comity-account"))};
    bridge_.CallJson(**method, request.body, credentials, respond);
  }

  void Why(const net::Request& request, const net::Responder& respond) {
    const auto form = ParseForm(request.body);
    const auto field = [&form](const char* name) {
      const auto found = form.find(name);
      return found == form.end() ? std::string() : found->second;
    };
    v1::ExplainSubjectRequest question;
    question.set_subject(field("subject"));
    const std::string token = field("token");
    bridge_.Call(*ExplainSubject(), question, {token.empty() ? "" : "Bearer " + token, ""},
                 [respond, asked = question.subject()](const BridgeResult& result) {
                   if (result.response == nullptr) return respond(WhyError(asked, result.status));
                   respond(WhyAnswer(asked, static_cast<const v1::ExplainSubjectResponse&>(*result.response)));
                 });
  }

  static const google::protobuf::MethodDescriptor* ExplainSubject() {
    return v1::Event::descriptor()->file()->FindServiceByName("EventService")->FindMethodByName("ExplainSubject");
  }

  const DoorOptions options_;
  obs::Metrics& metrics_;
  const Bridge bridge_;
  std::unique_ptr<net::Server> server_;
  Pool pool_;  // last: what it runs uses the rest
};

}  // namespace

absl::StatusOr<std::unique_ptr<Door>> Door::Start(const DoorOptions& options, std::shared_ptr<grpc::Channel> channel,
                                                  obs::Metrics& metrics) {
  auto door = std::make_unique<DoorImpl>(options, std::move(channel), metrics);
  COMITY_RETURN_IF_ERROR(door->Listen());
  return door;
}

}  // namespace comity::door
