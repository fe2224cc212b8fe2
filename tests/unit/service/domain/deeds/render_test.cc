#include "service/domain/deeds/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/domain/deeds/messages.h"

namespace comity::domain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

// Shows everything: "p:ana" as "ana", and so on.
Naming EverythingNamed() {
  const auto tail = [](std::string_view id) { return std::string(id.substr(id.find(':') + 1)); };
  return {.person = tail,
          .team = tail,
          .account = [](std::string_view id) { return std::string(id); },
          .subject = tail,
          .event = {},
          .deed = {}};
}

Reason ResolvedReason() {
  return {
      ReasonCode::kResolvedByCloser,
      {{"person", "p:Ana"}, {"team", "t:payments"}, {"subject", "s:acme/billing#12"}, {"asker", "p:Ben"}, {"helped_team", "t:support"}}};
}

TEST(RenderTest, SaysWhoHelpedWhomInOneSentence) {
  EXPECT_EQ(Render({ResolvedReason()}, EverythingNamed()).text, "Ana (payments) resolved acme/billing#12 for Ben (support).");
}

TEST(RenderTest, JoinsStepsInReadingOrderIntoOneParagraph) {
  const Explained explained =
      Render({ResolvedReason(), {ReasonCode::kStepStanceServed, {{"person", "p:Ana"}}}, {ReasonCode::kStepPolicy, {{"policy", "1"}}}},
             EverythingNamed());
  EXPECT_EQ(explained.text,
            "Ana (payments) resolved acme/billing#12 for Ben (support). Ana belongs to it, so this counts as “helped with”. "
            "Judged by the policy in force that day (number 1).");
  ASSERT_EQ(explained.steps.size(), 3u);
  EXPECT_EQ(explained.steps[2].text, "Judged by the policy in force that day (number 1).");
}

TEST(RenderTest, ShowsPeopleOnlyAsTheNamingAllows) {
  Naming hidden = EverythingNamed();
  hidden.person = [](std::string_view id) { return id == "p:Ana" ? std::string("a member of payments") : std::string(); };
  const Explained explained = Render({ResolvedReason()}, hidden);
  EXPECT_EQ(explained.text, "A member of payments resolved acme/billing#12.");
  EXPECT_THAT(explained.steps[0].parameters, Not(testing::Contains(Pair("asker", testing::_))));
  EXPECT_THAT(explained.steps[0].parameters, testing::Contains(Pair("person", "a member of payments")));
}

TEST(RenderTest, LeavesOutWhatIsNotKnownAndStaysReadable) {
  EXPECT_EQ(Render({{ReasonCode::kResolvedByCloser, {}}}, Naming{}).text, "Somebody resolved this.");
  EXPECT_EQ(Render({{ReasonCode::kSelf, {}}}, EverythingNamed()).steps[0].text.substr(0, 29), "The helper had asked for it t");
}

TEST(RenderTest, SaysForARefusalWhatWouldHaveHadToBeDifferent) {
  const Explained explained = Render({{ReasonCode::kWontDo, {}}}, EverythingNamed());
  EXPECT_THAT(explained.text, HasSubstr("It would count if it were closed as done."));
  EXPECT_THAT(explained.remedies, IsEmpty());
}

TEST(RenderTest, TellsTheReaderTheCommandThatHelpsAndEachOnce) {
  const Reason unknown = {ReasonCode::kUnknownAccount, {{"account", "github:github.com:583231"}}};
  const Explained explained = Render({unknown, unknown}, EverythingNamed());
  EXPECT_THAT(explained.remedies, ElementsAre("comity accounts link github:github.com:583231 PERSON", "comity accounts list --unlinked"));
}

TEST(RenderTest, WritesTimesSharesAndDurationsForPeople) {
  const Explained explained = Render({{ReasonCode::kStepAsked, {{"asker", "p:Ben"}, {"time", "2026-09-02T14:05:00Z"}}},
                                      {ReasonCode::kStepShares, {{"person", "p:Ana"}, {"share", "333334"}}},
                                      {ReasonCode::kStepShares, {{"person", "p:Cem"}, {"share", "500000"}}},
                                      {ReasonCode::kStepHold, {{"hours", "72"}}}},
                                     EverythingNamed());
  EXPECT_EQ(explained.text,
            "It was for Ben, opened on 2 September 2026, 14:05 UTC. Ana has 33.3 % of it. Cem has 50 % of it. It stands unless it is "
            "undone (reopened, dismissed, unmarked or reverted) within 72 hours.");
}

TEST(RenderTest, WordsDurationsByTheLargestUnitThatFits) {
  EXPECT_EQ(DurationWords(absl::Hours(72)), "72 hours");
  EXPECT_EQ(DurationWords(absl::Hours(168)), "7 days");
  EXPECT_EQ(DurationWords(absl::Seconds(300)), "5 minutes");
  EXPECT_EQ(DurationWords(absl::Seconds(60)), "60 seconds");
  EXPECT_EQ(DurationWords(absl::Seconds(1)), "1 second");
}

TEST(RenderTest, PassesOverUnknownParametersAndCodes) {
  const Explained explained =
      Render({{ReasonCode::kBot, {{"no_such_parameter", "x"}}}, {static_cast<ReasonCode>(9999), {}}}, EverythingNamed());
  ASSERT_EQ(explained.steps.size(), 1u);
  EXPECT_THAT(explained.steps[0].parameters, IsEmpty());
}

const char* Missing(std::string_view name) { return name == "a" || name == "b" ? "?" : nullptr; }

std::string Fill(std::string_view pattern, std::string_view known) {
  return FillIn(pattern, Missing, [&](std::string_view name) -> std::optional<std::string> {
    return known.find(name) == std::string_view::npos ? std::nullopt : std::optional("<" + std::string(name) + ">");
  });
}

TEST(FillInTest, TakesTheFirstAlternativeThatIsKnown) {
  EXPECT_EQ(Fill("{a|b|words}", "ab"), "<a>");
  EXPECT_EQ(Fill("{a|b|words}", "b"), "<b>");
  EXPECT_EQ(Fill("{a|b|words}", ""), "words");
  EXPECT_EQ(Fill("{a|b}", ""), "?");
}

TEST(FillInTest, LeavesAPartOutUnlessAllOfItIsKnownAndNestsParts) {
  EXPECT_EQ(Fill("x[ {a}[ {b}]] y", "ab"), "x <a> <b> y");
  EXPECT_EQ(Fill("x[ {a}[ {b}]] y", "a"), "x <a> y");
  EXPECT_EQ(Fill("x[ {a}[ {b}]] y", "b"), "x y");
}

TEST(FillInTest, EndsOnPatternsThatDoNot) {
  EXPECT_EQ(Fill("x {a", "a"), "x <a>");
  EXPECT_EQ(Fill("x [ {a}", "a"), "x  <a>");
  EXPECT_EQ(Fill("]{", ""), "]");
}

}  // namespace
}  // namespace comity::domain
