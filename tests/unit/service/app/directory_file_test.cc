#include "service/app/directory_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/app/directory_check.h"
#include "service/app/directory_yaml.h"

namespace comity::app {
namespace {

using testing::HasSubstr;

constexpr char kGood[] = R"(
people:
  - {id: ana, name: "Ana Alves", accounts: ["github:github.com:1", "wiki:wiki.example:ana:x"]}
  - {id: ben}
bots: ["github:github.com:99"]
teams:
  - {id: payments, name: Payments, parent: acme, function: engineering}
  - id: acme
memberships:
  - {person: ana, team: payments, start: 2026-01-01, end: 2026-03-01, primary: true}
  - {person: people/ana, team: teams/acme, start: 2026-03-01}
ownership:
  - {match: "github:github.com:repo:acme/*", team: payments, start: 2026-01-01}
)";

std::vector<FieldFault> FaultsOf(std::string_view document, const domain::DirectoryRows& current = {}, bool prune = false) {
  const auto file = ParseDirectoryFile(document, current, prune);
  EXPECT_FALSE(file.ok());
  EXPECT_EQ(file.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailsOf(file.status()).reason, "DIRECTORY_INVALID");
  return DetailsOf(file.status()).faults;
}

TEST(DirectoryFiles, SayWhoBelongsWhereAndWhoseThingsAre) {
  const auto file = ParseDirectoryFile(kGood, {}, false);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->people[0].name, "Ana Alves");
  EXPECT_EQ(file->people[0].accounts[1].name.id, "ana:x");
  EXPECT_EQ(file->people[1].name, "ben");
  EXPECT_EQ(file->bots[0].name.ToText(), "github:github.com:99");
  EXPECT_EQ(file->teams[0].parent, "acme");
  EXPECT_TRUE(file->memberships[0].primary);
  EXPECT_EQ(domain::IsoDay(file->memberships[0].days.end), "2026-03-01");
  EXPECT_EQ(file->memberships[1].person, "ana");
  EXPECT_TRUE(file->memberships[1].days.open_end());
  EXPECT_EQ(file->ownership[0].match, "github:github.com:repo:acme/*");
}

TEST(DirectoryFiles, TellEveryFaultAtOnceWithLineKeyAndRemedy) {
  const auto faults = FaultsOf(R"(people:
  - {id: Ana Alves, nmae: Ana}
  - {id: ben, accounts: [ben]}
teams:
  - {id: payments}
memberships:
  - {person: ben, team: paymets, start: 2026-02-30}
)");
  ASSERT_EQ(faults.size(), 5u);
  EXPECT_EQ(faults[0].field, "line 2: people[0].nmae");
  EXPECT_THAT(faults[0].description, HasSubstr("did you mean \"name\"?"));
  EXPECT_EQ(faults[1].field, "line 2: people[0].id");
  EXPECT_EQ(faults[2].field, "line 3: people[1].accounts[0]");
  EXPECT_THAT(faults[2].description, HasSubstr("suite:instance:id"));
  EXPECT_EQ(faults[3].field, "line 7: memberships[0].start");
  EXPECT_EQ(faults[4].field, "line 7: memberships[0].team");
  EXPECT_THAT(faults[4].description, HasSubstr("did you mean \"payments\"?"));
}

struct FaultCase {
  std::string name, document, field, description;
};
class DirectoryFileFault : public testing::TestWithParam<FaultCase> {};

TEST_P(DirectoryFileFault, NamesItsPlaceAndARemedy) {
  const auto faults = FaultsOf(GetParam().document);
  ASSERT_EQ(faults.size(), 1u) << (faults.empty() ? "" : faults[0].field + ": " + faults[0].description);
  EXPECT_THAT(faults[0].field, HasSubstr(GetParam().field));
  EXPECT_THAT(faults[0].description, HasSubstr(GetParam().description));
}

const std::string kBase = "people: [{id: ana}, {id: old, former: true}]\nteams: [{id: a}, {id: b}]\n";
INSTANTIATE_TEST_SUITE_P(
    All, DirectoryFileFault,
    testing::ValuesIn<FaultCase>({
        {"EmptyFile", "", "file", "has no content"},
        {"NotYaml", "people: [", "line", "not YAML"},
        {"Utf16", std::string("\xFF\xFEp\0", 4), "line 1", "UTF-8"},
        {"SecondDocument", "people: []\n---\nteams: []\n", "line", "second document"},
        {"Anchor", "people: &x []\n", "line 1", "anchors"},
        {"Alias", "people: []\nteams: *x\n", "line", ""},
        {"Tag", "people: !!set {a}\n", "line 1", "tags"},
        {"TooDeep", "people: [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]\n", "line 1", "deeper than 16"},
        {"BracketsWithoutEnd", std::string(2000, '['), "line 1", "never closed"},
        {"UnknownList", "poeple: []\n", "file.poeple", "did you mean \"people\"?"},
        {"ListTwice", "people: []\npeople: []\n", "line 2: file.people", "twice"},
        {"NoList", "people: ana\n", "line 1: people", "write a list"},
        {"NoMap", "people: [ana]\n", "people[0]", "key: value"},
        {"NoId", "people: [{name: Ana}]\n", "people[0].id", "is missing"},
        {"SamePersonTwice", "people:\n- {id: ana}\n- {id: ana}\n", "line 3: people[1].id", "on line 2 already"},
        {"SameTeamTwice", "teams:\n- {id: a}\n- {id: a}\n", "line 3: teams[1].id", "on line 2 already"},
        {"FormerIsNoFlag", "people: [{id: ana, former: maybe}]\n", "people[0].former", "neither true nor false"},
        {"AccountOfTwo", "people:\n- {id: a, accounts: ['x:y:1']}\n- {id: b, accounts: ['x:y:1']}\n", "line 3: people[1].accounts[0]",
         "line 2 already"},
        {"BotOfSomebody", "people: [{id: a, accounts: ['x:y:1']}]\nbots: ['x:y:1']\n", "line 2: bots[0]", "already"},
        {"UnknownParent", "teams: [{id: a, parent: z}]\n", "teams[0].parent", "no team \"z\""},
        {"Circle", "teams: [{id: a, parent: b}, {id: b, parent: c}, {id: c, parent: a}]\n", "teams[0].parent", "above itself"},
        {"OwnParent", "teams: [{id: a, parent: a}]\n", "teams[0].parent", "above itself"},
        {"UnknownPerson", kBase + "memberships: [{person: anna, team: a}]\n", "line 3: memberships[0].person", "did you mean \"ana\"?"},
        {"UnknownTeam", kBase + "memberships: [{person: ana, team: zzzz}]\n", "memberships[0].team", "no team \"zzzz\""},
        {"EndBeforeStart", kBase + "memberships: [{person: ana, team: a, start: 2026-02-01, end: 2026-01-01}]\n", "memberships[0].end",
         "before start"},
        {"NeverHolds", kBase + "memberships: [{person: ana, team: a, start: 2026-02-01, end: 2026-02-01}]\n", "memberships[0].end",
         "never holds"},
        {"BadDay", kBase + "memberships: [{person: ana, team: a, start: 1.2.2026}]\n", "memberships[0].start", "YYYY-MM-DD"},
        {"FormerWithoutEnd", kBase + "memberships: [{person: old, team: a}]\n", "memberships[0].end", "is former"},
        {"Overlap", kBase + "memberships:\n- {person: ana, team: a, end: 2026-03-01}\n- {person: ana, team: a, start: 2026-02-01}\n",
         "line 5: memberships[1].start", "by line 4"},
        {"OverlapBehindALongerOne",
         kBase + "memberships:\n- {person: ana, team: a, end: 2026-09-01}\n- {person: ana, team: b, start: 2026-01-01}\n- {person: ana, "
                 "team: a, start: 2026-08-01}\n",
         "line 6: memberships[2].start", "by line 4"},
        {"TwoPrimaries",
         kBase + "memberships:\n- {person: ana, team: a, primary: true}\n- {person: ana, team: b, start: 2026-02-01, primary: true}\n",
         "line 5: memberships[1].primary", "another primary"},
        {"MatchWithoutKind", kBase + "ownership: [{match: 'github:github.com', team: a}]\n", "ownership[0].match",
         "suite:instance:kind:glob"},
        {"MatchOfUnknownKind", kBase + "ownership: [{match: 'github:github.com:repos:x', team: a}]\n", "ownership[0].match",
         "did you mean \"repo\"?"},
        {"MatchNothing", kBase + "ownership: [{match: 'github:github.com:repo:', team: a}]\n", "ownership[0].match", "names nothing"},
        {"MatchWildHead", kBase + "ownership: [{match: 'github:*:repo:x', team: a}]\n", "ownership[0].match", "last part only"},
        {"MatchThreeStars", kBase + "ownership: [{match: 'github:github.com:repo:***', team: a}]\n", "ownership[0].match", "three stars"},
        {"OwnedByNobody", kBase + "ownership: [{match: 'github:github.com:repo:x', team: q}]\n", "ownership[0].team", "no team \"q\""},
    }),
    [](const auto& test) { return test.param.name; });

TEST(DirectoryFiles, AreRefusedAboveThreeMebibytes) {
  EXPECT_THAT(FaultsOf(std::string(kMaxDirectoryBytes + 1, '#'))[0].description, HasSubstr("3 MiB"));
}

TEST(DirectoryFiles, TellAHundredFaultsAndHowManyMoreThereAre) {
  std::string document = "teams:\n";
  for (int i = 0; i < 150; ++i) document += "- {id: A}\n";
  const auto faults = FaultsOf(document);
  ASSERT_EQ(faults.size(), 101u);
  EXPECT_THAT(faults[100].description, HasSubstr("50 more"));
}

TEST(DirectoryFiles, MayNameTeamsThatEndedUnlessTheseAreDeleted) {
  domain::DirectoryRows current;
  current.teams.push_back(
      {.uid = {{1}}, .id = "gone", .display_name = "Gone", .parent = {}, .function = "", .end = absl::CivilDay(2026, 1, 1)});
  const std::string document = kBase + "memberships: [{person: ana, team: gone, end: 2026-01-01}]\n";
  EXPECT_TRUE(ParseDirectoryFile(document, current, false).ok());
  EXPECT_THAT(FaultsOf(document, current, true)[0].description, HasSubstr("no team \"gone\""));
}

TEST(DirectoryFiles, DoNotTakeAnAccountFromWhomItWasLinkedToByHand) {
  domain::DirectoryRows current;
  current.people.push_back({.uid = {{2}}, .id = "ben", .display_name = "Ben"});
  current.accounts.push_back({.uid = {{3}}, .name = {"x", "y", "1"}, .login = "", .person = {{2}}});
  const auto faults = FaultsOf("people: [{id: ana, accounts: ['x:y:1']}]\n", current);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(faults[0].description, HasSubstr("comity accounts unlink x:y:1"));
}

}  // namespace
}  // namespace comity::app
