// Outbound webhooks: which addresses are told what, and how they take it.
#include <algorithm>
#include <cstdio>
#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/endpoint_text.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/endpoint.pb.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"

namespace comity::cli {
namespace {

absl::Status ShowEndpoint(Session& session, std::string_view done, const v1::Endpoint& endpoint) {
  if (session.json()) return session.PrintJson(endpoint);
  session.out() << session.style().Good(done) << "\n\n";
  PrintEndpoint(session.out(), session.style(), endpoint);
  return absl::OkStatus();
}

// Sets what was given; its names are those of the update mask.
void ReadEndpoint(const Arguments& arguments, v1::Endpoint& endpoint, google::protobuf::FieldMask* mask) {
  const auto given = [&](const char* option, const char* path) {
    if (arguments.Has(option) && mask != nullptr) mask->add_paths(path);
    return arguments.Has(option);
  };
  if (given("url", "url")) endpoint.set_url(arguments.Get("url"));
  if (given("type", "types")) {
    for (const std::string& type : arguments.All("type")) {
      endpoint.add_types(static_cast<v1::MessageType>(EnumFromWords(*v1::MessageType_descriptor(), type)));
    }
  }
  if (given("team", "teams")) {
    for (const std::string& team : arguments.All("team")) endpoint.add_teams(FullName("teams", team));
  }
}

// Calls what makes a secret and puts that into `file`, which is tried before: the secret is shown once, and must not be lost for a folder
// that is not there.
template <typename Request, typename Response>
absl::Status CallForSecret(Session& session, const char* method, const Request& request, const std::string& file, Response* response) {
  COMITY_RETURN_IF_ERROR(WriteSecretFile(file, "the secret comes here"));
  const absl::Status called = session.Call(method, request, response);
  std::remove(file.c_str());
  return called.ok() ? WriteSecretFile(file, response->secret()) : called;
}

absl::Status CreateEndpoint(Session& session, const Arguments& arguments) {
  v1::CreateEndpointRequest request;
  request.set_endpoint_id(arguments.Get("ID"));
  ReadEndpoint(arguments, *request.mutable_endpoint(), nullptr);
  v1::CreateEndpointResponse response;
  const std::string& file = arguments.Get("out");
  COMITY_RETURN_IF_ERROR(CallForSecret(session, "EndpointService/CreateEndpoint", request, file, &response));
  COMITY_RETURN_IF_ERROR(ShowEndpoint(session, "Added; it is told what happens from now on.", response.endpoint()));
  if (session.json()) return absl::OkStatus();
  session.out() << Printable(absl::StrCat("\nIts secret is in ", file, ", readable by you alone, and nowhere else."), true)
                << "\nTry it: comity endpoints test " << Printable(BareName(response.endpoint().name())) << "\n";
  return absl::OkStatus();
}

absl::Status RotateEndpoint(Session& session, const Arguments& arguments) {
  v1::RotateEndpointSecretRequest request;
  request.set_name(FullName("endpoints", arguments.Get("NAME")));
  v1::RotateEndpointSecretResponse response;
  const std::string& file = arguments.Get("out");
  COMITY_RETURN_IF_ERROR(CallForSecret(session, "EndpointService/RotateEndpointSecret", request, file, &response));
  if (session.json()) return session.PrintJson(response.endpoint());
  session.out() << Printable(absl::StrCat("The new secret of ", response.endpoint().name(), " is in ", file,
                                          ". For 24 hours messages are signed with the old one too."))
                << "\n";
  return absl::OkStatus();
}

absl::Status ListEndpoints(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListEndpointsRequest request;
  v1::ListEndpointsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("EndpointService/ListEndpoints", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"ENDPOINT", "STATE", "WAITING", "TOOK LAST", "TEAMS", "LEADS TO"});
  for (const v1::Endpoint& endpoint : response.endpoints()) {
    table.Add({BareName(endpoint.name()), EndpointStateText(endpoint), absl::StrCat(endpoint.health().waiting_count()),
               Instant(endpoint.health().last_success_time()), EndpointTeamsText(endpoint), endpoint.url()});
  }
  table.Print(session.out(), session.style(), "No endpoints.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status ShowEndpointByName(Session& session, const Arguments& arguments) {
  v1::GetEndpointRequest request;
  request.set_name(FullName("endpoints", arguments.Get("NAME")));
  v1::Endpoint endpoint;
  COMITY_RETURN_IF_ERROR(session.Call("EndpointService/GetEndpoint", request, &endpoint));
  if (session.json()) return session.PrintJson(endpoint);
  PrintEndpoint(session.out(), session.style(), endpoint);
  return absl::OkStatus();
}

absl::Status UpdateEndpoint(Session& session, const Arguments& arguments) {
  v1::UpdateEndpointRequest request;
  request.mutable_endpoint()->set_name(FullName("endpoints", arguments.Get("NAME")));
  ReadEndpoint(arguments, *request.mutable_endpoint(), request.mutable_update_mask());
  if (arguments.Has("no-teams")) {
    if (arguments.Has("team")) return UsageError("--team and --no-teams exclude each other");
    request.mutable_update_mask()->add_paths("teams");
  }
  if (request.update_mask().paths_size() == 0) return UsageError("say what changes: --url, --type, --team or --no-teams");
  v1::Endpoint endpoint;
  COMITY_RETURN_IF_ERROR(session.Call("EndpointService/UpdateEndpoint", request, &endpoint));
  return ShowEndpoint(session, "Changed.", endpoint);
}

absl::Status SetEndpointPaused(Session& session, const Arguments& arguments, bool paused, const char* done) {
  v1::UpdateEndpointRequest request;
  request.mutable_endpoint()->set_name(FullName("endpoints", arguments.Get("NAME")));
  request.mutable_endpoint()->set_paused(paused);
  request.mutable_update_mask()->add_paths("paused");
  v1::Endpoint endpoint;
  COMITY_RETURN_IF_ERROR(session.Call("EndpointService/UpdateEndpoint", request, &endpoint));
  return ShowEndpoint(session, done, endpoint);
}
absl::Status PauseEndpoint(Session& session, const Arguments& arguments) {
  return SetEndpointPaused(session, arguments, true, "Paused; what happens waits for it.");
}
absl::Status ResumeEndpoint(Session& session, const Arguments& arguments) {
  return SetEndpointPaused(session, arguments, false, "Enabled; what waited is sent now.");
}

absl::Status DeleteEndpoint(Session& session, const Arguments& arguments) {
  v1::DeleteEndpointRequest request;
  request.set_name(FullName("endpoints", arguments.Get("NAME")));
  v1::DeleteEndpointResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("EndpointService/DeleteEndpoint", request, &response));
  if (session.json()) return session.PrintJson(response);
  session.out() << Printable(request.name()) << " is told nothing any more.\n";
  return absl::OkStatus();
}

absl::Status TestEndpoint(Session& session, const Arguments& arguments) {
  v1::TestEndpointRequest request;
  request.set_name(FullName("endpoints", arguments.Get("NAME")));
  v1::Delivery delivery;
  COMITY_RETURN_IF_ERROR(session.Call("EndpointService/TestEndpoint", request, &delivery));
  if (session.json()) return session.PrintJson(delivery);
  session.out() << "A ping is on its way. What came of it: comity endpoints deliveries " << Printable(BareName(delivery.endpoint()))
                << " --limit 1\n";
  return absl::OkStatus();
}

absl::Status ListDeliveries(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListDeliveriesRequest request;
  request.set_endpoint(FullName("endpoints", arguments.Get("NAME")));
  v1::ListDeliveriesResponse response;
  COMITY_RETURN_IF_ERROR(session.List("EndpointService/ListDeliveries", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"DELIVERY", "WHAT", "WHEN", "STATE", "TIMES", "FAILED LAST"});
  for (const v1::Delivery& delivery : response.deliveries()) {
    table.Add({BareName(delivery.name()), EnumWords(*v1::MessageType_descriptor(), delivery.type()), Instant(delivery.create_time()),
               EnumWords(*v1::Delivery::State_descriptor(), delivery.state()), absl::StrCat(delivery.attempt_count()),
               DeliveryFailureText(delivery.failure())});
  }
  table.Print(session.out(), session.style(), "No messages.");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

absl::Status ReplayDelivery(Session& session, const Arguments& arguments) {
  v1::ReplayDeliveryRequest request;
  request.set_name(FullName("deliveries", arguments.Get("DELIVERY")));
  v1::Delivery delivery;
  COMITY_RETURN_IF_ERROR(session.Call("EndpointService/ReplayDelivery", request, &delivery));
  if (session.json()) return session.PrintJson(delivery);
  session.out() << Printable(absl::StrCat(delivery.name(), " is sent to ", delivery.endpoint(), " once more, with its id.")) << "\n";
  return absl::OkStatus();
}

Parameter EndpointNameParameter() {
  return {.name = "NAME", .kind = Parameter::Kind::kPositional, .help = "endpoints/… or its bare id", .required = true};
}

Parameter SecretFileParameter() {
  return {.name = "--out", .value = "FILE", .help = "where the secret goes (0600, never overwritten)", .required = true};
}

// Pings go to every endpoint.
std::vector<std::string> MessageTypeChoices() {
  std::vector<std::string> choices = EnumChoices(*v1::MessageType_descriptor());
  choices.erase(std::remove(choices.begin(), choices.end(), "endpoint-ping"), choices.end());
  return choices;
}

std::vector<Parameter> EndpointParameters(Parameter first, bool required) {
  return {std::move(first),
          {.name = "--url", .value = "URL", .help = "https://… to a public address", .required = required},
          {.name = "--type",
           .kind = Parameter::Kind::kRepeated,
           .value = "TYPE",
           .help = "what it is told; may be repeated",
           .required = required,
           .choices = MessageTypeChoices()},
          {.name = "--team",
           .kind = Parameter::Kind::kRepeated,
           .value = "ID",
           .help = "whose deeds it is told of, with their teams; none = everybody's, without teams; may be repeated"}};
}

}  // namespace

std::vector<Verb> EndpointVerbs() {
  std::vector<Parameter> create = EndpointParameters(
      {.name = "ID", .kind = Parameter::Kind::kPositional, .help = "lower-case letters, digits and dashes", .required = true}, true);
  create.push_back(SecretFileParameter());
  std::vector<Parameter> update = EndpointParameters(EndpointNameParameter(), false);
  update.push_back({.name = "--no-teams", .kind = Parameter::Kind::kFlag, .help = "of everybody's deeds again, without their teams"});
  return {
      {.noun = "endpoints",
       .name = "create",
       .summary = "tell an address what happens, as signed Standard Webhooks (administrators)",
       .parameters = create,
       .run = CreateEndpoint,
       .details = "A message names resources and teams; never people, titles or words."},
      {.noun = "endpoints",
       .name = "list",
       .summary = "what is told, and whether it takes it",
       .parameters = {LimitParameter()},
       .run = ListEndpoints},
      {.noun = "endpoints",
       .name = "show",
       .summary = "one of them, with its health",
       .parameters = {EndpointNameParameter()},
       .run = ShowEndpointByName},
      {.noun = "endpoints",
       .name = "update",
       .summary = "change where it leads or what it is told",
       .parameters = update,
       .run = UpdateEndpoint},
      {.noun = "endpoints",
       .name = "pause",
       .summary = "send nothing; what happens waits",
       .parameters = {EndpointNameParameter()},
       .run = PauseEndpoint},
      {.noun = "endpoints",
       .name = "resume",
       .summary = "send again, also to one that was disabled",
       .parameters = {EndpointNameParameter()},
       .run = ResumeEndpoint},
      {.noun = "endpoints", .name = "test", .summary = "send a ping", .parameters = {EndpointNameParameter()}, .run = TestEndpoint},
      {.noun = "endpoints",
       .name = "rotate",
       .summary = "make a new secret; the old one is good for a day more",
       .parameters = {EndpointNameParameter(), SecretFileParameter()},
       .run = RotateEndpoint},
      {.noun = "endpoints",
       .name = "deliveries",
       .summary = "its messages: those that wait, and those of the last 3 days",
       .parameters = {EndpointNameParameter(), LimitParameter()},
       .run = ListDeliveries},
      {.noun = "endpoints",
       .name = "replay",
       .summary = "send one message once more, with its id",
       .parameters = {{.name = "DELIVERY", .kind = Parameter::Kind::kPositional, .help = "deliveries/… or its bare id", .required = true}},
       .run = ReplayDelivery},
      {.noun = "endpoints",
       .name = "delete",
       .summary = "tell it nothing any more; what waited is not sent",
       .parameters = {EndpointNameParameter()},
       .run = DeleteEndpoint},
  };
}

}  // namespace comity::cli
