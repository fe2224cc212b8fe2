#include "service/store/sql/endpoint_sql.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "service/base/error.h"
#include "service/store/sql/counters.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

std::string EncodeTypes(const std::vector<domain::MessageType>& types) {
  std::vector<int32_t> numbers;
  numbers.reserve(types.size());
  for (const domain::MessageType type : types) numbers.push_back(static_cast<int32_t>(type));
  return EncodeNumbers(numbers);
}

std::vector<domain::MessageType> DecodeTypes(std::string_view bytes) {
  std::vector<domain::MessageType> types;
  for (const int32_t number : DecodeNumbers(bytes)) types.push_back(static_cast<domain::MessageType>(number));
  return types;
}

std::string EncodeSecrets(const std::vector<domain::EndpointSecret>& secrets) {
  std::vector<std::string> texts;
  texts.reserve(secrets.size());
  for (const domain::EndpointSecret& secret : secrets) {
    texts.push_back(std::string(secret.seed.view()) + std::to_string(absl::ToUnixMicros(secret.made)));
  }
  return EncodeTexts(texts);
}

std::vector<domain::EndpointSecret> DecodeSecrets(std::string_view bytes) {
  std::vector<domain::EndpointSecret> secrets;
  for (const std::string& text : DecodeTexts(bytes)) {
    domain::EndpointSecret& secret = secrets.emplace_back();
    if (text.size() <= secret.seed.bytes.size()) continue;
    std::copy_n(text.begin(), secret.seed.bytes.size(), secret.seed.bytes.begin());
    int64_t made = 0;
    std::from_chars(text.data() + secret.seed.bytes.size(), text.data() + text.size(), made);
    secret.made = absl::FromUnixMicros(made);
  }
  return secrets;
}

EndpointRow ReadEndpoint(const Statement& row) {
  EndpointRow read;
  read.number = row.Int(0);
  domain::Endpoint& endpoint = read.endpoint;
  endpoint.id = ReadText(row, 1);
  endpoint.url = ReadText(row, 2);
  endpoint.types = DecodeTypes(row.Bytes(3));
  endpoint.teams = DecodeIds<domain::TeamUid>(row.Bytes(4));
  endpoint.paused = ReadBool(row, 5);
  endpoint.created = ReadTime(row, 6);
  endpoint.changed = ReadTime(row, 7);
  endpoint.version = row.Int(8);
  endpoint.secrets = DecodeSecrets(row.Bytes(9));
  endpoint.secret_check = ReadText(row, 10);
  endpoint.health = {.last_success = ReadTime(row, 11),
                     .last_failure = ReadTime(row, 12),
                     .failure = {ReadEnum<domain::FailureReason>(row, 13), ReadInt32(row, 14)},
                     .consecutive_failures = ReadInt32(row, 15),
                     .rests = ReadInt32(row, 16),
                     .failing_since = ReadTime(row, 17),
                     .next_attempt = ReadTime(row, 18),
                     .disabled = ReadEnum<domain::DisabledReason>(row, 19)};
  read.waiting = row.Int(20);
  read.missed = row.Int(21);
  read.missed_since = ReadTime(row, 22);
  return read;
}

DeliveryRow ReadDelivery(const Statement& row) {
  return {.number = row.Int(0),
          .uid = ReadId<domain::DeliveryUid>(row, 1),
          .endpoint = row.Int(2),
          .type = ReadEnum<domain::MessageType>(row, 3),
          .created = ReadTime(row, 4),
          .body = ReadText(row, 5),
          .state = ReadEnum<domain::DeliveryState>(row, 6),
          .attempts = ReadInt32(row, 7),
          .refusals = ReadInt32(row, 8),
          .last_attempt = ReadTime(row, 9),
          .next_attempt = ReadTime(row, 10),
          .failure = {ReadEnum<domain::FailureReason>(row, 11), ReadInt32(row, 12)}};
}

constexpr absl::Duration kClockJitter = absl::Hours(1);

int64_t WaitingIn(domain::DeliveryState state) { return state == domain::DeliveryState::kWaiting ? 1 : 0; }

}  // namespace

absl::StatusOr<std::vector<EndpointRow>> EndpointSql::LoadEndpoints() {
  std::vector<EndpointRow> rows;
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllEndpoints, [&](const Statement& row) { rows.push_back(ReadEndpoint(row)); }));
  std::sort(rows.begin(), rows.end(), [](const EndpointRow& a, const EndpointRow& b) { return a.endpoint.id < b.endpoint.id; });
  return rows;
}

absl::StatusOr<std::optional<EndpointRow>> EndpointSql::FindEndpoint(std::string_view id) {
  std::optional<EndpointRow> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindEndpointById, [&](const Statement& row) { found = ReadEndpoint(row); }, id));
  return found;
}

absl::StatusOr<std::optional<EndpointRow>> EndpointSql::FindEndpoint(int64_t number) {
  std::optional<EndpointRow> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindEndpointByNumber, [&](const Statement& row) { found = ReadEndpoint(row); }, number));
  return found;
}

absl::Status EndpointSql::InsertEndpoint(const domain::Endpoint& endpoint) {
  COMITY_RETURN_IF_ERROR(AddToCounter(connection_, kEndpointNumber, 1));
  COMITY_ASSIGN_OR_RETURN(const int64_t number, FindCounter(connection_, kEndpointNumber));
  const domain::EndpointHealth& health = endpoint.health;
  return Run(connection_, Sql::kInsertEndpoint, number, endpoint.id, endpoint.url, Blob{EncodeTypes(endpoint.types)},
             Blob{EncodeIds(endpoint.teams)}, endpoint.paused, endpoint.created, endpoint.changed, endpoint.version,
             Blob{EncodeSecrets(endpoint.secrets)}, Blob{endpoint.secret_check}, health.last_success, health.last_failure,
             health.failure.reason, health.failure.http_status, health.consecutive_failures, health.rests, health.failing_since,
             health.next_attempt, health.disabled, absl::InfinitePast());
}

absl::Status EndpointSql::UpdateEndpoint(int64_t number, const domain::Endpoint& endpoint) {
  const domain::EndpointHealth& health = endpoint.health;
  return Run(connection_, Sql::kUpdateEndpoint, number, endpoint.url, Blob{EncodeTypes(endpoint.types)}, Blob{EncodeIds(endpoint.teams)},
             endpoint.paused, endpoint.changed, endpoint.version, Blob{EncodeSecrets(endpoint.secrets)}, Blob{endpoint.secret_check},
             health.last_success, health.last_failure, health.failure.reason, health.failure.http_status, health.consecutive_failures,
             health.rests, health.failing_since, health.next_attempt, health.disabled);
}

absl::Status EndpointSql::ForgetMissed(int64_t number) { return Run(connection_, Sql::kForgetMissed, number, absl::InfinitePast()); }

absl::Status EndpointSql::DeleteEndpoint(int64_t number) { return Run(connection_, Sql::kDeleteEndpoint, number); }

absl::Status EndpointSql::AddToMissed(int64_t endpoint, int64_t count, absl::Time now) {
  if (count == 0) return absl::OkStatus();
  return Run(connection_, Sql::kAddToMissed, endpoint, count, now, absl::InfinitePast());
}

absl::StatusOr<int64_t> EndpointSql::AddDeliveries(const std::vector<DeliveryRow>& deliveries, absl::Time now) {
  if (deliveries.empty()) return 0;
  const int64_t number = deliveries.front().endpoint;
  COMITY_ASSIGN_OR_RETURN(const auto endpoint, FindEndpoint(number));
  if (!endpoint.has_value()) return 0;
  int64_t added = 0, missed = 0;
  for (const DeliveryRow& delivery : deliveries) {
    const int64_t beyond = delivery.type == domain::MessageType::kEndpointPing ? domain::kMaxPingsBeyond : 0;
    if (endpoint->waiting + added >= domain::kMaxWaitingMessages + beyond) {
      ++missed;
      continue;
    }
    COMITY_ASSIGN_OR_RETURN(const int64_t inserted,
                            RunCounting(connection_, Sql::kInsertDelivery, delivery.uid, number, delivery.type, delivery.created,
                                        delivery.body, delivery.attempts, delivery.refusals, delivery.last_attempt, delivery.next_attempt,
                                        delivery.failure.reason, delivery.failure.http_status));
    added += inserted;
  }
  if (added > 0) COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kAddToWaiting, number, added));
  COMITY_RETURN_IF_ERROR(AddToMissed(number, missed, now));
  return added;
}

absl::StatusOr<std::vector<DeliveryRow>> EndpointSql::DueDeliveries(int64_t endpoint, absl::Time now, int32_t limit) {
  std::vector<DeliveryRow> rows;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kDueDeliveries, [&](const Statement& row) { rows.push_back(ReadDelivery(row)); }, endpoint, now, limit));
  return rows;
}

absl::StatusOr<std::optional<DeliveryRow>> EndpointSql::FindDelivery(domain::DeliveryUid uid) {
  std::optional<DeliveryRow> found;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindDelivery, [&](const Statement& row) { found = ReadDelivery(row); }, uid));
  return found;
}

absl::StatusOr<std::vector<DeliveryRow>> EndpointSql::ListDeliveries(int64_t endpoint, int64_t before, int32_t limit) {
  std::vector<DeliveryRow> rows;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kListDeliveries, [&](const Statement& row) { rows.push_back(ReadDelivery(row)); }, endpoint, before, limit));
  return rows;
}

absl::Status EndpointSql::UpdateDelivery(const DeliveryRow& delivery) {
  COMITY_ASSIGN_OR_RETURN(const auto before, FindDelivery(delivery.uid));
  if (!before.has_value()) return absl::OkStatus();  // pruned meanwhile
  COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kUpdateDelivery, delivery.uid, delivery.state, delivery.attempts, delivery.refusals,
                             delivery.last_attempt, delivery.next_attempt, delivery.failure.reason, delivery.failure.http_status));
  const int64_t more = WaitingIn(delivery.state) - WaitingIn(before->state);
  return more == 0 ? absl::OkStatus() : Run(connection_, Sql::kAddToWaiting, before->endpoint, more);
}

absl::StatusOr<int64_t> EndpointSql::PruneDeliveries(const Pruning& pruning) {
  std::vector<int64_t> old, ahead;
  std::map<int64_t, int64_t> waited;  // by endpoint
  int64_t last = 0, looked_at = 0;
  bool recent = false;
  const auto look = [&](const Statement& row) {
    const bool waits = WaitingIn(ReadEnum<domain::DeliveryState>(row, 3)) > 0;
    const absl::Time created = ReadTime(row, 2), ended = std::max(created, ReadTime(row, 4));
    last = row.Int(0);
    ++looked_at;
    // From before the clock was put back: what waits is of now, what was sent is forgotten.
    const bool is_ahead = ended > pruning.now + kClockJitter || (waits && ReadTime(row, 5) > pruning.now + domain::kLongestRetry);
    if (is_ahead && waits) {
      ahead.push_back(last);
      return;
    }
    recent = recent || (!is_ahead && created >= std::max(pruning.sent_before, pruning.waiting_before));
    if (!is_ahead && (waits ? created >= pruning.waiting_before : ended >= pruning.sent_before)) return;
    old.push_back(last);
    if (waits) ++waited[row.Int(1)];
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kOldestDeliveries, look, pruning.after, pruning.limit));
  for (const int64_t number : ahead) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kRedateDelivery, number, pruning.now, absl::UnixEpoch()));
  }
  for (const int64_t number : old) COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kDeleteDelivery, number));
  for (const auto& [endpoint, count] : waited) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kAddToWaiting, endpoint, -count));
    COMITY_RETURN_IF_ERROR(AddToMissed(endpoint, count, pruning.now));
  }
  return recent || looked_at < pruning.limit ? 0 : last;
}

absl::StatusOr<bool> EndpointSql::AnyDeliveries() {
  bool any = false;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kOldestDeliveries, [&](const Statement&) { any = true; }, 0, 1));
  return any;
}

}  // namespace comity::store::sql
