// Those concerned put deeds right; everybody sees what is theirs to see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/base/error.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Reason(const absl::Status& status) { return DetailsOf(status).reason; }

class PutRight : public ::testing::Test {
 protected:
  void SetUp() override {
    world.Help("1", "sam", "pia");
    name = world.Deeds().at(0).name();
  }

  absl::StatusOr<v1::Deed> Confirm(const app::Caller& caller) {
    v1::ConfirmDeedRequest request;
    request.set_name(name);
    return world.deeds->ConfirmDeed(caller, request);
  }
  absl::StatusOr<v1::Deed> Correct(const app::Caller& caller, const std::vector<std::pair<std::string, int>>& shares) {
    v1::CorrectDeedRequest request;
    request.set_name(name);
    request.set_because("carl did half of it");
    for (const auto& [person, percent] : shares) {
      auto* share = request.add_shares();
      share->set_person("people/" + person);
      share->set_share_ppm(percent * 10'000);
    }
    return world.deeds->CorrectDeed(caller, request);
  }
  absl::StatusOr<v1::Deed> Accept(const app::Caller& caller) {
    v1::AcceptDeedRequest request;
    request.set_name(name);
    return world.deeds->AcceptDeed(caller, request);
  }
  absl::StatusOr<v1::Deed> Decline(const app::Caller& caller) {
    v1::DeclineDeedRequest request;
    request.set_name(name);
    return world.deeds->DeclineDeed(caller, request);
  }
  absl::StatusOr<v1::Deed> Get(const app::Caller& caller) {
    v1::GetDeedRequest request;
    request.set_name(name);
    return world.deeds->GetDeed(caller, request);
  }
  void ExpectRebuildAgrees() {
    const auto verified = world.Verify();
    EXPECT_TRUE(verified.ok()) << verified.DebugString();
  }
  size_t ReadsAbout(const std::string& person) {
    return world.store->BeginRead().value()->admin().ListReads(world.person(person), 0, 100).value().size();
  }

  World world;
  std::string name;
};

TEST_F(PutRight, AskerConfirms) {
  EXPECT_EQ(Reason(Confirm(world.Member("pia")).status()), "NOT_THE_ASKER");
  EXPECT_EQ(Reason(Confirm(world.Member("cleo")).status()), "DEED_NOT_FOUND");
  const auto deed = Confirm(world.Member("sam"));
  ASSERT_TRUE(deed.ok()) << deed.status();
  EXPECT_EQ(deed->state(), v1::Deed::STATE_CONFIRMED);
  ExpectRebuildAgrees();
}

TEST_F(PutRight, StaleEtagIsRefused) {
  v1::ConfirmDeedRequest request;
  request.set_name(name);
  request.set_etag("999");
  EXPECT_EQ(Reason(world.deeds->ConfirmDeed(world.Member("sam"), request).status()), "ETAG_STALE");
  request.set_etag(world.Deeds().at(0).etag());
  EXPECT_TRUE(world.deeds->ConfirmDeed(world.Member("sam"), request).ok());
}

TEST_F(PutRight, RepeatedRequestIdWritesOnce) {
  v1::ConfirmDeedRequest request;
  request.set_name(name);
  request.set_request_id("once");
  const auto first = world.deeds->ConfirmDeed(world.Member("sam"), request);
  const auto second = world.deeds->ConfirmDeed(world.Member("sam"), request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  request.set_etag("1");
  EXPECT_EQ(Reason(world.deeds->ConfirmDeed(world.Member("sam"), request).status()), "REQUEST_ID_REUSED");
}

TEST_F(PutRight, NewlyNamedReadWhatIsOfferedAndHowToAnswerAndNobodyElseDoes) {
  ASSERT_TRUE(Correct(world.Member("sam"), {{"pia", 66}, {"carl", 34}}).ok());
  const auto offered = [&](const app::Caller& caller) {
    v1::ExplainDeedRequest request;
    request.set_name(name);
    const auto answer = world.deeds->ExplainDeed(caller, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> offers;
    for (const std::string& remedy : answer->explanation().remedies()) {
      if (remedy.find("deeds accept") != std::string::npos) offers.push_back(remedy);
    }
    return offers;
  };
  EXPECT_THAT(offered(world.Member("carl")),
              ::testing::ElementsAre("comity deeds accept " + name + "  # if the 34 % that a correction gives you are yours"));
  EXPECT_THAT(offered(world.Member("sam")), IsEmpty());
  EXPECT_THAT(offered(world.Member("pia")), IsEmpty());
}

TEST_F(PutRight, EachReadsWhatTheyMaySayAndNobodyWhatOthersMay) {
  const auto offered = [&](const app::Caller& caller) {
    v1::ExplainDeedRequest request;
    request.set_name(name);
    const auto answer = world.deeds->ExplainDeed(caller, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> verbs;
    for (const std::string& remedy : answer->explanation().remedies()) verbs.push_back(remedy.substr(0, remedy.find(name)));
    return verbs;
  };
  const std::string confirm = "comity deeds confirm ", correct = "comity deeds correct ", decline = "comity deeds decline ",
                    thank = "comity thank ";
  using ::testing::UnorderedElementsAre;
  EXPECT_THAT(offered(world.Member("sam")), UnorderedElementsAre(confirm, correct, thank));
  EXPECT_THAT(offered(world.Member("pia")), UnorderedElementsAre(correct, decline));
  EXPECT_THAT(offered(world.Member("paul")), IsEmpty());
  EXPECT_THAT(offered(world.Member("sue", /*lead=*/true)), UnorderedElementsAre(thank)) << "sam asked, and speaks for himself";
  EXPECT_THAT(offered(world.Steward()), UnorderedElementsAre(confirm, correct, decline)) << "who oversees tells others";
  const auto why = world.Why(world.Member("paul"), "1");
  ASSERT_TRUE(why.ok()) << why.status();
  EXPECT_THAT(why->deeds(0).explanation().remedies(), IsEmpty());
  ASSERT_TRUE(Confirm(world.Member("sam")).ok());
  EXPECT_THAT(offered(world.Member("sam")), UnorderedElementsAre(correct, thank));
  EXPECT_THAT(offered(world.Member("pia")), UnorderedElementsAre(correct, decline));
  ASSERT_TRUE(Decline(world.Member("pia")).ok());
  EXPECT_THAT(offered(world.Member("sam")), IsEmpty());
  EXPECT_THAT(offered(world.Member("pia")), IsEmpty());
}

TEST_F(PutRight, NewlyNamedFindTheDeedInTheirListUntilTheyDecline) {
  const auto listed = [&](const std::string& person) { return world.deeds->ListDeeds(world.Member(person), {})->deeds_size(); };
  EXPECT_EQ(listed("paul"), 1);  // of the helper's team: without names
  EXPECT_EQ(listed("carl"), 0);
  ASSERT_TRUE(Correct(world.Member("sam"), {{"pia", 66}, {"carl", 34}}).ok());
  ASSERT_EQ(listed("carl"), 1);
  EXPECT_THAT(world.deeds->ListDeeds(world.Member("carl"), {})->deeds(0).pending_people(), ::testing::ElementsAre("people/carl"));
  v1::DeclineDeedRequest decline;
  decline.set_name(name);
  ASSERT_TRUE(world.deeds->DeclineDeed(world.Member("carl"), decline).ok());
  EXPECT_EQ(listed("carl"), 0);
}

TEST_F(PutRight, CorrectionPostsWhenTheNewlyNamedAccepts) {
  const auto waiting = Correct(world.Member("sam"), {{"pia", 70}, {"carl", 30}});
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  EXPECT_THAT(waiting->pending_people(), Contains("people/carl"));
  EXPECT_EQ(waiting->helpers_size(), 1);
  const auto corrected = Accept(world.Member("carl"));
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_EQ(corrected->state(), v1::Deed::STATE_CORRECTED);
  ASSERT_EQ(corrected->helpers_size(), 2);
  EXPECT_EQ(corrected->helpers(0).share_ppm(), 700'000);
  EXPECT_EQ(corrected->helpers(1).person(), "people/carl");
  EXPECT_EQ(corrected->because(), "carl did half of it");
  EXPECT_EQ(Reason(Accept(world.Member("carl")).status()), "NOTHING_TO_ACCEPT");
  ExpectRebuildAgrees();
}

TEST_F(PutRight, WhoLosesTheirPartStillFindsTheDeedAndIsToldWhy) {
  ASSERT_TRUE(Correct(world.Member("sam"), {{"carl", 100}}).ok());
  ASSERT_TRUE(Accept(world.Member("carl")).ok());
  v1::ListDeedsRequest mine;
  mine.set_person("people/pia");
  EXPECT_EQ(world.deeds->ListDeeds(world.Member("pia"), mine)->deeds_size(), 1);
  EXPECT_EQ(Get(world.Member("pia"))->helpers(0).person(), "people/carl");
  EXPECT_THAT(world.Why(world.Member("pia"), "1")->deeds(0).explanation().text(), HasSubstr("Pia had a part of it before that"));
  EXPECT_EQ(world.Why(world.Member("pia"), "1")->deeds_size(), 1);
  EXPECT_EQ(Reason(Confirm(world.Member("pia")).status()), "NOT_THE_ASKER");
  const size_t before = ReadsAbout("pia");
  ASSERT_TRUE(Get(world.Steward()).ok());
  EXPECT_EQ(ReadsAbout("pia"), before + 1);
  ExpectRebuildAgrees();
}

TEST_F(PutRight, CorrectionOutlivesLaterFactsAndAnUndoStillReverses) {
  ASSERT_TRUE(Correct(world.Member("sam"), {{"carl", 100}}).ok());
  ASSERT_TRUE(Accept(world.Member("carl")).ok());
  world.Ingest({World::Commented("1", "paul", 55)});
  EXPECT_EQ(world.Deeds().at(0).helpers(0).person(), "people/carl");
  world.Ingest({World::Reopened("1", "sam", 130)});
  EXPECT_EQ(world.Deeds().at(0).state(), v1::Deed::STATE_REVERSED);
  EXPECT_EQ(Reason(Confirm(world.Member("sam")).status()), "DEED_REVERSED");
  ExpectRebuildAgrees();
}

TEST_F(PutRight, RefusedCorrectionChangesNothing) {
  ASSERT_TRUE(Correct(world.Member("sam"), {{"carl", 100}}).ok());
  ASSERT_TRUE(Decline(world.Member("carl")).ok());
  const v1::Deed deed = world.Deeds().at(0);
  EXPECT_EQ(deed.helpers(0).person(), "people/pia");
  EXPECT_THAT(deed.pending_people(), IsEmpty());
  EXPECT_EQ(Reason(Get(world.Member("carl")).status()), "DEED_NOT_FOUND");
}

TEST_F(PutRight, CorrectionLapsesAfterFourteenDays) {
  ASSERT_TRUE(Correct(world.Member("sam"), {{"carl", 100}}).ok());
  world.clock.Advance(absl::Hours(24 * 14));
  EXPECT_EQ(Reason(Accept(world.Member("carl")).status()), "CORRECTION_LAPSED");
}

TEST_F(PutRight, HelperGivesTheirOwnShareAway) {
  ASSERT_TRUE(Correct(world.Member("pia"), {{"paul", 50}, {"pia", 50}}).ok());
  const auto deed = Accept(world.Member("paul"));
  ASSERT_TRUE(deed.ok()) << deed.status();
  EXPECT_EQ(deed->helpers_size(), 2);
  EXPECT_EQ(Reason(Correct(world.Member("pia"), {{"pia", 60}}).status()), "SHARES_INVALID");
  ExpectRebuildAgrees();
}

TEST_F(PutRight, CorrectionsThatCannotBeAreRefusedWithTheField) {
  EXPECT_EQ(Reason(Correct(world.Member("sam"), {{"sue", 100}}).status()), "HELPER_IN_HELPED_TEAM");
  EXPECT_EQ(Reason(Correct(world.Member("sam"), {{"nobody", 100}}).status()), "PERSON_NOT_FOUND");
  EXPECT_EQ(Reason(Correct(world.Member("sam"), {{"pia", 99}}).status()), "SHARES_INVALID");
  EXPECT_EQ(Reason(Correct(world.Member("sam"), {}).status()), "SHARES_INVALID");
  EXPECT_EQ(Reason(Correct(world.Member("paul"), {{"pia", 100}}).status()), "NOT_THE_ASKER");
  v1::CorrectDeedRequest request;
  request.set_name(name);
  request.set_because("two\nlines");
  const auto status = world.deeds->CorrectDeed(world.Member("sam"), request).status();
  EXPECT_EQ(Reason(status), "REASON_REQUIRED");
  EXPECT_EQ(DetailsOf(status).faults.at(0).field, "because");
}

TEST_F(PutRight, DeclinedShareIsBurned) {
  const auto deed = Decline(world.Member("pia"));
  ASSERT_TRUE(deed.ok()) << deed.status();
  EXPECT_EQ(deed->state(), v1::Deed::STATE_DECLINED);
  EXPECT_TRUE(deed->helpers(0).declined());
  EXPECT_EQ(Reason(Confirm(world.Member("sam")).status()), "DEED_DECLINED");
  EXPECT_EQ(Reason(Decline(world.Member("sam")).status()), "NOT_A_HELPER");
  ExpectRebuildAgrees();
}

TEST_F(PutRight, MembersOfBothTeamsSeeNoNamesUntilTheHelperShares) {
  const auto nameless = Get(world.Member("paul"));
  ASSERT_TRUE(nameless.ok()) << nameless.status();
  EXPECT_EQ(nameless->helpers(0).person(), "");
  EXPECT_EQ(nameless->asker(), "");
  EXPECT_EQ(nameless->subject_title(), "");
  EXPECT_EQ(nameless->helper_team(), "teams/payments");
  EXPECT_EQ(Reason(Get(world.Member("carl")).status()), "DEED_NOT_FOUND");

  v1::ShareDeedRequest share;
  share.set_name(name);
  EXPECT_EQ(Reason(world.deeds->ShareDeed(world.Member("sam"), share).status()), "NOT_A_HELPER");
  ASSERT_TRUE(world.deeds->ShareDeed(world.Member("pia"), share).ok());
  EXPECT_EQ(Get(world.Member("sue"))->helpers(0).person(), "people/pia");
  EXPECT_EQ(Get(world.Member("sue"))->asker(), "");
  share.set_withdraw(true);
  ASSERT_TRUE(world.deeds->ShareDeed(world.Member("pia"), share).ok());
  EXPECT_EQ(Get(world.Member("sue"))->helpers(0).person(), "");
}

TEST_F(PutRight, ListsShowEachCallerTheirSideAlone) {
  EXPECT_EQ(world.Deeds(world.Member("pia")).at(0).helpers(0).person(), "people/pia");
  EXPECT_EQ(world.Deeds(world.Member("sue")).at(0).helpers(0).person(), "");
  EXPECT_THAT(world.Deeds(world.Member("carl")), IsEmpty());
  v1::ListDeedsRequest others;
  others.set_person("people/pia");
  EXPECT_EQ(Reason(world.deeds->ListDeeds(world.Member("sam"), others).status()), "ROLE_REQUIRED");
  EXPECT_EQ(world.deeds->ListDeeds(world.Steward(), others)->deeds_size(), 1);
  others.set_person("people/sam");
  EXPECT_EQ(world.deeds->ListDeeds(world.Member("sam"), others)->deeds_size(), 1);
}

TEST_F(PutRight, EveryReadOfSomebodyElsesDeedIsShownToThem) {
  const size_t before = ReadsAbout("pia");
  ASSERT_TRUE(Get(world.Member("sam")).ok());
  EXPECT_EQ(ReadsAbout("pia"), before);
  ASSERT_TRUE(Get(world.Steward()).ok());
  EXPECT_EQ(ReadsAbout("pia"), before + 1);
  EXPECT_GE(ReadsAbout("sam"), 1u);
}

TEST_F(PutRight, ExplanationsNameNobodyToThoseWithoutNames) {
  const auto named = world.Why(world.Member("pia"), "1");
  ASSERT_TRUE(named.ok()) << named.status();
  EXPECT_THAT(named->summary(), HasSubstr("Pia"));
  const auto nameless = world.Why(world.Member("sue"), "1");
  ASSERT_TRUE(nameless.ok()) << nameless.status();
  EXPECT_THAT(nameless->DebugString(), Not(::testing::ContainsRegex("[Pp]ia|[Ss]am|people/")));
  EXPECT_EQ(Reason(world.Why(world.Member("carl"), "1").status()), "SUBJECT_NOT_FOUND");
  EXPECT_EQ(Reason(world.Why(world.Member("carl"), "4711").status()), "SUBJECT_NOT_FOUND");
}

TEST_F(PutRight, OptingOutMakesTheDeedNamelessAndLeavesTeamTotals) {
  const std::string rollups = world.Verify().rollup_digest();
  world.Write([&](store::Transaction& transaction) {
    return world.judging->AppendConsentEntries(transaction, world.person("pia"), true, world.clock.Now());
  });
  EXPECT_EQ(Get(world.Member("sam"))->helpers(0).person(), "");
  EXPECT_EQ(Get(world.Member("sam"))->helper_team(), "teams/payments");
  v1::ExplainDeedRequest request;
  request.set_name(name);
  const auto explained = world.deeds->ExplainDeed(world.Member("sam"), request).value();
  EXPECT_EQ(explained.entries(explained.entries_size() - 1).cause(), "OPTED_OUT");
  EXPECT_THAT(explained.DebugString(), Not(::testing::ContainsRegex("[Pp]ia")));
  ExpectRebuildAgrees();
  world.Write([&](store::Transaction& transaction) {
    return world.judging->AppendConsentEntries(transaction, world.person("pia"), false, world.clock.Now());
  });
  EXPECT_EQ(Get(world.Member("sam"))->helpers(0).person(), "people/pia");
  EXPECT_EQ(world.Verify().rollup_digest(), rollups);
}

TEST_F(PutRight, OwnNumbersCountDistinctPeopleByStance) {
  world.Help("2", "sam", "pia", 70);
  world.Help("3", "sue", "pia", 80);
  world.Help("4", "sue", "carl", 90);
  const auto numbers = world.deeds->GetMyNumbers(world.Member("pia"), {}).value();
  EXPECT_EQ(numbers.served().people_count(), 2);
  EXPECT_EQ(numbers.served().team_count(), 1);
  EXPECT_EQ(numbers.stepped_in().people_count(), 0);
  EXPECT_THAT(numbers.text(), HasSubstr("2 people in 1 team"));
  EXPECT_EQ(world.deeds->GetMyNumbers(world.Member("carl"), {})->stepped_in().people_count(), 1);
}

TEST_F(PutRight, PagesGoOnAndForeignTokensAreRefused) {
  world.Help("2", "sam", "pia", 70);
  world.Help("3", "sue", "pia", 80);
  v1::ListDeedsRequest request;
  request.set_page_size(2);
  const auto first = world.deeds->ListDeeds(world.Steward(), request).value();
  ASSERT_EQ(first.deeds_size(), 2);
  request.set_page_token(first.next_page_token());
  const auto second = world.deeds->ListDeeds(world.Steward(), request).value();
  ASSERT_EQ(second.deeds_size(), 1);
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_NE(second.deeds(0).name(), first.deeds(0).name());
  EXPECT_NE(second.deeds(0).name(), first.deeds(1).name());
  EXPECT_EQ(Reason(world.deeds->ListDeeds(world.Member("sam"), request).status()), "PAGE_TOKEN_INVALID");
  request.set_page_size(-1);
  EXPECT_EQ(Reason(world.deeds->ListDeeds(world.Steward(), request).status()), "FIELD_INVALID");
}

}  // namespace
}  // namespace comity::testing
