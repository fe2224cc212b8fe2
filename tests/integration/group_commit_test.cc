// Batches that share one commit, when the store fails one of them, or all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <utility>

#include "service/base/error.h"
#include "service/rpc/status.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::HasSubstr;

using Answer = absl::StatusOr<v1::IngestEventBatchResponse>;
constexpr int kBatches = 6;
constexpr int kPoisoned = 3;  // the batch, and the fact in it, that the store cannot take

class AGroupCommit : public ::testing::Test {
 protected:
  static std::string Issue(int batch) { return std::to_string(100 + batch); }
  static std::vector<v1::Fact> Facts(int batch) {
    const std::string issue = Issue(batch);
    return {World::Opened(issue, "sam", batch), World::Commented(issue, "pia", batch + 30),
            World::Resolved(issue, "sam", "pia", batch + 60)};
  }

  // Sends all batches while the writer is held, so that they are in one group that meets these faults, and waits for all answers.
  std::vector<Answer> SendTogether(const Faults& faults = {}) {
    std::promise<void> running, release;
    world.writer->Submit({.bytes = 1,
                          .run =
                              [&running, released = release.get_future().share(), first = true](store::Transaction&) mutable {
                                if (std::exchange(first, false)) running.set_value();  // a work that fails runs again
                                released.wait();
                                return absl::CancelledError("only held the writer");
                              },
                          .done = [](const absl::Status&) {}});
    running.get_future().wait();
    world.store->Set(faults);
    std::vector<std::promise<Answer>> answered(kBatches);
    const app::Caller caller{
        .token_id = "hook", .roles = {v1::ROLE_CONNECTOR}, .person = {}, .sources = {"hub"}, .scope = v1::SCOPE_SOURCE};
    for (int batch = 0; batch < kBatches; ++batch) {
      v1::IngestEventBatchRequest request;
      request.set_source("sources/hub");
      for (const v1::Fact& fact : Facts(batch)) *request.add_facts() = fact;
      world.events->IngestEventBatch(caller, std::move(request),
                                     [&answered, batch](Answer answer) { answered[batch].set_value(std::move(answer)); });
    }
    release.set_value();
    std::vector<Answer> answers;
    answers.reserve(answered.size());
    for (auto& answer : answered) answers.push_back(answer.get_future().get());
    world.store->Set({});
    return answers;
  }
  absl::Status FailOnPoison(const domain::EventKey& key) const { return key == poison ? absl::InternalError("planted") : absl::OkStatus(); }
  // The key of the poisoned fact: as it is in a world without faults.
  static domain::EventKey PoisonKey() {
    World twin;
    return domain::EventKey::FromName(twin.Ingest(Facts(kPoisoned)).at(2).event()).value();
  }
  store::EventStore::Counts Counts() { return world.store->BeginRead().value()->events().Count().value(); }
  void ExpectAllStored(const std::vector<Answer>& answers, int except = -1) {
    for (int batch = 0; batch < kBatches; ++batch) {
      if (batch == except) continue;
      ASSERT_TRUE(answers[batch].ok()) << batch << ": " << answers[batch].status();
      for (const auto& result : answers[batch]->results()) EXPECT_EQ(result.disposition(), v1::IngestResult::DISPOSITION_STORED) << batch;
      EXPECT_EQ(world.Why(Issue(batch)).deeds_size(), 1) << batch;
    }
  }

  World world;
  const domain::EventKey poison = PoisonKey();
};

TEST_F(AGroupCommit, SetsAsideTheOneFactThatCannotBeStoredAndStoresAllOthers) {
  const std::vector<Answer> answers = SendTogether({.insert = [this](const domain::EventKey& key) { return FailOnPoison(key); }});
  ExpectAllStored(answers, kPoisoned);
  ASSERT_TRUE(answers[kPoisoned].ok()) << answers[kPoisoned].status();
  const auto& results = answers[kPoisoned]->results();
  EXPECT_EQ(results[0].disposition(), v1::IngestResult::DISPOSITION_STORED);
  EXPECT_EQ(results[1].disposition(), v1::IngestResult::DISPOSITION_STORED);
  EXPECT_EQ(results[2].disposition(), v1::IngestResult::DISPOSITION_SET_ASIDE);
  EXPECT_THAT(results[2].status().message(), HasSubstr("replay it"));
  EXPECT_EQ(Counts().set_aside, 1);
  EXPECT_EQ(Counts().events, 3 * kBatches - 1);

  // Once the fault is mended it is replayed, and everything is as if there had been none.
  v1::ReplayEventRequest replay;
  replay.set_name(poison.ToName());
  const auto replayed = world.events->ReplayEvent(world.Steward(), replay);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_EQ(Counts().set_aside, 0);
  EXPECT_EQ(world.Why(Issue(kPoisoned)).deeds_size(), 1);
  EXPECT_TRUE(world.Verify().ok()) << world.Verify().DebugString();
}

TEST_F(AGroupCommit, RefusesOnlyTheBatchForWhichTheEngineGivesTheTransactionUp) {
  const std::vector<Answer> answers = SendTogether({.rollback = [] { return absl::InternalError("no transaction is open"); },
                                                    .insert = [this](const domain::EventKey& key) { return FailOnPoison(key); }});
  ExpectAllStored(answers, kPoisoned);
  EXPECT_EQ(answers[kPoisoned].status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(DetailsOf(rpc::WithReason(answers[kPoisoned].status())).reason, "INTERNAL");
  EXPECT_EQ(Counts().events, 3 * (kBatches - 1));
  EXPECT_EQ(Counts().set_aside, 0);
  EXPECT_EQ(world.Ingest(Facts(kPoisoned)).size(), 3u);
  EXPECT_TRUE(world.Verify().ok()) << world.Verify().DebugString();
}

TEST_F(AGroupCommit, ThatCannotCommitIsHalvedUntilTheBatchThatBreaksItIsRefusedAlone) {
  const auto broken = std::make_shared<std::atomic<bool>>(false);
  std::atomic<int> commits{0};
  const std::vector<Answer> answers = SendTogether({.begin_write =
                                                        [broken] {
                                                          *broken = false;
                                                          return absl::OkStatus();
                                                        },
                                                    .commit =
                                                        [broken, &commits] {
                                                          ++commits;
                                                          return *broken ? absl::InternalError("planted") : absl::OkStatus();
                                                        },
                                                    .insert =
                                                        [this, broken](const domain::EventKey& key) {
                                                          if (key == poison) *broken = true;
                                                          return absl::OkStatus();
                                                        }});
  ExpectAllStored(answers, kPoisoned);
  EXPECT_EQ(answers[kPoisoned].status().code(), absl::StatusCode::kInternal);
  EXPECT_LE(commits, 8);  // six batches: halved three times at most, not each by itself
  EXPECT_EQ(Counts().events, 3 * (kBatches - 1));
  EXPECT_EQ(Counts().set_aside, 0);
  EXPECT_EQ(world.Ingest(Facts(kPoisoned)).size(), 3u);
  EXPECT_TRUE(world.Verify().ok()) << world.Verify().DebugString();
}

// What concerns the whole store is no fact's fault.
class AStoreWideFailure : public AGroupCommit, public ::testing::WithParamInterface<absl::Status> {};

TEST_P(AStoreWideFailure, IsAnsweredToEachCallerAndSetsNothingAside) {
  const absl::Status trouble = GetParam();
  const Faults faults[] = {
      {.begin_write = [trouble] { return trouble; }},
      {.commit = [trouble] { return trouble; }},
      {.insert = [trouble](const domain::EventKey&) { return trouble; }},
      {.rollback = [trouble] { return trouble; }, .insert = [trouble](const domain::EventKey&) { return trouble; }},
  };
  for (const Faults& fault : faults) {
    for (const Answer& answer : SendTogether(fault)) EXPECT_EQ(answer.status().code(), trouble.code()) << answer.status();
    EXPECT_EQ(Counts().events, 0);
    EXPECT_EQ(Counts().set_aside, 0);
  }
  ExpectAllStored(SendTogether());
  EXPECT_TRUE(world.Verify().ok()) << world.Verify().DebugString();
}

INSTANTIATE_TEST_SUITE_P(Each, AStoreWideFailure,
                         ::testing::Values(Error(absl::StatusCode::kUnavailable, ErrorReason::kStoreBusy, "planted"),
                                           Error(absl::StatusCode::kResourceExhausted, ErrorReason::kStoreFull, "planted")),
                         [](const auto& status) { return status.param.code() == absl::StatusCode::kUnavailable ? "Busy" : "FullDisk"; });

}  // namespace
}  // namespace comity::testing
