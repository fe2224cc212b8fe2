// What is kept of outbound webhooks: endpoints, and the messages that wait for them or were sent.
#ifndef COMITY_SERVICE_STORE_ENDPOINT_STORE_H_
#define COMITY_SERVICE_STORE_ENDPOINT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/notify/endpoint.h"

namespace comity::store {

struct EndpointRow {
  int64_t number = 0;  // never another's
  domain::Endpoint endpoint;
  int64_t waiting = 0;  // kept in step by the calls below
  int64_t missed = 0;
  absl::Time missed_since = absl::InfinitePast();  // InfinitePast = none was
};

struct DeliveryRow {
  int64_t number = 0;  // in the order they came; given by the store
  domain::DeliveryUid uid;
  int64_t endpoint = 0;
  domain::MessageType type = domain::MessageType::kNone;
  absl::Time created;
  std::string body;
  domain::DeliveryState state = domain::DeliveryState::kWaiting;
  int32_t attempts = 0, refusals = 0;
  absl::Time last_attempt = absl::InfinitePast();  // InfinitePast = none
  absl::Time next_attempt;
  domain::DeliveryFailure failure{};
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class EndpointStore {
 public:
  virtual ~EndpointStore() = default;

  // All of them, a few, by id.
  virtual absl::StatusOr<std::vector<EndpointRow>> LoadEndpoints() = 0;
  virtual absl::StatusOr<std::optional<EndpointRow>> FindEndpoint(std::string_view id) = 0;
  virtual absl::StatusOr<std::optional<EndpointRow>> FindEndpoint(int64_t number) = 0;
  // With a number of its own. Errors: ALREADY_EXISTS.
  virtual absl::Status InsertEndpoint(const domain::Endpoint& endpoint) = 0;
  // All of it but what waits and was missed; its `id` stays.
  virtual absl::Status UpdateEndpoint(int64_t number, const domain::Endpoint& endpoint) = 0;
  virtual absl::Status ForgetMissed(int64_t number) = 0;
  // Its deliveries stay until they are pruned, and nothing leads to them but their own uid.
  virtual absl::Status DeleteEndpoint(int64_t number) = 0;

  // Has them wait, in order; `number` and `state` are the store's. One whose uid is there already stays as it is. Beyond
  // kMaxWaitingMessages for an endpoint (for pings kMaxPingsBeyond more) the rest is counted as missed at `now` and not kept. All are for
  // one endpoint. Returns how many wait that did not before.
  virtual absl::StatusOr<int64_t> AddDeliveries(const std::vector<DeliveryRow>& deliveries, absl::Time now) = 0;
  // Those that wait and are due at `now`, the longest due first.
  virtual absl::StatusOr<std::vector<DeliveryRow>> DueDeliveries(int64_t endpoint, absl::Time now, int32_t limit) = 0;
  virtual absl::StatusOr<std::optional<DeliveryRow>> FindDelivery(domain::DeliveryUid uid) = 0;
  // Newest first, before number `before`.
  virtual absl::StatusOr<std::vector<DeliveryRow>> ListDeliveries(int64_t endpoint, int64_t before, int32_t limit) = 0;
  // Of a delivery that is there: its state, attempts, times and failure. Counts what waits anew.
  virtual absl::Status UpdateDelivery(const DeliveryRow& delivery) = 0;
  // Looks at the `limit` oldest after number `after` and deletes those that may go; those that waited are counted as missed at `now`. What
  // is dated ahead of `now`, by a clock that was put back, goes too, or is of `now` and due if it waits. Returns the number after which to
  // go on; 0 when all that are older than both bounds have been looked at.
  struct Pruning {
    int64_t after = 0;
    absl::Time sent_before, waiting_before;  // last sent, or created, before
    absl::Time now;
    int32_t limit = 0;
  };
  virtual absl::StatusOr<int64_t> PruneDeliveries(const Pruning& pruning) = 0;
  virtual absl::StatusOr<bool> AnyDeliveries() = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_ENDPOINT_STORE_H_
