#include "tests/support/reply_cutter.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

namespace comity::testing {
namespace {

constexpr int kPollMillis = 20;
constexpr size_t kFrameHead = 9;  // of HTTP/2: length (3), type, flags, stream (4)
constexpr char kHeaders = 1;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool SendAll(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// Moves whole frames from `waiting` to the socket. False when it is to end: the peer is gone, or `cut` wants this answer.
template <typename Cut>
bool PassFrames(std::string& waiting, int to, Cut cut) {
  while (waiting.size() >= kFrameHead) {
    const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(waiting[i])); };
    const size_t size = kFrameHead + (byte(0) << 16 | byte(1) << 8 | byte(2));
    if (waiting.size() < size) return true;
    if (waiting[3] == kHeaders && cut()) return false;
    if (!SendAll(to, std::string_view(waiting).substr(0, size))) return false;
    waiting.erase(0, size);
  }
  return true;
}

}  // namespace

ReplyCutter::ReplyCutter(int target) : target_(target) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

ReplyCutter::~ReplyCutter() {
  stop_ = true;
  acceptor_.join();
  std::vector<std::thread> connections;
  {
    MutexLock lock(mutex_);
    connections.swap(connections_);
  }
  for (std::thread& connection : connections) connection.join();
  ::close(listener_);
}

void ReplyCutter::Accept() {
  while (!stop_) {
    pollfd wait{listener_, POLLIN, 0};
    if (::poll(&wait, 1, kPollMillis) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    MutexLock lock(mutex_);
    connections_.emplace_back([this, client] { Serve(client); });
  }
}

void ReplyCutter::Serve(int client) {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(target_);
  bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  std::array<char, 16384> buffer;
  std::string waiting;
  const auto cut = [this] {
    int armed = armed_;
    while (armed > 0 && !armed_.compare_exchange_weak(armed, armed - 1)) {
    }
    if (armed > 0) ++cuts_;
    return armed > 0;
  };
  while (open && !stop_) {
    pollfd waits[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (::poll(waits, 2, kPollMillis) <= 0) continue;
    for (const pollfd& ready : waits) {
      if (ready.revents == 0 || !open) continue;
      const ssize_t got = ::recv(ready.fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) {
        open = false;
      } else if (ready.fd == client) {
        open = SendAll(server, {buffer.data(), static_cast<size_t>(got)});
      } else {
        waiting.append(buffer.data(), static_cast<size_t>(got));
        open = PassFrames(waiting, client, cut);
      }
    }
  }
  ::close(client);
  ::close(server);
}

}  // namespace comity::testing
