// What outbound webhooks are told, and what they are never told: promises 10 to 13.
#include "service/app/outbox.h"
#include "service/app/recognition_app.h"
#include "tests/integration/outbound_world.h"

namespace comity::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class WhatIsTold : public OutboundTest {
 protected:
  std::string HelpedCarl(const std::string& issue = "1") {
    world_.Help(issue, "carl", "pia");
    return world_.Why(issue).deeds(0).deed();
  }
  std::string BodyOfLast(const std::string& id) {
    const auto deliveries = Deliveries(id);
    return deliveries.empty() ? "" : deliveries.front().body();
  }
};

TEST_F(WhatIsTold, IsThatADeedCountsWithoutPeopleTitlesWordsOrTeams) {
  Create("chat");
  const std::string deed = HelpedCarl();
  ASSERT_THAT(Told("chat"), ElementsAre("deed.counted"));
  EXPECT_EQ(BodyOfLast("chat"), R"({"type":"deed.counted","timestamp":"2026-09-02T12:00:00Z","data":{"deed":")" + deed +
                                    R"(","kind":"KIND_RESOLVED","stance":"STANCE_SERVED","state":"STATE_PROVISIONAL"}})");
  EXPECT_EQ(Deliveries("chat").front().type(), v1::MESSAGE_TYPE_DEED_COUNTED);
  EXPECT_EQ(Deliveries("chat").front().state(), v1::Delivery::STATE_WAITING);
}

TEST_F(WhatIsTold, SaysSoWhenADeedWaitsForAYes) {
  Create("chat");
  world_.Ingest({World::Opened("1", "carl"), World::Resolved("1", "carl", "pia", 60)});  // closed, with no other act on it
  EXPECT_THAT(BodyOfLast("chat"), HasSubstr(R"("state":"STATE_PROVISIONAL","awaits_confirmation":true}})"));
}

TEST_F(WhatIsTold, NamesTeamsToTheirOwnEndpointsAndNothingToThoseOfOthers) {
  Create("helpers", {"payments"});
  Create("helped", {"checkout", "support"});
  Create("others", {"support"});
  HelpedCarl();
  for (const char* id : {"helpers", "helped"}) {
    EXPECT_THAT(BodyOfLast(id), HasSubstr(R"("helper_teams":["teams/payments"],"helped_team":"teams/checkout")")) << id;
    for (const char* word : {"pia", "carl", "people/", "acme", "Ticket"}) EXPECT_THAT(BodyOfLast(id), Not(HasSubstr(word))) << id;
  }
  EXPECT_THAT(Told("others"), IsEmpty());
}

TEST_F(WhatIsTold, IsEachChangeOfADeedAndThatItIsReversed) {
  Create("chat");
  v1::ConfirmDeedRequest confirm;
  confirm.set_name(HelpedCarl());
  ASSERT_TRUE(world_.deeds->ConfirmDeed(world_.Member("carl"), confirm).ok());
  EXPECT_THAT(BodyOfLast("chat"), HasSubstr("STATE_CONFIRMED"));
  world_.Ingest({World::Reopened("1", "carl", 90)});
  EXPECT_THAT(Told("chat"), ElementsAre("deed.counted", "deed.changed", "deed.reversed"));
  EXPECT_THAT(BodyOfLast("chat"), HasSubstr("STATE_REVERSED"));
}

TEST_F(WhatIsTold, IsNothingAboutFactsThatMakeNoDeedNorAboutSomebodyWhoHidesTheirName) {
  Create("chat");
  world_.Ingest({World::Opened("1", "carl"), World::Commented("1", "pia", 5)});
  world_.Help("2", "pia", "paul");  // within their team
  EXPECT_THAT(Told("chat"), IsEmpty());
  HelpedCarl("3");
  world_.Write([&](store::Transaction& transaction) {
    return world_.judging->AppendConsentEntries(transaction, world_.person("pia"), true, world_.clock.Now());
  });
  EXPECT_THAT(Told("chat"), ElementsAre("deed.counted"));
}

TEST_F(WhatIsTold, IsNothingThatARuleInShadowFinds) {
  Create("chat");
  world_.Put("rules.resolved.mode: shadow");
  EXPECT_THAT(Told("chat"), ElementsAre("policy.activated"));
  EXPECT_THAT(BodyOfLast("chat"), HasSubstr(R"("policy":"policies/2","active_time":"2026-09-02T)"));
  world_.clock.Advance(absl::Hours(24));
  world_.Help("9", "carl", "pia", 60 * 25);
  EXPECT_THAT(Told("chat"), ElementsAre("policy.activated"));
}

TEST_F(WhatIsTold, IsOfThanksOnlyOnceEverybodyInThemLetsTheOrganisationSeeThem) {
  Create("chat");
  Create("payments", {"payments"});
  app::RecognitionApp recognition(*world_.context);
  v1::CreateRecognitionRequest thank;
  thank.set_behaviour("behaviours/responded-to-need");
  thank.set_saw("They looked at our logs although the queue was full. marmalade");
  thank.add_recipients("people/pia");
  thank.add_recipients("people/paul");
  const auto thanks = recognition.CreateRecognition(world_.Member("carl"), thank);
  ASSERT_TRUE(thanks.ok()) << thanks.status();
  const auto consent = [&](const std::string& who, v1::Visibility visibility) {
    v1::SetConsentRequest request;
    request.set_name(thanks->name());
    request.set_visibility(visibility);
    EXPECT_TRUE(recognition.SetConsent(world_.Member(who), request).ok());
  };
  consent("pia", v1::VISIBILITY_ORGANISATION);
  consent("paul", v1::VISIBILITY_TEAM);
  EXPECT_THAT(Told("chat"), IsEmpty());
  consent("paul", v1::VISIBILITY_ORGANISATION);
  consent("paul", v1::VISIBILITY_ORGANISATION);  // as it was
  ASSERT_THAT(Told("chat"), ElementsAre("recognition.opened"));
  EXPECT_THAT(BodyOfLast("chat"),
              HasSubstr(R"("data":{"recognition":")" + thanks->name() + R"(","behaviour":"behaviours/responded-to-need"}})"));
  EXPECT_THAT(Told("payments"), IsEmpty());
  thank.set_visibility(v1::VISIBILITY_TEAM);  // its author wants no more
  ASSERT_TRUE(recognition.CreateRecognition(world_.Member("carl"), thank).ok());
  EXPECT_THAT(Told("chat"), SizeIs(1));
}

TEST_F(WhatIsTold, IsOfTheTypesThatWereNamedAlone) {
  v1::CreateEndpointRequest request = Request("chat");
  request.mutable_endpoint()->clear_types();
  request.mutable_endpoint()->add_types(v1::MESSAGE_TYPE_DEED_REVERSED);
  ASSERT_TRUE(app_.CreateEndpoint(Admin(), request).ok());
  HelpedCarl();
  EXPECT_THAT(Told("chat"), IsEmpty());
  world_.Ingest({World::Reopened("1", "carl", 90)});
  EXPECT_THAT(Told("chat"), ElementsAre("deed.reversed"));
}

TEST_F(WhatIsTold, IsWrittenWithTheDeedOrNotAtAll) {
  const auto any = [&] { return world_.store->BeginRead().value()->endpoints().AnyDeliveries().value(); };
  HelpedCarl("1");
  EXPECT_FALSE(any()) << "there was nobody to tell";
  Create("chat");
  world_.store->Set({.commit = [] { return absl::UnavailableError("the disk is away"); }});
  const absl::Status refused = world_.writer->Run([&](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const auto policies, world_.snapshots->PoliciesIn(transaction));
    return app::TellPolicyActivated(transaction, policies->At(world_.clock.Now()), world_.clock.Now());
  });
  EXPECT_FALSE(refused.ok());
  world_.store->Set({});
  EXPECT_FALSE(any());
  HelpedCarl("2");
  EXPECT_TRUE(any());
  const auto verified = world_.Verify();
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
}

}  // namespace
}  // namespace comity::testing
