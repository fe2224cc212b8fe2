// One connection of the server. Private to this folder.
#ifndef COMITY_SERVICE_NET_HTTP_SESSION_H_
#define COMITY_SERVICE_NET_HTTP_SESSION_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "service/base/mutex.h"
#include "service/net/http.h"

namespace comity::net {

namespace asio = boost::asio;
using SteadyTime = std::chrono::steady_clock::time_point;

class Session;

// What outlives the server: answers may come after it has gone.
struct Gate {
  Mutex mutex;
  asio::io_context* io ABSL_GUARDED_BY(mutex) = nullptr;  // null once the server is gone
};

// What the sessions of one server share. Only the server's thread touches it.
struct Hub {
  const ServerOptions& options;
  const Handler& handler;
  std::shared_ptr<Gate> gate;
  std::list<std::shared_ptr<Session>> sessions;
  std::list<Session*> idle;  // between two requests, the longest idle first
  size_t buffered_bytes = 0;
  bool stopping = false;
};

// A body that grows as bytes arrive (never by what a length header promises) and counts them against the server's total.
struct MeteredBody {
  struct value_type {
    std::string text;
    size_t* total = nullptr;
    size_t total_limit = 0;
  };
  class reader;
};

class MeteredBody::reader {
 public:
  template <bool is_request, class Fields>
  reader(boost::beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}
  void init(const boost::optional<std::uint64_t>& length, boost::system::error_code& error) {
    error = {};
    if (length) body_.text.reserve(std::min<std::uint64_t>(*length, 64 * 1024));
  }
  template <class Buffers>
  size_t put(const Buffers& buffers, boost::system::error_code& error) {
    size_t bytes = 0;
    error = {};
    for (const asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers)) {
      if (*body_.total + buffer.size() > body_.total_limit) {
        error = boost::beast::http::error::buffer_overflow;
        break;
      }
      body_.text.append(static_cast<const char*>(buffer.data()), buffer.size());
      *body_.total += buffer.size();
      bytes += buffer.size();
    }
    return bytes;
  }
  void finish(boost::system::error_code& error) { error = {}; }

 private:
  value_type& body_;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, Hub& hub);
  void Start(std::list<std::shared_ptr<Session>>::iterator self);
  // Answers 503 and closes; for connections above the cap.
  void Refuse(std::list<std::shared_ptr<Session>>::iterator self);
  // Called often: closes or answers 408 when the current phase has lasted too long.
  void CheckTime(SteadyTime now);
  // Ends it after the request that runs, if any.
  void Retire();
  void Close();
  // The answer to the running request; on the server's thread.
  void Answer(Response response);
  bool serving() const { return phase_ == Phase::kServing || phase_ == Phase::kWriting; }

 private:
  enum class Phase { kFresh, kIdle, kHeader, kBody, kServing, kWriting, kLingering, kClosed };
  using Parser = boost::beast::http::request_parser<MeteredBody>;

  void Enter(Phase phase);
  void Read();
  void OnRead(const boost::system::error_code& error, size_t bytes);
  void Advance();  // makes what progress the buffer allows
  bool TakeHeader();
  void TakeBody();
  void SendContinue();
  void Serve();
  void Fail(int status, std::string_view why);
  void Write(Response response);
  void OnWritten(const boost::system::error_code& error);
  void Linger();
  void ReleaseBody();

  asio::ip::tcp::socket socket_;
  Hub& hub_;
  bool loopback_ = false;
  Phase phase_ = Phase::kFresh;
  SteadyTime deadline_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  bool keep_alive_ = true;
  bool head_only_ = false;
  size_t body_bytes_ = 0;  // counted in hub_.buffered_bytes
  std::string head_out_, body_out_;
  std::list<std::shared_ptr<Session>>::iterator self_;
  bool listed_ = false;
  bool reading_ = false;  // a read is under way
  std::optional<std::list<Session*>::iterator> idle_place_;
};

}  // namespace comity::net

#endif  // COMITY_SERVICE_NET_HTTP_SESSION_H_
