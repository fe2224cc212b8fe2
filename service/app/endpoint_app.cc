#include "service/app/endpoint_app.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "service/app/endpoint_secret.h"
#include "service/app/endpoint_view.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/resource_name.h"
#include "service/app/sender.h"
#include "service/base/error.h"
#include "service/domain/notify/webhook_url.h"
#include "service/domain/recognition/words.h"

namespace comity::app {
namespace {

using domain::Endpoint;

// What an endpoint is checked against.
struct EndpointAround {
  const domain::Directory& directory;
  bool outbound_private = false;
};

// Each sets one field of `to`, or says what is wrong with it.
void SetEndpointUrl(const v1::Endpoint& from, const EndpointAround& around, Endpoint& to, std::vector<FieldFault>& faults) {
  const std::string_view fault = domain::WebhookUrlFault(from.url(), around.outbound_private);
  if (!fault.empty()) faults.push_back({"endpoint.url", std::string(fault)});
  to.url = from.url();
}

void SetEndpointTypes(const v1::Endpoint& from, const EndpointAround& /*around*/, Endpoint& to, std::vector<FieldFault>& faults) {
  std::set<domain::MessageType> types;
  bool sound = from.types_size() > 0;
  for (const int number : from.types()) {
    sound = sound && v1::MessageType_IsValid(number) && number != v1::MESSAGE_TYPE_UNSPECIFIED && number != v1::MESSAGE_TYPE_ENDPOINT_PING;
    sound = sound && types.insert(static_cast<domain::MessageType>(number)).second;
  }
  if (!sound) {
    faults.push_back({"endpoint.types",
                      "name one or several of DEED_COUNTED, DEED_CHANGED, DEED_REVERSED, RECOGNITION_OPENED, POLICY_ACTIVATED, each once"});
  }
  to.types.assign(types.begin(), types.end());
}

void SetEndpointTeams(const v1::Endpoint& from, const EndpointAround& around, Endpoint& to, std::vector<FieldFault>& faults) {
  if (static_cast<size_t>(from.teams_size()) > domain::kMaxEndpointTeams) {
    faults.push_back({"endpoint.teams", "name at most 100"});
    return;
  }
  std::set<domain::TeamUid> teams;
  for (int i = 0; i < from.teams_size(); ++i) {
    const std::string field = "endpoint.teams[" + std::to_string(i) + "]";
    const auto id = IdOf("teams", from.teams(i), field);
    const domain::TeamRow* team = id.ok() ? around.directory.FindTeamById(*id) : nullptr;
    if (team == nullptr) {
      faults.push_back({field, "is no team; send `teams/ID`"});
    } else {
      teams.insert(team->uid);
    }
  }
  to.teams.assign(teams.begin(), teams.end());
}

void SetEndpointPaused(const v1::Endpoint& from, const EndpointAround& /*around*/, Endpoint& to, std::vector<FieldFault>& /*faults*/) {
  to.paused = from.paused();
}

struct EndpointField {
  const char* path;
  void (*set)(const v1::Endpoint&, const EndpointAround&, Endpoint&, std::vector<FieldFault>&);
};
constexpr EndpointField kEndpointFields[] = {
    {"url", SetEndpointUrl}, {"types", SetEndpointTypes}, {"teams", SetEndpointTeams}, {"paused", SetEndpointPaused}};

// Sets the fields that `wanted` names; all faults at once, with those that are known already.
template <typename Wanted>
absl::Status SetEndpointFields(const v1::Endpoint& from, const EndpointAround& around, Wanted wanted, Endpoint& to,
                               std::vector<FieldFault> faults = {}) {
  for (const EndpointField& field : kEndpointFields) {
    if (wanted(field.path)) field.set(from, around, to, faults);
  }
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the endpoint is not sound", std::move(faults));
}

absl::Status CheckEndpointMask(const google::protobuf::FieldMask& mask) {
  const auto is_field = [](const std::string& path) {
    return std::any_of(std::begin(kEndpointFields), std::end(kEndpointFields),
                       [&](const EndpointField& field) { return path == field.path; });
  };
  if (mask.paths_size() > 0 && std::all_of(mask.paths().begin(), mask.paths().end(), is_field)) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "update_mask names nothing, or what cannot be changed",
               {{"update_mask", "name url, types, teams or paused"}});
}

// Errors: ALREADY_EXISTS (ENDPOINT_EXISTS); FAILED_PRECONDITION (ENDPOINTS_FULL).
absl::Status CheckRoomForEndpoint(const std::vector<store::EndpointRow>& endpoints, const std::string& id) {
  if (std::any_of(endpoints.begin(), endpoints.end(), [&](const store::EndpointRow& row) { return row.endpoint.id == id; })) {
    return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kEndpointExists, "there is an endpoint of this id; change that one",
                 {{"endpoint_id", "choose another id"}});
  }
  if (endpoints.size() < domain::kMaxEndpoints) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kEndpointsFull, "there are no more than 20 endpoints; delete one");
}

}  // namespace

void EndpointApp::WakeSender() const {
  if (context_.sender != nullptr) context_.sender->Wake();
}

absl::StatusOr<v1::CreateEndpointResponse> EndpointApp::CreateEndpoint(const Caller& caller, const v1::CreateEndpointRequest& request) {
  std::vector<FieldFault> faults;
  if (!domain::IsSlug(request.endpoint_id())) {
    faults.push_back({"endpoint_id", "1 to 60 lower-case letters, digits and dashes, beginning with a letter"});
  }
  std::string secret;  // empty for a repeat: what is kept of the answer holds none
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Endpoint> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(const auto endpoints, transaction.endpoints().LoadEndpoints());
    COMITY_RETURN_IF_ERROR(CheckRoomForEndpoint(endpoints, request.endpoint_id()));
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    Endpoint endpoint;
    endpoint.id = request.endpoint_id();
    endpoint.created = now;
    endpoint.changed = now;
    COMITY_RETURN_IF_ERROR(SetEndpointFields(
        request.endpoint(), {*directory, context_.outbound_private}, [](const char*) { return true; }, endpoint, faults));
    domain::RotateSecret(context_.uids.Make<domain::SecretSeed>("endpoint-secret"), now, /*sound=*/false, endpoint);
    endpoint.secret_check = context_.endpoint_secrets->CheckOf(endpoint);
    COMITY_RETURN_IF_ERROR(transaction.endpoints().InsertEndpoint(endpoint));
    secret = context_.endpoint_secrets->SecretOf(endpoint);
    COMITY_ASSIGN_OR_RETURN(const store::EndpointRow row, OpenEndpoint(transaction, endpoint.id, "endpoint_id"));
    return ToEndpoint(row, *directory, now);
  };
  absl::StatusOr<v1::Endpoint> endpoint = WriteOnce<v1::Endpoint>(context_, caller, "CreateEndpoint", request, run);
  if (!endpoint.ok()) return endpoint.status();
  if (secret.empty()) {
    return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kRequestIdReused,
                 "this request made an endpoint already, and its secret cannot be shown again; rotate its secret for another",
                 {{"request_id", "use a new one"}}, {{"endpoint", endpoint->name()}});
  }
  WakeSender();
  v1::CreateEndpointResponse response;
  *response.mutable_endpoint() = *std::move(endpoint);
  response.set_secret(secret);
  return response;
}

absl::StatusOr<v1::Endpoint> EndpointApp::GetEndpoint(const Caller& /*caller*/, const v1::GetEndpointRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const store::EndpointRow row, OpenEndpoint(*transaction, request.name(), "name"));
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  return ToEndpoint(row, *directory, context_.clock.Now());
}

absl::StatusOr<v1::ListEndpointsResponse> EndpointApp::ListEndpoints(const Caller& /*caller*/, const v1::ListEndpointsRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string after, ReadPageToken(key, "ListEndpoints", request.page_token()));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  COMITY_ASSIGN_OR_RETURN(const auto rows, transaction->endpoints().LoadEndpoints());
  const absl::Time now = context_.clock.Now();
  v1::ListEndpointsResponse response;
  for (const store::EndpointRow& row : rows) {
    if (row.endpoint.id <= after) continue;
    if (response.endpoints_size() == size) {
      const std::string& last = response.endpoints(size - 1).name();
      response.set_next_page_token(MakePageToken(key, "ListEndpoints", last.substr(sizeof "endpoints/" - 1)));
      break;
    }
    *response.add_endpoints() = ToEndpoint(row, *directory, now);
  }
  return response;
}

absl::StatusOr<v1::Endpoint> EndpointApp::UpdateEndpoint(const Caller& caller, const v1::UpdateEndpointRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckEndpointMask(request.update_mask()));
  const auto& paths = request.update_mask().paths();
  const auto wanted = [&](std::string_view path) { return std::find(paths.begin(), paths.end(), path) != paths.end(); };
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Endpoint> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(store::EndpointRow row, OpenEndpoint(transaction, request.endpoint().name(), "endpoint.name"));
    COMITY_RETURN_IF_ERROR(CheckEndpointEtag(row, request.endpoint().etag(), "endpoint.etag"));
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    COMITY_RETURN_IF_ERROR(SetEndpointFields(request.endpoint(), {*directory, context_.outbound_private}, wanted, row.endpoint));
    if (wanted("url") || (wanted("paused") && !row.endpoint.paused)) {
      domain::ForgetFailures(row.endpoint.health);
      COMITY_RETURN_IF_ERROR(transaction.endpoints().ForgetMissed(row.number));
      row.missed = 0;
      row.missed_since = absl::InfinitePast();
    }
    ++row.endpoint.version;
    row.endpoint.changed = now;
    COMITY_RETURN_IF_ERROR(transaction.endpoints().UpdateEndpoint(row.number, row.endpoint));
    return ToEndpoint(row, *directory, now);
  };
  absl::StatusOr<v1::Endpoint> endpoint = WriteOnce<v1::Endpoint>(context_, caller, "UpdateEndpoint", request, run);
  if (endpoint.ok()) WakeSender();
  return endpoint;
}

absl::StatusOr<v1::DeleteEndpointResponse> EndpointApp::DeleteEndpoint(const Caller& caller, const v1::DeleteEndpointRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::DeleteEndpointResponse> {
    COMITY_ASSIGN_OR_RETURN(const store::EndpointRow row, OpenEndpoint(transaction, request.name(), "name"));
    COMITY_RETURN_IF_ERROR(CheckEndpointEtag(row, request.etag(), "etag"));
    COMITY_RETURN_IF_ERROR(transaction.endpoints().DeleteEndpoint(row.number));
    return v1::DeleteEndpointResponse();
  };
  absl::StatusOr<v1::DeleteEndpointResponse> deleted =
      WriteOnce<v1::DeleteEndpointResponse>(context_, caller, "DeleteEndpoint", request, run);
  const auto id = IdOf("endpoints", request.name(), "name");
  if (deleted.ok() && id.ok()) context_.metrics.SetOutboundWaiting(*id, 0);  // nothing waits for what is gone
  return deleted;
}

}  // namespace comity::app
