#include "clients/cli/lookback_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "clients/cli/progress.h"

namespace comity::cli {
namespace {

using domain::lookback::Column;
using domain::lookback::Deed;
using domain::lookback::HelpKind;
using domain::lookback::Pair;
using domain::lookback::Tally;
using testing::HasSubstr;
using testing::Not;

constexpr Tally kShown{.people_helped = 7, .helpers = 9, .times = 12, .any = true, .shown = true};
constexpr Tally kFew{.any = true};
constexpr Tally kNone{};

LookbackView TwoAreas(const Tally& served, const Tally& stepped_in, const Tally& merged) {
  LookbackView view;
  view.path = "/src/shop";
  view.branch = "main";
  view.commits = 3;
  view.first_time = view.last_time = 1'600'000'000;
  view.areas = {"payments", "web <&\">"};
  view.report.pairs.push_back(Pair{0, 1, {served, stepped_in, merged}});
  return view;
}
std::string Text(const LookbackView& view) {
  std::ostringstream out;
  PrintLookback(out, Style(false), view);
  return out.str();
}

TEST(LookbackView, ShowsTheStancesAndMergesApart) {
  const LookbackView view = TwoAreas(kShown, kFew, kNone);
  EXPECT_THAT(Text(view), HasSubstr("payments    web <&\">  7 people, 12 times  few             -"));
  const std::string json = LookbackJson(view);
  EXPECT_THAT(json, HasSubstr("\"helpedArea\": \"web <&\\\">\""));
  EXPECT_THAT(json, HasSubstr("\"peopleHelped\": 7,"));
  EXPECT_THAT(json, HasSubstr("\"withheld\": true"));
}

TEST(LookbackView, EscapesNamesInThePicture) {
  const std::string svg = LookbackSvg(TwoAreas(kShown, kNone, kNone));
  EXPECT_THAT(svg, HasSubstr("web &lt;&amp;&quot;&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("web <")));
  EXPECT_THAT(svg, HasSubstr(">7</text>"));
}

TEST(LookbackView, HasAPictureWithoutAnyNumber) {
  EXPECT_THAT(LookbackSvg(TwoAreas(kFew, kNone, kNone)), HasSubstr("No pair of areas has 5 people on each side."));
  EXPECT_THAT(LookbackSvg(LookbackView{}), HasSubstr("</svg>"));
}

TEST(LookbackView, NamesPairsWithFewPeopleWithoutNumbersAndSaysHowToSeeMore) {
  const std::string text = Text(TwoAreas(kFew, kNone, kNone));
  EXPECT_THAT(text, HasSubstr("payments → web <&\">\n"));
  EXPECT_THAT(text, HasSubstr("--min-people=2"));
  EXPECT_THAT(text, Not(HasSubstr("HELPED WITH")));
}

TEST(LookbackView, ShowsNotMoreAreasThanAPictureHoldsAndSaysSo) {
  LookbackView view;
  for (domain::lookback::Area area = 0; area < 40; ++area) {
    view.areas.push_back("area" + std::to_string(area));
    if (area > 0) view.report.pairs.push_back(Pair{0, area, {kShown, kNone, kNone}});
  }
  EXPECT_THAT(LookbackSvg(view), HasSubstr("the 24 areas with most people of 40"));
}

TEST(LookbackView, ExplainsWithoutNamingAnAreaThatMustNotBeNamed) {
  const LookbackView view = TwoAreas(kFew, kNone, kNone);
  const Deed deed{HelpKind::kReviewed, domain::Stance::kSteppedIn, 1'600'000'000, {}, 0, 1, 1};
  EXPECT_EQ(
      ExplainDeed(view, deed, false),
      "In September 2020 somebody at home in one area reviewed a change by somebody at home in another area. What was changed belongs to "
      "the other area, so this is “stepped in for”.");
  EXPECT_THAT(ExplainDeed(view, deed, true), HasSubstr("at home in payments"));
}

TEST(LookbackView, SaysWhatItCannotKnow) {
  LookbackView view;
  view.shallow = true;
  view.since = "2026-01-31";
  const std::string text = Text(view);
  EXPECT_THAT(text, HasSubstr("No help between areas has left a trace"));
  EXPECT_THAT(text, HasSubstr("This clone is shallow"));
  EXPECT_THAT(text, HasSubstr("Anything before 2026-01-31"));
  EXPECT_THAT(text, HasSubstr("there is no CODEOWNERS"));
}

TEST(ProgressTest, DrawsABarOnATerminalAndNothingElsewhere) {
  EXPECT_EQ(Progress::Line("Reading", 50, 100), "Reading [###############               ]  50 %");
  EXPECT_EQ(Progress::Line("Reading", 200, 100), "Reading [##############################] 100 %");
  EXPECT_EQ(Progress::Line("Reading", 50, 0), "Reading 50");
  std::ostringstream terminal, file;
  {
    Progress bar(terminal, true, "Reading", 100), none(file, false, "Reading", 100);
    for (int i = 0; i < 64; ++i) bar.Step(), none.Step();
  }
  EXPECT_THAT(terminal.str(), HasSubstr(" 64 %"));
  EXPECT_THAT(terminal.str(), testing::EndsWith("\r\x1b[K"));
  EXPECT_EQ(file.str(), "");
}

}  // namespace
}  // namespace comity::cli
