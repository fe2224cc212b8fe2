#include "clients/cpp/paging.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "clients/cpp/fake.h"
#include "comity/v1/deed.pb.h"

namespace comity::client {
namespace {

// Serves deeds 0 … total-1 in pages of what is asked for, at most 1000.
class Paging : public testing::Test {
 protected:
  void Serve(int total) {
    client_.On<v1::ListDeedsRequest, v1::ListDeedsResponse>("DeedService/ListDeeds", [total](const v1::ListDeedsRequest& request) {
      int next = request.page_token().empty() ? 0 : std::stoi(request.page_token());
      v1::ListDeedsResponse response;
      for (int left = request.page_size(); left > 0 && next < total; --left) response.add_deeds()->set_name(absl::StrCat("deeds/", next++));
      if (next < total) response.set_next_page_token(absl::StrCat(next));
      return response;
    });
  }
  v1::ListDeedsResponse List(int64_t limit) {
    v1::ListDeedsRequest request;
    v1::ListDeedsResponse response;
    EXPECT_TRUE(ListAll(client_, "/comity.v1.DeedService/ListDeeds", request, limit, &response).ok());
    return response;
  }
  FakeClient client_;
};

TEST_F(Paging, FollowsEveryPageWithoutALimit) {
  Serve(2500);
  const v1::ListDeedsResponse all = List(0);
  ASSERT_EQ(all.deeds_size(), 2500);
  EXPECT_EQ(all.deeds(2499).name(), "deeds/2499");
  EXPECT_EQ(all.next_page_token(), "");
  EXPECT_EQ(client_.calls().size(), 3u);
}

TEST_F(Paging, StopsAtTheLimitAndSaysThatThereIsMore) {
  Serve(2500);
  EXPECT_EQ(List(1100).deeds_size(), 1100);
  EXPECT_NE(List(1100).next_page_token(), "");
  EXPECT_EQ(List(2500).next_page_token(), "");
}

TEST_F(Paging, TakesAnEmptyListForAnAnswer) {
  Serve(0);
  EXPECT_EQ(List(100).deeds_size(), 0);
}

TEST_F(Paging, DoesNotCircleWhenTheServerRepeatsAToken) {
  client_.On<v1::ListDeedsRequest, v1::ListDeedsResponse>("DeedService/ListDeeds", [](const v1::ListDeedsRequest&) {
    v1::ListDeedsResponse response;
    response.set_next_page_token("again");
    return response;
  });
  v1::ListDeedsRequest request;
  v1::ListDeedsResponse response;
  EXPECT_EQ(ListAll(client_, "/comity.v1.DeedService/ListDeeds", request, 0, &response).code(), absl::StatusCode::kInternal);
}

TEST_F(Paging, RefusesMethodsWithoutPages) {
  v1::GetDeedRequest request;
  v1::Deed response;
  EXPECT_EQ(ListAll(client_, "/comity.v1.DeedService/GetDeed", request, 0, &response).code(), absl::StatusCode::kInvalidArgument);
}

TEST(FakeSinks, StoreAFactOnceAlsoWhenTheAnswerWasLost) {
  FakeSink sink;
  v1::IngestEventBatchRequest batch;
  v1::Fact& fact = *batch.add_facts();
  fact.set_object_id("1");
  fact.mutable_subject()->set_id("1");
  batch.add_facts();
  sink.FailNext(absl::UnavailableError("away"));
  sink.LoseNextAnswer(absl::UnavailableError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(sink.Push(batch).status()));
  EXPECT_EQ(sink.facts().size(), 0u);
  EXPECT_TRUE(absl::IsUnavailable(sink.Push(batch).status()));
  EXPECT_EQ(sink.facts().size(), 1u);
  const auto response = sink.Push(batch);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->results(0).disposition(), v1::IngestResult::DISPOSITION_DUPLICATE);
  EXPECT_EQ(response->results(1).disposition(), v1::IngestResult::DISPOSITION_SET_ASIDE);
  EXPECT_EQ(sink.push_count(), 3);
}

}  // namespace
}  // namespace comity::client
