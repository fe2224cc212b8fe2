#include "plugins/host/dead_letters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "clients/cpp/fake.h"
#include "plugins/host/dead_command.h"
#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class DeadLettersTest : public ::testing::Test {
 protected:
  void SetUp() override { letters_ = Open(); }
  std::unique_ptr<DeadLetters> Open(size_t max_bytes = 1 << 20) {
    auto letters = DeadLetters::Open(dir_ / "spool", max_bytes);
    EXPECT_TRUE(letters.ok()) << letters.status().ToString();
    return letters.ok() ? *std::move(letters) : nullptr;
  }
  int Run(const std::vector<std::string>& words) {
    Config config;
    config.sources.push_back({LineSource(), "token"});
    out_.str("");
    err_.str("");
    const auto make_sink = [this](const std::string&) -> absl::StatusOr<std::unique_ptr<client::EventSink>> {
      return std::make_unique<BorrowedSink>(sink_);
    };
    return RunDeadCommand(words, config, connectors_, *letters_, make_sink, out_, err_);
  }

  comity::testing::TempDir dir_;
  TestClock clock_;
  const Connectors connectors_ = LineConnectors();
  client::FakeSink sink_;
  std::ostringstream out_, err_;
  std::unique_ptr<DeadLetters> letters_;
};

TEST_F(DeadLettersTest, KeepThemEncryptedWithTheirReason) {
  ASSERT_TRUE(letters_->Put(LineDelivery("a confidential body", "id-1"), "cannot be read", clock_.Now()).ok());
  const auto all = Open()->List();
  ASSERT_TRUE(all.ok());
  ASSERT_THAT(*all, SizeIs(1));
  EXPECT_EQ(all->front().reason, "cannot be read");
  EXPECT_EQ(all->front().delivery.body, "a confidential body");
  EXPECT_EQ(all->front().delivery.delivery_id, "id-1");
  EXPECT_EQ(all->front().died, clock_.Now());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ / "spool")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(comity::testing::ReadFile(entry.path()), Not(HasSubstr("confidential"))) << entry.path();
    struct stat info {};
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << entry.path();
  }
}

TEST_F(DeadLettersTest, KeepOneLetterForOneDelivery) {
  ASSERT_TRUE(letters_->Put(LineDelivery("x", "1"), "first", clock_.Now()).ok());
  ASSERT_TRUE(letters_->Put(LineDelivery("x", "1"), "second", clock_.Now()).ok());
  ASSERT_TRUE(letters_->Put(LineDelivery("x", "2"), "other", clock_.Now()).ok());
  EXPECT_THAT(*letters_->List(), SizeIs(2));
}

TEST_F(DeadLettersTest, NoticeAnyChangeOfTheFileAndAnotherKey) {
  ASSERT_TRUE(letters_->Put(LineDelivery("body"), "reason", clock_.Now()).ok());
  const std::string id = letters_->List()->front().id;
  const std::string path = dir_ / "spool/dead/" + id + ".dead";
  const std::string sound = comity::testing::ReadFile(path);
  for (size_t i = 0; i < sound.size(); ++i) {
    std::string bytes = sound;
    bytes[i] ^= 4;
    comity::testing::WriteFile(path, bytes);
    EXPECT_EQ(letters_->Read(id).status().code(), absl::StatusCode::kDataLoss) << i;
    comity::testing::WriteFile(path, sound.substr(0, i));
    EXPECT_EQ(letters_->Read(id).status().code(), absl::StatusCode::kDataLoss) << i;
  }
  comity::testing::WriteFile(path, sound);
  EXPECT_TRUE(letters_->Read(id).ok());
  std::filesystem::remove(dir_ / "spool/dead.key");
  int unreadable = 0;
  EXPECT_THAT(*Open()->List(&unreadable), IsEmpty());
  EXPECT_EQ(unreadable, 1);
}

TEST_F(DeadLettersTest, RefuseAKeyThatOthersCanReadOrThatIsNone) {
  ::chmod((dir_ / "spool/dead.key").c_str(), 0644);
  EXPECT_EQ(DeadLetters::Open(dir_ / "spool").status().code(), absl::StatusCode::kPermissionDenied);
  comity::testing::WriteFile(dir_ / "spool/dead.key", "not a key");
  ::chmod((dir_ / "spool/dead.key").c_str(), 0600);
  EXPECT_EQ(DeadLetters::Open(dir_ / "spool").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(DeadLettersTest, AreDroppedByWhomTheyNameOrWhereTheyCameFrom) {
  ASSERT_TRUE(letters_->Put(LineDelivery("closed by Ana-Login", "1"), "reason", clock_.Now()).ok());
  ASSERT_TRUE(letters_->Put(LineDelivery("closed by bo", "2"), "reason", clock_.Now()).ok());
  EXPECT_EQ(Run({"drop", "--naming", "ana-login"}), 0);
  ASSERT_THAT(*letters_->List(), SizeIs(1));
  EXPECT_EQ(letters_->List()->front().delivery.body, "closed by bo");
  EXPECT_EQ(Run({"drop", "--naming", "ana-login"}), 0);  // none is left
  EXPECT_EQ(Run({"drop", "--source", "other"}), 0);
  EXPECT_THAT(*letters_->List(), SizeIs(1));
  EXPECT_EQ(Run({"drop", "--source", letters_->List()->front().delivery.source}), 0);
  EXPECT_THAT(*letters_->List(), IsEmpty());
  EXPECT_EQ(Run({"drop", "--naming"}), 1);
}

TEST_F(DeadLettersTest, AreBoundedAndGoAfterSevenDays) {
  auto small = Open(1000);
  ASSERT_TRUE(small->Put(LineDelivery("body"), "reason", clock_.Now()).ok());
  EXPECT_EQ(small->Put(LineDelivery(std::string(2000, 'x')), "reason", clock_.Now()).code(), absl::StatusCode::kResourceExhausted);
  small->Expire(absl::Now() + DeadLetters::kKept - absl::Minutes(1));
  EXPECT_THAT(*small->List(), SizeIs(1));
  small->Expire(absl::Now() + DeadLetters::kKept + absl::Minutes(1));
  EXPECT_THAT(*small->List(), IsEmpty());
}

TEST_F(DeadLettersTest, AreListedReplayedAndDroppedByCommand) {
  ASSERT_TRUE(letters_->Put(LineDelivery("one\ntwo"), "an older release could not read it", clock_.Now()).ok());
  ASSERT_TRUE(letters_->Put(LineDelivery("unreadable"), "these are no lines", clock_.Now()).ok());
  EXPECT_EQ(Run({"list"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("lines-a  7 bytes  an older release could not read it\n"));
  EXPECT_THAT(out_.str(), HasSubstr("these are no lines"));

  EXPECT_EQ(Run({"replay", "--all"}), 1) << "one still cannot be read";
  EXPECT_THAT(out_.str(), HasSubstr("replayed"));
  EXPECT_THAT(err_.str(), HasSubstr("these are no lines"));
  EXPECT_THAT(sink_.facts(), SizeIs(2));
  ASSERT_THAT(*letters_->List(), SizeIs(1));

  EXPECT_EQ(Run({"drop", letters_->List()->front().id}), 0);
  EXPECT_THAT(*letters_->List(), IsEmpty());
}

TEST_F(DeadLettersTest, StayWhenTheServiceIsAway) {
  ASSERT_TRUE(letters_->Put(LineDelivery("one"), "reason", clock_.Now()).ok());
  sink_.FailNext(absl::UnavailableError("away"));
  EXPECT_EQ(Run({"replay", "--all"}), 1);
  EXPECT_THAT(*letters_->List(), SizeIs(1));
}

TEST_F(DeadLettersTest, CommandExplainsItselfWhenMisused) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{}, {"lst"}, {"list", "x"}, {"drop"}, {"replay"}}) {
    EXPECT_EQ(Run(words), 2);
    EXPECT_THAT(err_.str(), HasSubstr("Usage"));
  }
  EXPECT_EQ(Run({"drop", "../../etc/passwd"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("dead list"));
}

}  // namespace
}  // namespace comity::host
