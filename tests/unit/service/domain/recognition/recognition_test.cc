// Who may see thanks, what labels say, when criteria expire, how often anybody is asked.
#include "service/domain/recognition/recognition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/domain/recognition/asks.h"
#include "service/domain/recognition/behaviours.h"
#include "service/domain/recognition/words.h"

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
const PersonUid kAna = IdOf<PersonUid>(1), kBob = IdOf<PersonUid>(2), kCarla = IdOf<PersonUid>(3), kDia = IdOf<PersonUid>(4);
const absl::Time kNow = absl::FromUnixSeconds(1'788'350'400);

Recognition ThanksTo(std::vector<Recipient> recipients) {
  Recognition recognition;
  recognition.author = kAna;
  recognition.behaviour = "shared-context";
  recognition.saw = "She wrote down what had been tried before";
  recognition.recipients = std::move(recipients);
  recognition.created = kNow;
  return recognition;
}
Recipient Of(PersonUid person, Visibility visibility, bool known = true) { return {person, visibility, known}; }
Onlooker Stranger(std::vector<Onlooker::Tie> ties) { return {.person = kDia, .oversees = false, .ties = std::move(ties)}; }
constexpr Onlooker::Tie kTeammate{.shares_team = true, .opted_out = false}, kOther{}, kOptedOut{.shares_team = true, .opted_out = true};

TEST(WhoSeesThanks, EveryRecipientsWordIsTheLimit) {
  EXPECT_TRUE(MaySeeRecognition(ThanksTo({Of(kBob, Visibility::kOrganisation)}), Stranger({kOther})));
  EXPECT_FALSE(MaySeeRecognition(ThanksTo({Of(kBob, Visibility::kPrivate)}), Stranger({kTeammate})));
  EXPECT_TRUE(MaySeeRecognition(ThanksTo({Of(kBob, Visibility::kTeam)}), Stranger({kTeammate})));
  EXPECT_FALSE(MaySeeRecognition(ThanksTo({Of(kBob, Visibility::kTeam)}), Stranger({kOther})));
  const Recognition mixed = ThanksTo({Of(kBob, Visibility::kOrganisation), Of(kCarla, Visibility::kTeam)});
  EXPECT_FALSE(MaySeeRecognition(mixed, Stranger({kTeammate, kOther})));
  EXPECT_TRUE(MaySeeRecognition(mixed, Stranger({kOther, kTeammate})));
}

TEST(WhoSeesThanks, ConsentTakenBackAndOptingOutCloseThemForAllOthers) {
  const Recognition withdrawn = ThanksTo({Of(kBob, Visibility::kWithdrawn), Of(kCarla, Visibility::kOrganisation)});
  EXPECT_FALSE(MaySeeRecognition(withdrawn, Stranger({kTeammate, kTeammate})));
  EXPECT_TRUE(MaySeeRecognition(withdrawn, {.person = kCarla, .ties = {}}));
  EXPECT_FALSE(MaySeeRecipient(withdrawn, {.person = kAna, .ties = {}}, 0));
  EXPECT_TRUE(MaySeeRecipient(withdrawn, {.person = kBob, .ties = {}}, 0));
  EXPECT_FALSE(MaySeeRecognition(ThanksTo({Of(kBob, Visibility::kOrganisation)}), Stranger({kOptedOut})));
}

TEST(WhoSeesThanks, OverseersSeeWhatIsReportedOrOpenToAll) {
  const Onlooker steward{.person = {}, .oversees = true, .ties = {kOther}};
  Recognition quiet = ThanksTo({Of(kBob, Visibility::kPrivate)});
  EXPECT_FALSE(MaySeeRecognition(quiet, steward));
  quiet.reported = true;
  EXPECT_TRUE(MaySeeRecognition(quiet, steward));
  quiet.withdrawn = true;
  EXPECT_TRUE(MaySeeRecognition(quiet, steward));
  EXPECT_FALSE(MaySeeRecognition(quiet, {.person = kAna, .ties = {}})) << "taken back, and kept for the report's answer alone";
  EXPECT_FALSE(MaySeeRecognition(quiet, {.person = kBob, .ties = {}}));
  Recognition down = ThanksTo({Of(kBob, Visibility::kOrganisation)});
  down.taken_down_because = "not kind";
  EXPECT_TRUE(MaySeeRecognition(down, {.person = kAna, .ties = {}}));
  EXPECT_FALSE(MaySeeRecognition(down, {.person = kBob, .ties = {}}));
  EXPECT_FALSE(MaySeeRecognition(down, Stranger({kOther})));
}

TEST(WhoSeesThanks, TheirAuthorsLimitAndAnErasedRecipientCloseThemToo) {
  Recognition thanks = ThanksTo({Of(kBob, Visibility::kOrganisation)});
  thanks.widest = Visibility::kTeam;
  EXPECT_FALSE(MaySeeRecognition(thanks, Stranger({kOther})));
  EXPECT_EQ(ReachOf(thanks), Visibility::kTeam);
  thanks.closed = true;
  EXPECT_EQ(ReachOf(thanks), Visibility::kPrivate);
  EXPECT_FALSE(MaySeeRecognition(thanks, Stranger({kTeammate})));
}

TEST(WhoSeesThanks, WhoMayNotBeSeenAsThankedIsNotSeenAsHavingCommented) {
  const Recognition unseen = ThanksTo({Of(kBob, Visibility::kPrivate, /*known=*/false), Of(kCarla, Visibility::kWithdrawn)});
  const Onlooker author{.person = kAna, .oversees = false, .ties = {kOther, kOther}};
  EXPECT_FALSE(MaySeeWriter(unseen, author, kBob, false));
  EXPECT_FALSE(MaySeeWriter(unseen, author, kCarla, false));
  EXPECT_TRUE(MaySeeWriter(unseen, {.person = kBob, .ties = {}}, kBob, false));
  const Recognition open = ThanksTo({Of(kBob, Visibility::kOrganisation)});
  EXPECT_TRUE(MaySeeWriter(open, Stranger({kOther}), kAna, false));
  EXPECT_FALSE(MaySeeWriter(open, Stranger({kOther}), kAna, true)) << "opted out, and the reader is not concerned";
  EXPECT_TRUE(MaySeeWriter(open, {.person = kBob, .ties = {kOther}}, kAna, true)) << "whom they thanked";
}

TEST(WhoSeesThanks, ThankingAHelperUnseenDoesNotTellTheirName) {
  const Recognition unseen = ThanksTo({Of(kBob, Visibility::kPrivate, /*known=*/false)});
  EXPECT_FALSE(MaySeeRecipient(unseen, {.person = kAna, .ties = {kOther}}, 0));
  EXPECT_TRUE(MaySeeRecipient(unseen, {.person = kBob, .ties = {kOther}}, 0));
  EXPECT_TRUE(MaySeeRecipient(ThanksTo({Of(kBob, Visibility::kOrganisation, false)}), {.person = kAna, .ties = {kOther}}, 0));
}

TEST(Labels, SayWhatThereIsToKnowInOrder) {
  Recognition recognition = ThanksTo({Of(kBob, Visibility::kPrivate)});
  EXPECT_THAT(LabelsFor(recognition, {}), IsEmpty());
  recognition.deed = IdOf<DeedHash>(9);
  EXPECT_THAT(LabelsFor(recognition, {{"she  WROTE down what\nhad been tried before ", {}, kNow - absl::Hours(1)}}),
              ElementsAre(RecognitionLabel::kSameWords));
  EXPECT_THAT(LabelsFor(recognition, {{recognition.saw, {}, kNow - absl::Hours(24 * 31)}}), IsEmpty());
  EXPECT_THAT(LabelsFor(recognition, {{"else", recognition.deed, kNow}}), ElementsAre(RecognitionLabel::kRepeated));
  recognition.behaviour.clear();
  recognition.saw = "Good job";
  EXPECT_THAT(LabelsFor(recognition, {}), ElementsAre(RecognitionLabel::kOutcomeOnly, RecognitionLabel::kBrief));
}

TEST(TheDefaultCatalogue, HasEveryRootAndExpiresAfterNinetyDays) {
  const std::vector<Criteria> all = DefaultBehaviours(kNow);
  for (const BehaviourRoot root : {BehaviourRoot::kListen, BehaviourRoot::kUnderstand, BehaviourRoot::kRespond}) {
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [root](const Criteria& criteria) { return criteria.root == root; }));
  }
  EXPECT_EQ(InForce(all), all);  // one version of each, in order
  for (const Criteria& criteria : all) {
    EXPECT_TRUE(IsSlug(criteria.behaviour) && IsSoundText(criteria.title, kMaxTitle, false));
    EXPECT_FALSE(HasExpired(criteria, kNow + absl::Hours(24 * 90) - absl::Seconds(1)));
    EXPECT_TRUE(HasExpired(criteria, kNow + absl::Hours(24 * 90)));
    EXPECT_FALSE(HasExpired(Affirmed(criteria, kNow + absl::Hours(24 * 100)), kNow + absl::Hours(24 * 189)));
    EXPECT_EQ(Affirmed(criteria, kNow - absl::Hours(1)), criteria);  // a clock that went back takes nothing away
  }
}

TEST(TheAskBudget, LeavesRoomForFiveInAnySevenDays) {
  std::vector<Ask> earlier;
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(MayAsk(earlier, AskKind::kThanks, kNow + absl::Hours(i)));
    earlier.push_back({AskKind::kThanks, kNow + absl::Hours(i)});
  }
  EXPECT_FALSE(MayAsk(earlier, AskKind::kThanks, kNow + absl::Hours(5)));
  EXPECT_FALSE(MayAsk(earlier, AskKind::kThanks, kNow - absl::Hours(24 * 30)));  // a clock that was put back gives none
  EXPECT_FALSE(MayAsk(earlier, AskKind::kThanks, kNow + kAskWindow - absl::Seconds(1)));
  EXPECT_TRUE(MayAsk(earlier, AskKind::kThanks, kNow + kAskWindow));
}

TEST(AnInvitation, IsNeverForHelpThatWasOldWhenItBecameKnown) {
  EXPECT_TRUE(InvitesThanks(kNow - absl::Hours(24), kNow, kNow));
  EXPECT_FALSE(InvitesThanks(kNow - absl::Hours(24) - absl::Seconds(1), kNow, kNow));
  EXPECT_TRUE(InvitesThanks(kNow, kNow, kNow + kInvitationLasts - absl::Seconds(1)));
  EXPECT_FALSE(InvitesThanks(kNow, kNow, kNow + kInvitationLasts));
}

TEST(WhatPeopleWrite, IsBoundedInCharactersAndHasNoControls) {
  EXPECT_TRUE(IsSoundText("Ø", 1, false));
  EXPECT_FALSE(IsSoundText(" \n ", 10, true));
  EXPECT_FALSE(IsSoundText("a\nb", 10, false));
  EXPECT_FALSE(IsSoundText("a\x1b[31m", 10, true));
  EXPECT_FALSE(IsSoundText("four", 3, true));
  EXPECT_TRUE(IsSoundText("a\tb", 3, true));
  EXPECT_TRUE(IsSoundText("é“ü”", 4, false));
  for (const char* turning : {"a\xC2\x9B"
                              "31m",
                              "a\xC2\x85"
                              "b",
                              "a\xE2\x80\xA8"
                              "b",
                              "\xE2\x80\xAE"
                              "evil",
                              "\xE2\x81\xA7x"}) {
    EXPECT_FALSE(IsSoundText(turning, 10, true)) << turning;
  }
  EXPECT_EQ(PlainLineBreaks("a\r\nb\rc\n\r"), "a\nb\nc\n\n");
  EXPECT_TRUE(IsWebAddress("https://git.example/acme/billing/12"));
  for (const char* bad : {"javascript:alert(1)", "https://", "https://a b", "ftp://x", "https://a\nb"})
    EXPECT_FALSE(IsWebAddress(bad)) << bad;
  for (const char* bad : {"", "Upper", "1st", "a_b", "a/b"}) EXPECT_FALSE(IsSlug(bad)) << bad;
}

}  // namespace
}  // namespace comity::domain
