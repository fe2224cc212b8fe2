// Promise 11: every method of the API, called by every role, by each side of a deed and by strangers, without a token and with a revoked
// one. The methods come from the descriptors and who may call them from their access option: a method without a row here fails the test.
#include <array>
#include <functional>
#include <map>

#include "comity/v1/duty.pb.h"
#include "comity/v1/endpoint.pb.h"
#include "comity/v1/event.grpc.pb.h"
#include "comity/v1/recognition.pb.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/client_context.h"
#include "tests/integration/api_methods.h"
#include "tests/integration/service_world.h"
#include "tests/support/process.h"

namespace comity::test {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

// How a caller stands to the deed that is asked for: its helper, its asker, a member of the helper's team, nobody to it.
enum Relation { kSelf, kSide, kOwnTeam, kStranger };
constexpr std::array kPeople = {"ana", "bo", "cara", "erik"};
constexpr std::array kAccounts = {"github:github.com:1", "github:github.com:2", "github:github.com:3", "github:github.com:5"};
constexpr std::array kRoles = {v1::ROLE_MEMBER,    v1::ROLE_FACILITATOR, v1::ROLE_LEAD,  v1::ROLE_STEWARD,
                               v1::ROLE_CONNECTOR, v1::ROLE_AUDITOR,     v1::ROLE_ADMIN, v1::ROLE_SUITE};
// Whose tokens are nobody's, but name sources.
bool NamesSources(v1::Role role) { return role == v1::ROLE_CONNECTOR || role == v1::ROLE_SUITE; }
using Four = std::array<const char*, 4>;
constexpr Four kAll = {"", "", "", ""};
constexpr Four kSidesOnly = {"", "", "", "DEED_NOT_FOUND"};

// What admitted callers get: "" for OK, else the reason. `personal` by relation, for roles that act as a person; `organisation` for roles
// that reach everything; `source` for a connector whose token names the source, `foreign` for one whose token names another.
struct Row {
  std::function<std::unique_ptr<Message>(int call)> request = {};
  Four personal = kAll;
  const char* organisation = "";
  const char* source = "";
  const char* foreign = "";
  bool shows_deeds = false;
  bool by_person = false;  // what counts is who they are, whatever their role
};

std::string NameOf(const MethodDescriptor& method) { return method.service()->name() + "/" + method.name(); }

bool IsGranted(const MethodDescriptor& method, v1::Role role) {
  const auto& grants = method.options().GetExtension(v1::access).grants();
  return std::any_of(grants.begin(), grants.end(), [role](const v1::Grant& grant) { return grant.role() == role; });
}

class AccessMatrix : public ::testing::TestWithParam<const MethodDescriptor*> {
 protected:
  static void SetUpTestSuite() {
    world = new World;
    v1::CreateSourceRequest other;
    other.set_source_id("other");
    other.mutable_source()->set_suite("github");
    other.mutable_source()->set_instance("git.example");
    EXPECT_TRUE(world->Call("AdminService/CreateSource", other, world->admin_token).ok());
    deed = world->MakeDeed(1);
    v1::ListEventsRequest list;
    event = world->Get<v1::ListEventsResponse>("EventService/ListEvents", list, world->admin_token).events(0).name();
    for (const v1::Role role : kRoles) {
      for (const Relation relation : {kSelf, kSide, kOwnTeam, kStranger}) {
        const char* source = role == v1::ROLE_CONNECTOR && relation == kStranger ? "other" : "github-acme";
        const std::string token = NamesSources(role) ? world->MakeToken({role}, "", {source}) : world->MakeToken({role}, kPeople[relation]);
        callers[role][relation] = {"Bearer " + token, role == v1::ROLE_SUITE ? kAccounts[relation] : ""};
      }
    }
    ASSERT_TRUE(world->checkpoints->Make().ok());
    MakeRefused();
    MakeRows();
  }
  // Tokens that were good once: one of each role that was revoked, and those of somebody who has left.
  static void MakeRefused() {
    const domain::PersonUid gus = world->uids.Make<domain::PersonUid>("gus");
    const auto put = [gus](bool former) {
      return world->writer->Run([=](store::Transaction& transaction) {
        return transaction.directory().PutPerson(
            {.uid = gus, .id = "gus", .display_name = "Gus Example", .former = former, .opted_out = false});
      });
    };
    ASSERT_TRUE(put(false).ok());
    for (const v1::Role role : kRoles) {
      v1::CreateTokenRequest request;
      request.mutable_token()->add_roles(role);
      if (NamesSources(role)) {
        request.mutable_token()->add_sources("sources/github-acme");
      } else {
        request.mutable_token()->set_person("people/gus");
        refused.emplace_back(v1::Role_Name(role) + " of somebody who left", world->MakeToken({role}, "gus"));
      }
      const auto made = world->Get<v1::CreateTokenResponse>("AdminService/CreateToken", request, world->admin_token);
      // Known while it is good, if only to be refused.
      EXPECT_NE(world->Call("AdminService/GetStatus", v1::GetStatusRequest(), made.secret()).reason, "TOKEN_UNKNOWN");
      v1::RevokeTokenRequest revoke;
      revoke.set_name(made.token().name());
      ASSERT_TRUE(world->Call("AdminService/RevokeToken", revoke, world->admin_token).ok());
      refused.emplace_back(v1::Role_Name(role) + " revoked", made.secret());
    }
    ASSERT_TRUE(put(true).ok());
    world->clock.Advance(absl::Seconds(1));  // nothing is remembered for longer
  }
  static void TearDownTestSuite() {
    delete world;
    world = nullptr;
  }

  template <typename Request>
  static void Add(const std::string& method, std::function<void(Request&, int)> fill, Row row) {
    row.request = [fill = std::move(fill)](int call) {
      auto request = std::make_unique<Request>();
      if (fill) fill(*request, call);
      return request;
    };
    rows[method] = std::move(row);
  }
  template <typename Request>
  static std::function<void(Request&, int)> OfDeed() {
    return [](Request& request, int) { request.set_name(deed); };
  }
  // A deed of its own for each call that is admitted: such calls change it.
  template <typename Request>
  static std::function<void(Request&, int)> OfFreshDeed() {
    return [](Request& request, int call) { request.set_name(call > 0 ? world->MakeDeed(call) : deed); };
  }
  static void MakeRows();
  static void MakeRecognitionRows();
  static void MakeEndpointRows();
  static void MakeDutyRows();

  static const char* Expected(const Row& row, v1::Role role, Relation relation) {
    if (role == v1::ROLE_CONNECTOR) return relation == kStranger ? row.foreign : row.source;
    const bool personal =
        row.by_person || role == v1::ROLE_MEMBER || role == v1::ROLE_FACILITATOR || role == v1::ROLE_LEAD || role == v1::ROLE_SUITE;
    return personal ? row.personal[relation] : row.organisation;
  }

  static inline World* world = nullptr;
  static inline std::string deed, event;
  static inline std::map<v1::Role, std::map<Relation, rpc::Credentials>> callers;
  static inline std::vector<std::pair<std::string, std::string>> refused;
  static inline std::map<std::string, Row> rows;
  static inline int next_ticket = 100;
};

void AccessMatrix::MakeRows() {
  Add<v1::GetStatusRequest>("AdminService/GetStatus", {}, {});
  Add<v1::CreateSourceRequest>("AdminService/CreateSource",
                               [](auto& request, int call) {
                                 request.set_source_id("made-" + std::to_string(call));
                                 request.mutable_source()->set_suite("github");
                                 request.mutable_source()->set_instance("github.com");
                               },
                               {});
  Add<v1::GetSourceRequest>("AdminService/GetSource", [](auto& request, int) { request.set_name("sources/github-acme"); },
                            {.foreign = "SOURCE_NOT_FOUND"});
  Add<v1::ListSourcesRequest>("AdminService/ListSources", {}, {});
  Add<v1::CreateTokenRequest>("AdminService/CreateToken", [](auto& request, int) { request.mutable_token()->add_roles(v1::ROLE_AUDITOR); },
                              {});
  Add<v1::ListTokensRequest>("AdminService/ListTokens", {}, {});
  Add<v1::RevokeTokenRequest>("AdminService/RevokeToken", [](auto& request, int) { request.set_name("tokens/none"); },
                              {.organisation = "TOKEN_NOT_FOUND"});
  Add<v1::SetOptOutRequest>("AdminService/SetOptOut", {}, {});
  Add<v1::GetOptOutRequest>("AdminService/GetOptOut", {}, {});
  Add<v1::ListReadsRequest>("AdminService/ListReads", {}, {});
  Add<v1::GetJobRequest>("AdminService/GetJob", [](auto& request, int) { request.set_name("jobs/none"); },
                         {.organisation = "JOB_NOT_FOUND"});
  Add<v1::VerifyLedgerRequest>("AdminService/VerifyLedger", {}, {});
  Add<v1::CreateCheckpointRequest>("AdminService/CreateCheckpoint", {}, {});
  Add<v1::GetCheckpointRequest>("AdminService/GetCheckpoint", {}, {});
  Add<v1::ListCheckpointsRequest>("AdminService/ListCheckpoints", {}, {});
  Add<v1::GetInclusionProofRequest>("AdminService/GetInclusionProof", [](auto& request, int) { request.set_deed(deed); },
                                    {.personal = {"", "", "ROLE_REQUIRED", "DEED_NOT_FOUND"}});
  Add<v1::GetConsistencyProofRequest>(
      "AdminService/GetConsistencyProof", [](auto& request, int) { request.set_older("checkpoints/0"); },
      {.personal = {"CHECKPOINT_NOT_FOUND", "CHECKPOINT_NOT_FOUND", "CHECKPOINT_NOT_FOUND", "CHECKPOINT_NOT_FOUND"},
       .organisation = "CHECKPOINT_NOT_FOUND"});
  Add<v1::CreateBackupRequest>("AdminService/CreateBackup",
                               [](auto& request, int call) {
                                 if (call > 0) world->clock.Advance(absl::Hours(2));  // the one before is forgotten
                                 request.set_request_id("backup " + std::to_string(call));
                               },
                               {});
  Add<v1::ReadBackupRequest>("AdminService/ReadBackup", [](auto& request, int) { request.set_name("backups/none"); },
                             {.organisation = "BACKUP_NOT_FOUND"});
  Add<v1::DeleteBackupRequest>("AdminService/DeleteBackup", [](auto& request, int) { request.set_name("backups/none"); },
                               {.organisation = "BACKUP_NOT_FOUND"});
  Add<v1::ErasePersonRequest>("AdminService/ErasePerson", [](auto& request, int) { request.set_data_subject("people/nobody"); },
                              {.organisation = "PERSON_NOT_FOUND"});
  Add<v1::ExportPersonRequest>("AdminService/ExportPerson", [](auto& request, int) { request.set_name("people/ana"); },
                               {.personal = {"", "ROLE_REQUIRED", "ROLE_REQUIRED", "ROLE_REQUIRED"}});
  Add<v1::ListAuditRequest>("AdminService/ListAudit", {}, {});

  Add<v1::GetPersonRequest>("DirectoryService/GetPerson", [](auto& request, int) { request.set_name("people/ana"); }, {});
  Add<v1::ListPeopleRequest>("DirectoryService/ListPeople", {}, {});
  Add<v1::GetTeamRequest>("DirectoryService/GetTeam", [](auto& request, int) { request.set_name("teams/payments"); }, {});
  Add<v1::ListTeamsRequest>("DirectoryService/ListTeams", {}, {});
  Add<v1::ListAccountsRequest>("DirectoryService/ListAccounts", {}, {});
  Add<v1::LinkAccountRequest>("DirectoryService/LinkAccount",
                              [](auto& request, int) {
                                request.set_account("accounts/github:github.com:99");
                                request.set_person("people/nobody");
                              },
                              {.organisation = "PERSON_NOT_FOUND"});
  Add<v1::UnlinkAccountRequest>("DirectoryService/UnlinkAccount",
                                [](auto& request, int) { request.set_account("accounts/github:github.com:99"); },
                                {.organisation = "ACCOUNT_NOT_FOUND"});
  Add<v1::ApplyDirectoryRequest>("DirectoryService/ApplyDirectory",
                                 [](auto& request, int) {
                                   request.set_document("people: [{id: zoe, name: Zoe}]");
                                   request.set_dry_run(true);
                                 },
                                 {});

  Add<v1::IngestEventBatchRequest>("EventService/IngestEventBatch", [](auto& request, int) { request = world->HelpOnTicket(2); },
                                   {.foreign = "SOURCE_NOT_IN_TOKEN"});
  Add<v1::IngestEventsRequest>("EventService/IngestEvents",
                               [](auto& request, int) {
                                 request.set_sequence(7);
                                 *request.mutable_batch() = world->HelpOnTicket(2);
                               },
                               {.foreign = "SOURCE_NOT_IN_TOKEN"});
  Add<v1::GetEventRequest>("EventService/GetEvent", [](auto& request, int) { request.set_name(event); }, {});
  Add<v1::ListEventsRequest>("EventService/ListEvents", {}, {});
  Add<v1::ReplayEventRequest>("EventService/ReplayEvent", [](auto& request, int) { request.set_name(event); }, {});
  Add<v1::ExplainSubjectRequest>("EventService/ExplainSubject", [](auto& request, int) { request.set_subject("acme/billing#1"); },
                                 {.personal = {"", "", "", "SUBJECT_NOT_FOUND"}, .shows_deeds = true});

  Add<v1::GetDeedRequest>("DeedService/GetDeed", OfDeed<v1::GetDeedRequest>(), {.personal = kSidesOnly, .shows_deeds = true});
  Add<v1::ListDeedsRequest>("DeedService/ListDeeds", {}, {.shows_deeds = true});
  Add<v1::ExplainDeedRequest>("DeedService/ExplainDeed", OfDeed<v1::ExplainDeedRequest>(), {.personal = kSidesOnly, .shows_deeds = true});
  Add<v1::ConfirmDeedRequest>("DeedService/ConfirmDeed", OfFreshDeed<v1::ConfirmDeedRequest>(),
                              {.personal = {"NOT_THE_ASKER", "", "NOT_THE_ASKER", "DEED_NOT_FOUND"}});
  Add<v1::CorrectDeedRequest>("DeedService/CorrectDeed",
                              [](auto& request, int call) {
                                OfFreshDeed<v1::CorrectDeedRequest>()(request, call);
                                request.set_because("Cara did it");
                                request.add_shares()->set_person("people/cara");
                                request.mutable_shares(0)->set_share_ppm(1'000'000);
                              },
                              {.personal = {"", "", "NOT_THE_ASKER", "DEED_NOT_FOUND"}});
  Add<v1::AcceptDeedRequest>("DeedService/AcceptDeed", OfDeed<v1::AcceptDeedRequest>(),
                             {.personal = {"NOTHING_TO_ACCEPT", "NOTHING_TO_ACCEPT", "NOTHING_TO_ACCEPT", "DEED_NOT_FOUND"}});
  Add<v1::DeclineDeedRequest>("DeedService/DeclineDeed", OfFreshDeed<v1::DeclineDeedRequest>(),
                              {.personal = {"", "NOT_A_HELPER", "NOT_A_HELPER", "DEED_NOT_FOUND"}});
  Add<v1::ShareDeedRequest>("DeedService/ShareDeed", OfFreshDeed<v1::ShareDeedRequest>(),
                            {.personal = {"", "NOT_A_HELPER", "NOT_A_HELPER", "DEED_NOT_FOUND"}});
  Add<v1::GetMyNumbersRequest>("DeedService/GetMyNumbers", {}, {});
  Add<v1::GetPolicyRequest>("DeedService/GetPolicy", {}, {});
  Add<v1::ListPoliciesRequest>("DeedService/ListPolicies", {}, {});
  const auto of_none = [](auto& request, int) { request.set_name("policies/999"); };
  const Row no_policy = {.organisation = "POLICY_NOT_FOUND"};
  Add<v1::CreatePolicyRequest>("DeedService/CreatePolicy", [](auto& request, int) { request.set_file("bulk_limit: 30"); }, {});
  Add<v1::UpdatePolicyRequest>(
      "DeedService/UpdatePolicy", [](auto& request, int) { request.mutable_policy()->set_name("policies/999"); }, no_policy);
  Add<v1::DeletePolicyRequest>("DeedService/DeletePolicy", of_none, no_policy);
  Add<v1::ComparePolicyRequest>("DeedService/ComparePolicy", [](auto& request, int) { request.set_name("policies/1"); }, {});
  Add<v1::ApprovePolicyRequest>("DeedService/ApprovePolicy", of_none, no_policy);
  Add<v1::ActivatePolicyRequest>("DeedService/ActivatePolicy", of_none, no_policy);
  Add<v1::CreateRestatementRequest>(
      "DeedService/CreateRestatement", [](auto& request, int) { request.mutable_restatement()->set_policy("policies/999"); }, no_policy);
  Add<v1::ListRestatementsRequest>("DeedService/ListRestatements", {}, {});
  const auto of_no_restatement = [](auto& request, int) { request.set_name("restatements/999"); };
  const Row no_restatement = {.organisation = "RESTATEMENT_NOT_FOUND"};
  Add<v1::ApproveRestatementRequest>("DeedService/ApproveRestatement", of_no_restatement, no_restatement);
  Add<v1::StartRestatementRequest>("DeedService/StartRestatement", of_no_restatement, no_restatement);
  Add<v1::DeleteRestatementRequest>("DeedService/DeleteRestatement", of_no_restatement, no_restatement);
  Add<v1::GetAccuracyRequest>("DeedService/GetAccuracy", {}, {});
  MakeRecognitionRows();
  MakeEndpointRows();
  MakeDutyRows();
}

// Bo, who asked, has thanked ana, who said nothing of who may see it: these two see it, and nobody else does.
void AccessMatrix::MakeRecognitionRows() {
  v1::CreateRecognitionRequest thanks;
  thanks.set_deed(deed);
  thanks.set_saw("marmalade: looked into it although it was late");
  const std::string name =
      world->Get<v1::Recognition>("RecognitionService/CreateRecognition", thanks, world->MakeToken({v1::ROLE_MEMBER}, "bo")).name();
  const Four concerned = {"", "", "RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND"};
  const auto of_thanks = [name](auto& request, int) { request.set_name(name); };
  Add<v1::CreateProgrammeRequest>("RecognitionService/CreateProgramme",
                                  [](auto& request, int call) {
                                    request.set_programme_id("programme-" + std::to_string(call));
                                    request.mutable_programme()->set_owner("people/ana");
                                    request.mutable_programme()->set_purpose("To be seen");
                                    request.mutable_programme()->set_review_date("2026-06-01");
                                  },
                                  {});
  Add<v1::ListProgrammesRequest>("RecognitionService/ListProgrammes", {}, {});
  Add<v1::UpdateProgrammeRequest>("RecognitionService/UpdateProgramme",
                                  [](auto& request, int) {
                                    request.mutable_programme()->set_name("programmes/none");
                                    request.mutable_update_mask()->add_paths("purpose");
                                  },
                                  {.organisation = "PROGRAMME_NOT_FOUND"});
  Add<v1::CreateBehaviourRequest>("RecognitionService/CreateBehaviour",
                                  [](auto& request, int call) {
                                    request.set_behaviour_id("behaviour-" + std::to_string(call));
                                    request.mutable_behaviour()->set_root(v1::Behaviour::ROOT_LISTEN);
                                    request.mutable_behaviour()->set_title("Listened");
                                    request.mutable_behaviour()->set_criteria("Said nothing for a while.");
                                  },
                                  {});
  Add<v1::ListBehavioursRequest>("RecognitionService/ListBehaviours", {}, {});
  const auto of_behaviour = [](auto& request, int) { request.set_name("behaviours/shared-context"); };
  Add<v1::ListBehaviourVersionsRequest>("RecognitionService/ListBehaviourVersions", of_behaviour, {});
  Add<v1::UpdateBehaviourRequest>("RecognitionService/UpdateBehaviour",
                                  [](auto& request, int) { request.mutable_behaviour()->set_name("behaviours/none"); },
                                  {.organisation = "BEHAVIOUR_NOT_FOUND"});
  Add<v1::AffirmBehaviourRequest>("RecognitionService/AffirmBehaviour", of_behaviour, {});
  Add<v1::CreateRecognitionRequest>("RecognitionService/CreateRecognition", [thanks](auto& request, int) { request = thanks; },
                                    {.personal = {"NOT_HELPED_SIDE", "", "NOT_HELPED_SIDE", "DEED_NOT_FOUND"}});
  Add<v1::GetRecognitionRequest>("RecognitionService/GetRecognition", of_thanks, {.personal = concerned, .by_person = true});
  Add<v1::ListRecognitionsRequest>("RecognitionService/ListRecognitions", [](auto& request, int) { request.set_deed(deed); },
                                   {.personal = kSidesOnly});
  Add<v1::WithdrawRecognitionRequest>(
      "RecognitionService/WithdrawRecognition", [](auto& request, int) { request.set_name("recognitions/none"); },
      {.personal = {"RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND"}});
  Add<v1::SetConsentRequest>("RecognitionService/SetConsent",
                             [name](auto& request, int) {
                               request.set_name(name);
                               request.set_visibility(v1::VISIBILITY_PRIVATE);
                             },
                             {.personal = {"", "NOT_A_RECIPIENT", "RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND"}});
  Add<v1::CreateCommentRequest>("RecognitionService/CreateComment",
                                [name](auto& request, int) {
                                  request.set_name(name);
                                  request.set_text("Gladly");
                                },
                                {.personal = concerned});
  Add<v1::DeleteCommentRequest>("RecognitionService/DeleteComment",
                                [name](auto& request, int) {
                                  request.set_name(name);
                                  request.set_comment("comments/none");
                                },
                                {.personal = {"COMMENT_NOT_FOUND", "COMMENT_NOT_FOUND", "RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND"}});
  Add<v1::ReportRecognitionRequest>(
      "RecognitionService/ReportRecognition",
      [](auto& request, int) {
        request.set_name("recognitions/none");
        request.set_because("Not kind");
      },
      {.personal = {"RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND", "RECOGNITION_NOT_FOUND"}});
  Add<v1::ListReportsRequest>("RecognitionService/ListReports", {}, {});
  Add<v1::ResolveReportRequest>("RecognitionService/ResolveReport",
                                [](auto& request, int) {
                                  request.set_name("reports/none");
                                  request.set_decision(v1::Report::DECISION_KEPT);
                                  request.set_because("It is kind");
                                },
                                {.organisation = "REPORT_NOT_FOUND"});
  Add<v1::GetRecognitionPreferenceRequest>("RecognitionService/GetRecognitionPreference", {}, {});
  Add<v1::SetRecognitionPreferenceRequest>("RecognitionService/SetRecognitionPreference",
                                           [](auto& request, int) { request.mutable_preference()->set_visibility(v1::VISIBILITY_PRIVATE); },
                                           {});
  Add<v1::ListInvitationsRequest>("RecognitionService/ListInvitations", {}, {});
  const char* none = "INVITATION_NOT_FOUND";
  Add<v1::DismissInvitationRequest>("RecognitionService/DismissInvitation", [](auto& request, int) { request.set_deed("deeds/none"); },
                                    {.personal = {none, none, none, none}});
}

// Those who operate the deployment administer them, those who audit read them, and nobody else learns that there are any.
void AccessMatrix::MakeEndpointRows() {
  const auto fill = [](v1::Endpoint& endpoint) {
    endpoint.set_url("https://hooks.acme.example/in");
    endpoint.add_types(v1::MESSAGE_TYPE_DEED_COUNTED);
  };
  v1::CreateEndpointRequest create;
  create.set_endpoint_id("chat");
  fill(*create.mutable_endpoint());
  EXPECT_TRUE(world->Call("EndpointService/CreateEndpoint", create, world->admin_token).ok());
  const auto of_chat = [](auto& request, int) { request.set_name("endpoints/chat"); };
  Add<v1::CreateEndpointRequest>("EndpointService/CreateEndpoint",
                                 [fill](auto& request, int call) {
                                   request.set_endpoint_id("made-" + std::to_string(call));
                                   fill(*request.mutable_endpoint());
                                 },
                                 {});
  Add<v1::GetEndpointRequest>("EndpointService/GetEndpoint", of_chat, {});
  Add<v1::ListEndpointsRequest>("EndpointService/ListEndpoints", {}, {});
  Add<v1::UpdateEndpointRequest>("EndpointService/UpdateEndpoint",
                                 [](auto& request, int) {
                                   request.mutable_endpoint()->set_name("endpoints/chat");
                                   request.mutable_update_mask()->add_paths("paused");
                                 },
                                 {});
  Add<v1::DeleteEndpointRequest>("EndpointService/DeleteEndpoint", [](auto& request, int) { request.set_name("endpoints/none"); },
                                 {.organisation = "ENDPOINT_NOT_FOUND"});
  Add<v1::TestEndpointRequest>("EndpointService/TestEndpoint", of_chat, {});
  Add<v1::RotateEndpointSecretRequest>("EndpointService/RotateEndpointSecret", of_chat, {});
  Add<v1::ListDeliveriesRequest>("EndpointService/ListDeliveries", [](auto& request, int) { request.set_endpoint("endpoints/chat"); }, {});
  Add<v1::ReplayDeliveryRequest>("EndpointService/ReplayDelivery", [](auto& request, int) { request.set_name("deliveries/none"); },
                                 {.organisation = "DELIVERY_NOT_FOUND"});
}

// A rotation of payments, which ana leads: she and cara are its people, bo and erik learn nothing of it.
void AccessMatrix::MakeDutyRows() {
  const auto fill = [](v1::CreateRotationRequest& request, const std::string& id) {
    request.set_rotation_id(id);
    request.mutable_rotation()->set_team("teams/payments");
    request.mutable_rotation()->set_duty(v1::Rotation::DUTY_SPOTTER);
    request.mutable_rotation()->set_title("Spotter");
    request.mutable_rotation()->set_start_date("2026-02-02");
  };
  v1::CreateRotationRequest create;
  fill(create, "spotter");
  EXPECT_TRUE(world->Call("DutyService/CreateRotation", create, world->MakeToken({v1::ROLE_LEAD}, "ana")).ok());
  const Four of_team = {"", "ROTATION_NOT_FOUND", "", "ROTATION_NOT_FOUND"};
  const auto of_spotter = [](auto& request, int) { request.set_name("rotations/spotter"); };
  const auto in_spotter = [](auto& request, int) { request.set_rotation("rotations/spotter"); };
  // As many as there may be of a team and no more, whoever is admitted.
  Add<v1::CreateRotationRequest>("DutyService/CreateRotation",
                                 [fill](auto& request, int call) { fill(request, "made-" + std::to_string(call)); },
                                 {.personal = {"", "ROLE_REQUIRED", "", "ROLE_REQUIRED"}});
  Add<v1::GetRotationRequest>("DutyService/GetRotation", of_spotter, {.personal = of_team});
  Add<v1::ListRotationsRequest>("DutyService/ListRotations", {}, {});
  Add<v1::UpdateRotationRequest>("DutyService/UpdateRotation",
                                 [](auto& request, int) {
                                   request.mutable_rotation()->set_name("rotations/spotter");
                                   request.mutable_rotation()->set_title("Spotters");
                                   request.mutable_update_mask()->add_paths("title");
                                 },
                                 {.personal = of_team});
  const char* none = "ROTATION_NOT_FOUND";
  Add<v1::ArchiveRotationRequest>("DutyService/ArchiveRotation", [](auto& request, int) { request.set_name("rotations/none"); },
                                  {.personal = {none, none, none, none}});
  Add<v1::ListAssignmentsRequest>("DutyService/ListAssignments", in_spotter, {.personal = of_team});
  const char* no_turn = "ASSIGNMENT_NOT_FOUND";
  const auto of_no_turn = [](auto& request, int) { request.set_name("rotations/spotter/assignments/9999"); };
  const Row no_turns = {.personal = {no_turn, no_turn, no_turn, no_turn}};
  Add<v1::SkipAssignmentRequest>("DutyService/SkipAssignment", of_no_turn, no_turns);
  Add<v1::OfferSwapRequest>("DutyService/OfferSwap", of_no_turn, no_turns);
  Add<v1::AcceptSwapRequest>("DutyService/AcceptSwap", of_no_turn, no_turns);
  Add<v1::DeclineSwapRequest>("DutyService/DeclineSwap", of_no_turn, no_turns);
  Add<v1::CreateAbsenceRequest>("DutyService/CreateAbsence",
                                [](auto& request, int) {
                                  request.mutable_absence()->set_first_date("2026-12-24");
                                  request.mutable_absence()->set_last_date("2026-12-24");
                                },
                                {});
  Add<v1::ListAbsencesRequest>("DutyService/ListAbsences", {}, {});
  const char* no_absence = "ABSENCE_NOT_FOUND";
  Add<v1::DeleteAbsenceRequest>("DutyService/DeleteAbsence", [](auto& request, int) { request.set_name("absences/none"); },
                                {.personal = {no_absence, no_absence, no_absence, no_absence}});
  // Cara or ana is the spotter: a round that nobody has yet is neither's.
  Add<v1::ListUnthankedRequest>("DutyService/ListUnthanked", [](auto& request, int) { request.set_rotation("rotations/none"); },
                                {.personal = {none, none, none, none}});
}

std::string ReasonOf(const google::rpc::Status& status) {
  google::rpc::ErrorInfo info;
  return status.details_size() > 0 && status.details(0).UnpackTo(&info) ? info.reason() : "";
}

// One batch over a stream of its own; the stream's own refusal or the batch's status.
Reply CallStream(const World& world, const Message& request, const rpc::Credentials& credentials) {
  ++world.calls;
  grpc::ClientContext context;
  if (!credentials.authorization.empty()) context.AddMetadata("authorization", credentials.authorization);
  if (!credentials.account.empty()) context.AddMetadata("comity-account", credentials.account);
  const auto stub = v1::EventService::NewStub(world.Channel());
  const auto stream = stub->IngestEvents(&context);
  stream->Write(static_cast<const v1::IngestEventsRequest&>(request));
  stream->WritesDone();
  v1::IngestEventsResponse response;
  const bool answered = stream->Read(&response);
  const grpc::Status ended = stream->Finish();
  google::rpc::Status status = response.status();
  if (!answered) status.ParseFromString(ended.error_details());
  return {static_cast<absl::StatusCode>(answered ? status.code() : ended.error_code()), ReasonOf(status), status, nullptr};
}

TEST_P(AccessMatrix, AdmitsWhomTheRuleGrantsAndNobodyElse) {
  const MethodDescriptor& method = *GetParam();
  ASSERT_TRUE(rows.count(NameOf(method))) << "no row for " << NameOf(method) << ": say in MakeRows who sees what";
  const Row& row = rows.at(NameOf(method));
  const auto call_as = [&](const Message& request, const rpc::Credentials& credentials) {
    return method.client_streaming() ? CallStream(*world, request, credentials) : world->CallWith(NameOf(method), request, credentials);
  };
  const auto call = [&](const Message& request, const std::string& token) {
    return call_as(request, {token.empty() ? "" : "Bearer " + token, ""});
  };

  EXPECT_EQ(call(*row.request(0), "").reason, "TOKEN_MISSING");
  // Who is not known learns nothing: not which token was good once, nor what a method would have said.
  const google::rpc::Status unknown = world->Call("AdminService/GetStatus", v1::GetStatusRequest(), "cmt_0123456789").status;
  for (const auto& [whose, token] : refused) {
    for (const std::string& sent : {std::string("cmt_0123456789"), token}) {
      const Reply reply = call(*row.request(0), sent);
      EXPECT_EQ(reply.code, absl::StatusCode::kUnauthenticated) << whose;
      EXPECT_EQ(reply.reason, "TOKEN_UNKNOWN") << whose;
      EXPECT_EQ(reply.status.SerializeAsString(), unknown.SerializeAsString()) << whose;
    }
  }
  for (const v1::Role role : kRoles) {
    for (const Relation relation : {kSelf, kSide, kOwnTeam, kStranger}) {
      SCOPED_TRACE(v1::Role_Name(role) + " as " + kPeople[relation]);
      const bool granted = IsGranted(method, role);
      const Reply reply = call_as(*row.request(granted ? ++next_ticket : 0), callers[role][relation]);
      if (!granted) {
        EXPECT_EQ(reply.code, absl::StatusCode::kPermissionDenied);
        EXPECT_EQ(reply.reason, "ROLE_REQUIRED");
        continue;
      }
      EXPECT_EQ(reply.reason, Expected(row, role, relation)) << reply.status.DebugString();
      EXPECT_EQ(reply.ok(), std::string(Expected(row, role, relation)).empty());
      if (!row.shows_deeds || !reply.ok()) continue;
      const std::string shown = reply.response->DebugString();
      const bool oversees = role == v1::ROLE_STEWARD || role == v1::ROLE_AUDITOR;
      if (oversees || relation == kSelf || relation == kSide) {
        EXPECT_THAT(shown, AnyOf(HasSubstr("people/ana"), HasSubstr("Ana Example")));
      } else if (relation == kOwnTeam) {
        EXPECT_THAT(shown, HasSubstr("deeds/"));
        for (const char* name : {"people/ana", "people/bo", "Ana Example", "Bo Example", "Refund"})
          EXPECT_THAT(shown, Not(HasSubstr(name)));
      } else {
        EXPECT_THAT(shown, Not(HasSubstr("deeds/")));
      }
    }
  }
  // And every one of these calls, whatever came of it, has left one record.
  const auto records = [] { return world->store->BeginRead().value()->admin().CountAudit().value(); };
  EXPECT_TRUE(testing::WaitUntil([&] { return records() >= world->calls; }, std::chrono::seconds(10)));
  EXPECT_EQ(records(), world->calls);
}

INSTANTIATE_TEST_SUITE_P(EveryMethod, AccessMatrix, ::testing::ValuesIn(AllMethods()),
                         [](const auto& method) { return method.param->name(); });

class AccessAfterRevocation : public ::testing::Test {};

TEST_F(AccessAfterRevocation, EndsWithinASecondForCallsAndStreams) {
  World world;
  v1::CreateTokenRequest request;
  request.mutable_token()->add_roles(v1::ROLE_STEWARD);
  const auto made = world.Get<v1::CreateTokenResponse>("AdminService/CreateToken", request, world.admin_token);
  EXPECT_TRUE(world.Call("AdminService/GetStatus", v1::GetStatusRequest(), made.secret()).ok());
  v1::RevokeTokenRequest revoke;
  revoke.set_name(made.token().name());
  EXPECT_TRUE(world.Call("AdminService/RevokeToken", revoke, world.admin_token).ok());
  world.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(world.Call("AdminService/GetStatus", v1::GetStatusRequest(), made.secret()).reason, "TOKEN_UNKNOWN");
  v1::IngestEventsRequest batch;
  *batch.mutable_batch() = world.HelpOnTicket(1);
  EXPECT_EQ(CallStream(world, batch, {"Bearer " + made.secret(), ""}).reason, "TOKEN_UNKNOWN");
}

}  // namespace
}  // namespace comity::test
