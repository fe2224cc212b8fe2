#include "plugins/host/subscription_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/host/files.h"
#include "tests/support/process.h"

namespace comity::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

KeptSubscription Kept(std::string key, std::string name, std::string id, absl::Time made, absl::Duration life = absl::Hours(100)) {
  return {{std::move(key), std::move(name), std::move(id), "tower", made + life}, made, "proof", false};
}
std::vector<std::string> Said(const std::vector<Duty>& duties) {
  std::vector<std::string> said;
  for (const Duty& duty : duties) {
    constexpr const char* kNames[] = {"forget", "create", "renew", "end"};
    said.push_back(std::string(kNames[static_cast<int>(duty.act)]) + " " + (duty.name.empty() ? duty.key : duty.name));
  }
  return said;
}

TEST(SubscriptionPlan, LeavesWhatStandsAlone) {
  const SubscriptionBook book = {Kept("a", "n1", "1", kNow - absl::Hours(1)), Kept("b", "n2", "2", kNow - absl::Hours(59))};
  EXPECT_THAT(Said(DutiesOf(book, {{"a", "b"}, {"n1", "n2"}, {}}, kNow)), IsEmpty());
}

TEST(SubscriptionPlan, RenewsBeforeItMakesAndMakesBeforeItEnds) {
  const SubscriptionBook book = {
      Kept("gone", "n0", "0", kNow - absl::Hours(101)),
      Kept("unwanted", "n1", "1", kNow - absl::Hours(1)),
      Kept("a", "n2", "2", kNow - absl::Hours(71)),
      Kept("hurried", "n3", "3", kNow - absl::Hours(1)),
  };
  EXPECT_THAT(Said(DutiesOf(book, {{"new", "a", "hurried", "gone"}, {"n0", "n2", "n3"}, {"n3"}}, kNow)),
              ElementsAre("forget n0", "renew n2", "renew n3", "create new", "create gone", "end n1"));
}

TEST(SubscriptionPlan, EndsWhatIsReplacedOnlyOnceAnotherStands) {
  SubscriptionBook book = {Kept("a", "old", "1", kNow - absl::Hours(2))};  // made with another secret
  EXPECT_THAT(Said(DutiesOf(book, {{"a"}, {}, {}}, kNow)), ElementsAre("create a"));
  book.push_back(Kept("a", "asked", "", kNow - absl::Hours(1)));
  EXPECT_THAT(Said(DutiesOf(book, {{"a"}, {"asked"}, {}}, kNow)), ElementsAre("create a")) << "without an answer it does not stand";
  book.push_back(Kept("a", "new", "2", kNow - absl::Minutes(1)));
  book.push_back(Kept("a", "under way", "", kNow - absl::Seconds(30)));
  EXPECT_THAT(Said(DutiesOf(book, {{"a"}, {"asked", "new", "under way"}, {}}, kNow)), ElementsAre("end old", "end asked"));
}

TEST(SubscriptionPlan, RenewsAfterTwoThirdsAndMinutesAhead) {
  for (const char first : std::string("0123456789abcdef")) {
    const std::string name(32, first);
    const absl::Duration week = RenewalDue(Kept("a", name, "1", kNow, absl::Hours(168))) - kNow;
    EXPECT_GE(week, absl::Hours(100)) << first;
    EXPECT_LE(week, absl::Hours(118)) << first;
    EXPECT_LE(RenewalDue(Kept("a", name, "1", kNow, absl::Minutes(30))) - kNow, absl::Minutes(20)) << first;
    EXPECT_GE(RenewalDue(Kept("a", name, "1", kNow, absl::Minutes(4))) - kNow, absl::Minutes(2)) << "and not all the time";
  }
  EXPECT_NE(RenewalDue(Kept("a", "0", "1", kNow)), RenewalDue(Kept("a", "f", "1", kNow))) << "not all at once";
}

TEST(SubscriptionFile, ReadsBackWhatItWroteAndNoticesEveryChangedByte) {
  SubscriptionBook book = {Kept("team@acme.example", "n1", "1", kNow), Kept("b", "n2", "", kNow)};
  book[1].proof.clear();
  book[1].heard = true;
  const std::string good = EncodeSubscriptions(book);
  const auto read = DecodeSubscriptions(good);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(EncodeSubscriptions(*read), good);
  EXPECT_EQ(read->at(0).subscription.key, "team@acme.example");
  EXPECT_TRUE(read->at(1).heard);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(DecodeSubscriptions(changed).ok()) << i;
    EXPECT_FALSE(DecodeSubscriptions(good.substr(0, i)).ok()) << i;
  }
}

TEST(SubscriptionFile, SetsADamagedOneAsideAndTellsWhoseAreForgotten) {
  const comity::testing::TempDir dir;
  const std::string folder = dir / "subscriptions";
  ASSERT_TRUE(OpenSubscriptions(folder, "acme").ok());
  ASSERT_TRUE(SaveSubscriptions(folder, "acme", {Kept("a", "n1", "1", kNow)}).ok());
  ASSERT_TRUE(SaveSubscriptions(folder, "left", {Kept("a", "n1", "1", kNow)}).ok());
  EXPECT_THAT(ForgottenSubscriptions(folder, {"acme"}), ElementsAre("left"));
  comity::testing::WriteFile(folder + "/acme", "marmalade");
  const auto opened = OpenSubscriptions(folder, "acme");
  ASSERT_TRUE(opened.ok());
  EXPECT_THAT(*opened, IsEmpty());
  EXPECT_THAT(*ListDir(folder), ::testing::Contains("acme.damaged"));
}

}  // namespace
}  // namespace comity::host
