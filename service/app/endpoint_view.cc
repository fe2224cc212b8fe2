#include "service/app/endpoint_view.h"

#include <algorithm>

#include "service/app/convert.h"
#include "service/app/names.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

void SetFailure(const domain::DeliveryFailure& from, v1::Failure& to) {
  to.set_reason(static_cast<v1::Failure::Reason>(from.reason));
  to.set_http_status(from.http_status);
}

}  // namespace

v1::Endpoint ToEndpoint(const store::EndpointRow& row, const domain::Directory& directory, absl::Time now) {
  const domain::Endpoint& from = row.endpoint;
  v1::Endpoint to;
  to.set_name(NameOf("endpoints", from.id));
  to.set_url(from.url);
  for (const domain::MessageType type : from.types) to.add_types(static_cast<v1::MessageType>(type));
  for (const domain::TeamUid team : from.teams) {
    const std::string name = TeamName(directory, team);
    if (!name.empty()) to.add_teams(name);
  }
  to.set_paused(from.paused);
  to.set_disabled(static_cast<v1::Endpoint::Disabled>(from.health.disabled));
  v1::Endpoint::Health& health = *to.mutable_health();
  if (from.health.last_success != absl::InfinitePast()) *health.mutable_last_success_time() = ToTimestamp(from.health.last_success);
  if (from.health.last_failure != absl::InfinitePast()) {
    *health.mutable_last_failure_time() = ToTimestamp(from.health.last_failure);
    SetFailure(from.health.failure, *health.mutable_last_failure());
  }
  health.set_consecutive_failure_count(from.health.consecutive_failures);
  const bool rests = !from.paused && from.health.disabled == domain::DisabledReason::kNone && !domain::MayBeSentTo(from, now);
  if (rests) *health.mutable_next_attempt_time() = ToTimestamp(from.health.next_attempt);
  health.set_waiting_count(row.waiting);
  health.set_missed_count(row.missed);
  if (row.missed_since != absl::InfinitePast()) *health.mutable_missed_since_time() = ToTimestamp(row.missed_since);
  *to.mutable_create_time() = ToTimestamp(from.created);
  *to.mutable_update_time() = ToTimestamp(from.changed);
  if (from.secrets.front().made > from.created) *to.mutable_rotate_time() = ToTimestamp(from.secrets.front().made);
  to.set_etag(std::to_string(from.version));
  return to;
}

v1::Delivery ToDelivery(const store::DeliveryRow& delivery, std::string_view endpoint_id) {
  v1::Delivery to;
  to.set_name(NameOf("deliveries", delivery.uid.ToText()));
  to.set_endpoint(NameOf("endpoints", endpoint_id));
  to.set_type(static_cast<v1::MessageType>(delivery.type));
  to.set_state(static_cast<v1::Delivery::State>(delivery.state));
  to.set_body(delivery.body);
  *to.mutable_create_time() = ToTimestamp(delivery.created);
  to.set_attempt_count(delivery.attempts);
  if (delivery.last_attempt != absl::InfinitePast()) *to.mutable_attempt_time() = ToTimestamp(delivery.last_attempt);
  if (delivery.state == domain::DeliveryState::kWaiting) {
    *to.mutable_next_attempt_time() = ToTimestamp(std::max(delivery.next_attempt, delivery.created));
  }
  if (delivery.failure.reason != domain::FailureReason::kNone) SetFailure(delivery.failure, *to.mutable_failure());
  return to;
}

absl::StatusOr<store::EndpointRow> OpenEndpoint(store::Transaction& transaction, std::string_view name, std::string_view field) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("endpoints", name, field));
  COMITY_ASSIGN_OR_RETURN(auto row, transaction.endpoints().FindEndpoint(id));
  if (row.has_value()) return *std::move(row);
  return Error(absl::StatusCode::kNotFound, ErrorReason::kEndpointNotFound, "no such endpoint; list them with `comity endpoints list`");
}

absl::Status CheckEndpointEtag(const store::EndpointRow& row, std::string_view etag, std::string_view field) {
  if (etag.empty() || etag == std::to_string(row.endpoint.version)) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, ErrorReason::kEtagStale, "the endpoint has changed since it was read; read it again",
               {{std::string(field), "send the etag of the endpoint as it is now, or none"}});
}

}  // namespace comity::app
