#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "service/net/http.h"

namespace comity::net {
namespace {

// PHP's own server refuses a request line that comes in two parts.
TEST(HttpRequests, AreSentInOnePiece) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::string first;
  std::thread server([&] {
    const int peer = accept(listener, nullptr, nullptr);
    char buffer[4096];
    const ssize_t count = recv(peer, buffer, sizeof buffer, 0);
    if (count > 0) first.assign(buffer, static_cast<size_t>(count));
    const std::string answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    (void)send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    close(peer);
  });
  const auto response =
      Fetch("POST", "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/in/wiki", {{"Accept", "text/xml"}}, "all of it", {});
  server.join();
  close(listener);
  EXPECT_THAT(first, ::testing::StartsWith("POST /in/wiki HTTP/1.1\r\n"));
  EXPECT_THAT(first, ::testing::EndsWith("\r\n\r\nall of it"));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 204);
}

}  // namespace
}  // namespace comity::net
