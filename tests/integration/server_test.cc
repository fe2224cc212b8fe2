// The gRPC server as its callers meet it: errors, audit, streams, stopping.
#include "service/rpc/server.h"

#include <set>
#include <thread>

#include "comity/v1/event.grpc.pb.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "service/base/error.h"
#include "service/rpc/access.h"
#include "service/rpc/status.h"
#include "tests/integration/service_world.h"

namespace comity::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

std::set<std::string> Registry() {
  return {
#define COMITY_TEST_NAME(enumerator, name) name,
      COMITY_ERROR_REASONS(COMITY_TEST_NAME)
#undef COMITY_TEST_NAME
  };
}

// Any bytes to any method.
std::pair<grpc::Status, std::string> CallRaw(const World& world, const std::string& path, const std::string& bytes) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + world.admin_token);
  grpc::CompletionQueue queue;
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::Status status;
  grpc::GenericStub stub(world.Channel());
  const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag;
  bool ok;
  queue.Next(&tag, &ok);
  grpc::Slice answer;
  if (status.ok()) response.DumpToSingleSlice(&answer).ok();
  return {status, std::string(reinterpret_cast<const char*>(answer.begin()), answer.size())};
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status rpc;
  google::rpc::ErrorInfo info;
  return rpc.ParseFromString(status.error_details()) && rpc.details_size() > 0 && rpc.details(0).UnpackTo(&info) ? info.reason() : "";
}

int64_t AuditCount(const World& world) { return world.store->BeginRead().value()->admin().CountAudit().value(); }

bool WaitForAuditCount(const World& world, int64_t count) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (AuditCount(world) != count && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return AuditCount(world) == count;
}

TEST(LoopbackAddresses, AreThoseThatOnlyThisMachineReaches) {
  for (const char* address : {"127.0.0.1:7070", "127.1.2.3:0", "localhost:1", "[::1]:7070"})
    EXPECT_TRUE(rpc::IsLoopback(address)) << address;
  for (const char* address : {"0.0.0.0:7070", "10.0.0.1:7070", "[::]:7070", "127.0.0.1.example.org:80", "127.evil:1", "example.org:80",
                              "127.0.0.1", ":7070", ""}) {
    EXPECT_FALSE(rpc::IsLoopback(address)) << address;
  }
}

TEST(ServerStart, RefusesAnAddressThatOthersReachBecauseItHasNoTls) {
  World world;
  const auto server = rpc::Server::Start(
      "0.0.0.0:0", {*world.admin, *world.directory, *world.events, *world.deeds, *world.recognition, *world.endpoints, *world.duties},
      *world.context);
  EXPECT_EQ(server.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailsOf(server.status()).reason, "CONFIG_INVALID");
}

TEST(ServerStart, RefusesAPortThatSomebodyHas) {
  World world;
  const std::string taken = "127.0.0.1:" + std::to_string(world.server->port());
  const auto server = rpc::Server::Start(
      taken, {*world.admin, *world.directory, *world.events, *world.deeds, *world.recognition, *world.endpoints, *world.duties},
      *world.context);
  EXPECT_EQ(server.status().code(), absl::StatusCode::kUnavailable);
}

TEST(MethodRules, AreRefusedWhenTheyGrantNothing) {
  // Its methods have no access option: such a service must not start.
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  google::protobuf::FileDescriptorProto file;
  v1::Event::descriptor()->file()->CopyTo(&file);
  file.set_name("test/without_rule.proto");
  file.set_package("comity.test");
  file.clear_message_type();
  file.clear_enum_type();
  file.clear_dependency();
  file.add_dependency("comity/v1/event.proto");
  file.clear_service();
  auto* service = file.add_service();
  service->set_name("Unruled");
  auto* method = service->add_method();
  method->set_name("Get");
  method->set_input_type(".comity.v1.GetEventRequest");
  method->set_output_type(".comity.v1.Event");
  google::protobuf::DescriptorPool own(pool);
  const auto* built = own.BuildFile(file);
  ASSERT_NE(built, nullptr);
  EXPECT_EQ(rpc::RuleOf(*built->service(0)->method(0)).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(WidestScope, IsTheWidestOfAllThatTheRolesAreGranted) {
  const auto access =
      v1::Deed::descriptor()->file()->FindServiceByName("DeedService")->FindMethodByName("GetDeed")->options().GetExtension(v1::access);
  EXPECT_EQ(rpc::WidestScope(access, {v1::ROLE_MEMBER}), v1::SCOPE_DEED_SIDE);
  EXPECT_EQ(rpc::WidestScope(access, {v1::ROLE_MEMBER, v1::ROLE_STEWARD}), v1::SCOPE_ORGANISATION);
  EXPECT_EQ(rpc::WidestScope(access, {v1::ROLE_CONNECTOR}), v1::SCOPE_UNSPECIFIED);
  EXPECT_EQ(rpc::WidestScope(access, {}), v1::SCOPE_UNSPECIFIED);
}

TEST(Errors, CarryAReasonOfTheRegistryAndEveryFieldAtFault) {
  World world;
  v1::CreateSourceRequest request;
  request.set_source_id("Not A Slug");
  const Reply reply = world.Call("AdminService/CreateSource", request, world.admin_token);
  EXPECT_EQ(reply.code, absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Registry(), Contains(reply.reason));
  ASSERT_EQ(reply.status.details_size(), 2);
  google::rpc::BadRequest bad;
  ASSERT_TRUE(reply.status.details(1).UnpackTo(&bad));
  std::vector<std::string> fields;
  for (const auto& violation : bad.field_violations()) {
    fields.push_back(violation.field());
    EXPECT_FALSE(violation.description().empty());
  }
  EXPECT_THAT(fields, ElementsAre("source_id", "source.suite", "source.instance"));
}

TEST(Errors, HaveAReasonOfTheRegistryWhateverMadeThem) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status = rpc::WithReason(absl::Status(static_cast<absl::StatusCode>(code), "select secret from people"));
    EXPECT_THAT(Registry(), Contains(DetailsOf(status).reason)) << code;
    EXPECT_EQ(std::string(status.message()).find("secret"), std::string::npos) << code;
  }
}

TEST(Errors, ReachCallersOfUnknownMethodsAndSendersOfUnreadableBytesToo) {
  World world;
  EXPECT_EQ(ReasonOf(CallRaw(world, "/comity.v1.AdminService/Nothing", "").first), "METHOD_UNKNOWN");
  EXPECT_EQ(ReasonOf(CallRaw(world, "/comity.v1.AdminService/GetSource", "\xff\xff\xff").first), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(CallRaw(world, "/comity.v1.AdminService/GetSource", std::string("\x0a\x02\xc3\x28", 4)).first), "FIELD_INVALID");
}

TEST(Health, SaysServing) {
  World world;
  const auto [status, answer] = CallRaw(world, "/grpc.health.v1.Health/Check", "");
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(answer, std::string("\x08\x01", 2));
}

TEST(Audit, HoldsExactlyOneRecordForEachCallDeniedOnesIncluded) {
  World world;
  ASSERT_TRUE(WaitForAuditCount(world, 2));  // the fixture's two calls
  const std::string member = world.MakeToken({v1::ROLE_MEMBER}, "ana");
  v1::GetDeedRequest unknown;
  unknown.set_name("deeds/none");
  world.Call("AdminService/GetStatus", v1::GetStatusRequest(), "");           // no token
  world.Call("AdminService/GetStatus", v1::GetStatusRequest(), "cmt_guess");  // unknown
  world.Call("AdminService/ListTokens", v1::ListTokensRequest(), member);     // not allowed
  world.Call("DeedService/GetDeed", unknown, member);                         // not found
  world.Call("AdminService/GetStatus", v1::GetStatusRequest(), member);
  for (int i = 0; i < 20; ++i) world.Call("DeedService/GetPolicy", v1::GetPolicyRequest(), member);
  EXPECT_TRUE(WaitForAuditCount(world, 2 + 1 + 5 + 20)) << AuditCount(world);
}

TEST(Audit, OfACallThatWritesIsDurableBeforeTheAnswer) {
  World world;
  ASSERT_TRUE(WaitForAuditCount(world, 2));
  world.MakeToken({v1::ROLE_AUDITOR}, "");
  EXPECT_EQ(AuditCount(world), 3);
}

TEST(Calls, AreAnsweredManyAtOnce) {
  World world;
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) answered += world.Call("AdminService/GetStatus", v1::GetStatusRequest(), world.admin_token).ok();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 200);
}

class OpenStream {
 public:
  explicit OpenStream(const World& world) : stub_(v1::EventService::NewStub(world.Channel())) {
    context_.AddMetadata("authorization", "Bearer " + world.admin_token);
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    stream = stub_->IngestEvents(&context_);
  }

 private:
  std::unique_ptr<v1::EventService::Stub> stub_;
  grpc::ClientContext context_;

 public:
  std::unique_ptr<grpc::ClientReaderWriter<v1::IngestEventsRequest, v1::IngestEventsResponse>> stream;
};

TEST(IngestStream, AcknowledgesEveryBatchOnceAndABadOneDoesNotEndIt) {
  World world;
  OpenStream open(world);
  constexpr int kBatches = 60;  // of four facts and more bytes than the window holds
  std::thread writer([&] {
    for (int i = 1; i <= kBatches; ++i) {
      v1::IngestEventsRequest message;
      message.set_sequence(i);
      if (i != 30) {
        *message.mutable_batch() = world.HelpOnTicket(i);
        auto* large = message.mutable_batch()->add_facts();
        *large = message.batch().facts(0);
        large->set_object_id("large");
        for (int label = 0; label < 100; ++label) large->add_labels(std::string(100, 'x'));
      }
      open.stream->Write(message);
    }
    open.stream->WritesDone();
  });
  std::multiset<int64_t> good, bad;
  v1::IngestEventsResponse response;
  while (open.stream->Read(&response)) (response.status().code() == 0 ? good : bad).insert(response.sequence());
  writer.join();
  EXPECT_TRUE(open.stream->Finish().ok());
  EXPECT_THAT(bad, ElementsAre(30));
  EXPECT_EQ(good.size(), kBatches - 1u);
  EXPECT_EQ(std::set<int64_t>(good.begin(), good.end()).size(), kBatches - 1u);
}

TEST(IngestStream, EndsWhenTheServerStopsAfterItsAcknowledgements) {
  World world;
  OpenStream open(world);
  v1::IngestEventsRequest message;
  message.set_sequence(1);
  *message.mutable_batch() = world.HelpOnTicket(1);
  open.stream->Write(message);
  v1::IngestEventsResponse response;
  ASSERT_TRUE(open.stream->Read(&response));
  EXPECT_EQ(response.sequence(), 1);
  const auto begun = std::chrono::steady_clock::now();
  world.server->Stop(absl::Seconds(20));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
  EXPECT_FALSE(open.stream->Read(&response));
  const grpc::Status ended = open.stream->Finish();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(ended), "STOPPING");
}

TEST(IngestStream, EndsAtOnceForACallerWhoMayNot) {
  World world;
  const std::string member = world.MakeToken({v1::ROLE_MEMBER}, "ana");
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + member);
  const auto stub = v1::EventService::NewStub(world.Channel());
  const auto stream = stub->IngestEvents(&context);
  v1::IngestEventsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ReasonOf(stream->Finish()), "ROLE_REQUIRED");
}

}  // namespace
}  // namespace comity::test
