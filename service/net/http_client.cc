#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "service/base/error.h"
#include "service/net/http.h"

namespace comity::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

struct Address {
  bool secure = false;
  std::string host, port, authority, target;
};

absl::Status BadAddress(std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "cannot fetch this address: " + std::string(why));
}

bool HasControlOrSpace(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return true;
  }
  return false;
}

absl::StatusOr<Address> ParseAddress(std::string_view url) {
  Address address;
  if (HasControlOrSpace(url)) return BadAddress("it contains spaces or control characters; percent-encode them");
  if (url.substr(0, 8) == "https://") {
    address.secure = true;
    url.remove_prefix(8);
  } else if (url.substr(0, 7) == "http://") {
    url.remove_prefix(7);
  } else {
    return BadAddress("it must begin with http:// or https://");
  }
  url = url.substr(0, url.find('#'));
  const size_t path = url.find_first_of("/?");
  address.authority = std::string(url.substr(0, path));
  address.target = path == std::string_view::npos ? "/" : std::string(url.substr(path));
  if (address.target.front() == '?') address.target.insert(0, "/");
  std::string_view rest = address.authority;
  if (rest.find('@') != std::string_view::npos) return BadAddress("it must not contain credentials; send a header instead");
  const size_t bracket = rest.find(']');
  const size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  address.host = std::string(rest.substr(0, colon));
  address.port = colon == std::string_view::npos ? (address.secure ? "443" : "80") : std::string(rest.substr(colon + 1));
  if (address.host.size() > 2 && address.host.front() == '[') address.host = address.host.substr(1, address.host.size() - 2);
  if (address.host.empty()) return BadAddress("it names no host");
  if (address.port.empty() || address.port.find_first_not_of("0123456789") != std::string::npos || address.port.size() > 5 ||
      std::stoi(address.port) > 65535) {
    return BadAddress("its port must be a number from 0 to 65535");
  }
  return address;
}

// Plain or with TLS, decided by the address: one type, so that all that is built on it is compiled once.
class Stream {
 public:
  using executor_type = asio::io_context::executor_type;
  using Done = std::function<void(const error_code&, size_t)>;

  explicit Stream(asio::io_context& io) : io_(io), tls_(asio::ssl::context::tls_client), stream_(io, tls_) {}
  executor_type get_executor() { return io_.get_executor(); }
  tcp::socket& socket() { return stream_.next_layer(); }
  asio::ssl::context& tls() { return tls_; }
  asio::ssl::stream<tcp::socket>& encrypted() { return stream_; }
  void Encrypt() { is_encrypted_ = true; }

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    ReadSome(*asio::buffer_sequence_begin(buffers), Shared(std::forward<Handler>(handler)));
  }
  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    WriteSome(FirstOf(buffers), Shared(std::forward<Handler>(handler)));
  }

 private:
  // Handlers can be moved only; what a function holds must be copied.
  template <typename Handler>
  static Done Shared(Handler&& handler) {
    auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
    return [shared](const error_code& error, size_t size) { (*shared)(error, size); };
  }
  // The first that holds anything: who writes goes on with the rest.
  template <typename Buffers>
  static asio::const_buffer FirstOf(const Buffers& buffers) {
    const auto end = asio::buffer_sequence_end(buffers);
    for (auto buffer = asio::buffer_sequence_begin(buffers); buffer != end; ++buffer) {
      if (asio::const_buffer(*buffer).size() > 0) return *buffer;
    }
    return {};
  }
  void ReadSome(asio::mutable_buffer buffer, Done done);
  void WriteSome(asio::const_buffer buffer, Done done);

  asio::io_context& io_;
  asio::ssl::context tls_;
  asio::ssl::stream<tcp::socket> stream_;
  bool is_encrypted_ = false;
};

void Stream::ReadSome(asio::mutable_buffer buffer, Done done) {
  is_encrypted_ ? stream_.async_read_some(buffer, std::move(done)) : socket().async_read_some(buffer, std::move(done));
}
void Stream::WriteSome(asio::const_buffer buffer, Done done) {
  is_encrypted_ ? stream_.async_write_some(buffer, std::move(done)) : socket().async_write_some(buffer, std::move(done));
}

// One exchange: each step runs the loop until its handler has been called or the deadline has passed.
class Exchange {
 public:
  Exchange(const Address& address, const FetchOptions& options)
      : address_(address), options_(options), deadline_(std::chrono::steady_clock::now() + options.timeout), stream_(io_) {}

  absl::Status Connect() {
    tcp::resolver resolver(io_);
    tcp::resolver::results_type endpoints;
    COMITY_RETURN_IF_ERROR(Await(
        "cannot resolve",
        [&](auto done) {
          resolver.async_resolve(address_.host, address_.port, [&, done](const error_code& error, tcp::resolver::results_type found) {
            endpoints = std::move(found);
            done(error);
          });
        },
        [&] { resolver.cancel(); }));
    std::vector<tcp::endpoint> allowed;
    for (const auto& entry : endpoints) {
      if (!options_.allow || options_.allow(entry.endpoint().address().to_string())) allowed.push_back(entry.endpoint());
    }
    if (allowed.empty() && options_.allow) {
      return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kAddressRefused,
                   "'" + address_.host + "' leads to no address that may be connected to");
    }
    COMITY_RETURN_IF_ERROR(Await("cannot connect to", [&](auto done) {
      asio::async_connect(Socket(), allowed, [done](const error_code& error, const tcp::endpoint&) { done(error); });
    }));
    error_code ignored;
    Socket().set_option(tcp::no_delay(true), ignored);
    return address_.secure ? Handshake() : absl::OkStatus();
  }

  // In one piece: Beast would write each word of the header by itself, and some servers (PHP's own) refuse a request line that comes in
  // parts.
  template <typename Request>
  absl::Status Send(const Request& request) {
    std::ostringstream whole;
    whole << request;
    const std::string text = std::move(whole).str();
    return Await("cannot send to", [&](auto done) {
      asio::async_write(stream_, asio::buffer(text), [done](const error_code& error, size_t) { done(error); });
    });
  }

  absl::StatusOr<Response> Receive(bool head_only) {
    http::response_parser<http::string_body> parser;
    parser.body_limit(options_.max_body_bytes);
    parser.header_limit(64 * 1024);
    parser.skip(head_only);
    error_code failure;
    // Header first: read in one go, this Beast loses the error about a length above the limit.
    absl::Status status = Await("cannot read the answer of", [&](auto done) {
      const auto finish = [&, done](const error_code& error, size_t) { done(failure = error); };
      http::async_read_header(stream_, buffer_, parser, finish);
    });
    if (status.ok() && !parser.is_done()) {
      status = Await("cannot read the answer of", [&](auto done) {
        const auto finish = [&, done](const error_code& error, size_t) { done(failure = error); };
        http::async_read(stream_, buffer_, parser, finish);
      });
    }
    if (failure == http::error::body_limit || failure == http::error::header_limit) {
      return Error(absl::StatusCode::kResourceExhausted, ErrorReason::kAnswerTooLarge,
                   "the answer of '" + address_.host + "' is larger than " + std::to_string(options_.max_body_bytes) + " bytes");
    }
    COMITY_RETURN_IF_ERROR(status);
    Response response;
    auto& message = parser.get();
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      response.headers.emplace_back(std::string(field.name_string().data(), field.name_string().size()),
                                    std::string(field.value().data(), field.value().size()));
    }
    response.body = std::move(message.body());
    return response;
  }

 private:
  static constexpr std::chrono::milliseconds kLook{50};  // how often it looks whether it was cancelled

  tcp::socket& Socket() { return stream_.socket(); }
  bool Cancelled() const { return options_.cancel != nullptr && options_.cancel->load(); }

  absl::Status Handshake() {
    error_code error;
    auto& encrypted = stream_.encrypted();
    stream_.tls().set_default_verify_paths(error);
    encrypted.set_verify_mode(asio::ssl::verify_peer, error);
    encrypted.set_verify_callback(asio::ssl::host_name_verification(address_.host), error);
    SSL_set_min_proto_version(encrypted.native_handle(), TLS1_2_VERSION);
    error_code not_numeric;
    asio::ip::make_address(address_.host, not_numeric);
    if (not_numeric) SSL_set_tlsext_host_name(encrypted.native_handle(), address_.host.c_str());
    stream_.Encrypt();
    return Await("cannot trust", [&](auto done) {
      encrypted.async_handshake(asio::ssl::stream_base::client, [done](const error_code& failure) { done(failure); });
    });
  }

  template <typename StartStep>
  absl::Status Await(std::string_view failing, StartStep start) {
    return Await(failing, start, [this] {
      error_code ignored;
      Socket().close(ignored);
    });
  }

  template <typename StartStep, typename Cancel>
  absl::Status Await(std::string_view failing, StartStep start, Cancel cancel) {
    std::optional<error_code> result;
    start([&result](const error_code& error) { result = error; });
    io_.restart();
    while (!result && !Cancelled() && std::chrono::steady_clock::now() < deadline_) {
      io_.run_until(options_.cancel == nullptr ? deadline_ : std::min(deadline_, std::chrono::steady_clock::now() + kLook));
      if (io_.stopped()) io_.restart();
    }
    if (!result) {
      cancel();
      io_.restart();
      io_.run();
      if (Cancelled()) return absl::CancelledError("the request was given up");
      return Error(absl::StatusCode::kDeadlineExceeded, ErrorReason::kPeerUnavailable, "'" + address_.host + "' did not answer in time");
    }
    if (!*result) return absl::OkStatus();
    return Error(absl::StatusCode::kUnavailable, ErrorReason::kPeerUnavailable,
                 std::string(failing) + " '" + address_.host + "': " + result->message());
  }

  const Address& address_;
  const FetchOptions& options_;
  const std::chrono::steady_clock::time_point deadline_;
  asio::io_context io_{1};
  Stream stream_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace

absl::StatusOr<Response> Fetch(std::string_view method, std::string_view url, const Headers& headers, std::string_view body,
                               const FetchOptions& options) {
  COMITY_ASSIGN_OR_RETURN(const Address address, ParseAddress(url));
  http::request<http::string_body> request;
  request.version(11);
  request.method_string(boost::beast::string_view(method.data(), method.size()));
  request.target(address.target);
  request.set(http::field::host, address.authority);
  request.set(http::field::user_agent, "comity");
  request.set(http::field::connection, "close");
  for (const auto& [name, value] : headers) {
    if (name.empty() || value.find_first_of("\r\n") != std::string::npos || HasControlOrSpace(name))
      return BadAddress("a header contains a line break");
    request.set(name, value);
  }
  request.body() = std::string(body);
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") request.prepare_payload();
  Exchange exchange(address, options);
  COMITY_RETURN_IF_ERROR(exchange.Connect());
  COMITY_RETURN_IF_ERROR(exchange.Send(request));
  return exchange.Receive(method == "HEAD");
}

}  // namespace comity::net
