#include "service/git/git_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/git/contact.h"
#include "tests/unit/service/git/printed_log.h"

namespace comity::git {
namespace {

using testing::ElementsAre;

struct Seen {
  std::string id, name, email, reverts;
  std::vector<std::string> parents, files, trailers;
  int64_t time;
};

class GitLog : public testing::Test {
 protected:
  absl::Status Read(const std::string& bytes, size_t piece = 1 << 20) {
    seen_.clear();
    GitLogParser parser([this](const LogCommit& commit) {
      Seen seen{std::string(commit.id), std::string(commit.author_name), std::string(commit.author_email), {}, {}, {}, {}, commit.time};
      for (const auto reverted : commit.reverts) seen.reverts += (seen.reverts.empty() ? "" : " ") + std::string(reverted);
      for (const auto parent : commit.parents) seen.parents.emplace_back(parent);
      for (const auto file : commit.files) seen.files.emplace_back(file);
      for (const auto& trailer : commit.trailers) seen.trailers.push_back(std::string(trailer.key) + "=" + std::string(trailer.value));
      seen_.push_back(std::move(seen));
    });
    for (size_t at = 0; at < bytes.size(); at += piece) {
      const absl::Status status = parser.Feed(std::string_view(bytes).substr(at, piece));
      if (!status.ok()) return status;
    }
    return parser.Finish();
  }
  std::vector<Seen> seen_;
};

TEST_F(GitLog, IsReadCommitByCommitHoweverItIsCut) {
  Printed first{
      .id = 2, .parents = {1}, .time = 100, .trailers = "Reviewed-by: Ben <ben@x>\nTested-by: Carl <carl@x>", .files = {"a/b", "c\nd"}};
  Printed second{.id = 1, .time = 50};
  const std::string log = first.Text() + second.Text();
  for (const size_t piece : {1ul, 2ul, 7ul, 1000ul}) {
    ASSERT_TRUE(Read(log, piece).ok());
    ASSERT_EQ(seen_.size(), 2u);
    EXPECT_EQ(seen_[0].id, HexId(2));
    EXPECT_THAT(seen_[0].parents, ElementsAre(HexId(1)));
    EXPECT_THAT(seen_[0].files, ElementsAre("a/b", "c\nd"));
    EXPECT_THAT(seen_[0].trailers, ElementsAre("Reviewed-by=Ben <ben@x>", "Tested-by=Carl <carl@x>"));
    EXPECT_EQ(seen_[0].time, 100);
    EXPECT_TRUE(seen_[1].files.empty());
  }
}

TEST_F(GitLog, FindsTheCommitThatIsReverted) {
  ASSERT_TRUE(Read(Printed{.id = 3, .body = "Why.\n\nThis reverts commit " + HexId(2) + ".\n"}.Text()).ok());
  EXPECT_EQ(seen_[0].reverts, HexId(2));
  ASSERT_TRUE(Read(Printed{.id = 3, .body = "This reverts commit 1234 only\n"}.Text()).ok());
  EXPECT_EQ(seen_[0].reverts, "");
  const std::string two = "This reverts commit " + HexId(2) + ".\nThis reverts commit " + HexId(4) + ", too.\n";
  ASSERT_TRUE(Read(Printed{.id = 5, .body = two}.Text()).ok());
  EXPECT_EQ(seen_[0].reverts, HexId(2) + " " + HexId(4));
  ASSERT_TRUE(Read(Printed{.id = 5, .body = "Back again.\n\n> This reverts commit " + HexId(2) + ".\n"}.Text()).ok());
  EXPECT_EQ(seen_[0].reverts, "") << "a quotation";
}

TEST_F(GitLog, TakesNoTextForACommit) {
  Printed commit{.id = 1, .name = HexId(7), .body = HexId(8) + "\n" + HexId(9), .files = {HexId(5), "A", "\x01odd"}};
  ASSERT_TRUE(Read(commit.Text() + Printed{.id = 2}.Text()).ok());
  ASSERT_EQ(seen_.size(), 2u);
  EXPECT_THAT(seen_[0].files, ElementsAre(HexId(5), "A", "\x01odd"));
}

TEST_F(GitLog, KeepsOnlyTheBeginningOfAGiantMessage) {
  Printed commit{.id = 1, .trailers = std::string(3 << 20, 'x'), .body = std::string(8 << 20, 'y')};
  ASSERT_TRUE(Read(commit.Text() + Printed{.id = 2, .name = "Ben"}.Text(), 4096).ok());
  ASSERT_EQ(seen_.size(), 2u);
  EXPECT_EQ(seen_[1].name, "Ben");
}

TEST_F(GitLog, LeavesOutPathsAndTrailersBeyondItsBounds) {
  Printed commit{.id = 1};
  commit.files.assign(kMaxFiles + 5, "a");
  commit.files.front() = std::string(kMaxPathBytes + 1, 'p');
  for (size_t i = 0; i < kMaxTrailers + 5; ++i) commit.trailers += "Reviewed-by: a <a@x>\n";
  ASSERT_TRUE(Read(commit.Text()).ok());
  EXPECT_EQ(seen_[0].files.size(), kMaxFiles);
  EXPECT_EQ(seen_[0].trailers.size(), kMaxTrailers);
}

TEST_F(GitLog, HasNoTimeWhereItCannotBeRead) {
  for (const char* time : {"", "-5", "99999999999999", "12x"}) {
    std::string log = Printed{.id = 1, .time = 77}.Text();
    log.replace(log.find("77"), 2, time);
    ASSERT_TRUE(Read(log).ok());
    EXPECT_EQ(seen_[0].time, 0) << time;
  }
}

TEST_F(GitLog, ThatIsNoneIsRefused) {
  EXPECT_EQ(Read(std::string("fatal: something\0", 17)).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Read(Printed{.id = 1}.Text().substr(0, 45)).code(), absl::StatusCode::kDataLoss);
  std::string cut = Printed{.id = 1, .files = {"a"}}.Text();
  cut.resize(cut.size() - 2);
  EXPECT_EQ(Read(cut).code(), absl::StatusCode::kDataLoss);
}

TEST_F(GitLog, MayBeEmpty) { EXPECT_TRUE(Read("").ok()); }

TEST(Contacts, AreKnownByTheirAddressAlone) {
  const auto contact = ParseContact("\"Ana Person\" <Ana@Acme.Example> # team lead");
  ASSERT_TRUE(contact.has_value());
  EXPECT_EQ(contact->name, "Ana Person");
  EXPECT_EQ(PersonKey(contact->email), "ana@acme.example");
  for (const char* nobody : {"Ana Person", "Ana <>", "Ana <ana@x", "<a b@x>", "A\x1b[31m <a@x>", "a> <b@x>"})
    EXPECT_FALSE(ParseContact(nobody)) << nobody;
  EXPECT_FALSE(ParseContact(std::string(kMaxContactBytes, 'x') + " <a@x>"));
}

TEST(Contacts, OfMachinesAreKnownByTheirMarks) {
  EXPECT_TRUE(LooksLikeBot("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"));
  EXPECT_TRUE(LooksLikeBot("kernel test robot", "lkp@intel.example"));
  EXPECT_TRUE(LooksLikeBot("GitHub", "noreply@github.com"));
  EXPECT_TRUE(LooksLikeBot("Release", "release-bot@acme.example"));
  EXPECT_FALSE(LooksLikeBot("Robotham Abbot", "abbot@acme.example"));
  EXPECT_FALSE(LooksLikeBot("Ana", "12+ana@users.noreply.github.com"));
}

}  // namespace
}  // namespace comity::git
