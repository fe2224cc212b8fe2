// While no audit record can be written, what writes is refused; nothing that was called goes without its record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comity/v1/event.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/client_context.h"
#include "service/base/error.h"
#include "tests/integration/service_world.h"
#include "tests/support/process.h"

namespace comity::test {
namespace {

class AnAuditThatCannotBeWritten : public ::testing::Test {
 protected:
  void Fail(const absl::Status& status) {
    world.store->Set({.audit = [status] { return status; }});
  }
  int64_t Records() const { return world.store->BeginRead().value()->admin().CountAudit().value(); }
  bool EveryCallHasItsRecord() const {
    return testing::WaitUntil([this] { return Records() == world.calls; }, std::chrono::seconds(10));
  }
  static v1::CreateTokenRequest Auditor(const std::string& request_id) {
    v1::CreateTokenRequest request;
    request.mutable_token()->add_roles(v1::ROLE_AUDITOR);
    request.set_request_id(request_id);
    return request;
  }
  int Tokens() const {
    return world.Get<v1::ListTokensResponse>("AdminService/ListTokens", v1::ListTokensRequest(), world.admin_token).tokens_size();
  }
  std::string ReasonOfStream() const {
    ++world.calls;
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + world.admin_token);
    const auto stub = v1::EventService::NewStub(world.Channel());
    const auto stream = stub->IngestEvents(&context);
    v1::IngestEventsResponse response;
    EXPECT_FALSE(stream->Read(&response));
    google::rpc::Status status;
    google::rpc::ErrorInfo info;
    const grpc::Status ended = stream->Finish();
    return status.ParseFromString(ended.error_details()) && status.details_size() > 0 && status.details(0).UnpackTo(&info) ? info.reason()
                                                                                                                           : "";
  }

  World world;
  const std::string member = world.MakeToken({v1::ROLE_MEMBER}, "ana");
};

TEST_F(AnAuditThatCannotBeWritten, RefusesWhatWritesAndLetsReadsGoOnWithTheirRecordsKept) {
  world.MakeDeed(1);
  ASSERT_TRUE(EveryCallHasItsRecord());
  const int tokens = Tokens();
  Fail(absl::InternalError("planted"));
  // The first is found out after its work, and is not answered all the same.
  const Reply first = world.Call("AdminService/CreateToken", Auditor("first"), world.admin_token);
  EXPECT_EQ(first.code, absl::StatusCode::kUnavailable);
  EXPECT_EQ(first.reason, "AUDIT_UNAVAILABLE");
  const int after_first = Tokens();
  // All others are refused before: nothing is written.
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.Call("AdminService/CreateToken", Auditor("later"), world.admin_token).reason, "AUDIT_UNAVAILABLE");
    EXPECT_EQ(world.Call("EventService/IngestEventBatch", world.HelpOnTicket(2), world.admin_token).reason, "AUDIT_UNAVAILABLE");
    EXPECT_EQ(world.Call("AdminService/SetOptOut", v1::SetOptOutRequest(), member).reason, "AUDIT_UNAVAILABLE");
  }
  EXPECT_EQ(ReasonOfStream(), "AUDIT_UNAVAILABLE");
  EXPECT_EQ(Tokens(), after_first);
  EXPECT_LE(after_first, tokens + 1);
  EXPECT_EQ(world.store->BeginRead().value()->events().Count().value().events, 3);
  EXPECT_TRUE(world.Call("DeedService/ListDeeds", v1::ListDeedsRequest(), member).ok());
  EXPECT_EQ(world.Call("AdminService/ListTokens", v1::ListTokensRequest(), member).reason, "ROLE_REQUIRED");
  EXPECT_LT(Records(), world.calls);

  world.store->Set({});
  EXPECT_TRUE(EveryCallHasItsRecord()) << Records() << " records of " << world.calls << " calls";
  world.Call("AdminService/CreateToken", Auditor("first"), world.admin_token);  // has no secret to give any more
  EXPECT_TRUE(world.Call("AdminService/CreateToken", Auditor("later"), world.admin_token).ok());
  EXPECT_EQ(Tokens(), tokens + 2);  // the repeat of the first made no second one
  EXPECT_TRUE(EveryCallHasItsRecord()) << Records() << " records of " << world.calls << " calls";
}

TEST_F(AnAuditThatCannotBeWritten, BecauseTheDiskIsFullSaysSo) {
  Fail(Error(absl::StatusCode::kResourceExhausted, ErrorReason::kStoreFull, "full; free space"));
  for (int i = 0; i < 2; ++i) {
    const Reply refused = world.Call("AdminService/CreateToken", Auditor(""), world.admin_token);
    EXPECT_EQ(refused.code, absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(refused.reason, "STORE_FULL");
  }
  EXPECT_EQ(ReasonOfStream(), "STORE_FULL");
  world.store->Set({});
  EXPECT_TRUE(EveryCallHasItsRecord());
}

}  // namespace
}  // namespace comity::test
