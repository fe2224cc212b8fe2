#include "service/net/http_session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>
#include <thread>

namespace comity::net {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr size_t kReadBytes = 64 * 1024;  // smaller reads cost more than half of the throughput
constexpr size_t kKeptBufferBytes = 256 * 1024;
constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr auto kWriteTime = std::chrono::seconds(60);

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

// A header that could break out of its line is left out rather than sent.
bool IsSafe(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos; }

bool IsTokenChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

void AppendHead(std::string& out, const Response& response, bool keep_alive, bool with_length) {
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason.data(), reason.size()).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (!name.empty() && IsSafe(name) && IsSafe(value)) out.append(name).append(": ").append(value).append("\r\n");
  }
  if (with_length) out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  if (!keep_alive) out.append("Connection: close\r\n");
  out.append("\r\n");
}

// Shared by the copies of one Responder. The last one dropped without an answer answers 500.
class Ticket {
 public:
  Ticket(std::shared_ptr<Gate> gate, std::weak_ptr<Session> session)
      : gate_(std::move(gate)), session_(std::move(session)), server_thread_(std::this_thread::get_id()) {}
  ~Ticket() {
    if (!used_.load()) Deliver({500, {{"Content-Type", "text/plain"}}, "The request was dropped inside the server.\n"});
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  void Deliver(Response response) {
    if (used_.exchange(true)) return;
    if (std::this_thread::get_id() == server_thread_) {
      if (auto session = session_.lock()) session->Answer(std::move(response));
      return;
    }
    MutexLock lock(gate_->mutex);
    if (gate_->io == nullptr) return;
    asio::post(*gate_->io, [session = session_, response = std::move(response)]() mutable {
      if (auto alive = session.lock()) alive->Answer(std::move(response));
    });
  }

 private:
  std::shared_ptr<Gate> gate_;
  std::weak_ptr<Session> session_;
  std::thread::id server_thread_;
  std::atomic<bool> used_{false};
};

}  // namespace

Session::Session(asio::ip::tcp::socket socket, Hub& hub) : socket_(std::move(socket)), hub_(hub) {}

void Session::Start(std::list<std::shared_ptr<Session>>::iterator self) {
  self_ = self;
  listed_ = true;
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  const auto address = peer.address();
  loopback_ = address.is_loopback() || (address.is_v6() && address.to_v6().is_v4_mapped() &&
                                        asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback());
  Enter(Phase::kFresh);
  Read();
}

void Session::Refuse(std::list<std::shared_ptr<Session>>::iterator self) {
  self_ = self;
  listed_ = true;
  keep_alive_ = false;
  Write({503, {{"Content-Type", "text/plain"}, {"Retry-After", "5"}}, "Too many connections; try again.\n"});
}

// Sets what the phase may last, and keeps the list of idle connections.
void Session::Enter(Phase phase) {
  phase_ = phase;
  const auto now = std::chrono::steady_clock::now();
  switch (phase) {
    case Phase::kFresh:
    case Phase::kHeader:
      deadline_ = now + hub_.options.header_timeout;
      break;
    case Phase::kIdle:
      deadline_ = now + hub_.options.idle_timeout;
      break;
    case Phase::kBody:
      deadline_ = now + hub_.options.body_timeout;
      break;
    case Phase::kWriting:
      deadline_ = now + kWriteTime;
      break;
    case Phase::kLingering:
      deadline_ = now + kLingerTime;
      break;
    case Phase::kServing:
    case Phase::kClosed:
      deadline_ = SteadyTime::max();
      break;
  }
  const bool is_idle = phase == Phase::kIdle || phase == Phase::kFresh;
  if (is_idle && !idle_place_) idle_place_ = hub_.idle.insert(hub_.idle.end(), this);
  if (!is_idle && idle_place_) {
    hub_.idle.erase(*idle_place_);
    idle_place_.reset();
  }
}

void Session::CheckTime(SteadyTime now) {
  if (now < deadline_) return;
  if (phase_ == Phase::kHeader || phase_ == Phase::kBody) {
    Fail(408, "The request took too long to arrive.\n");
  } else {
    Close();
  }
}

void Session::Retire() {
  keep_alive_ = false;
  if (phase_ == Phase::kIdle || phase_ == Phase::kFresh) Close();
}

void Session::Close() {
  if (phase_ == Phase::kClosed) return;
  const auto alive = shared_from_this();
  Enter(Phase::kClosed);
  ReleaseBody();
  error_code ignored;
  socket_.close(ignored);
  if (listed_) hub_.sessions.erase(self_);
  listed_ = false;
}

void Session::Read() {
  reading_ = true;
  socket_.async_read_some(buffer_.prepare(kReadBytes),
                          [self = shared_from_this()](const error_code& error, size_t bytes) { self->OnRead(error, bytes); });
}

void Session::OnRead(const error_code& error, size_t bytes) {
  reading_ = false;
  if (phase_ == Phase::kClosed) return;
  if (phase_ == Phase::kLingering) {
    if (error) return Close();
    return Read();  // into the same place, unread, until the peer closes or the time is over
  }
  if (phase_ == Phase::kWriting) return;  // a 408 is on its way
  if (error) return Close();
  buffer_.commit(bytes);
  if (phase_ == Phase::kFresh || phase_ == Phase::kIdle) Enter(Phase::kHeader);
  Advance();
}

void Session::Advance() {
  if (phase_ == Phase::kHeader && !TakeHeader()) return;
  if (phase_ == Phase::kBody) TakeBody();
}

// True once the header is whole and sound. The limit is checked here because the parser's own counts start line and fields apart.
bool Session::TakeHeader() {
  const std::string_view seen(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  const size_t limit = hub_.options.max_header_bytes;
  if (!seen.empty() && !IsTokenChar(seen.front())) {
    Fail(400, "This is not an HTTP request.\n");
    return false;
  }
  if (seen.substr(0, limit).find("\r\n\r\n") == std::string_view::npos) {
    if (seen.size() >= limit) {
      Fail(431, "The request's headers are too large.\n");
    } else {
      Read();
    }
    return false;
  }
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limit + 4));
  parser_->body_limit(hub_.options.max_body_bytes);
  parser_->get().body().total = &hub_.buffered_bytes;
  parser_->get().body().total_limit = hub_.options.max_buffered_bytes;
  error_code error;
  buffer_.consume(parser_->put(buffer_.data(), error));
  if (error == http::error::body_limit) {
    Fail(413, "The request's body is too large.\n");
    return false;
  }
  if (error || !parser_->is_header_done()) {
    Fail(400, "The request is malformed.\n");
    return false;
  }
  keep_alive_ = keep_alive_ && parser_->keep_alive() && parser_->get().version() == 11 && !hub_.stopping;
  head_only_ = parser_->get().method() == http::verb::head;
  Enter(Phase::kBody);
  parser_->eager(true);
  if (!parser_->is_done() && buffer_.size() == 0 && boost::beast::iequals(parser_->get()[http::field::expect], "100-continue"))
    SendContinue();
  return true;
}

// The few bytes fit into any socket's buffer, so this is not worth another state.
void Session::SendContinue() {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.write_some(asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), ignored);
}

void Session::TakeBody() {
  while (!parser_->is_done() && buffer_.size() > 0) {
    error_code error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    body_bytes_ = parser_->get().body().text.size();
    if (error == http::error::need_more) break;
    if (error == http::error::body_limit) return Fail(413, "The request's body is too large.\n");
    if (error == http::error::buffer_overflow) return Fail(503, "The server is busy with other large requests; try again.\n");
    if (error) return Fail(400, "The request is malformed.\n");
  }
  if (parser_->is_done()) return Serve();
  Read();
}

void Session::Serve() {
  Enter(Phase::kServing);
  auto& message = parser_->get();
  Request request;
  request.method = std::string(View(message.method_string()));
  const std::string_view target = View(message.target());
  const size_t mark = target.find('?');
  request.path = std::string(target.substr(0, mark));
  if (mark != std::string_view::npos) request.query = std::string(target.substr(mark + 1));
  for (const auto& field : message) request.headers.emplace_back(std::string(View(field.name_string())), std::string(View(field.value())));
  request.body = std::move(message.body().text);
  request.loopback = loopback_;
  auto ticket = std::make_shared<Ticket>(hub_.gate, weak_from_this());
  hub_.handler(std::move(request), [ticket](Response response) { ticket->Deliver(std::move(response)); });
}

void Session::Answer(Response response) {
  if (phase_ != Phase::kServing) return;
  ReleaseBody();
  if (hub_.stopping) keep_alive_ = false;
  Write(std::move(response));
}

void Session::Fail(int status, std::string_view why) {
  ReleaseBody();
  keep_alive_ = false;
  head_only_ = false;
  Response response{status, {{"Content-Type", "text/plain"}}, std::string(why)};
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  Write(std::move(response));
}

void Session::ReleaseBody() {
  hub_.buffered_bytes -= body_bytes_;
  body_bytes_ = 0;
}

void Session::Write(Response response) {
  Enter(Phase::kWriting);
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  if (bodiless) response.body.clear();
  head_out_.clear();
  AppendHead(head_out_, response, keep_alive_, !bodiless);
  if (head_only_) response.body.clear();
  body_out_ = std::move(response.body);
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head_out_), asio::buffer(body_out_)};
  asio::async_write(socket_, parts, [self = shared_from_this()](const error_code& error, size_t) { self->OnWritten(error); });
}

void Session::OnWritten(const error_code& error) {
  if (phase_ != Phase::kWriting) return;
  if (error) return Close();
  parser_.reset();
  if (!keep_alive_) return Linger();
  if (buffer_.size() == 0 && buffer_.capacity() > kKeptBufferBytes) buffer_.shrink_to_fit();
  if (buffer_.size() == 0) {
    Enter(Phase::kIdle);
    return Read();
  }
  Enter(Phase::kHeader);  // pipelined: the next request is here already
  Advance();
}

// Closing with unread bytes would reset the connection and could take the answer with it.
void Session::Linger() {
  Enter(Phase::kLingering);
  error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  if (error) return Close();
  if (reading_) return;  // the read that a timeout overtook goes on
  buffer_.consume(buffer_.size());
  Read();
}

}  // namespace comity::net
