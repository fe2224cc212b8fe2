// The one small HTTP/1.1 server and client. Boost.Beast lives in this folder's sources and nowhere else.
#ifndef COMITY_SERVICE_NET_HTTP_H_
#define COMITY_SERVICE_NET_HTTP_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::net {

using Headers = std::vector<std::pair<std::string, std::string>>;
// The first header of that name, ASCII case ignored; empty view if absent.
std::string_view FindHeader(const Headers& headers, std::string_view name);

struct Request {
  std::string method;  // GET, POST, HEAD …
  std::string path;    // percent-encoded as received, without query
  std::string query;   // without `?`
  Headers headers;
  std::string body;
  bool loopback = false;  // the peer is on this machine
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// Answers one request; call it exactly once, from any thread. Dropped without a call: 500.
using Responder = std::function<void(Response)>;
// Runs on the server's thread: must not block. Hand long work to another thread and keep the responder.
using Handler = std::function<void(Request, Responder)>;

struct ServerOptions {
  std::string address = "127.0.0.1:0";  // host:port; [::1]:port for IPv6; port 0 = any free one
  size_t max_header_bytes = 8 * 1024;
  size_t max_body_bytes = 26 * 1024 * 1024;       // above: 413, the connection is closed
  size_t max_connections = 4096;                  // above: the oldest idle one goes, else the new one gets 503
  size_t max_buffered_bytes = 256 * 1024 * 1024;  // bodies of all connections together; above: 503
  std::chrono::seconds header_timeout{10};
  std::chrono::seconds body_timeout{30};
  std::chrono::seconds idle_timeout{60};
  bool allow_non_loopback = false;  // else an address beyond loopback is refused
};

// Keep-alive, pipelining in order, per-read timeouts. 400 for malformed requests, 408 for slow ones, 413, 431 and 503 as above.
class Server {
 public:
  // Errors: INVALID_ARGUMENT for a bad or non-loopback address; UNAVAILABLE when it cannot be bound.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options, Handler handler);
  virtual ~Server() = default;  // stops
  virtual int port() const = 0;
  // Takes no new connections, lets running requests end for at most `grace`, then closes.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

struct FetchOptions {
  std::chrono::seconds timeout{30};
  size_t max_body_bytes = 32 * 1024 * 1024;
  const std::atomic<bool>* cancel = nullptr;  // once true, it ends within a moment: CANCELLED
  // Of the addresses that the host's name leads to, in numbers: those it may connect to; it connects to no other, so that nothing can
  // change between this look and the connection. Unset: any.
  std::function<bool(std::string_view address)> allow = {};
};
// Performs one request to `http://…` or `https://…` (certificates and names are verified); follows no redirect. Blocks.
// Errors: INVALID_ARGUMENT (address), UNAVAILABLE (connection), DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED (too large),
// CANCELLED, PERMISSION_DENIED (ADDRESS_REFUSED: none of its addresses is allowed).
absl::StatusOr<Response> Fetch(std::string_view method, std::string_view url, const Headers& headers, std::string_view body,
                               const FetchOptions& options);

}  // namespace comity::net

#endif  // COMITY_SERVICE_NET_HTTP_H_
