// EndpointStore over SQL.
#ifndef COMITY_SERVICE_STORE_SQL_ENDPOINT_SQL_H_
#define COMITY_SERVICE_STORE_SQL_ENDPOINT_SQL_H_

#include <optional>
#include <string_view>
#include <vector>

#include "service/store/endpoint_store.h"
#include "service/store/sql/connection.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class EndpointSql : public EndpointStore {
 public:
  explicit EndpointSql(Connection& connection) : connection_(connection) {}

  absl::StatusOr<std::vector<EndpointRow>> LoadEndpoints() override;
  absl::StatusOr<std::optional<EndpointRow>> FindEndpoint(std::string_view id) override;
  absl::StatusOr<std::optional<EndpointRow>> FindEndpoint(int64_t number) override;
  absl::Status InsertEndpoint(const domain::Endpoint& endpoint) override;
  absl::Status UpdateEndpoint(int64_t number, const domain::Endpoint& endpoint) override;
  absl::Status ForgetMissed(int64_t number) override;
  absl::Status DeleteEndpoint(int64_t number) override;

  absl::StatusOr<int64_t> AddDeliveries(const std::vector<DeliveryRow>& deliveries, absl::Time now) override;
  absl::StatusOr<std::vector<DeliveryRow>> DueDeliveries(int64_t endpoint, absl::Time now, int32_t limit) override;
  absl::StatusOr<std::optional<DeliveryRow>> FindDelivery(domain::DeliveryUid uid) override;
  absl::StatusOr<std::vector<DeliveryRow>> ListDeliveries(int64_t endpoint, int64_t before, int32_t limit) override;
  absl::Status UpdateDelivery(const DeliveryRow& delivery) override;
  absl::StatusOr<int64_t> PruneDeliveries(const Pruning& pruning) override;
  absl::StatusOr<bool> AnyDeliveries() override;

 private:
  absl::Status AddToMissed(int64_t endpoint, int64_t count, absl::Time now);

  Connection& connection_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_ENDPOINT_SQL_H_
