#include "service/rpc/bind_api.h"

#include <utility>

#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/directory.pb.h"
#include "comity/v1/duty.pb.h"
#include "comity/v1/endpoint.pb.h"
#include "comity/v1/event.pb.h"
#include "comity/v1/recognition.pb.h"
#include "service/base/error.h"

namespace comity::rpc {
namespace {

using app::AdminApp;
using app::DeedApp;
using app::DirectoryApp;
using app::DutyApp;
using app::EndpointApp;
using app::EventApp;
using app::RecognitionApp;

template <typename Message>
const google::protobuf::ServiceDescriptor& ServiceBeside(const char* name) {
  return *Message::descriptor()->file()->FindServiceByName(name);
}

void BindAdmin(ServiceBinding& service, AdminApp& app) {
  service.Bind("GetStatus", app, &AdminApp::GetStatus);
  service.Bind("CreateSource", app, &AdminApp::CreateSource);
  service.Bind("GetSource", app, &AdminApp::GetSource);
  service.Bind("ListSources", app, &AdminApp::ListSources);
  service.Bind("CreateToken", app, &AdminApp::CreateToken);
  service.Bind("ListTokens", app, &AdminApp::ListTokens);
  service.Bind("RevokeToken", app, &AdminApp::RevokeToken);
  service.Bind("SetOptOut", app, &AdminApp::SetOptOut);
  service.Bind("GetOptOut", app, &AdminApp::GetOptOut);
  service.Bind("ListReads", app, &AdminApp::ListReads);
  service.Bind("GetJob", app, &AdminApp::GetJob);
  service.Bind("ErasePerson", app, &AdminApp::ErasePerson);
  service.Bind("ExportPerson", app, &AdminApp::ExportPerson);
  service.Bind("ListAudit", app, &AdminApp::ListAudit);
  service.Bind("VerifyLedger", app, &AdminApp::VerifyLedger);
  service.Bind("CreateCheckpoint", app, &AdminApp::CreateCheckpoint);
  service.Bind("GetCheckpoint", app, &AdminApp::GetCheckpoint);
  service.Bind("ListCheckpoints", app, &AdminApp::ListCheckpoints);
  service.Bind("GetInclusionProof", app, &AdminApp::GetInclusionProof);
  service.Bind("GetConsistencyProof", app, &AdminApp::GetConsistencyProof);
  service.Bind("CreateBackup", app, &AdminApp::CreateBackup);
  service.Bind("ReadBackup", app, &AdminApp::ReadBackup);
  service.Bind("DeleteBackup", app, &AdminApp::DeleteBackup);
}

void BindDirectory(ServiceBinding& service, DirectoryApp& app) {
  service.Bind("GetPerson", app, &DirectoryApp::GetPerson);
  service.Bind("ListPeople", app, &DirectoryApp::ListPeople);
  service.Bind("GetTeam", app, &DirectoryApp::GetTeam);
  service.Bind("ListTeams", app, &DirectoryApp::ListTeams);
  service.Bind("ListAccounts", app, &DirectoryApp::ListAccounts);
  service.Bind("LinkAccount", app, &DirectoryApp::LinkAccount);
  service.Bind("UnlinkAccount", app, &DirectoryApp::UnlinkAccount);
  service.Bind("ApplyDirectory", app, &DirectoryApp::ApplyDirectory);
}

void BindEvents(ServiceBinding& service, EventApp& app, IngestStreams& streams) {
  service.BindStream("IngestEvents",
                     [&streams](const MethodRule& rule, grpc::CallbackServerContext& context) { return streams.Open(rule, context); });
  service.BindLater("IngestEventBatch", app, &EventApp::IngestEventBatch);
  service.Bind("GetEvent", app, &EventApp::GetEvent);
  service.Bind("ListEvents", app, &EventApp::ListEvents);
  service.Bind("ReplayEvent", app, &EventApp::ReplayEvent);
  service.Bind("ExplainSubject", app, &EventApp::ExplainSubject);
}

void BindDeeds(ServiceBinding& service, DeedApp& app) {
  service.Bind("GetDeed", app, &DeedApp::GetDeed);
  service.Bind("ListDeeds", app, &DeedApp::ListDeeds);
  service.Bind("ExplainDeed", app, &DeedApp::ExplainDeed);
  service.Bind("ConfirmDeed", app, &DeedApp::ConfirmDeed);
  service.Bind("CorrectDeed", app, &DeedApp::CorrectDeed);
  service.Bind("AcceptDeed", app, &DeedApp::AcceptDeed);
  service.Bind("DeclineDeed", app, &DeedApp::DeclineDeed);
  service.Bind("ShareDeed", app, &DeedApp::ShareDeed);
  service.Bind("GetMyNumbers", app, &DeedApp::GetMyNumbers);
  service.Bind("GetPolicy", app, &DeedApp::GetPolicy);
  service.Bind("ListPolicies", app, &DeedApp::ListPolicies);
  service.Bind("CreatePolicy", app, &DeedApp::CreatePolicy);
  service.Bind("UpdatePolicy", app, &DeedApp::UpdatePolicy);
  service.Bind("DeletePolicy", app, &DeedApp::DeletePolicy);
  service.Bind("ComparePolicy", app, &DeedApp::ComparePolicy);
  service.Bind("ApprovePolicy", app, &DeedApp::ApprovePolicy);
  service.Bind("ActivatePolicy", app, &DeedApp::ActivatePolicy);
  service.Bind("CreateRestatement", app, &DeedApp::CreateRestatement);
  service.Bind("ListRestatements", app, &DeedApp::ListRestatements);
  service.Bind("ApproveRestatement", app, &DeedApp::ApproveRestatement);
  service.Bind("StartRestatement", app, &DeedApp::StartRestatement);
  service.Bind("DeleteRestatement", app, &DeedApp::DeleteRestatement);
  service.Bind("GetAccuracy", app, &DeedApp::GetAccuracy);
}

void BindRecognition(ServiceBinding& service, RecognitionApp& app) {
  service.Bind("CreateProgramme", app, &RecognitionApp::CreateProgramme);
  service.Bind("ListProgrammes", app, &RecognitionApp::ListProgrammes);
  service.Bind("UpdateProgramme", app, &RecognitionApp::UpdateProgramme);
  service.Bind("CreateBehaviour", app, &RecognitionApp::CreateBehaviour);
  service.Bind("ListBehaviours", app, &RecognitionApp::ListBehaviours);
  service.Bind("ListBehaviourVersions", app, &RecognitionApp::ListBehaviourVersions);
  service.Bind("UpdateBehaviour", app, &RecognitionApp::UpdateBehaviour);
  service.Bind("AffirmBehaviour", app, &RecognitionApp::AffirmBehaviour);
  service.Bind("CreateRecognition", app, &RecognitionApp::CreateRecognition);
  service.Bind("GetRecognition", app, &RecognitionApp::GetRecognition);
  service.Bind("ListRecognitions", app, &RecognitionApp::ListRecognitions);
  service.Bind("WithdrawRecognition", app, &RecognitionApp::WithdrawRecognition);
  service.Bind("SetConsent", app, &RecognitionApp::SetConsent);
  service.Bind("CreateComment", app, &RecognitionApp::CreateComment);
  service.Bind("DeleteComment", app, &RecognitionApp::DeleteComment);
  service.Bind("ReportRecognition", app, &RecognitionApp::ReportRecognition);
  service.Bind("ListReports", app, &RecognitionApp::ListReports);
  service.Bind("ResolveReport", app, &RecognitionApp::ResolveReport);
  service.Bind("GetRecognitionPreference", app, &RecognitionApp::GetRecognitionPreference);
  service.Bind("SetRecognitionPreference", app, &RecognitionApp::SetRecognitionPreference);
  service.Bind("ListInvitations", app, &RecognitionApp::ListInvitations);
  service.Bind("DismissInvitation", app, &RecognitionApp::DismissInvitation);
}

void BindEndpoints(ServiceBinding& service, EndpointApp& app) {
  service.Bind("CreateEndpoint", app, &EndpointApp::CreateEndpoint);
  service.Bind("GetEndpoint", app, &EndpointApp::GetEndpoint);
  service.Bind("ListEndpoints", app, &EndpointApp::ListEndpoints);
  service.Bind("UpdateEndpoint", app, &EndpointApp::UpdateEndpoint);
  service.Bind("DeleteEndpoint", app, &EndpointApp::DeleteEndpoint);
  service.Bind("TestEndpoint", app, &EndpointApp::TestEndpoint);
  service.Bind("RotateEndpointSecret", app, &EndpointApp::RotateEndpointSecret);
  service.Bind("ListDeliveries", app, &EndpointApp::ListDeliveries);
  service.Bind("ReplayDelivery", app, &EndpointApp::ReplayDelivery);
}

void BindDuties(ServiceBinding& service, DutyApp& app) {
  service.Bind("CreateRotation", app, &DutyApp::CreateRotation);
  service.Bind("GetRotation", app, &DutyApp::GetRotation);
  service.Bind("ListRotations", app, &DutyApp::ListRotations);
  service.Bind("UpdateRotation", app, &DutyApp::UpdateRotation);
  service.Bind("ArchiveRotation", app, &DutyApp::ArchiveRotation);
  service.Bind("ListAssignments", app, &DutyApp::ListAssignments);
  service.Bind("SkipAssignment", app, &DutyApp::SkipAssignment);
  service.Bind("OfferSwap", app, &DutyApp::OfferSwap);
  service.Bind("AcceptSwap", app, &DutyApp::AcceptSwap);
  service.Bind("DeclineSwap", app, &DutyApp::DeclineSwap);
  service.Bind("CreateAbsence", app, &DutyApp::CreateAbsence);
  service.Bind("ListAbsences", app, &DutyApp::ListAbsences);
  service.Bind("DeleteAbsence", app, &DutyApp::DeleteAbsence);
  service.Bind("ListUnthanked", app, &DutyApp::ListUnthanked);
}

}  // namespace

BoundApi::BoundApi(const Apps& apps, Runtime runtime)
    : streams_(runtime,
               [&events = apps.events](const app::Caller& caller, v1::IngestEventBatchRequest batch, IngestStreams::Done done) {
                 events.IngestEventBatch(caller, std::move(batch), std::move(done));
               }),
      admin_(ServiceBeside<v1::Status>("AdminService"), runtime),
      directory_(ServiceBeside<v1::Person>("DirectoryService"), runtime),
      events_(ServiceBeside<v1::Event>("EventService"), runtime),
      deeds_(ServiceBeside<v1::Deed>("DeedService"), runtime),
      recognition_(ServiceBeside<v1::Recognition>("RecognitionService"), runtime),
      endpoints_(ServiceBeside<v1::Endpoint>("EndpointService"), runtime),
      duties_(ServiceBeside<v1::Rotation>("DutyService"), runtime) {
  BindAdmin(admin_, apps.admin);
  BindDirectory(directory_, apps.directory);
  BindEvents(events_, apps.events, streams_);
  BindDeeds(deeds_, apps.deeds);
  BindRecognition(recognition_, apps.recognition);
  BindEndpoints(endpoints_, apps.endpoints);
  BindDuties(duties_, apps.duties);
}

absl::Status BoundApi::Check() const {
  for (const ServiceBinding* service : {&admin_, &directory_, &events_, &deeds_, &recognition_, &endpoints_, &duties_})
    COMITY_RETURN_IF_ERROR(service->Check());
  return absl::OkStatus();
}

void BoundApi::Register(grpc::ServerBuilder& builder) {
  for (ServiceBinding* service : {&admin_, &directory_, &events_, &deeds_, &recognition_, &endpoints_, &duties_})
    builder.RegisterService(service);
}

}  // namespace comity::rpc
