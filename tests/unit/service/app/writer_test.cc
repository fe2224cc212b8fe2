#include "service/app/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

#include "service/base/error.h"
#include "tests/unit/service/app/fake_store.h"

namespace comity::app {
namespace {

using comity::testing::FakeStore;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

// Submits works that share one group: they wait behind one that holds the writer until `Release`.
class WriterTest : public ::testing::Test {
 protected:
  void Hold() {
    auto released = released_.get_future().share();
    const auto running = std::make_shared<std::promise<void>>();
    auto is_running = running->get_future();
    writer.Submit({.bytes = 1,
                   .run =
                       [released, running, first = true](store::Transaction&) mutable {
                         if (std::exchange(first, false)) running->set_value();  // a work that fails runs again
                         released.wait();
                         return absl::CancelledError("only held the writer");
                       },
                   .done = [](const absl::Status&) {}});
    is_running.wait();
  }
  void Submit(const std::string& word, const absl::Status& status = absl::OkStatus()) { Submit(word, FakeStore::Says(word, status)); }
  void Submit(const std::string& word, std::function<absl::Status(store::Transaction&)> run) {
    ++submitted_;
    writer.Submit({.bytes = 1, .run = std::move(run), .done = [this, word](const absl::Status& status) {
                     std::lock_guard lock(mutex_);
                     answers_[word] = status.code();
                     if (++answered_ == submitted_) all_answered_.set_value();
                   }});
  }
  std::map<std::string, absl::StatusCode> Answers() {
    released_.set_value();
    all_answered_.get_future().wait();
    std::lock_guard lock(mutex_);
    return answers_;
  }

  FakeStore fake;
  obs::Metrics metrics;
  Writer writer{fake, metrics};

 private:
  std::promise<void> released_, all_answered_;
  std::mutex mutex_;
  std::map<std::string, absl::StatusCode> answers_;
  int submitted_ = 0, answered_ = 0;
};

TEST_F(WriterTest, WorksThatWaitTogetherShareOneCommit) {
  Hold();
  for (const char* word : {"a", "b", "c"}) Submit(word);
  const auto answers = Answers();
  EXPECT_EQ(answers.at("c"), absl::StatusCode::kOk);
  EXPECT_EQ(fake.commits(), 1);
  EXPECT_THAT(fake.committed(), ElementsAre("a", "b", "c"));
}

TEST_F(WriterTest, AFailingWorkDoesNotHurtItsNeighbours) {
  Hold();
  Submit("a");
  Submit("bad", absl::InvalidArgumentError("no"));
  Submit("thrower", [](store::Transaction&) -> absl::Status { throw std::runtime_error("boom"); });
  Submit("c");
  const auto answers = Answers();
  EXPECT_EQ(answers.at("a"), absl::StatusCode::kOk);
  EXPECT_EQ(answers.at("bad"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(answers.at("thrower"), absl::StatusCode::kInternal);
  EXPECT_EQ(answers.at("c"), absl::StatusCode::kOk);
  EXPECT_THAT(fake.committed(), ElementsAre("a", "c"));
}

TEST_F(WriterTest, AFullDiskAnswersAllWhoWaited) {
  fake.on_commit = [](const auto&) { return absl::ResourceExhaustedError("full"); };
  Hold();
  Submit("a");
  Submit("b");
  const auto answers = Answers();
  EXPECT_EQ(answers.at("a"), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(answers.at("b"), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(fake.committed(), IsEmpty());
}

TEST_F(WriterTest, ACommitThatOneWorkBreaksIsBisectedToThatWork) {
  fake.on_commit = [](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      if (word == "poison") return absl::InternalError("cannot commit this");
    }
    return absl::OkStatus();
  };
  Hold();
  for (const char* word : {"a", "b", "poison", "c", "d"}) Submit(word);
  const auto answers = Answers();
  EXPECT_EQ(answers.at("poison"), absl::StatusCode::kInternal);
  for (const char* word : {"a", "b", "c", "d"}) EXPECT_EQ(answers.at(word), absl::StatusCode::kOk) << word;
  EXPECT_THAT(fake.committed(), UnorderedElementsAre("a", "b", "c", "d"));
}

TEST_F(WriterTest, ATransactionThatTheEngineGaveUpIsMadeAnewForTheOthers) {
  Hold();
  Submit("a");
  Submit("b", [this](store::Transaction& transaction) {
    fake.rollback_fails = true;
    return FakeStore::Says("b", absl::InternalError("broken"))(transaction);
  });
  Submit("c");
  const auto answers = Answers();
  EXPECT_EQ(answers.at("a"), absl::StatusCode::kOk);
  EXPECT_EQ(answers.at("b"), absl::StatusCode::kInternal);
  EXPECT_EQ(answers.at("c"), absl::StatusCode::kOk);
  EXPECT_THAT(fake.committed(), UnorderedElementsAre("a", "c"));
}

TEST_F(WriterTest, MoreThanTheLimitIsShedAtOnce) {
  Hold();
  std::promise<absl::Status> shed;
  writer.Submit(
      {.bytes = size_t{65} << 20, .run = FakeStore::Says("huge"), .done = [&](const absl::Status& status) { shed.set_value(status); }});
  const absl::Status status = shed.get_future().get();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(DetailsOf(status).reason, "OVERLOADED");
  Submit("small");
  EXPECT_EQ(Answers().at("small"), absl::StatusCode::kOk);
  EXPECT_THAT(fake.committed(), Not(Contains("huge")));
}

TEST(Writer, RunFromManyThreadsCommitsEachOnce) {
  FakeStore fake;
  obs::Metrics metrics;
  {
    Writer writer(fake, metrics);
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&writer, thread] {
        for (int i = 0; i < 50; ++i) EXPECT_TRUE(writer.Run(FakeStore::Says(std::to_string(thread * 1000 + i))).ok());
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const auto committed = fake.committed();
  EXPECT_EQ(committed.size(), 400u);
  EXPECT_EQ(std::set<std::string>(committed.begin(), committed.end()).size(), 400u);
}

TEST(Writer, FinishesWhatWasSubmittedBeforeItEnds) {
  FakeStore fake;
  obs::Metrics metrics;
  int answered = 0;
  {
    Writer writer(fake, metrics);
    for (int i = 0; i < 100; ++i)
      writer.Submit({.bytes = 1, .run = FakeStore::Says("x"), .done = [&](const absl::Status&) { ++answered; }});
  }
  EXPECT_EQ(answered, 100);
  EXPECT_EQ(fake.committed().size(), 100u);
}

}  // namespace
}  // namespace comity::app
