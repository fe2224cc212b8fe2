// What only a hostile or broken client sends, to the door and to gRPC: the right refusal, little memory, and everybody else goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "service/net/http.h"
#include "tests/integration/service_world.h"
#include "tests/support/process.h"
#include "tests/unit/service/net/raw_client.h"

namespace comity::test {
namespace {

using net::RawClient;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::ResidentBytes;
using ::testing::StartsWith;

constexpr size_t kMebibyte = 1 << 20;
// AddressSanitizer holds back what is freed, up to this much.
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kHeldBack = 256 * kMebibyte;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr size_t kHeldBack = 256 * kMebibyte;
#else
constexpr size_t kHeldBack = 0;
#endif
#else
constexpr size_t kHeldBack = 0;
#endif

class AHostileClient : public ::testing::Test {
 protected:
  std::string Head(const std::string& path, const std::string& more) const {
    return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + world.admin_token +
           "\r\nContent-Type: application/json\r\n" + more + "\r\n";
  }
  std::string Status(const std::string& body) const {
    return Head("/comity.v1.AdminService/GetStatus", "Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
  }
  void ExpectOthersAreServed() const {
    EXPECT_TRUE(world.Call("AdminService/GetStatus", v1::GetStatusRequest(), world.admin_token).ok());
    RawClient client(world.door->port());
    client.Send(Status("{}"));
    EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  }
  grpc::Status CallRaw(const std::string& bytes, const std::vector<std::pair<std::string, std::string>>& metadata = {}) const {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + world.admin_token);
    for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::CompletionQueue queue;
    grpc::Status status;
    grpc::GenericStub stub(world.Channel());
    const auto call = stub.PrepareUnaryCall(&context, "/comity.v1.AdminService/GetStatus", request, &queue);
    call->StartCall();
    call->Finish(&response, &status, nullptr);
    void* tag;
    bool ok;
    queue.Next(&tag, &ok);
    return status;
  }
  World world;
};

TEST_F(AHostileClient, WhoseBodyHasNoEndIsCutOffWithLittleMemory) {
  const size_t before = ResidentBytes(getpid());
  RawClient client(world.door->port());
  client.Send(Head("/comity.v1.AdminService/GetStatus", "Transfer-Encoding: chunked\r\n"));
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  // It is told so at once; for two seconds what it still sends is thrown away, so that it can read the answer.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(15);
  bool cut_off = false;
  while (!cut_off && std::chrono::steady_clock::now() < end) cut_off = !client.Send(chunk);
  EXPECT_TRUE(cut_off);
  EXPECT_THAT(client.ReadAll(), AnyOf(StartsWith("HTTP/1.1 413"), ""));
  EXPECT_LT(ResidentBytes(getpid()), before + 64 * kMebibyte + kHeldBack);
  ExpectOthersAreServed();
}

TEST_F(AHostileClient, WhoSaysItsBodyIsTooLargeIsRefusedBeforeItSendsAny) {
  RawClient client(world.door->port());
  client.Send(Head("/comity.v1.AdminService/GetStatus", "Content-Length: 4194305\r\n"));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 413"));
}

TEST_F(AHostileClient, WithHeadersAboveEightKibibytesIsRefused) {
  RawClient client(world.door->port());
  client.Send(Head("/comity.v1.AdminService/GetStatus", "X-Pad: " + std::string(8192, 'p') + "\r\n"));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 431"));
}

TEST_F(AHostileClient, WhoseJsonIsDeepWideOrLongIsRefusedOrReadInTime) {
  const auto begun = std::chrono::steady_clock::now();
  std::string keys = "{";
  for (int i = 0; i < 200'000; ++i) keys += "\"k" + std::to_string(i) + "\":1,";
  keys += "\"z\":1}";
  for (const std::string& body :
       {std::string(4 * kMebibyte, '['), std::string(65, '{'), keys, "{\"name\":\"" + std::string(3 * kMebibyte, 'n') + "\"}",
        "{\"name\":" + std::string(100'000, '9') + "}"}) {
    RawClient client(world.door->port());
    client.Send(Head("/comity.v1.DeedService/GetDeed", "Content-Length: " + std::to_string(body.size()) + "\r\n") + body);
    EXPECT_THAT(client.ReadUntil("\r\n\r\n"), AnyOf(StartsWith("HTTP/1.1 400"), StartsWith("HTTP/1.1 404"))) << body.substr(0, 20);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  ExpectOthersAreServed();
}

TEST_F(AHostileClient, WhoSendsAThousandRequestsAtOnceGetsAThousandAnswersInOrder) {
  RawClient client(world.door->port());
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    all += i % 2 == 0 ? Status("{}") : "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  }
  client.Send(all);
  const std::string answers = client.ReadUntil("HTTP/1.1 200", 1000);
  size_t calls = 0, place = 0;
  while ((place = answers.find("\"version\"", place + 1)) != std::string::npos) ++calls;
  EXPECT_GE(calls, 499u);
  EXPECT_THAT(answers, ::testing::Not(HasSubstr("HTTP/1.1 5")));
}

TEST_F(AHostileClient, WithAnotherContentTypeIsToldWhichToSend) {
  for (const char* type :
       {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/grpc-web", "text/xml", "/"}) {
    const auto response = net::Fetch("POST", "http://127.0.0.1:" + std::to_string(world.door->port()) + "/comity.v1.AdminService/GetStatus",
                                     {{"Authorization", "Bearer " + world.admin_token}, {"Content-Type", type}}, "{}", {});
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->status, 415) << type;
    EXPECT_THAT(response->body, HasSubstr("application/json")) << type;
  }
  for (const char* type : {"application/json", "application/json; charset=utf-8", "Application/JSON ;x=y"}) {
    const auto response = net::Fetch("POST", "http://127.0.0.1:" + std::to_string(world.door->port()) + "/comity.v1.AdminService/GetStatus",
                                     {{"Authorization", "Bearer " + world.admin_token}, {"Content-Type", type}}, "{}", {});
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->status, 200) << type;
  }
}

TEST_F(AHostileClient, WithAGrpcMessageAboveTheLimitIsRefusedWithLittleMemory) {
  const size_t before = ResidentBytes(getpid());
  const std::string message(32 * kMebibyte, '\0');
  for (int i = 0; i < 3; ++i) EXPECT_EQ(CallRaw(message).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_LT(ResidentBytes(getpid()), before + 160 * kMebibyte + kHeldBack);  // the sender is this process too
  ExpectOthersAreServed();
}

TEST_F(AHostileClient, WithGrpcMetadataAboveTheLimitIsRefused) {
  EXPECT_FALSE(CallRaw("", {{"x-pad", std::string(200'000, 'p')}}).ok());
  // It costs the sender its connection; the next one is good.
  EXPECT_TRUE(testing::WaitUntil([this] { return CallRaw("", {{"x-pad", "p"}}).ok(); }, std::chrono::seconds(10)));
  ExpectOthersAreServed();
}

TEST_F(AHostileClient, WhoSpeaksSomethingElseToThePortIsHungUpOn) {
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string("\x16\x03\x01\x02", 4), std::string(100'000, '\xff')}) {
    RawClient grpc_port(world.server->port());
    grpc_port.Send(bytes);
    grpc_port.FinishSending();
    bool closed = false;
    grpc_port.ReadAll(&closed);
    EXPECT_TRUE(closed);
  }
  ExpectOthersAreServed();
}

}  // namespace
}  // namespace comity::test
