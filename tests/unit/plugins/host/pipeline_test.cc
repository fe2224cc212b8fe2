#include "plugins/host/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "clients/cpp/fake.h"
#include "plugins/host/dead_command.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using comity::testing::WaitUntil;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

// Refuses batches that hold a fact `poison`, as the service does with what it can never take, and fails for those with a fact `pebble`.
class PickySink : public client::EventSink {
 public:
  absl::StatusOr<v1::IngestEventBatchResponse> Push(const v1::IngestEventBatchRequest& batch) override {
    largest = std::max<int>(largest, batch.facts_size());
    largest_bytes = std::max<size_t>(largest_bytes, batch.ByteSizeLong());
    for (const v1::Fact& fact : batch.facts()) {
      if (fact.object_id() == "poison") return absl::InvalidArgumentError("poison");
      if (fact.object_id() == "pebble" && stumbles > 0) {
        --stumbles;
        return absl::InternalError("stumbled");
      }
    }
    return sink.Push(batch);
  }
  client::FakeSink sink;
  std::atomic<int> stumbles{1'000'000};
  std::atomic<int> largest{0};
  std::atomic<size_t> largest_bytes{0};
};

class PipelineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SpoolOptions options;
    options.dir = dir_ / "spool";
    spool_ = *Spool::Open(options, disk_, nullptr);
    letters_ = *DeadLetters::Open(dir_ / "spool");
    options_.first_delay = std::chrono::milliseconds(1);
    options_.longest_delay = std::chrono::milliseconds(5);
  }
  void TearDown() override { worker_.reset(); }
  void Start() {
    worker_ = std::make_unique<Worker>(source_, connector_, sink_, options_, PipelineParts{*spool_, *letters_, health_, clock_, metrics_},
                                       memory_);
  }
  uint64_t Spooled(const Delivery& delivery) {
    std::vector<uint64_t> sequences;
    EXPECT_TRUE(spool_->Append({EncodeDelivery(delivery)}, &sequences).ok());
    return sequences.at(0);
  }
  void Add(const std::string& body) { worker_->Add(Spooled(LineDelivery(body)), LineDelivery(body)); }
  bool AwaitEmpty() {
    return WaitUntil([this] { return spool_->records() == 0; }, kSoon);
  }

  comity::testing::TempDir dir_;
  FlakyDisk disk_;
  TestClock clock_;
  obs::Metrics metrics_;
  Health health_{{"lines-a"}};
  const sdk::Source source_ = LineSource();
  const LineConnector connector_;
  PickySink sink_;
  PipelineOptions options_;
  std::atomic<int64_t> memory_{0};
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<DeadLetters> letters_;
  std::unique_ptr<Worker> worker_;
};

TEST_F(PipelineTest, HandsFactsOverInOrderAndFreesTheSpool) {
  Start();
  for (int i = 0; i < 100; ++i) Add("fact-" + std::to_string(i));
  ASSERT_TRUE(AwaitEmpty());
  const auto facts = sink_.sink.facts();
  ASSERT_THAT(facts, SizeIs(100));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(facts[i].object_id(), "fact-" + std::to_string(i));
  EXPECT_EQ(health_.waiting("lines-a"), 0);
  EXPECT_EQ(memory_, 0);
}

TEST_F(PipelineTest, SplitsByFactsAndBytes) {
  options_.max_facts = 50;
  options_.max_batch_bytes = 2000;
  Start();
  std::string body;
  for (int i = 0; i < 500; ++i) body += "fact-" + std::to_string(i) + "\n";
  Add(body);
  ASSERT_TRUE(AwaitEmpty());
  EXPECT_THAT(sink_.sink.facts(), SizeIs(500));
  EXPECT_LE(sink_.largest, 50);
  EXPECT_LE(sink_.largest_bytes, 2500u);
  EXPECT_GE(sink_.sink.push_count(), 10);
}

TEST_F(PipelineTest, WaitsWhileTheServiceIsAwayAndLosesNothing) {
  sink_.sink.FailNext(absl::UnavailableError("away"), 20);
  sink_.sink.LoseNextAnswer(absl::UnavailableError("broke after the commit"));
  Start();
  for (int i = 0; i < 30; ++i) Add("fact-" + std::to_string(i));
  ASSERT_TRUE(AwaitEmpty());
  EXPECT_THAT(sink_.sink.facts(), SizeIs(30));
  EXPECT_EQ(health_.trouble("lines-a"), "");
}

TEST_F(PipelineTest, HoldsWhatItIsNotAllowedToHandOverAndSaysWhy) {
  sink_.sink.FailNext(absl::PermissionDeniedError("not your source"), 1'000'000);
  Start();
  Add("fact");
  ASSERT_TRUE(WaitUntil([this] { return health_.trouble("lines-a") == "PERMISSION_DENIED"; }, kSoon));
  EXPECT_EQ(spool_->records(), 1);
  EXPECT_THAT(*letters_->List(), SizeIs(0));
  EXPECT_THAT(health_.Json(0, 0, 0), HasSubstr("waiting for the service"));
}

TEST_F(PipelineTest, SetsThePoisonedDeliveryOfABatchAsideAndDeliversTheOthers) {
  sink_.sink.FailNext(absl::UnavailableError("so that all are in one batch"), 1);
  Start();
  Add("good-1");
  Add("good-2\npoison");
  Add("good-3");
  ASSERT_TRUE(AwaitEmpty());
  std::vector<std::string> ids;
  for (const v1::Fact& fact : sink_.sink.facts()) ids.push_back(fact.object_id());
  EXPECT_THAT(ids, ::testing::ElementsAre("good-1", "good-3"));
  const auto letters = letters_->List();
  ASSERT_THAT(*letters, SizeIs(1));
  EXPECT_EQ(letters->front().delivery.body, "good-2\npoison");
  EXPECT_THAT(letters->front().reason, StartsWith("refused by the service"));
}

TEST_F(PipelineTest, QuarantinesAfterFiveTriesWhatTheServiceStumblesOverWhileOthersGoOn) {
  Start();
  Add("pebble");
  int added = 0;
  const bool buried = WaitUntil(
      [&] {
        Add("good-" + std::to_string(added++));
        return letters_->List()->size() == 1;
      },
      kSoon);
  ASSERT_TRUE(buried);
  ASSERT_TRUE(AwaitEmpty());
  EXPECT_THAT(sink_.sink.facts(), SizeIs(added));
  EXPECT_GE(1'000'000 - sink_.stumbles, 5);
  EXPECT_EQ(letters_->List()->front().reason, "refused by the service in 5 tries: INTERNAL");
  EXPECT_EQ(health_.waiting("lines-a"), 0);

  // Once the service has learned, an operator brings it back.
  Config config;
  config.sources.push_back({source_, "token"});
  std::ostringstream out, err;
  const auto sink = [this](const std::string&) -> absl::StatusOr<std::unique_ptr<client::EventSink>> {
    return std::make_unique<BorrowedSink>(sink_.sink);
  };
  EXPECT_EQ(RunDeadCommand({"replay", "--all"}, config, LineConnectors(), *letters_, sink, out, err), 0) << err.str();
  EXPECT_EQ(sink_.sink.facts().back().object_id(), "pebble");
  EXPECT_THAT(*letters_->List(), SizeIs(0));
}

TEST_F(PipelineTest, DeliversWhatArrivesBehindADeliveryThatTheServiceNeverTakes) {
  options_.first_delay = std::chrono::milliseconds(100);
  Start();
  Add("pebble");
  ASSERT_TRUE(WaitUntil([this] { return sink_.stumbles < 1'000'000; }, kSoon));
  for (int i = 0; i < 3; ++i) {
    Add("good-" + std::to_string(i));
    ASSERT_TRUE(WaitUntil([&] { return sink_.sink.facts().size() == static_cast<size_t>(i) + 1; }, kSoon));
  }
  EXPECT_EQ(spool_->records(), 1) << "the stumbling block itself waits";
  EXPECT_THAT(*letters_->List(), SizeIs(0));
}

TEST_F(PipelineTest, ForgivesWhatTheServiceStumblesOverForAWhile) {
  sink_.stumbles = 4;
  sink_.sink.FailNext(absl::UnavailableError("so that all are in one batch"), 1);
  Start();
  Add("good-1");
  Add("pebble");
  Add("good-2");
  ASSERT_TRUE(AwaitEmpty());
  EXPECT_THAT(sink_.sink.facts(), SizeIs(3));
  EXPECT_THAT(*letters_->List(), SizeIs(0));
}

TEST_F(PipelineTest, SuspectsNobodyWhileTheServiceTakesNothingAtAll) {
  sink_.sink.FailNext(absl::InternalError("all is broken"), 100);
  Start();
  for (int i = 0; i < 50; ++i) Add("fact-" + std::to_string(i));
  ASSERT_TRUE(WaitUntil([this] { return health_.trouble("lines-a") == "INTERNAL"; }, kSoon));
  ASSERT_TRUE(AwaitEmpty());
  EXPECT_THAT(sink_.sink.facts(), SizeIs(50));
  EXPECT_THAT(*letters_->List(), SizeIs(0));
  EXPECT_EQ(health_.trouble("lines-a"), "");
}

TEST_F(PipelineTest, MakesADeadLetterOfWhatCannotBeReadAndDropsWhatMeansNothing) {
  Start();
  Add("unreadable");
  Add("nothing");
  ASSERT_TRUE(AwaitEmpty());
  ASSERT_THAT(*letters_->List(), SizeIs(1));
  EXPECT_EQ(letters_->List()->front().reason, "these are no lines");
  EXPECT_THAT(metrics_.Text(), HasSubstr("comity_dead_letters_total"));
}

TEST_F(PipelineTest, ReadsBodiesAgainFromDiskWhenThereIsNoMemoryForThem) {
  options_.memory_bytes = 2000;
  sink_.sink.FailNext(absl::UnavailableError("away"), 50);
  Start();
  for (int i = 0; i < 200; ++i) {
    Add("fact-" + std::to_string(i));
    EXPECT_LE(memory_, 2000);
  }
  ASSERT_TRUE(AwaitEmpty());
  EXPECT_THAT(sink_.sink.facts(), SizeIs(200));
}

TEST_F(PipelineTest, KeepsInTheSpoolWhatItCouldNotHandOverBeforeItsEnd) {
  sink_.sink.FailNext(absl::UnavailableError("away"), 1'000'000);
  options_.first_delay = options_.longest_delay = std::chrono::hours(1);
  Start();
  for (int i = 0; i < 10; ++i) Add("fact-" + std::to_string(i));
  worker_->Stop(std::chrono::seconds(5));
  EXPECT_EQ(spool_->records(), 10);
}

TEST_F(PipelineTest, HandsEverythingOverBeforeItStopsIfTheServiceIsThere) {
  Start();
  for (int i = 0; i < 1000; ++i) Add("fact-" + std::to_string(i));
  worker_->Stop(std::chrono::seconds(20));
  EXPECT_EQ(spool_->records(), 0);
  EXPECT_THAT(sink_.sink.facts(), SizeIs(1000));
}

}  // namespace
}  // namespace comity::host
