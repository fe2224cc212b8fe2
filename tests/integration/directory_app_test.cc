// The directory's use cases on a real store: what a file or a link changes is judged again, and nothing else.
#include "service/app/directory_app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "service/base/error.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What the world is filled with, as a file.
constexpr char kWorldFile[] = R"(
people:
  - {id: sam, name: sam}
  - {id: sue, name: sue}
  - {id: pia, name: pia}
  - {id: paul, name: paul}
  - {id: carl, name: carl}
  - {id: cleo, name: cleo}
teams: [{id: support, name: support}, {id: payments, name: payments}, {id: checkout, name: checkout}]
memberships:
  - {person: sam, team: support, start: 2026-01-01, primary: true}
  - {person: sue, team: support, start: 2026-01-01, primary: true}
  - {person: pia, team: payments, start: 2026-01-01, primary: true}
  - {person: paul, team: payments, start: 2026-01-01, primary: true}
  - {person: carl, team: checkout, start: 2026-01-01, primary: true}
  - {person: cleo, team: checkout, start: 2026-01-01, primary: true}
ownership: [{match: "github:github.com:repo:acme/billing", team: payments}]
)";

std::string With(std::string text, const std::string& from, const std::string& to) {
  EXPECT_NE(text.find(from), std::string::npos) << from;
  return text.replace(text.find(from), from.size(), to);
}

class DirectoryUse : public ::testing::Test {
 protected:
  absl::StatusOr<v1::ApplyDirectoryResponse> Apply(const std::string& document, bool dry_run = false, bool prune = false) {
    v1::ApplyDirectoryRequest request;
    request.set_document(document);
    request.set_dry_run(dry_run);
    request.set_prune(prune);
    auto response = directory_.ApplyDirectory(world_.Steward(), request);
    world_.WaitForJobs();
    return response;
  }
  absl::StatusOr<v1::LinkAccountResponse> Link(const std::string& account, const std::string& person, const std::string& request_id = "") {
    v1::LinkAccountRequest request;
    request.set_account("accounts/github:github.com:" + account);
    request.set_person(person);
    request.set_request_id(request_id);
    auto response = directory_.LinkAccount(world_.Steward(), request);
    world_.WaitForJobs();
    return response;
  }
  void ExpectNothingStands() {
    for (const v1::Deed& deed : world_.Deeds()) EXPECT_EQ(deed.state(), v1::Deed::STATE_REVERSED);
  }
  static std::string Reason(const absl::Status& status) { return DetailsOf(status).reason; }

  World world_;
  app::DirectoryApp directory_{*world_.context};
};

TEST_F(DirectoryUse, ApplyingWhatStandsAlreadyChangesNothing) {
  world_.Help("1", "sam", "pia");
  const auto applied = Apply(kWorldFile);
  ASSERT_TRUE(applied.ok()) << applied.status() << DetailsOf(applied.status()).faults.size();
  EXPECT_THAT(applied->changes(), IsEmpty());
  EXPECT_EQ(applied->job(), "");
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(DirectoryUse, MembershipCorrectedBackwardsIsJudgedAgainAndSaidBefore) {
  world_.Help("1", "sam", "pia");
  world_.Help("2", "sam", "paul");
  const std::string corrected =
      With(kWorldFile, "{person: pia, team: payments, start: 2026-01-01", "{person: pia, team: checkout, start: 2026-01-01");
  const auto foreseen = Apply(corrected, true);
  ASSERT_TRUE(foreseen.ok()) << foreseen.status();
  EXPECT_THAT(foreseen->changes(), SizeIs(2));
  EXPECT_EQ(foreseen->restated_deed_count(), 1);
  EXPECT_EQ(foreseen->job(), "");
  EXPECT_EQ(world_.Deeds().size(), 2u);
  for (const v1::Deed& deed : world_.Deeds()) EXPECT_EQ(deed.stance(), v1::Deed::STANCE_SERVED);

  const auto applied = Apply(corrected);
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->restated_deed_count(), 1);
  EXPECT_NE(applied->job(), "");
  int stepped_in = 0;
  for (const v1::Deed& deed : world_.Deeds()) stepped_in += deed.stance() == v1::Deed::STANCE_STEPPED_IN ? 1 : 0;
  EXPECT_EQ(stepped_in, 1);
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(DirectoryUse, FileThatTouchesVeryMuchIsForeseenInPartAndJudgedInFull) {
  constexpr int kTickets = 2010;
  std::vector<v1::Fact> facts;
  for (int i = 0; i < kTickets; ++i) {
    facts.push_back(World::Resolved(absl::StrCat(i), "sam", "pia", 60 - 5 * i));
    if (facts.size() < 500 && i + 1 < kTickets) continue;
    world_.Ingest(facts);
    facts.clear();
  }
  const std::string corrected =
      With(kWorldFile, "{person: pia, team: payments, start: 2026-01-01", "{person: pia, team: checkout, start: 2026-01-01");
  const auto foreseen = Apply(corrected, true);
  ASSERT_TRUE(foreseen.ok()) << foreseen.status();
  EXPECT_EQ(foreseen->restated_subject_count(), kTickets);
  EXPECT_EQ(foreseen->restated_deed_count(), 2000);
  EXPECT_TRUE(foreseen->restated_deed_count_is_minimum());
  ASSERT_TRUE(Apply(corrected).ok());
  EXPECT_TRUE(world_.Verify().ok());  // every one of them is judged by what is in force now
}

TEST_F(DirectoryUse, MembershipChangedAfterTheFactLeavesTheDeedAsItWas) {
  world_.Help("1", "sam", "pia");
  const std::string moved = With(kWorldFile, "{person: pia, team: payments, start: 2026-01-01, primary: true}",
                                 "{person: pia, team: payments, start: 2026-01-01, end: 2026-09-03, primary: true}\n"
                                 "  - {person: pia, team: checkout, start: 2026-09-03, primary: true}");
  const auto applied = Apply(moved);
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->restated_deed_count(), 0);
  EXPECT_EQ(world_.Deeds().at(0).helper_team(), "teams/payments");
  EXPECT_EQ(world_.Deeds().at(0).stance(), v1::Deed::STANCE_SERVED);
}

TEST_F(DirectoryUse, NewOwnerFindsWhatWaitedForOne) {
  const auto unowned = Apply(With(kWorldFile, "acme/billing", "acme/other"));
  ASSERT_TRUE(unowned.ok()) << unowned.status();
  world_.Help("1", "sam", "pia");
  EXPECT_THAT(world_.Deeds(), IsEmpty());
  EXPECT_EQ(world_.EventOf("1", v1::FACT_KIND_RESOLVED).reason(), "UNKNOWN_OWNER");
  const auto owned = Apply(With(kWorldFile, "acme/billing", "acme/*"));
  ASSERT_TRUE(owned.ok()) << owned.status();
  EXPECT_EQ(owned->restated_subject_count(), 1);
  EXPECT_THAT(world_.Deeds(), SizeIs(1));
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(DirectoryUse, FileThatLinksAnAccountCreditsWhatItDid) {
  world_.Help("1", "sam", "stranger");
  EXPECT_THAT(world_.Deeds(), IsEmpty());
  const std::string linked = With(kWorldFile, "{id: carl, name: carl}", "{id: carl, name: carl, accounts: ['github:github.com:stranger']}");
  ASSERT_TRUE(Apply(linked).ok());
  ASSERT_THAT(world_.Deeds(), SizeIs(1));
  EXPECT_EQ(world_.Deeds()[0].helpers(0).person(), "people/carl");
  ASSERT_TRUE(Apply(kWorldFile).ok());
  ExpectNothingStands();
  EXPECT_EQ(world_.EventOf("1", v1::FACT_KIND_RESOLVED).reason(), "UNKNOWN_ACCOUNT");
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(DirectoryUse, FaultyFileAppliesNothing) {
  const auto refused =
      Apply(With(With(kWorldFile, "{id: sue, name: sue}", "{id: sue, name: Susan}"), "team: payments}]", "team: paymnets}]"));
  EXPECT_EQ(Reason(refused.status()), "DIRECTORY_INVALID");
  EXPECT_THAT(DetailsOf(refused.status()).faults.at(0).description, HasSubstr("did you mean \"payments\"?"));
  v1::GetPersonRequest request;
  request.set_name("people/sue");
  EXPECT_EQ(directory_.GetPerson(world_.Steward(), request)->display_name(), "sue");
}

TEST_F(DirectoryUse, SmallOrganisationStartsFromAnEmptyDirectoryAndCanBePruned) {
  const auto pruned = Apply("people: []\n", false, true);
  ASSERT_TRUE(pruned.ok()) << pruned.status();
  EXPECT_THAT(directory_.ListPeople(world_.Steward(), {})->people(), IsEmpty());
  EXPECT_THAT(directory_.ListTeams(world_.Steward(), {})->teams(), IsEmpty());
  ASSERT_TRUE(Apply(kWorldFile).ok());
  EXPECT_THAT(directory_.ListPeople(world_.Steward(), {})->people(), SizeIs(6));
  EXPECT_THAT(Apply(kWorldFile)->changes(), IsEmpty());
}

TEST_F(DirectoryUse, AccountLinkedLaterIsJudgedThenAndUnlinkingTakesItBack) {
  world_.Help("1", "sam", "stranger");
  v1::ListAccountsRequest unlinked;
  unlinked.set_unlinked(true);
  const auto waiting = directory_.ListAccounts(world_.Steward(), unlinked);
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  ASSERT_THAT(waiting->accounts(), SizeIs(1));
  EXPECT_EQ(waiting->accounts(0).name(), "accounts/github:github.com:stranger");
  EXPECT_EQ(waiting->accounts(0).waiting_subject_count(), 1);

  const auto linked = Link("stranger", "carl");
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_EQ(linked->restated_subject_count(), 1);
  EXPECT_EQ(linked->account().person(), "people/carl");
  ASSERT_THAT(world_.Deeds(), SizeIs(1));
  EXPECT_EQ(Link("stranger", "people/carl")->restated_subject_count(), 0);
  EXPECT_EQ(Reason(Link("stranger", "cleo").status()), "ACCOUNT_LINKED");

  v1::UnlinkAccountRequest unlink;
  unlink.set_account("github:github.com:stranger");
  unlink.set_dry_run(true);
  const auto foreseen = directory_.UnlinkAccount(world_.Steward(), unlink);
  ASSERT_TRUE(foreseen.ok()) << foreseen.status();
  EXPECT_EQ(foreseen->restated_deed_count(), 1);
  EXPECT_EQ(foreseen->restated_subject_count(), 1);
  EXPECT_TRUE(foreseen->job().empty());
  EXPECT_THAT(world_.Deeds(), SizeIs(1)) << "a dry run takes nothing back";
  unlink.set_dry_run(false);
  unlink.set_request_id("unlink-1");
  const auto taken_back = directory_.UnlinkAccount(world_.Steward(), unlink);
  ASSERT_TRUE(taken_back.ok()) << taken_back.status();
  EXPECT_EQ(taken_back->restated_deed_count(), 1);
  EXPECT_EQ(directory_.UnlinkAccount(world_.Steward(), unlink)->SerializeAsString(), taken_back->SerializeAsString());
  unlink.clear_request_id();
  world_.WaitForJobs();
  ExpectNothingStands();
  EXPECT_EQ(world_.EventOf("1", v1::FACT_KIND_RESOLVED).reason(), "UNKNOWN_ACCOUNT");
  EXPECT_EQ(Reason(directory_.UnlinkAccount(world_.Steward(), unlink).status()), "ACCOUNT_NOT_LINKED");
  unlink.set_account("github:github.com:nobody");
  EXPECT_EQ(Reason(directory_.UnlinkAccount(world_.Steward(), unlink).status()), "ACCOUNT_NOT_FOUND");
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(DirectoryUse, LinkingRefusesBotsStrangersAndNonsense) {
  world_.Help("1", "sam", "robot");
  EXPECT_EQ(Reason(Link("robot", "carl").status()), "ACCOUNT_IS_BOT");
  EXPECT_EQ(Reason(Link("stranger", "nobody").status()), "PERSON_NOT_FOUND");
  v1::LinkAccountRequest request;
  request.set_account("stranger");
  request.set_person("carl");
  EXPECT_EQ(Reason(directory_.LinkAccount(world_.Steward(), request).status()), "FIELD_INVALID");
}

TEST_F(DirectoryUse, RepeatedRequestGivesTheFirstAnswer) {
  world_.Help("1", "sam", "stranger");
  const auto first = Link("stranger", "carl", "once");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Link("stranger", "carl", "once")->job(), first->job());
  EXPECT_EQ(Reason(Link("stranger", "cleo", "once").status()), "REQUEST_ID_REUSED");
}

TEST_F(DirectoryUse, ListsPageInOrderOfId) {
  std::vector<std::string> names;
  v1::ListPeopleRequest request;
  request.set_page_size(4);
  do {
    const auto page = directory_.ListPeople(world_.Steward(), request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Person& person : page->people()) names.push_back(person.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("people/carl", "people/cleo", "people/paul", "people/pia", "people/sam", "people/sue"));
  v1::ListTeamsRequest other;
  request.set_page_size(2);
  other.set_page_token(directory_.ListPeople(world_.Steward(), request)->next_page_token());
  EXPECT_EQ(Reason(directory_.ListTeams(world_.Steward(), other).status()), "PAGE_TOKEN_INVALID");
}

TEST_F(DirectoryUse, PersonShowsMembershipsAndAccounts) {
  v1::GetPersonRequest request;
  request.set_name("people/pia");
  const auto person = directory_.GetPerson(world_.Steward(), request);
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_THAT(person->accounts(), ElementsAre("accounts/github:github.com:pia"));
  ASSERT_THAT(person->memberships(), SizeIs(1));
  EXPECT_EQ(person->memberships(0).start_date(), "2026-01-01");
  EXPECT_EQ(person->memberships(0).end_date(), "");
  request.set_name("people/nobody");
  EXPECT_EQ(Reason(directory_.GetPerson(world_.Steward(), request).status()), "PERSON_NOT_FOUND");
  v1::GetTeamRequest team;
  team.set_name("teams/none");
  EXPECT_EQ(Reason(directory_.GetTeam(world_.Steward(), team).status()), "TEAM_NOT_FOUND");
}

}  // namespace
}  // namespace comity::testing
