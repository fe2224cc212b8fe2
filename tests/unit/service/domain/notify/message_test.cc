#include "service/domain/notify/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/domain/notify/endpoint.h"

namespace comity::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename IdType>
IdType IdOf(uint8_t number) {
  IdType id;
  id.bytes[0] = number;
  return id;
}
TeamUid Team(uint8_t number) { return IdOf<TeamUid>(number); }

Deed Counted() {
  Deed deed;
  deed.key = {.subject = IdOf<SubjectRef>(1), .kind = DeedKind::kResolved, .episode = 1, .person = {}};
  deed.made_by = {20'000, IdOf<FactHash>(1)};
  deed.asker = IdOf<PersonUid>(9);
  deed.helped_team = Team(2);
  deed.state = DeedState::kProvisional;
  for (const uint8_t helper : {7, 8}) {
    Line line;
    line.person = IdOf<PersonUid>(helper);
    line.share_ppm = kWholePpm / 2;
    line.team = Team(1);
    line.stance = Stance::kServed;
    deed.lines.push_back(line);
  }
  return deed;
}

std::optional<DeedMessage> MessageFor(const Deed* before, const Deed* after, const Endpoint& endpoint) {
  const auto was = OutlineOf(before), is = OutlineOf(after);
  return endpoint.MessageFor(was.has_value() ? &*was : nullptr, is.has_value() ? &*is : nullptr);
}

// To an endpoint that is told of everybody's deeds.
std::optional<DeedMessage> MessageFor(const Deed* before, const Deed* after) {
  Endpoint endpoint;
  endpoint.types = {MessageType::kDeedCounted, MessageType::kDeedChanged, MessageType::kDeedReversed};
  return MessageFor(before, after, endpoint);
}

TEST(WhatIsToldOfADeed, IsThatItCountsWithItsTeamsAndNobodysName) {
  const Deed deed = Counted();
  const auto message = MessageFor(nullptr, &deed);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->type, MessageType::kDeedCounted);
  EXPECT_EQ(message->deed.deed, deed.key.Hash());
  EXPECT_EQ(message->deed.day, 20'000);
  EXPECT_EQ(message->deed.kind, DeedKind::kResolved);
  EXPECT_EQ(message->deed.stance, Stance::kServed);
  EXPECT_EQ(message->deed.state, DeedState::kProvisional);
  EXPECT_THAT(message->deed.helper_teams, ElementsAre(Team(1)));
  EXPECT_EQ(message->deed.helped_team, Team(2));
  EXPECT_TRUE(message->former_deed.empty());
}

TEST(WhatIsToldOfADeed, IsEachChangeThatAMemberOfEitherTeamSees) {
  struct Change {
    const char* what;
    void (*make)(Deed&);
  };
  for (const Change& change : {Change{"confirmed", [](Deed& deed) { deed.state = DeedState::kConfirmed; }},
                               Change{"other shares", [](Deed& deed) { deed.lines[0].share_ppm += 1000; }},
                               Change{"declined in part", [](Deed& deed) { deed.lines[0].declined = true; }},
                               Change{"another team", [](Deed& deed) { deed.lines[0].team = Team(3); }},
                               Change{"helped another", [](Deed& deed) { deed.helped_team = Team(3); }},
                               Change{"waits for a yes", [](Deed& deed) { deed.awaits_yes = true; }}}) {
    const Deed before = Counted();
    Deed after = before;
    change.make(after);
    const auto message = MessageFor(&before, &after);
    ASSERT_TRUE(message.has_value()) << change.what;
    EXPECT_EQ(message->type, MessageType::kDeedChanged) << change.what;
    EXPECT_TRUE(message->former_deed.empty()) << change.what;
    EXPECT_EQ(message->deed.awaits_yes, after.awaits_yes) << change.what;
  }
}

TEST(WhatIsToldOfADeed, IsNothingWhenANameIsHiddenOrErased) {
  const Deed before = Counted();
  Deed after = before;
  after.lines[0].person = {};
  after.lines[0].opted_out_line = IdOf<LineHash>(5);
  after.asker = {};
  after.asker_account = {};
  after.because.code = ReasonCode::kPersonErased;
  std::swap(after.lines[0], after.lines[1]);
  EXPECT_FALSE(MessageFor(&before, &after).has_value());
}

TEST(WhatIsToldOfADeed, IsThatItIsReversedToThoseWhoWereToldThatItCounts) {
  const Deed before = Counted();
  Deed after = before;
  after.state = DeedState::kReversed;
  after.lines.clear();
  const auto message = MessageFor(&before, &after);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->type, MessageType::kDeedReversed);
  EXPECT_EQ(message->deed.state, DeedState::kReversed);
  EXPECT_THAT(message->deed.helper_teams, ElementsAre(Team(1)));
  EXPECT_EQ(MessageFor(&before, nullptr)->type, MessageType::kDeedReversed);
  EXPECT_EQ(MessageFor(&after, &before)->type, MessageType::kDeedCounted) << "it counts again";
  EXPECT_FALSE(MessageFor(nullptr, &after).has_value()) << "nobody was told of it";
  EXPECT_FALSE(MessageFor(&after, &after).has_value());
}

TEST(WhatIsToldOfADeed, IsNothingWhileItsRuleIsInShadow) {
  const Deed counted = Counted();
  Deed shadow = counted;
  shadow.shadow = true;
  EXPECT_FALSE(MessageFor(nullptr, &shadow).has_value());
  EXPECT_FALSE(MessageFor(&shadow, &shadow).has_value());
  EXPECT_EQ(MessageFor(&shadow, &counted)->type, MessageType::kDeedCounted);
  const auto message = MessageFor(&counted, &shadow);
  EXPECT_EQ(message->type, MessageType::kDeedReversed);
  EXPECT_EQ(message->deed.state, DeedState::kReversed);
}

TEST(WhatIsToldOfADeed, NamesTheDeedsFormerNameWhenItHasAnother) {
  const Deed before = Counted();
  Deed after = before;
  after.key.subject = IdOf<SubjectRef>(3);
  const auto message = MessageFor(&before, &after);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->type, MessageType::kDeedChanged);
  EXPECT_EQ(message->deed.deed, after.key.Hash());
  EXPECT_EQ(message->former_deed, before.key.Hash());
  EXPECT_EQ(message->former_day, 20'000);
}

TEST(AnEndpoint, IsToldOfItsTeamsDeedsAloneAndOfItsTypesAlone) {
  const Deed deed = Counted();
  Endpoint endpoint;
  EXPECT_FALSE(MessageFor(nullptr, &deed, endpoint).has_value()) << "it names no type";
  endpoint.types = {MessageType::kDeedCounted, MessageType::kPolicyActivated};
  EXPECT_TRUE(MessageFor(nullptr, &deed, endpoint).has_value());
  EXPECT_FALSE(MessageFor(&deed, nullptr, endpoint).has_value());
  EXPECT_TRUE(endpoint.Wants(MessageType::kPolicyActivated));
  EXPECT_FALSE(endpoint.Wants(MessageType::kRecognitionOpened));
  EXPECT_TRUE(endpoint.Wants(MessageType::kEndpointPing));
  endpoint.teams = {Team(3)};
  EXPECT_FALSE(MessageFor(nullptr, &deed, endpoint).has_value());
  EXPECT_FALSE(endpoint.Wants(MessageType::kPolicyActivated)) << "that is no team's";
  for (const uint8_t side : {1, 2}) {
    endpoint.teams = {Team(side), Team(3)};
    EXPECT_TRUE(MessageFor(nullptr, &deed, endpoint).has_value()) << int{side};
  }
}

TEST(AnEndpoint, IsToldThatADeedLeftItsTeamsAndOfOneThatCameToThem) {
  Deed before = Counted(), after = before;
  for (Line& line : after.lines) line.team = Team(3);
  after.key.subject = IdOf<SubjectRef>(3);
  Endpoint left, entered, both;
  left.types = entered.types = both.types = {MessageType::kDeedCounted, MessageType::kDeedChanged, MessageType::kDeedReversed};
  left.teams = {Team(1)};
  entered.teams = {Team(3)};
  both.teams = {Team(2)};
  const auto to_left = MessageFor(&before, &after, left), to_entered = MessageFor(&before, &after, entered);
  ASSERT_TRUE(to_left.has_value());
  EXPECT_EQ(to_left->type, MessageType::kDeedReversed);
  EXPECT_EQ(to_left->deed.deed, before.key.Hash());
  EXPECT_EQ(to_left->deed.state, DeedState::kReversed);
  EXPECT_THAT(to_left->deed.helper_teams, ElementsAre(Team(1))) << "whose it is now is not theirs to know";
  ASSERT_TRUE(to_entered.has_value());
  EXPECT_EQ(to_entered->type, MessageType::kDeedCounted);
  EXPECT_TRUE(to_entered->former_deed.empty());
  EXPECT_EQ(MessageFor(&before, &after, both)->type, MessageType::kDeedChanged);
  before.lines[0].share_ppm += 1000;
  before.lines[1].share_ppm -= 1000;
  const Deed same = before;
  EXPECT_FALSE(MessageFor(&same, &before, left).has_value());
}

TEST(WhatIsToldOfADeed, IsNothingWhenItAwaitsAYesThatItNoLongerNeeds) {
  Deed before = Counted();
  before.state = DeedState::kConfirmed;
  Deed after = before;
  after.awaits_yes = true;
  EXPECT_FALSE(MessageFor(&before, &after).has_value());
}

TEST(EachMessageType, HasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (int type = 1; type <= 6; ++type) names.push_back(MessageTypeName(static_cast<MessageType>(type)));
  EXPECT_THAT(names,
              ElementsAre("deed.counted", "deed.changed", "deed.reversed", "recognition.opened", "policy.activated", "endpoint.ping"));
  EXPECT_THAT(MessageTypeName(MessageType::kNone), IsEmpty());
}

}  // namespace
}  // namespace comity::domain
