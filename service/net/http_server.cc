#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <future>
#include <thread>

#include "service/base/error.h"
#include "service/net/http_session.h"

namespace comity::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr size_t kRefusedAtOnce = 256;  // beyond these, connections above the cap are dropped without a word

absl::Status BadAddress(std::string_view address, std::string_view remedy) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kConfigInvalid,
               "cannot listen on '" + std::string(address) + "': " + std::string(remedy));
}

absl::StatusOr<tcp::endpoint> ParseEndpoint(std::string_view address, bool allow_non_loopback) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return BadAddress(address, "write it as HOST:PORT, for example 127.0.0.1:7080");
  std::string_view host = address.substr(0, colon);
  const std::string_view port_text = address.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, failure] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (failure != std::errc{} || end != port_text.data() + port_text.size() || port_text.empty()) {
    return BadAddress(address, "the port must be a number from 0 to 65535");
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  error_code error;
  const auto ip = asio::ip::make_address(std::string(host), error);
  if (error) return BadAddress(address, "the host must be a numeric address or localhost");
  if (!ip.is_loopback() && !allow_non_loopback) {
    return BadAddress(address, "only loopback addresses are allowed here; put a TLS proxy in front to be reached from elsewhere");
  }
  return tcp::endpoint(ip, port);
}

class ServerImpl : public Server {
 public:
  ServerImpl(const ServerOptions& options, Handler handler)
      : options_(options),
        handler_(std::move(handler)),
        hub_{options_, handler_, std::make_shared<Gate>(), {}, {}, 0, false},
        acceptor_(io_),
        tick_(io_),
        retry_(io_) {
    MutexLock lock(hub_.gate->mutex);
    hub_.gate->io = &io_;
  }

  ~ServerImpl() override { Stop(std::chrono::milliseconds(0)); }

  absl::Status Listen() {
    COMITY_ASSIGN_OR_RETURN(const tcp::endpoint endpoint, ParseEndpoint(options_.address, options_.allow_non_loopback));
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return Error(absl::StatusCode::kUnavailable, ErrorReason::kConfigInvalid,
                   "cannot listen on '" + options_.address + "': " + error.message() + "; is another process using it?");
    }
    port_ = acceptor_.local_endpoint().port();
    Accept();
    Tick();
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  void Stop(std::chrono::milliseconds grace) override {
    if (!thread_.joinable()) return;
    std::promise<void> drained;
    asio::post(io_, [this, grace, &drained] {
      stop_at_ = std::chrono::steady_clock::now() + grace;
      drained_ = &drained;
      hub_.stopping = true;
      error_code ignored;
      acceptor_.close(ignored);
      const auto sessions = hub_.sessions;
      for (const auto& session : sessions) session->Retire();
      FinishIfDrained();
    });
    drained.get_future().wait();
    thread_.join();
    MutexLock lock(hub_.gate->mutex);
    hub_.gate->io = nullptr;
  }

 private:
  void Accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (hub_.stopping || error == asio::error::operation_aborted) return;
      if (!error) Admit(std::move(socket));
      if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space || error == asio::error::no_memory) {
        retry_.expires_after(kTick);  // out of descriptors: asking again at once would spin
        return retry_.async_wait([this](const error_code& failure) {
          if (!failure && !hub_.stopping) Accept();
        });
      }
      Accept();
    });
  }

  void Admit(tcp::socket socket) {
    if (hub_.sessions.size() >= options_.max_connections && !hub_.idle.empty()) hub_.idle.front()->Close();
    const bool full = hub_.sessions.size() >= options_.max_connections;
    if (hub_.sessions.size() >= options_.max_connections + kRefusedAtOnce) return;  // the socket closes itself
    auto session = std::make_shared<Session>(std::move(socket), hub_);
    const auto place = hub_.sessions.insert(hub_.sessions.end(), session);
    full ? session->Refuse(place) : session->Start(place);
  }

  void Tick() {
    tick_.expires_after(kTick);
    tick_.async_wait([this](const error_code& error) {
      if (error) return;
      const auto now = std::chrono::steady_clock::now();
      for (auto place = hub_.sessions.begin(); place != hub_.sessions.end();) {
        const auto session = *place++;  // it may leave the list
        session->CheckTime(now);
      }
      if (drained_ != nullptr && FinishIfDrained()) return;
      Tick();
    });
  }

  bool FinishIfDrained() {
    if (drained_ == nullptr) return true;
    if (std::chrono::steady_clock::now() >= stop_at_) {
      while (!hub_.sessions.empty()) hub_.sessions.front()->Close();
    }
    if (!hub_.sessions.empty()) return false;
    error_code ignored;
    tick_.cancel(ignored);
    retry_.cancel(ignored);
    std::exchange(drained_, nullptr)->set_value();
    io_.stop();
    return true;
  }

  const ServerOptions options_;
  const Handler handler_;
  Hub hub_;
  asio::io_context io_{1};  // after the hub: pending work that refers to it goes first
  tcp::acceptor acceptor_;
  asio::steady_timer tick_, retry_;
  int port_ = 0;
  std::thread thread_;
  SteadyTime stop_at_;
  std::promise<void>* drained_ = nullptr;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Handler handler) {
  auto server = std::make_unique<ServerImpl>(options, std::move(handler));
  COMITY_RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace comity::net
