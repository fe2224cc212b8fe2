// DutyStore over SQL.
#ifndef COMITY_SERVICE_STORE_SQL_DUTY_SQL_H_
#define COMITY_SERVICE_STORE_SQL_DUTY_SQL_H_

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "service/store/duty_store.h"
#include "service/store/sql/connection.h"
#include "service/store/sql/numbers.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class DutySql : public DutyStore {
 public:
  DutySql(Connection& connection, Numbers& numbers) : connection_(connection), numbers_(numbers) {}

  absl::Status InsertRotation(const domain::Rotation& rotation) override;
  absl::Status UpdateRotation(int64_t number, const domain::Rotation& rotation) override;
  absl::StatusOr<std::optional<RotationRow>> FindRotation(std::string_view id) override;
  absl::StatusOr<std::optional<RotationRow>> FindRotation(int64_t number) override;
  absl::StatusOr<std::vector<RotationRow>> RotationsOf(domain::TeamUid team) override;
  absl::StatusOr<std::vector<RotationRow>> RunningRotations() override;

  absl::Status AddSeat(int64_t rotation, domain::Seat seat, domain::PersonUid person) override;
  absl::StatusOr<std::vector<SeatRow>> SeatsOf(int64_t rotation) override;
  absl::StatusOr<std::vector<std::pair<int64_t, domain::Seat>>> SeatsOf(domain::PersonUid person) override;

  absl::Status AppendTurn(int64_t rotation, size_t before, const domain::Turn& turn) override;
  absl::StatusOr<std::vector<domain::Turn>> TurnsOf(int64_t rotation) override;

  absl::Status PutOffer(int64_t rotation, const OfferRow& offer) override;
  absl::Status DeleteOffer(int64_t rotation, int32_t round) override;
  absl::Status DeleteOffersBefore(int64_t rotation, int32_t round) override;
  absl::StatusOr<std::vector<OfferRow>> OffersOf(int64_t rotation) override;

  absl::Status InsertAbsence(domain::PersonUid person, const domain::Absence& absence) override;
  absl::StatusOr<std::vector<domain::Absence>> AbsencesOf(domain::PersonUid person) override;
  absl::StatusOr<bool> DeleteAbsence(domain::PersonUid person, domain::AbsenceUid uid) override;
  absl::StatusOr<bool> AnyAbsenceBefore(int32_t day) override;
  absl::Status DeleteAbsencesBefore(int32_t day) override;

  // Deletes their absences and takes their name off their seats; what was offered to them is offered no more. Turns name no one.
  absl::Status Erase(domain::PersonUid person);

 private:
  Connection& connection_;
  Numbers& numbers_;
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_DUTY_SQL_H_
