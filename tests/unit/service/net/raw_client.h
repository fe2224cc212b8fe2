// A plain blocking socket for tests: sends exactly what it is told and shows exactly what came back.
#ifndef COMITY_TESTS_UNIT_SERVICE_NET_RAW_CLIENT_H_
#define COMITY_TESTS_UNIT_SERVICE_NET_RAW_CLIENT_H_

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <string_view>

namespace comity::net {

class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int descriptor() const { return socket_; }
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  void FinishSending() { ::shutdown(socket_, SHUT_WR); }
  // What had come when `text` was seen `times` times, the server closed, or ten seconds were over.
  std::string ReadUntil(std::string_view text, int times = 1) {
    while (Count(text) < times && ReadSome()) {
    }
    return seen_;
  }
  // Everything up to the server's closing; `closed` says whether it did close.
  std::string ReadAll(bool* closed = nullptr) {
    while (ReadSome()) {
    }
    if (closed != nullptr) *closed = closed_;
    return seen_;
  }

 private:
  bool ReadSome() {
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, 10'000) != 1) return false;
    char bytes[65536];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    closed_ = got <= 0;
    if (got > 0) seen_.append(bytes, static_cast<size_t>(got));
    return got > 0;
  }
  int Count(std::string_view text) const {
    int count = 0;
    for (size_t at = seen_.find(text); at != std::string::npos; at = seen_.find(text, at + text.size())) ++count;
    return count;
  }

  int socket_;
  bool connected_ = false, closed_ = false;
  std::string seen_;
};

}  // namespace comity::net

#endif  // COMITY_TESTS_UNIT_SERVICE_NET_RAW_CLIENT_H_
