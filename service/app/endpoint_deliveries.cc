// What endpoints were told: trying them, another secret, their messages, sending one once more.
#include <charconv>
#include <utility>

#include "service/app/endpoint_app.h"
#include "service/app/endpoint_secret.h"
#include "service/app/endpoint_view.h"
#include "service/app/idempotency.h"
#include "service/app/outbox.h"
#include "service/app/page_token.h"
#include "service/app/recognition_access.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

absl::Status EndpointBehind() {
  return Error(absl::StatusCode::kResourceExhausted, ErrorReason::kEndpointBehind,
               "as many messages wait for this endpoint as may; see what is wrong with it in its health");
}

absl::Status CheckTakesPings(const domain::Endpoint& endpoint) {
  if (!endpoint.paused && endpoint.health.disabled == domain::DisabledReason::kNone) return absl::OkStatus();
  return Error(
      absl::StatusCode::kFailedPrecondition, ErrorReason::kEndpointPaused,
      endpoint.paused
          ? "the endpoint is paused; set `paused` to false first (`comity endpoints resume`)"
          : "the endpoint is disabled; its `disabled` says why. Put that right, and set `paused` to false (`comity endpoints resume`)");
}

absl::Status DeliveryNotFound() {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kDeliveryNotFound,
               "no such message any more; list those that are with `comity endpoints deliveries NAME`");
}

}  // namespace

absl::StatusOr<v1::Delivery> EndpointApp::TestEndpoint(const Caller& caller, const v1::TestEndpointRequest& request) {
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Delivery> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(store::EndpointRow row, OpenEndpoint(transaction, request.name(), "name"));
    COMITY_RETURN_IF_ERROR(CheckTakesPings(row.endpoint));
    row.endpoint.health.next_attempt = absl::InfinitePast();  // it need not rest for this
    COMITY_RETURN_IF_ERROR(transaction.endpoints().UpdateEndpoint(row.number, row.endpoint));
    const store::DeliveryRow ping = PingFor(row, context_.uids.Make<domain::DeliveryUid>("delivery"), now);
    COMITY_ASSIGN_OR_RETURN(const int64_t added, transaction.endpoints().AddDeliveries({ping}, now));
    if (added == 0) return EndpointBehind();
    return ToDelivery(ping, row.endpoint.id);
  };
  absl::StatusOr<v1::Delivery> delivery = WriteOnce<v1::Delivery>(context_, caller, "TestEndpoint", request, run);
  if (delivery.ok()) WakeSender();
  return delivery;
}

absl::StatusOr<v1::RotateEndpointSecretResponse> EndpointApp::RotateEndpointSecret(const Caller& caller,
                                                                                   const v1::RotateEndpointSecretRequest& request) {
  std::string secret;  // empty for a repeat: what is kept of the answer holds none
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Endpoint> {
    const absl::Time now = context_.clock.Now();
    COMITY_ASSIGN_OR_RETURN(store::EndpointRow row, OpenEndpoint(transaction, request.name(), "name"));
    COMITY_RETURN_IF_ERROR(CheckEndpointEtag(row, request.etag(), "etag"));
    domain::Endpoint& endpoint = row.endpoint;
    domain::RotateSecret(context_.uids.Make<domain::SecretSeed>("endpoint-secret"), now, context_.endpoint_secrets->Fits(endpoint),
                         endpoint);
    endpoint.secret_check = context_.endpoint_secrets->CheckOf(endpoint);
    if (endpoint.health.disabled == domain::DisabledReason::kSecretLost) domain::ForgetFailures(endpoint.health);
    ++endpoint.version;
    endpoint.changed = now;
    COMITY_RETURN_IF_ERROR(transaction.endpoints().UpdateEndpoint(row.number, endpoint));
    secret = context_.endpoint_secrets->SecretOf(endpoint);
    COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(transaction));
    return ToEndpoint(row, *directory, now);
  };
  absl::StatusOr<v1::Endpoint> endpoint = WriteOnce<v1::Endpoint>(context_, caller, "RotateEndpointSecret", request, run);
  if (!endpoint.ok()) return endpoint.status();
  if (secret.empty()) {
    return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kRequestIdReused,
                 "this request rotated the secret already, and it cannot be shown again; rotate it once more with a new request_id",
                 {{"request_id", "use a new one"}}, {{"endpoint", endpoint->name()}});
  }
  WakeSender();
  v1::RotateEndpointSecretResponse response;
  *response.mutable_endpoint() = *std::move(endpoint);
  response.set_secret(secret);
  return response;
}

absl::StatusOr<v1::ListDeliveriesResponse> EndpointApp::ListDeliveries(const Caller& /*caller*/, const v1::ListDeliveriesRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const store::EndpointRow row, OpenEndpoint(*transaction, request.endpoint(), "endpoint"));
  const std::string filter = "ListDeliveries " + std::to_string(row.number);
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(key, filter, request.page_token()));
  int64_t before = INT64_MAX;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
  COMITY_ASSIGN_OR_RETURN(auto deliveries, transaction->endpoints().ListDeliveries(row.number, before, size + 1));
  v1::ListDeliveriesResponse response;
  if (deliveries.size() > static_cast<size_t>(size)) {
    deliveries.pop_back();
    response.set_next_page_token(MakePageToken(key, filter, CursorOf(deliveries.back().number)));
  }
  for (const store::DeliveryRow& delivery : deliveries) *response.add_deliveries() = ToDelivery(delivery, row.endpoint.id);
  return response;
}

absl::StatusOr<v1::Delivery> EndpointApp::ReplayDelivery(const Caller& caller, const v1::ReplayDeliveryRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("deliveries", request.name(), "name"));
  const auto uid = domain::DeliveryUid::FromText(id);
  if (!uid.has_value()) return DeliveryNotFound();
  const auto run = [&](store::Transaction& transaction) -> absl::StatusOr<v1::Delivery> {
    COMITY_ASSIGN_OR_RETURN(auto delivery, transaction.endpoints().FindDelivery(*uid));
    if (!delivery.has_value()) return DeliveryNotFound();
    COMITY_ASSIGN_OR_RETURN(const auto row, transaction.endpoints().FindEndpoint(delivery->endpoint));
    if (!row.has_value()) return DeliveryNotFound();
    if (delivery->state != domain::DeliveryState::kWaiting) {
      if (row->waiting >= domain::kMaxWaitingMessages) return EndpointBehind();
      delivery->state = domain::DeliveryState::kWaiting;
      delivery->refusals = 0;
      delivery->next_attempt = absl::UnixEpoch();
      COMITY_RETURN_IF_ERROR(transaction.endpoints().UpdateDelivery(*delivery));
    }
    return ToDelivery(*delivery, row->endpoint.id);
  };
  absl::StatusOr<v1::Delivery> delivery = WriteOnce<v1::Delivery>(context_, caller, "ReplayDelivery", request, run);
  if (delivery.ok()) WakeSender();
  return delivery;
}

}  // namespace comity::app
