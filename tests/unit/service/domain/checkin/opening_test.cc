// When check-ins open and for whom, from facts, templates and a clock alone.
#include "service/domain/checkin/opening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/service/domain/checkin/meetings.h"

namespace comity::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class AMeeting : public ::testing::Test {
 protected:
  std::optional<Occurrence> Of(const std::vector<Event>& events) { return MeetingFrom(events, directory_); }
  std::vector<std::string> DueAt(const std::vector<Event>& events, absl::Time now) {
    std::vector<std::string> ids;
    const auto occurrence = Of(events);
    if (!occurrence.has_value()) return ids;
    for (const CheckInTemplate* asked : domain::DueAt(*occurrence, templates_, now)) ids.push_back(asked->id);
    return ids;
  }
  Directory directory_ = SmallDirectory();
  std::vector<CheckInTemplate> templates_ = {TemplateOf("retro", CheckInTrigger::kMeetingEnd)};
};

TEST_F(AMeeting, AsksThoseInvitedWhoDidNotDeclineAndItsOrganiser) {
  const Event told = Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"carla", Answer::kDeclined}, {"dia", Answer::kNone}});
  EXPECT_THAT(Of({told})->people, UnorderedElementsAre(PersonOf("ana"), PersonOf("bob"), PersonOf("dia")));
}

TEST_F(AMeeting, AsksNobodyWhoIsABotAGroupOptedOutLeftOrUnknown) {
  Event told = Scheduled(1, kMonday,
                         {{"robot", Answer::kAccepted},
                          {"hidden", Answer::kAccepted},
                          {"gone", Answer::kAccepted},
                          {"stranger", Answer::kAccepted},
                          {"bob", Answer::kTentative}});
  told.fact.meeting->attendees.push_back({.party = {AccountOf("carla"), AccountKind::kTeam}, .answer = Answer::kAccepted});
  EXPECT_THAT(Of({told})->people, UnorderedElementsAre(PersonOf("ana"), PersonOf("bob")));
}

TEST_F(AMeeting, OfAnOrganiserWhoDeclinedDoesNotAskThem) {
  EXPECT_THAT(Of({Scheduled(1, kMonday, {{"ana", Answer::kDeclined}, {"bob", Answer::kNone}})})->people, ElementsAre(PersonOf("bob")));
}

TEST_F(AMeeting, OpensAtItsEndAndNotAMicrosecondEarlier) {
  const std::vector<Event> events = {Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}})};
  EXPECT_THAT(DueAt(events, kMonday + kLong - absl::Microseconds(1)), IsEmpty());
  EXPECT_THAT(DueAt(events, kMonday + kLong), ElementsAre("retro"));
  templates_ = {TemplateOf("opener", CheckInTrigger::kMeetingStart)};
  EXPECT_THAT(DueAt(events, kMonday - absl::Microseconds(1)), IsEmpty());
  EXPECT_THAT(DueAt(events, kMonday), ElementsAre("opener"));
}

TEST_F(AMeeting, ThatIsMovedOpensWhenItIsNow) {
  const absl::Time friday = kMonday + absl::Hours(4 * 24);
  const std::vector<Event> events = {Scheduled(2, friday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}}),
                                     Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}})};
  EXPECT_THAT(DueAt(events, kMonday + kLong), IsEmpty());
  EXPECT_THAT(DueAt(events, friday + kLong), ElementsAre("retro"));
  EXPECT_EQ(NextLook(*Of(events), kMonday), friday);
  EXPECT_EQ(NextLook(*Of(events), friday), friday + kLong);
  EXPECT_EQ(NextLook(*Of(events), friday + kLong), friday + kLong + kLatestOpening);
  EXPECT_EQ(NextLook(*Of(events), friday + kLong + kLatestOpening), std::nullopt);
}

TEST_F(AMeeting, ThatIsCancelledOpensNothingUntilItIsPlannedAgain) {
  std::vector<Event> events = {Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}}), Cancelled(2)};
  EXPECT_THAT(DueAt(events, kMonday + kLong), IsEmpty());
  events.push_back(Scheduled(3, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}}));
  EXPECT_THAT(DueAt(events, kMonday + kLong), ElementsAre("retro"));
  events.push_back(Cancelled(3));
  EXPECT_THAT(DueAt(events, kMonday + kLong), IsEmpty()) << "of one version the cancellation holds";
}

TEST_F(AMeeting, DoesNotDependOnTheOrderInWhichItWasTold) {
  std::vector<Event> events = {
      Scheduled(1, kMonday, {{"bob", Answer::kNone}, {"dia", Answer::kAccepted}}), Scheduled(2, kMonday, {{"bob", Answer::kDeclined}}),
      Scheduled(3, kMonday + absl::Hours(24), {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}}), Cancelled(2)};
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.fact.key < b.fact.key; });
  const auto first = Of(events);
  do {
    const auto again = Of(events);
    ASSERT_EQ(again->start, first->start);
    ASSERT_EQ(again->people, first->people);
    ASSERT_EQ(again->cancelled, first->cancelled);
    ASSERT_EQ(again->arrived, first->arrived);
  } while (std::next_permutation(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.fact.key < b.fact.key; }));
  EXPECT_FALSE(first->cancelled);
}

TEST_F(AMeeting, ThatBecameKnownMoreThanTwoDaysAfterItsEndOpensNothing) {
  Event old = Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}});
  old.first_stored = kMonday + kLong + absl::Hours(48);  // a day, by a clock that was a day ahead
  EXPECT_THAT(DueAt({old}, old.first_stored), ElementsAre("retro"));
  old.first_stored += absl::Microseconds(1);
  EXPECT_THAT(DueAt({old}, old.first_stored), IsEmpty());
  // An answer that changes afterwards is no later arrival.
  Event late = Scheduled(2, kMonday, {{"bob", Answer::kTentative}, {"dia", Answer::kAccepted}});
  late.first_stored = kMonday + absl::Hours(48);
  EXPECT_THAT(DueAt({Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}}), late}, late.first_stored),
              ElementsAre("retro"));
}

TEST_F(AMeeting, IsNotLostByAClockThatJumpsADayInEitherDirection) {
  const std::vector<Event> events = {Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}})};
  const absl::Time end = kMonday + kLong;
  EXPECT_THAT(DueAt(events, end + absl::Hours(24)), ElementsAre("retro")) << "a day ahead, or a service that was away";
  EXPECT_THAT(DueAt(events, end - absl::Hours(24)), IsEmpty()) << "a day back";
  EXPECT_EQ(NextLook(*Of(events), end - absl::Hours(24)), kMonday) << "and then it is looked at again";
  EXPECT_THAT(DueAt(events, end + kLatestOpening - absl::Microseconds(1)), ElementsAre("retro"));
  EXPECT_THAT(DueAt(events, end + kLatestOpening), IsEmpty()) << "nobody remembers";
}

TEST_F(AMeeting, OpensAtTheSameHourOfItsZoneOnBothSidesOfAChangeOfTheClocks) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  for (const absl::CivilSecond& nine : {absl::CivilSecond(2026, 10, 24, 9), absl::CivilSecond(2026, 10, 26, 9),
                                        absl::CivilSecond(2027, 3, 27, 9), absl::CivilSecond(2027, 3, 29, 9)}) {
    const absl::Time start = absl::FromCivil(nine, berlin);
    const std::vector<Event> events = {Scheduled(1, start, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}})};
    EXPECT_THAT(DueAt(events, absl::FromCivil(nine + 1799, berlin)), IsEmpty());
    EXPECT_THAT(DueAt(events, absl::FromCivil(nine + 1800, berlin)), ElementsAre("retro"));
  }
}

TEST_F(AMeeting, OpensOnlyTheTemplatesThatItConcerns) {
  const std::vector<Event> events = {Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}})};
  const absl::Time end = kMonday + kLong;
  const auto is_due = [&](const std::function<void(CheckInTemplate&)>& change) {
    templates_ = {TemplateOf("retro", CheckInTrigger::kMeetingEnd)};
    change(templates_.front());
    return !DueAt(events, end).empty();
  };
  EXPECT_TRUE(is_due([](CheckInTemplate&) {}));
  EXPECT_TRUE(is_due([](CheckInTemplate& asked) { asked.series = "weekly"; }));
  EXPECT_FALSE(is_due([](CheckInTemplate& asked) { asked.series = "other"; }));
  EXPECT_TRUE(is_due([](CheckInTemplate& asked) { asked.label = "RETRO"; }));
  EXPECT_FALSE(is_due([](CheckInTemplate& asked) { asked.label = "planning"; }));
  EXPECT_TRUE(is_due([](CheckInTemplate& asked) { asked.teams = {TeamOf("checkout")}; }));
  EXPECT_FALSE(is_due([](CheckInTemplate& asked) { asked.teams = {TeamOf("checkout"), TeamOf("elsewhere")}; }));
  EXPECT_FALSE(is_due([](CheckInTemplate& asked) { asked.team = TeamOf("elsewhere"); })) << "others' meetings are nobody's to ask about";
  EXPECT_FALSE(is_due([](CheckInTemplate& asked) { asked.archived = true; }));
  EXPECT_FALSE(is_due([](CheckInTemplate& asked) { asked.trigger = CheckInTrigger::kTicketClosed; }));
  EXPECT_FALSE(is_due([&](CheckInTemplate& asked) { asked.since = end + absl::Seconds(1); })) << "nothing from before it opened on that";
  EXPECT_TRUE(is_due([&](CheckInTemplate& asked) { asked.changed = end + absl::Seconds(1); })) << "another title changes nothing";
}

TEST_F(AMeeting, OfFewerThanThreePeopleOpensNothing) {
  const absl::Time end = kMonday + kLong;
  EXPECT_THAT(DueAt({Scheduled(1, kMonday, {{"bob", Answer::kAccepted}})}, end), IsEmpty());
  EXPECT_THAT(DueAt({Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kDeclined}})}, end), IsEmpty());
  EXPECT_THAT(DueAt({Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kNone}})}, end), ElementsAre("retro"));
}

TEST_F(AMeeting, IsAskedAboutAtItsBeginningOnlyWhileItLasts) {
  const std::vector<Event> events = {Scheduled(1, kMonday, {{"bob", Answer::kAccepted}, {"dia", Answer::kAccepted}})};
  templates_ = {TemplateOf("opener", CheckInTrigger::kMeetingStart)};
  EXPECT_THAT(DueAt(events, kMonday + kLong - absl::Microseconds(1)), ElementsAre("opener"));
  EXPECT_THAT(DueAt(events, kMonday + kLong), IsEmpty());
}

TEST_F(AMeeting, KeepsOpenWhatOpenedAtItsMomentAndNothingThatOpenedTooEarly) {
  const absl::Time end = kMonday + kLong;
  const auto told = Of({Scheduled(1, kMonday, {{"bob", Answer::kAccepted}})});
  EXPECT_TRUE(StaysOpen(told, CheckInTrigger::kMeetingEnd, end));
  EXPECT_FALSE(StaysOpen(told, CheckInTrigger::kMeetingEnd, end - absl::Microseconds(1))) << "by a clock that was ahead";
  EXPECT_TRUE(StaysOpen(told, CheckInTrigger::kMeetingStart, kMonday));
  const auto moved = Of({Scheduled(1, kMonday, {}), Scheduled(2, kMonday + absl::Hours(24), {})});
  EXPECT_FALSE(StaysOpen(moved, CheckInTrigger::kMeetingEnd, end));
  EXPECT_FALSE(StaysOpen(Of({Scheduled(1, kMonday, {}), Cancelled(2)}), CheckInTrigger::kMeetingEnd, end));
  EXPECT_FALSE(StaysOpen(std::nullopt, CheckInTrigger::kMeetingEnd, end));
  EXPECT_EQ(NextLook(*Of({Scheduled(1, kMonday, {}), Cancelled(2)}), kMonday - absl::Hours(1)), std::nullopt);
}

TEST_F(AMeeting, IsTheSameWhicheverCalendarTellsIt) {
  const Event told = Scheduled(1, kMonday, {{"bob", Answer::kAccepted}});
  Event elsewhere = told, later = Scheduled(1, kMonday + absl::Hours(24), {}), other = told;
  elsewhere.fact.suite = "google";
  elsewhere.fact.subject = SubjectRefOf("google", "google.com", SubjectKind::kMeeting, "weekly/1");
  other.fact.object_id = "weekly/2";
  EXPECT_NE(Of({told})->about, Of({elsewhere})->about);
  EXPECT_EQ(Of({told})->same, Of({elsewhere})->same);
  EXPECT_NE(Of({told})->same, Of({other})->same);
  EXPECT_NE(Of({told})->same, Of({later})->same);
}

TEST_F(AMeeting, IsShownTogetherOnlyWithThoseOfItsSeriesThatWereAskedTheSame) {
  const CheckInTemplate asked = TemplateOf("retro", CheckInTrigger::kMeetingEnd);
  Occurrence weekly = *Of({Scheduled(1, kMonday, {})}), later = *Of({Scheduled(1, kMonday + absl::Hours(24), {})}), single = weekly;
  single.series.clear();
  EXPECT_FALSE(PoolOf(asked, weekly, {1}).empty());
  EXPECT_EQ(PoolOf(asked, weekly, {1}), PoolOf(asked, later, {1}));
  EXPECT_NE(PoolOf(asked, weekly, {1}), PoolOf(asked, weekly, {2})) << "other norms";
  EXPECT_TRUE(PoolOf(asked, single, {}).empty()) << "whom single meetings bring together anybody can choose";
  CheckInTemplate next = asked;
  next.version = 2;
  EXPECT_NE(PoolOf(asked, weekly, {1}), PoolOf(next, weekly, {1}));
  later.series = "other";
  EXPECT_NE(PoolOf(asked, weekly, {1}), PoolOf(asked, later, {1}));
}

class ATicket : public AMeeting {
 protected:
  std::vector<std::string> TicketDueAt(const Deed& deed, absl::Time now) {
    templates_ = {TemplateOf("handover", CheckInTrigger::kTicketClosed), TemplateOf("retro", CheckInTrigger::kMeetingEnd)};
    std::vector<std::string> ids;
    const auto occurrence = TicketFrom(deed, kMonday, {"billing"}, directory_);
    if (!occurrence.has_value()) return ids;
    for (const CheckInTemplate* asked : domain::DueAt(*occurrence, templates_, now)) ids.push_back(asked->id);
    return ids;
  }
};

TEST_F(ATicket, AsksItsAskerAndHelpersAnHourAfterItWasClosed) {
  const Deed deed = ResolvedAt(kMonday);
  EXPECT_THAT(TicketFrom(deed, kMonday, {}, directory_)->people, UnorderedElementsAre(PersonOf("ana"), PersonOf("dia")));
  EXPECT_THAT(TicketDueAt(deed, kMonday + absl::Minutes(59)), IsEmpty());
  EXPECT_THAT(TicketDueAt(deed, kMonday + absl::Hours(1)), ElementsAre("handover"));
}

TEST_F(ATicket, OpensNothingWhileItIsReversedWaitsForAYesOrIsOfARuleInShadow) {
  Deed deed = ResolvedAt(kMonday);
  const absl::Time later = kMonday + absl::Hours(2);
  deed.state = DeedState::kReversed;
  EXPECT_THAT(TicketDueAt(deed, later), IsEmpty());
  deed.state = DeedState::kConfirmed;
  EXPECT_THAT(TicketDueAt(deed, later), ElementsAre("handover"));
  deed.awaits_yes = true;
  EXPECT_THAT(TicketDueAt(deed, later), IsEmpty());
  deed.awaits_yes = false;
  deed.shadow = true;
  EXPECT_THAT(TicketDueAt(deed, later), IsEmpty());
  deed.shadow = false;
  deed.key.kind = DeedKind::kReviewed;
  EXPECT_THAT(TicketDueAt(deed, later), IsEmpty());
}

TEST_F(ATicket, ThatWasClosedMoreThanADayBeforeItBecameKnownOpensNothing) {
  const absl::Time closed = kMonday - absl::Hours(24);  // known on Monday
  EXPECT_THAT(TicketDueAt(ResolvedAt(closed), kMonday), ElementsAre("handover"));
  EXPECT_THAT(TicketDueAt(ResolvedAt(closed - absl::Microseconds(1)), kMonday), IsEmpty());
}

TEST_F(ATicket, ThatWasClosedBeforeTheTemplateWasMadeIsNotAskedAboutWhenItSettles) {
  CheckInTemplate asked = TemplateOf("handover", CheckInTrigger::kTicketClosed);
  const auto occurrence = TicketFrom(ResolvedAt(kMonday), kMonday, {}, directory_);
  asked.since = kMonday;
  EXPECT_TRUE(Concerns(asked, *occurrence));
  asked.since = kMonday + absl::Minutes(30);
  EXPECT_FALSE(Concerns(asked, *occurrence));
}

TEST_F(ATicket, ThatIsReopenedDoesNotStayOpen) {
  Deed deed = ResolvedAt(kMonday);
  const absl::Time later = kMonday + absl::Hours(2);
  EXPECT_TRUE(StaysOpen(TicketFrom(deed, kMonday, {}, directory_), CheckInTrigger::kTicketClosed, later));
  deed.state = DeedState::kReversed;
  EXPECT_FALSE(StaysOpen(TicketFrom(deed, kMonday, {}, directory_), CheckInTrigger::kTicketClosed, later));
}

TEST(ACheckIn, IsTheSameForTheSameTemplateAndOccurrence) {
  const OccurrenceId about{PersonOf("x").bytes}, other{PersonOf("y").bytes};
  EXPECT_EQ(CheckInUidOf("retro", OccurrenceKind::kMeeting, about), CheckInUidOf("retro", OccurrenceKind::kMeeting, about));
  EXPECT_NE(CheckInUidOf("retro", OccurrenceKind::kMeeting, about), CheckInUidOf("retro", OccurrenceKind::kMeeting, other));
  EXPECT_NE(CheckInUidOf("retro", OccurrenceKind::kMeeting, about), CheckInUidOf("retro", OccurrenceKind::kTicket, about));
  EXPECT_NE(CheckInUidOf("retro", OccurrenceKind::kMeeting, about), CheckInUidOf("other", OccurrenceKind::kMeeting, about));
}

}  // namespace
}  // namespace comity::domain
