// A suite's own server asks and answers for whoever is signed in there.
#include <gmock/gmock.h>

#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "comity/v1/privacy.pb.h"
#include "comity/v1/recognition.pb.h"
#include "tests/integration/service_world.h"
#include "tests/support/process.h"

namespace comity::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kAna = "github:github.com:1";
constexpr const char* kBo = "github:github.com:2";

class OnBehalf : public ::testing::Test {
 protected:
  Reply Ask(const std::string& account, std::string_view method, const google::protobuf::Message& request) {
    return world_.CallWith(method, request, {"Bearer " + suite_, account});
  }
  Reply Why(const std::string& account, const std::string& subject = "acme/billing#1") {
    v1::ExplainSubjectRequest request;
    request.set_subject(subject);
    return Ask(account, "EventService/ExplainSubject", request);
  }
  Reply Apply(const std::string& document) {
    v1::ApplyDirectoryRequest apply;
    apply.set_document(document);
    return world_.Call("DirectoryService/ApplyDirectory", apply, world_.admin_token);
  }

  World world_;
  const std::string deed_ = world_.MakeDeed(1);
  const std::string suite_ = world_.MakeToken({v1::ROLE_SUITE}, "", {"github-acme"});
};

TEST_F(OnBehalf, ShowsEachPersonWhatTheyWouldSeeThemselves) {
  const Reply ana = Why(kAna);
  ASSERT_TRUE(ana.ok()) << ana.status.DebugString();
  EXPECT_THAT(ana.response->DebugString(), HasSubstr("Bo Example"));
  const Reply cara = Why("github:github.com:3");
  ASSERT_TRUE(cara.ok());
  EXPECT_THAT(cara.response->DebugString(), Not(HasSubstr("Bo Example")));
  EXPECT_EQ(Why("github:github.com:5").reason, "SUBJECT_NOT_FOUND");
}

TEST_F(OnBehalf, LetsThoseConcernedPutItRightFromTheirPage) {
  v1::ConfirmDeedRequest confirm;
  confirm.set_name(deed_);
  EXPECT_EQ(Ask(kAna, "DeedService/ConfirmDeed", confirm).reason, "NOT_THE_ASKER");
  const Reply confirmed = Ask(kBo, "DeedService/ConfirmDeed", confirm);
  ASSERT_TRUE(confirmed.ok()) << confirmed.status.DebugString();
  EXPECT_EQ(static_cast<const v1::Deed&>(*confirmed.response).state(), v1::Deed::STATE_CONFIRMED);
}

TEST_F(OnBehalf, LetsTheHelpedSideThankForADeedOfThatSuiteFromTheirPageAndForNothingElse) {
  v1::CreateRecognitionRequest thanks;
  thanks.set_saw("marmalade: looked into it although it was late");
  thanks.add_recipients("people/ana");
  EXPECT_EQ(Ask(kBo, "RecognitionService/CreateRecognition", thanks).reason, "FIELD_INVALID") << "for no deed of the suite";
  thanks.set_deed(deed_);
  EXPECT_EQ(Ask(kAna, "RecognitionService/CreateRecognition", thanks).reason, "NOT_HELPED_SIDE");
  EXPECT_EQ(Ask("", "RecognitionService/CreateRecognition", thanks).reason, "ACCOUNT_REQUIRED");
  const Reply given = Ask(kBo, "RecognitionService/CreateRecognition", thanks);
  ASSERT_TRUE(given.ok()) << given.status.DebugString();
  EXPECT_EQ(static_cast<const v1::Recognition&>(*given.response).author(), "people/bo");

  v1::ListRecognitionsRequest list;
  EXPECT_EQ(Ask(kAna, "RecognitionService/ListRecognitions", list).reason, "FIELD_INVALID") << "a suite lists those for one deed";
  list.set_deed(deed_);
  EXPECT_THAT(Ask(kAna, "RecognitionService/ListRecognitions", list).response->DebugString(), HasSubstr("marmalade"));
  const Reply cara = Ask("github:github.com:3", "RecognitionService/ListRecognitions", list);
  ASSERT_TRUE(cara.ok()) << cara.status.DebugString();
  EXPECT_THAT(cara.response->DebugString(), Not(HasSubstr("marmalade"))) << "Ana has not said that her team may see it";
  EXPECT_EQ(Ask("github:github.com:5", "RecognitionService/ListRecognitions", list).reason, "DEED_NOT_FOUND");
  EXPECT_TRUE(Ask(kBo, "RecognitionService/ListBehaviours", v1::ListBehavioursRequest()).ok());
}

// Bo improved a page of payments, whom nobody had asked to. Cara is of payments.
TEST_F(OnBehalf, LetsALeadOfTheTeamHelpedSpeakWhereNobodyAsked) {
  v1::IngestEventBatchRequest batch = world_.HelpOnTicket(2);
  batch.mutable_facts()->DeleteSubrange(1, 2);
  v1::Fact& edit = *batch.mutable_facts(0);
  edit.set_kind(v1::FACT_KIND_PAGE_EDITED);
  edit.mutable_subject()->set_kind(v1::SUBJECT_KIND_PAGE);
  edit.clear_asker();
  edit.set_revision("7");
  ASSERT_TRUE(world_.Call("EventService/IngestEventBatch", batch, world_.admin_token).ok());
  constexpr const char* kCara = "github:github.com:3";
  const Reply why = Why(kCara, "acme/billing#2");
  ASSERT_TRUE(why.ok()) << why.status.DebugString();
  EXPECT_THAT(why.response->DebugString(), Not(HasSubstr("comity deeds ")));
  v1::ConfirmDeedRequest confirm;
  ASSERT_EQ(static_cast<const v1::ExplainSubjectResponse&>(*why.response).deeds_size(), 1) << why.response->DebugString();
  confirm.set_name(static_cast<const v1::ExplainSubjectResponse&>(*why.response).deeds(0).deed());
  EXPECT_EQ(Ask(kCara, "DeedService/ConfirmDeed", confirm).reason, "NOT_THE_ASKER");

  v1::CreateTokenRequest lead;
  lead.mutable_token()->add_roles(v1::ROLE_LEAD);
  lead.mutable_token()->set_person("people/cara");
  const auto made = world_.Get<v1::CreateTokenResponse>("AdminService/CreateToken", lead, world_.admin_token);
  EXPECT_THAT(Why(kCara, "acme/billing#2").response->DebugString(), HasSubstr("comity deeds confirm " + confirm.name()));
  EXPECT_EQ(Ask(kAna, "DeedService/ConfirmDeed", confirm).reason, "NOT_THE_ASKER") << "of the same team, but no lead";
  EXPECT_EQ(Ask(kCara, "DeedService/GetMyNumbers", v1::GetMyNumbersRequest()).reason, "ROLE_REQUIRED") << "no more than a suite's calls";
  v1::RevokeTokenRequest revoke;
  revoke.set_name(made.token().name());
  ASSERT_TRUE(world_.Call("AdminService/RevokeToken", revoke, world_.admin_token).ok());
  EXPECT_EQ(Ask(kCara, "DeedService/ConfirmDeed", confirm).reason, "NOT_THE_ASKER") << "from the next call on";
  world_.MakeToken({v1::ROLE_MEMBER, v1::ROLE_LEAD}, "cara");
  const Reply confirmed = Ask(kCara, "DeedService/ConfirmDeed", confirm);
  ASSERT_TRUE(confirmed.ok()) << confirmed.status.DebugString();
  EXPECT_EQ(static_cast<const v1::Deed&>(*confirmed.response).state(), v1::Deed::STATE_CONFIRMED);
  EXPECT_THAT(confirmed.response->DebugString(), Not(HasSubstr("people/bo"))) << "a lead sees no more names than before";
}

TEST_F(OnBehalf, TellsNothingOfOtherSuites) {
  v1::CreateSourceRequest wiki;
  wiki.set_source_id("wiki");
  wiki.mutable_source()->set_suite("mediawiki");
  wiki.mutable_source()->set_instance("wiki.example");
  ASSERT_TRUE(world_.Call("AdminService/CreateSource", wiki, world_.admin_token).ok());
  v1::LinkAccountRequest link;
  link.set_account("mediawiki:wiki.example:7");
  link.set_person("people/ana");
  ASSERT_TRUE(world_.Call("DirectoryService/LinkAccount", link, world_.admin_token).ok());
  const rpc::Credentials of_wiki{"Bearer " + world_.MakeToken({v1::ROLE_SUITE}, "", {"wiki"}), "mediawiki:wiki.example:7"};
  v1::ExplainSubjectRequest why;
  for (const std::string& subject : {std::string("acme/billing#1"), deed_}) {
    why.set_subject(subject);
    EXPECT_EQ(world_.CallWith("EventService/ExplainSubject", why, of_wiki).reason, "SUBJECT_NOT_FOUND");
  }
  v1::GetDeedRequest get;
  get.set_name(deed_);
  EXPECT_EQ(world_.CallWith("DeedService/GetDeed", get, of_wiki).reason, "DEED_NOT_FOUND");
  v1::CreateRecognitionRequest thanks;
  thanks.set_saw("marmalade");
  thanks.set_deed(deed_);
  EXPECT_EQ(world_.CallWith("RecognitionService/CreateRecognition", thanks, of_wiki).reason, "DEED_NOT_FOUND");
  v1::ListRecognitionsRequest thanked;
  thanked.set_deed(deed_);
  EXPECT_EQ(world_.CallWith("RecognitionService/ListRecognitions", thanked, of_wiki).reason, "DEED_NOT_FOUND");
  const Reply list = world_.CallWith("DeedService/ListDeeds", v1::ListDeedsRequest(), of_wiki);
  ASSERT_TRUE(list.ok());
  EXPECT_THAT(static_cast<const v1::ListDeedsResponse&>(*list.response).deeds(), IsEmpty());
  const Reply own = Ask(kAna, "DeedService/ListDeeds", v1::ListDeedsRequest());
  EXPECT_EQ(static_cast<const v1::ListDeedsResponse&>(*own.response).deeds_size(), 1);
}

TEST_F(OnBehalf, RefusesAccountsThatAreNobodysOrOfAnotherSuite) {
  EXPECT_EQ(Why("").reason, "ACCOUNT_REQUIRED");
  EXPECT_EQ(Why("ana").reason, "ACCOUNT_REQUIRED");
  EXPECT_EQ(Why("github:elsewhere.example:1").reason, "ACCOUNT_ELSEWHERE");
  EXPECT_EQ(Why("gitlab:github.com:1").reason, "ACCOUNT_ELSEWHERE");
  EXPECT_EQ(Why("github:github.com:999").reason, "ACCOUNT_NOT_LINKED");
  v1::UnlinkAccountRequest unlink;
  unlink.set_account(kAna);
  ASSERT_TRUE(Why(kAna).ok());
  ASSERT_TRUE(world_.Call("DirectoryService/UnlinkAccount", unlink, world_.admin_token).ok());
  EXPECT_EQ(Why(kAna).reason, "ACCOUNT_NOT_LINKED") << "from the next call on";
}

TEST_F(OnBehalf, IsForSuitesAlone) {
  v1::ExplainSubjectRequest why;
  why.set_subject("acme/billing#1");
  const std::string member = world_.MakeToken({v1::ROLE_MEMBER}, "erik");
  EXPECT_EQ(world_.CallWith("EventService/ExplainSubject", why, {"Bearer " + member, kAna}).reason, "ACCOUNT_REQUIRED");
  for (const char* method : {"AdminService/ExportPerson", "AdminService/SetOptOut", "DeedService/GetMyNumbers"}) {
    const auto request = door::UnaryMethodAt(std::string("/comity.v1.") + method).value();
    const std::unique_ptr<google::protobuf::Message> empty(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(request->input_type())->New());
    EXPECT_EQ(Ask(kAna, method, *empty).reason, "ROLE_REQUIRED") << method;
  }
}

TEST_F(OnBehalf, KeepsOnePersonsAnswerFromAnother) {
  v1::ConfirmDeedRequest confirm;
  confirm.set_name(deed_);
  confirm.set_request_id("page-1");
  ASSERT_TRUE(Ask(kBo, "DeedService/ConfirmDeed", confirm).ok());
  EXPECT_TRUE(Ask(kBo, "DeedService/ConfirmDeed", confirm).ok());
  EXPECT_EQ(Ask(kAna, "DeedService/ConfirmDeed", confirm).reason, "NOT_THE_ASKER");
}

TEST_F(OnBehalf, NeedsATokenThatNamesItsSourcesAndNothingElse) {
  v1::CreateTokenRequest request;
  request.mutable_token()->add_roles(v1::ROLE_SUITE);
  EXPECT_EQ(world_.Call("AdminService/CreateToken", request, world_.admin_token).reason, "TOKEN_INVALID");
  request.mutable_token()->add_sources("sources/github-acme");
  request.mutable_token()->set_person("people/ana");
  EXPECT_EQ(world_.Call("AdminService/CreateToken", request, world_.admin_token).reason, "TOKEN_INVALID");
  request.mutable_token()->clear_person();
  request.mutable_token()->add_roles(v1::ROLE_STEWARD);
  EXPECT_EQ(world_.Call("AdminService/CreateToken", request, world_.admin_token).reason, "TOKEN_INVALID");
}

TEST_F(OnBehalf, IsInTheAuditWithThePersonAndTheToken) {
  ASSERT_TRUE(Why(kAna).ok());
  v1::ListAuditRequest list;
  list.set_page_size(1000);
  const auto audit = world_.Get<v1::ListAuditResponse>("AdminService/ListAudit", list, world_.admin_token);
  const bool found = std::any_of(audit.records().begin(), audit.records().end(), [](const v1::AuditRecord& record) {
    return record.method() == "EventService/ExplainSubject" && record.person() == "people/ana" && !record.token().empty();
  });
  EXPECT_TRUE(found) << audit.DebugString();
  ASSERT_EQ(Why("github:elsewhere.example:1").reason, "ACCOUNT_ELSEWHERE");
  // Refused calls wait for no record.
  const auto refused = [&] {
    const auto later = world_.Get<v1::ListAuditResponse>("AdminService/ListAudit", list, world_.admin_token);
    return std::any_of(later.records().begin(), later.records().end(), [](const v1::AuditRecord& record) {
      return record.method() == "EventService/ExplainSubject" && record.code() == "PERMISSION_DENIED" && !record.token().empty();
    });
  };
  EXPECT_TRUE(testing::WaitUntil(refused, std::chrono::seconds(10))) << "which token it was is known";
}

}  // namespace
}  // namespace comity::test
