// D6: the connection breaks after the commit and before the answer. Whoever repeats gets the same answer, and the effect is one.
#include <gtest/gtest.h>

#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "service/base/secret_file.h"
#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"
#include "tests/support/figures.h"
#include "tests/support/history.h"
#include "tests/support/reply_cutter.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using Kind = Operation::Kind;
using Outcome = Operation::Outcome;
using Answer = Operation::Answer;

class D6ACutReply : public ::testing::Test {
 protected:
  D6ACutReply() : cutter(deployment.grpc_port()), connector(deployment.ConnectorOfOneAttempt(milliseconds(10'000), cutter.port())) {
    client::Options options;
    options.server = "127.0.0.1:" + std::to_string(cutter.port());
    options.token_file = deployment.dir() / "data/admin.token";
    options.max_attempts = 1;
    steward = *client::Client::Create(options);
  }

  // Calls until it is answered, the first time with the answer cut off.
  void PushCut(int64_t ticket) {
    cutter.CutNext();
    for (bool answered = false; !answered;) {
      Operation put{.kind = Kind::kPut, .keys = {TicketKey(ticket)}};
      const size_t place = history.Begin(put);
      const auto response = connector->Push(TicketBatch(ticket, 1));
      answered = response.ok();
      put.outcome = answered ? Outcome::kOk : Outcome::kUnknown;
      if (answered) {
        const bool stored = response->results(1).disposition() == v1::IngestResult::DISPOSITION_STORED;
        put.answers = {stored ? Answer::kStored : Answer::kDuplicate};
        EXPECT_FALSE(stored) << "the call whose answer was cut off had not been committed";
      }
      history.End(place, put);
    }
  }

  void CreateCut(int number) {
    v1::CreateSourceRequest create;
    create.set_source_id("cut-" + std::to_string(number));
    create.mutable_source()->set_suite("github");
    create.mutable_source()->set_instance("github.com");
    create.set_request_id("request-" + std::to_string(number));
    cutter.CutNext();
    for (int answered = 0; answered < 2;) {  // and once more: the same bytes again
      Operation request{.kind = Kind::kRequest, .id = create.request_id(), .body = create.source_id()};
      const size_t place = history.Begin(request);
      v1::Source source;
      const absl::Status status = steward->Call("/comity.v1.AdminService/CreateSource", create, &source);
      EXPECT_TRUE(status.ok() || absl::IsUnavailable(status)) << status;
      if (!status.ok() && !absl::IsUnavailable(status)) return;
      request.outcome = status.ok() ? Outcome::kOk : Outcome::kUnknown;
      request.answer = source.SerializeAsString();
      history.End(place, request);
      answered += status.ok() ? 1 : 0;
    }
  }

  Deployment deployment;
  ReplyCutter cutter;
  std::unique_ptr<client::Client> connector, steward;
  History history;
};

TEST_F(D6ACutReply, IsAnsweredTheSameWhenItIsAskedAgainAndHasOneEffect) {
  const int cuts = static_cast<int>(Figure("D6"));
  int sources = 0;
  for (int cut = 0; cut < cuts; ++cut) cut % 2 == 0 ? PushCut(7'000'000 + cut) : CreateCut(++sources);
  EXPECT_EQ(cutter.cuts(), cuts);

  Operation read{.kind = Kind::kRead};
  const size_t place = history.Begin(read);
  for (const std::string& subject : DeedSubjects(*deployment.Steward())) ++read.seen[subject];
  read.outcome = Outcome::kOk;
  history.End(place, read);
  for (const std::string& violation : Violations(history.Take())) ADD_FAILURE() << violation;

  int found = 0;
  v1::ListSourcesRequest list;
  list.set_page_size(1000);
  do {
    v1::ListSourcesResponse page;
    ASSERT_TRUE(deployment.Steward()->Call("/comity.v1.AdminService/ListSources", list, &page).ok());
    for (const v1::Source& source : page.sources()) found += source.name().find("/cut-") != std::string::npos ? 1 : 0;
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(found, sources);
  Report("D6", std::to_string(cuts) + " answers cut off after the commit: each repeat answered the same, one effect each");
}

}  // namespace
}  // namespace comity::testing
