#include "service/app/visibility.h"

#include <gtest/gtest.h>

#include "service/domain/deeds/ledger.h"

namespace comity::app {
namespace {

domain::PersonUid Person(uint8_t number) {
  domain::PersonUid person;
  person.bytes[0] = number;
  return person;
}
domain::TeamUid Team(uint8_t number) {
  domain::TeamUid team;
  team.bytes[0] = number;
  return team;
}

const domain::PersonUid kHelper = Person(1), kAsker = Person(2), kNamed = Person(3), kMate = Person(4), kStranger = Person(5),
                        kFormer = Person(6);
const domain::TeamUid kHelping = Team(1), kHelped = Team(2), kOther = Team(3);

TEST(AViewer, ReachesEverythingUnlessItLooksFromWithinSomeSuites) {
  Viewer viewer{.person = kHelper, .teams = {}};
  EXPECT_TRUE(viewer.Reaches("redmine", "tickets.example"));
  viewer.within = {{"redmine", "tickets.example"}, {"mediawiki", "wiki.example"}};
  EXPECT_TRUE(viewer.Reaches("redmine", "tickets.example"));
  EXPECT_TRUE(viewer.Reaches("mediawiki", "wiki.example"));
  EXPECT_FALSE(viewer.Reaches("redmine", "wiki.example"));
  EXPECT_FALSE(viewer.Reaches("", ""));
}

struct Row {
  std::string name;
  Viewer viewer;
  View deed, shadow;  // what they see of an ordinary deed, and of one in SHADOW
  bool sees_helper, sees_shared, sees_opted_out;
};
class WhoSeesWhat : public ::testing::TestWithParam<Row> {};

TEST_P(WhoSeesWhat, OfADeed) {
  const Row& row = GetParam();
  Sides sides{.helpers = {kHelper},
              .askers = {kAsker},
              .named = {kNamed},
              .former_helpers = {kFormer},
              .teams = {kHelping, kHelped},
              .shadow = false};
  const View view = ViewOf(row.viewer, sides);
  EXPECT_EQ(view, row.deed);
  EXPECT_EQ(MaySeeName(row.viewer, view, kHelper, {}), row.sees_helper);
  EXPECT_EQ(MaySeeName(row.viewer, view, kHelper, {.shared = true, .opted_out = false}), row.sees_shared);
  EXPECT_EQ(MaySeeName(row.viewer, view, kHelper, {.shared = true, .opted_out = true}), row.sees_opted_out);
  EXPECT_FALSE(MaySeeName(row.viewer, view, {}, {.shared = true, .opted_out = false}));
  sides.shadow = true;
  EXPECT_EQ(ViewOf(row.viewer, sides), row.shadow);
}

INSTANTIATE_TEST_SUITE_P(
    All, WhoSeesWhat,
    ::testing::Values(Row{"Helper", {kHelper, false, {kHelping}}, View::kNamed, View::kNamed, true, true, true},
                      Row{"Asker", {kAsker, false, {kHelped}}, View::kNamed, View::kNone, true, true, false},
                      Row{"NewlyNamed", {kNamed, false, {kOther}}, View::kNamed, View::kNone, true, true, false},
                      Row{"FormerHelper", {kFormer, false, {kOther}}, View::kNamed, View::kNone, true, true, false},
                      Row{"MemberOfTheHelpingTeam", {kMate, false, {kHelping}}, View::kNameless, View::kNone, false, true, false},
                      Row{"MemberOfTheHelpedTeam", {kMate, false, {kOther, kHelped}}, View::kNameless, View::kNone, false, true, false},
                      Row{"MemberOfAnotherTeam", {kStranger, false, {kOther}}, View::kNone, View::kNone, false, false, false},
                      Row{"PersonWithoutTeam", {kStranger, false, {}}, View::kNone, View::kNone, false, false, false},
                      Row{"TokenWithoutPerson", {{}, false, {}}, View::kNone, View::kNone, false, false, false},
                      Row{"Steward", {{}, true, {}}, View::kNamed, View::kNamed, true, true, true}),
    [](const auto& tested) { return tested.param.name; });

TEST(Sides, LetSomebodyWhoOptedOutKnowTheirOwnLine) {
  domain::Deed deed;
  deed.key.kind = domain::DeedKind::kResolved;
  domain::Line line;
  line.person = kHelper;
  line.share_ppm = domain::kWholePpm;
  line.team = kHelping;
  const domain::LineHash own = domain::LineHashOf(deed.key.Hash(), line);
  line.person = {};
  line.opted_out_line = own;
  deed.lines = {line};
  const Viewer helper{.person = kHelper, .oversees = false, .teams = {}}, stranger{.person = kStranger, .oversees = false, .teams = {}};
  EXPECT_EQ(ViewOf(helper, SidesOf(deed, helper, {})), View::kNamed);
  EXPECT_EQ(ViewOf(stranger, SidesOf(deed, stranger, {})), View::kNone);
}

}  // namespace
}  // namespace comity::app
