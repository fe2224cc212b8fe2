// Meetings as calendars tell them: who was invited and what they answered is known, nobody is credited, and it can be exported and erased.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/util/time_util.h"
#include "service/app/erasure.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::google::protobuf::util::TimeUtil;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kStart = 1'788'343'200;  // 2026-09-02 10:00 UTC

v1::Fact Scheduled(const std::string& revision, const std::vector<std::pair<std::string, v1::Answer>>& invited) {
  v1::Fact fact = World::Commented("weekly/20260902T100000Z", "sam", 10);
  fact.clear_actor();
  fact.clear_asker();
  fact.clear_places();
  fact.set_kind(v1::FACT_KIND_MEETING_SCHEDULED);
  fact.mutable_subject()->set_kind(v1::SUBJECT_KIND_MEETING);
  fact.mutable_subject()->clear_key();
  fact.set_object_id("weekly/20260902T100000Z");
  fact.set_revision(revision);
  fact.mutable_author()->set_id("sam");
  v1::Meeting& meeting = *fact.mutable_meeting();
  *meeting.mutable_start_time() = TimeUtil::SecondsToTimestamp(kStart);
  *meeting.mutable_end_time() = TimeUtil::SecondsToTimestamp(kStart + 1800);
  meeting.set_series("weekly");
  for (const auto& [account, answer] : invited) {
    v1::Attendee& attendee = *meeting.add_attendees();
    attendee.mutable_account()->set_id(account);
    attendee.set_answer(answer);
    attendee.set_chair(account == "pia");
  }
  return fact;
}

class Meetings : public ::testing::Test {
 protected:
  std::string DispositionOf(const v1::Fact& fact) {
    return v1::IngestResult::Disposition_Name(world_.Ingest({fact}).front().disposition());
  }
  v1::Event Stored(const v1::Fact& fact) {
    const std::string name = world_.Ingest({fact}).front().event();
    v1::GetEventRequest request;
    request.set_name(name);
    return world_.events->GetEvent(world_.Steward(), request).value();
  }

  World world_;
};

TEST_F(Meetings, AreKnownWithTheirAttendeesAndAnswersAndCreditNobody) {
  const v1::Fact fact = Scheduled("1", {{"pia", v1::ANSWER_ACCEPTED}, {"carl", v1::ANSWER_DECLINED}, {"stranger", v1::ANSWER_UNSPECIFIED}});
  EXPECT_EQ(DispositionOf(fact), "DISPOSITION_STORED");
  EXPECT_EQ(DispositionOf(fact), "DISPOSITION_DUPLICATE");
  const v1::Event event = Stored(fact);
  EXPECT_EQ(event.outcome(), v1::Event::OUTCOME_CONTEXT);
  ASSERT_THAT(event.fact().meeting().attendees(), SizeIs(3));
  EXPECT_EQ(event.fact().meeting().attendees(0).account().id(), "pia");
  EXPECT_TRUE(event.fact().meeting().attendees(0).chair());
  EXPECT_EQ(event.fact().meeting().attendees(1).answer(), v1::ANSWER_DECLINED);
  EXPECT_EQ(event.fact().meeting().start_time().seconds(), kStart);
  EXPECT_EQ(event.fact().author().id(), "sam");
  EXPECT_THAT(world_.Deeds(), IsEmpty());
  EXPECT_TRUE(world_.Verify().ok());
}

TEST_F(Meetings, AreANewFactWithEachChangeAndTheSameOneFromEachCopy) {
  world_.Ingest({Scheduled("1", {{"pia", v1::ANSWER_UNSPECIFIED}})});
  EXPECT_EQ(DispositionOf(Scheduled("1", {{"pia", v1::ANSWER_UNSPECIFIED}})), "DISPOSITION_DUPLICATE");
  EXPECT_EQ(DispositionOf(Scheduled("2", {{"pia", v1::ANSWER_ACCEPTED}})), "DISPOSITION_STORED");
}

TEST_F(Meetings, ThatCannotBeAreSetAsideWithTheFieldAtFault) {
  const auto fault = [&](const v1::Fact& fact) { return world_.Ingest({fact}).front().status().ShortDebugString(); };
  v1::Fact backwards = Scheduled("1", {});
  backwards.mutable_meeting()->mutable_end_time()->set_seconds(kStart - 1);
  EXPECT_THAT(fault(backwards), HasSubstr("meeting.end_time"));
  v1::Fact endless = Scheduled("2", {});
  endless.mutable_meeting()->clear_end_time();
  EXPECT_THAT(fault(endless), HasSubstr("meeting.end_time"));
  EXPECT_THAT(fault(Scheduled("3", {{"", v1::ANSWER_ACCEPTED}})), HasSubstr("meeting.attendees[0].account.id"));
  v1::Fact crowd = Scheduled("4", std::vector<std::pair<std::string, v1::Answer>>(201, {"pia", v1::ANSWER_ACCEPTED}));
  EXPECT_THAT(fault(crowd), HasSubstr("meeting.attendees"));
  v1::Fact ticket = World::Opened("7", "sam");
  *ticket.mutable_meeting() = Scheduled("1", {}).meeting();
  EXPECT_THAT(fault(ticket), HasSubstr("meetings alone"));
}

TEST_F(Meetings, ForgetWhoWasErasedBeforeAndKnowTheOldFactAgain) {
  const v1::Fact before = Scheduled("1", {{"pia", v1::ANSWER_ACCEPTED}, {"carl", v1::ANSWER_ACCEPTED}});
  world_.Ingest({before});
  ASSERT_TRUE(app::ErasePerson(*world_.context, "carl").ok());
  world_.WaitForJobs();
  EXPECT_EQ(DispositionOf(before), "DISPOSITION_DUPLICATE");
  EXPECT_THAT(Stored(before).DebugString(), Not(HasSubstr("carl")));
  const v1::Event after = Stored(Scheduled("2", {{"pia", v1::ANSWER_ACCEPTED}, {"carl", v1::ANSWER_DECLINED}}));
  EXPECT_THAT(after.fact().meeting().attendees(), SizeIs(1));
  EXPECT_THAT(after.DebugString(), Not(HasSubstr("carl")));
  EXPECT_EQ(DispositionOf(Scheduled("2", {{"pia", v1::ANSWER_ACCEPTED}, {"carl", v1::ANSWER_DECLINED}})), "DISPOSITION_DUPLICATE");
  EXPECT_TRUE(world_.Verify().ok());
}

}  // namespace
}  // namespace comity::testing
