// S7: one record for each call, however it came and whatever came of it; read by those who audit, and deleted by the clock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "comity/v1/checkin.pb.h"
#include "comity/v1/duty.pb.h"
#include "comity/v1/endpoint.pb.h"
#include "service/app/audit_retention.h"
#include "service/base/error.h"
#include "service/net/http.h"
#include "tests/integration/api_methods.h"
#include "tests/integration/service_world.h"
#include "tests/support/process.h"

namespace comity::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class AnAudit : public ::testing::Test {
 protected:
  int64_t Records() const { return world.store->BeginRead().value()->admin().CountAudit().value(); }
  void AwaitRecords() const {
    EXPECT_TRUE(testing::WaitUntil([this] { return Records() >= world.calls; }, std::chrono::seconds(10)));
    EXPECT_EQ(Records(), world.calls);
  }
  std::vector<v1::AuditRecord> List(v1::ListAuditRequest request) const {
    AwaitRecords();
    std::vector<v1::AuditRecord> all;
    do {
      const auto page = world.Get<v1::ListAuditResponse>("AdminService/ListAudit", request, world.admin_token);
      all.insert(all.end(), page.records().begin(), page.records().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
  }
  std::string ReasonFor(const v1::ListAuditRequest& request) const {
    return world.Call("AdminService/ListAudit", request, world.admin_token).reason;
  }

  World world;
};

TEST_F(AnAudit, HasOneRecordForEachCallThroughTheDoor) {
  const std::string member = world.MakeToken({v1::ROLE_MEMBER}, "ana");
  std::map<std::string, int> calls;
  for (const auto* method : UnaryMethods()) {
    for (const std::string& token : {std::string(), std::string("cmt_unknown"), member, world.admin_token}) {
      net::Headers headers = {{"Content-Type", "application/json"}};
      if (!token.empty()) headers.push_back({"Authorization", "Bearer " + token});
      const std::string path = "/" + method->service()->full_name() + "/" + method->name();
      const auto answer =
          net::Fetch("POST", "http://127.0.0.1:" + std::to_string(world.door->port()) + path, headers, "{}", {std::chrono::seconds(10)});
      ASSERT_TRUE(answer.ok()) << path;
      ++world.calls;
      ++calls[method->service()->name() + "/" + method->name()];
    }
  }
  AwaitRecords();
  const auto records = world.store->BeginRead().value()->privacy().ReadAudit(INT64_MAX, 100'000).value();
  for (const auto& [method, count] : calls) {
    const auto recorded =
        std::count_if(records.begin(), records.end(), [&name = method](const auto& row) { return row.audit.method == name; });
    EXPECT_GE(recorded, count) << method;
  }
}

// Else whoever audits would know who did not answer.
TEST_F(AnAudit, DoesNotTellWhoAnsweredACheckIn) {
  const std::string member = world.MakeToken({v1::ROLE_MEMBER}, "ana");
  const domain::CheckInUid uid = domain::CheckInUidOf("weekly", domain::OccurrenceKind::kMeeting, {});
  const absl::Time now = world.clock.Now();
  const absl::Status opened = world.writer->Run([&](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const auto directory, world.snapshots->DirectoryIn(transaction));
    domain::CheckInTemplate asked;
    asked.id = "weekly";
    asked.title = "After our weekly";
    asked.trigger = domain::CheckInTrigger::kMeetingEnd;
    asked.questions = {{domain::QuestionKind::kScale, "How was it?", ""}};
    COMITY_RETURN_IF_ERROR(transaction.checkins().InsertTemplate(asked));
    domain::CheckIn checkin;
    checkin.uid = uid;
    checkin.template_id = "weekly";
    checkin.template_version = 1;
    checkin.trigger = domain::CheckInTrigger::kMeetingEnd;
    checkin.kind = domain::OccurrenceKind::kMeeting;
    checkin.opened = now;
    checkin.closes = now + absl::Hours(48);
    COMITY_RETURN_IF_ERROR(transaction.checkins().Open(checkin).status());
    return transaction.recognition().PutAsk(directory->FindPersonById("ana")->uid,
                                            {{domain::AskKind::kOneQuestion, now}, domain::AskedAbout(uid), true});
  });
  ASSERT_TRUE(opened.ok()) << opened;
  v1::AnswerCheckInRequest request;
  request.set_check_in("checkIns/" + uid.ToText());
  request.add_answers()->set_question(1);
  request.mutable_answers(0)->set_scale(4);
  EXPECT_TRUE(world.Call("CheckInService/AnswerCheckIn", request, member).ok());
  --world.calls;  // it leaves no record: what lies beside it would tell whose it is
  request.mutable_answers(0)->set_scale(6);
  EXPECT_EQ(world.Call("CheckInService/AnswerCheckIn", request, member).reason, "FIELD_INVALID");
  world.Call("CheckInService/AnswerCheckIn", request, "");
  v1::ListAuditRequest answers;
  answers.set_method("CheckInService/AnswerCheckIn");
  const auto records = List(answers);
  ASSERT_THAT(records, SizeIs(2));
  for (const v1::AuditRecord& record : records) {
    EXPECT_EQ(record.person(), "") << record.code();
    EXPECT_THAT(record.target(), IsEmpty());
  }
  EXPECT_EQ(records[0].code(), "UNAUTHENTICATED");
  EXPECT_EQ(records[1].code(), "INVALID_ARGUMENT");
  EXPECT_THAT(records[1].token(), Not(HasSubstr("tokens/"))) << "nor the token";
}

TEST_F(AnAudit, ShowsWhoCalledWhatAndHowItEnded) {
  const std::string member = world.MakeToken({v1::ROLE_MEMBER}, "ana");
  v1::GetTeamRequest team;
  team.set_name("teams/payments");
  world.Call("DirectoryService/GetTeam", team, member);
  world.Call("DirectoryService/GetTeam", team, "");
  world.Call("AdminService/ListTokens", v1::ListTokensRequest(), member);
  v1::ListAuditRequest by_ana;
  by_ana.set_person("people/ana");
  const auto anas = List(by_ana);
  ASSERT_THAT(anas, SizeIs(2));
  EXPECT_EQ(anas[0].method(), "AdminService/ListTokens");
  EXPECT_EQ(anas[0].code(), "PERMISSION_DENIED");
  EXPECT_EQ(anas[1].method(), "DirectoryService/GetTeam");
  EXPECT_EQ(anas[1].code(), "OK");
  EXPECT_EQ(anas[1].target(), "teams/payments");
  EXPECT_THAT(anas[1].token(), HasSubstr("tokens/"));
  v1::ListAuditRequest unknown;
  unknown.set_code("UNAUTHENTICATED");
  const auto strangers = List(unknown);
  ASSERT_THAT(strangers, SizeIs(1));
  EXPECT_EQ(strangers[0].token(), "");
  v1::ListAuditRequest of_directory;
  of_directory.set_method("DirectoryService");
  for (const v1::AuditRecord& record : List(of_directory)) EXPECT_THAT(record.method(), HasSubstr("DirectoryService/"));
  of_directory.set_method("DirectoryService/GetTeam");
  EXPECT_THAT(List(of_directory), SizeIs(2));
}

TEST_F(AnAudit, NamesTheEndpointThatWasAdministeredAndNotItsAddress) {
  v1::CreateEndpointRequest create;
  create.set_endpoint_id("chat");
  create.mutable_endpoint()->set_url("https://hooks.acme.example/in?key=marmalade");
  create.mutable_endpoint()->add_types(v1::MESSAGE_TYPE_DEED_COUNTED);
  EXPECT_TRUE(world.Call("EndpointService/CreateEndpoint", create, world.admin_token).ok());
  v1::ListDeliveriesRequest deliveries;
  deliveries.set_endpoint("endpoints/chat");
  EXPECT_TRUE(world.Call("EndpointService/ListDeliveries", deliveries, world.admin_token).ok());
  v1::DeleteEndpointRequest drop;
  drop.set_name("endpoints/none");
  EXPECT_EQ(world.Call("EndpointService/DeleteEndpoint", drop, world.admin_token).reason, "ENDPOINT_NOT_FOUND");
  v1::ListAuditRequest request;
  request.set_method("EndpointService");
  const auto records = List(request);
  ASSERT_THAT(records, SizeIs(3));  // newest first
  EXPECT_EQ(records[0].target(), "endpoints/none") << "nobody's name, so it is kept also where it was asked for in vain";
  EXPECT_EQ(records[1].target(), "endpoints/chat");
  EXPECT_EQ(records[2].target(), "chat");
  for (const v1::AuditRecord& record : records) EXPECT_THAT(record.DebugString(), Not(HasSubstr("marmalade")));
}

TEST_F(AnAudit, NamesTheRotationAndTheTurnAndNobodysAbsence) {
  const std::string ana = world.MakeToken({v1::ROLE_LEAD}, "ana");
  v1::CreateRotationRequest create;
  create.set_rotation_id("notes");
  create.mutable_rotation()->set_team("teams/payments");
  create.mutable_rotation()->set_duty(v1::Rotation::DUTY_NOTE_TAKER);
  create.mutable_rotation()->set_title("marmalade");
  create.mutable_rotation()->set_start_date("2026-03-02");
  EXPECT_TRUE(world.Call("DutyService/CreateRotation", create, ana).ok());
  v1::ListAssignmentsRequest list;
  list.set_rotation("rotations/notes");
  EXPECT_TRUE(world.Call("DutyService/ListAssignments", list, ana).ok());
  v1::SkipAssignmentRequest skip;
  skip.set_name("rotations/none/assignments/7");
  EXPECT_EQ(world.Call("DutyService/SkipAssignment", skip, ana).reason, "ASSIGNMENT_NOT_FOUND");
  v1::CreateAbsenceRequest away;
  away.mutable_absence()->set_first_date("2026-03-09");
  away.mutable_absence()->set_last_date("2026-03-20");
  EXPECT_TRUE(world.Call("DutyService/CreateAbsence", away, ana).ok());
  v1::ListAuditRequest request;
  request.set_method("DutyService");
  const auto records = List(request);
  ASSERT_THAT(records, SizeIs(4));  // newest first
  EXPECT_EQ(records[0].target(), "");
  EXPECT_EQ(records[1].target(), "rotations/none/assignments/7");
  EXPECT_EQ(records[2].target(), "rotations/notes");
  EXPECT_EQ(records[3].target(), "notes");
  for (const v1::AuditRecord& record : records) {
    EXPECT_THAT(record.DebugString(), Not(HasSubstr("marmalade")));
    EXPECT_THAT(record.DebugString(), Not(HasSubstr("2026-03-20")));
  }
}

TEST_F(AnAudit, IsPagedAndFilteredByTime) {
  for (int i = 0; i < 7; ++i) world.Call("AdminService/GetStatus", v1::GetStatusRequest(), world.admin_token);
  AwaitRecords();
  world.clock.Advance(absl::Hours(1));
  const int64_t later = absl::ToUnixSeconds(world.clock.Now());
  for (int i = 0; i < 3; ++i) world.Call("AdminService/GetStatus", v1::GetStatusRequest(), world.admin_token);
  v1::ListAuditRequest request;
  request.set_method("AdminService/GetStatus");
  request.set_page_size(2);
  EXPECT_THAT(List(request), SizeIs(10));
  request.mutable_start_time()->set_seconds(later);
  EXPECT_THAT(List(request), SizeIs(3));
  request.clear_start_time();
  request.mutable_end_time()->set_seconds(later);
  EXPECT_THAT(List(request), SizeIs(7));
}

TEST_F(AnAudit, RefusesFiltersThatCannotBeRead) {
  v1::ListAuditRequest request;
  request.set_page_size(-1);
  EXPECT_EQ(ReasonFor(request), "FIELD_INVALID");
  request.Clear();
  request.set_code("NO_SUCH_CODE");
  EXPECT_EQ(ReasonFor(request), "FIELD_INVALID");
  request.Clear();
  request.set_person("people/nobody");
  EXPECT_EQ(ReasonFor(request), "PERSON_NOT_FOUND");
  request.Clear();
  request.mutable_start_time()->set_seconds(-5);
  EXPECT_EQ(ReasonFor(request), "FIELD_INVALID");
  request.mutable_start_time()->set_seconds(10);
  request.mutable_end_time()->set_seconds(10);
  EXPECT_EQ(ReasonFor(request), "FIELD_INVALID");
  request.Clear();
  request.set_page_token("x");
  EXPECT_EQ(ReasonFor(request), "PAGE_TOKEN_INVALID");
}

TEST_F(AnAudit, KeepsNobodysNameWhoWasErasedAndAskedForAgain) {
  v1::ErasePersonRequest erase;
  erase.set_data_subject("people/ana");
  EXPECT_TRUE(world.Call("AdminService/ErasePerson", erase, world.admin_token).ok());
  EXPECT_TRUE(testing::WaitUntil([&] { return world.store->BeginRead().value()->admin().RunningJobs().value().empty(); },
                                 std::chrono::seconds(20)));
  EXPECT_TRUE(world.Call("AdminService/ErasePerson", erase, world.admin_token).ok());
  v1::GetPersonRequest get;
  for (const char* name : {"people/ana", "ana"}) {
    get.set_name(name);
    EXPECT_EQ(world.Call("DirectoryService/GetPerson", get, world.admin_token).reason, "PERSON_NOT_FOUND");
  }
  v1::LinkAccountRequest link;
  link.set_account("accounts/github:github.com:1");
  link.set_person("people/bo");
  EXPECT_EQ(world.Call("DirectoryService/LinkAccount", link, world.admin_token).reason, "ACCOUNT_ERASED");
  for (const v1::AuditRecord& record : List({})) {
    EXPECT_THAT(record.target(), Not(HasSubstr("ana"))) << record.DebugString();
    EXPECT_THAT(record.target(), Not(HasSubstr("github.com:1"))) << record.DebugString();
  }
}

TEST_F(AnAudit, IsDeletedByTheClock) {
  AwaitRecords();
  const int64_t old = Records();
  world.clock.Advance(absl::Hours(24 * 400));
  world.Call("AdminService/GetStatus", v1::GetStatusRequest(), world.admin_token);
  AwaitRecords();
  EXPECT_EQ(app::PruneAudit(*world.writer, world.clock.Now(), absl::Hours(24 * 399)).value(), old);
  EXPECT_EQ(Records(), 1);
}

// What is kept about somebody, for themself and for an administrator who asks in their name.
class AnExport : public AnAudit {
 protected:
  std::vector<v1::ExportPersonResponse::Part> Export(const std::string& name, const std::string& token) const {
    std::vector<v1::ExportPersonResponse::Part> all;
    v1::ExportPersonRequest request;
    request.set_name(name);
    do {
      const auto page = world.Get<v1::ExportPersonResponse>("AdminService/ExportPerson", request, token);
      EXPECT_LE(page.parts_size(), 1200);
      all.insert(all.end(), page.parts().begin(), page.parts().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
  }
  static std::map<std::string, int> Headings(const std::vector<v1::ExportPersonResponse::Part>& parts) {
    std::map<std::string, int> counts;
    for (const auto& part : parts) ++counts[part.heading()];
    return counts;
  }
};

TEST_F(AnExport, HoldsEverythingKeptAboutThem) {
  const std::string ana = world.MakeToken({v1::ROLE_MEMBER}, "ana");
  const std::string deed = world.MakeDeed(1);
  world.MakeDeed(2);
  v1::GetDeedRequest get;
  get.set_name(deed);
  world.Call("DeedService/GetDeed", get, world.admin_token);
  v1::SetOptOutRequest choice;
  world.Call("AdminService/SetOptOut", choice, ana);
  AwaitRecords();
  const auto parts = Export("", ana);
  const auto counts = Headings(parts);
  EXPECT_EQ(counts.at("person"), 1);
  EXPECT_EQ(counts.at("accounts"), 1);
  EXPECT_EQ(counts.at("memberships"), 1);
  EXPECT_EQ(counts.at("choices"), 1);
  EXPECT_EQ(counts.at("tokens"), 1);
  EXPECT_EQ(counts.at("deeds"), 2);
  EXPECT_GE(counts.at("facts"), 4);  // comments and resolutions of both tickets
  EXPECT_GE(counts.at("reads about you"), 1);
  EXPECT_GE(counts.at("calls you made"), 1);
  std::string all;
  for (const auto& part : parts) all += part.DebugString();
  EXPECT_THAT(all, HasSubstr("Ana Example"));
  EXPECT_THAT(all, HasSubstr("people/bo"));  // who asked, whom a helper sees
  EXPECT_THAT(all, Not(HasSubstr("cara")));
}

TEST_F(AnExport, OfSomebodyElseIsAnAdministratorsAndListedToThem) {
  const std::string ana = world.MakeToken({v1::ROLE_MEMBER}, "ana"), bo = world.MakeToken({v1::ROLE_MEMBER}, "bo");
  v1::ExportPersonRequest request;
  request.set_name("people/ana");
  EXPECT_EQ(world.Call("AdminService/ExportPerson", request, bo).reason, "ROLE_REQUIRED");
  request.set_name("people/nobody");  // the same: whom they may not ask for, they are not told of
  EXPECT_EQ(world.Call("AdminService/ExportPerson", request, bo).reason, "ROLE_REQUIRED");
  EXPECT_EQ(world.Call("AdminService/ExportPerson", request, world.admin_token).reason, "PERSON_NOT_FOUND");
  EXPECT_EQ(Headings(Export("people/ana", world.admin_token)).at("person"), 1);
  const auto reads = world.Get<v1::ListReadsResponse>("AdminService/ListReads", v1::ListReadsRequest(), ana);
  ASSERT_THAT(reads.reads(), SizeIs(1));
  EXPECT_EQ(reads.reads(0).method(), "ExportPerson");
  request.set_name("");
  EXPECT_EQ(world.Call("AdminService/ExportPerson", request, world.admin_token).reason, "ROLE_REQUIRED");  // it is nobody's
}

TEST_F(AnExport, IsBoundedInEachPageAndMissesNothing) {
  const std::string ana = world.MakeToken({v1::ROLE_MEMBER}, "ana");
  for (int ticket = 1; ticket <= 130; ++ticket) {
    ASSERT_TRUE(world.Call("EventService/IngestEventBatch", world.HelpOnTicket(ticket), world.admin_token).ok());
  }
  v1::ExportPersonRequest request;
  const auto first = world.Get<v1::ExportPersonResponse>("AdminService/ExportPerson", request, ana);
  EXPECT_LE(first.parts_size(), 210);
  EXPECT_FALSE(first.next_page_token().empty());
  const auto counts = Headings(Export("", ana));
  EXPECT_EQ(counts.at("deeds"), 130);
  EXPECT_EQ(counts.at("facts"), 260);
  request.set_page_token(first.next_page_token());
  const std::string bo = world.MakeToken({v1::ROLE_MEMBER}, "bo");
  EXPECT_EQ(world.Call("AdminService/ExportPerson", request, bo).reason, "PAGE_TOKEN_INVALID");
}

}  // namespace
}  // namespace comity::test
