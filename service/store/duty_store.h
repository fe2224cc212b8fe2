// What is kept of duties: rotations, who takes part in them, whose turns came, absences.
#ifndef COMITY_SERVICE_STORE_DUTY_STORE_H_
#define COMITY_SERVICE_STORE_DUTY_STORE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/domain/duty/rotation.h"
#include "service/domain/duty/turns.h"

namespace comity::store {

struct RotationRow {
  int64_t number = 0;  // never another's
  domain::Rotation rotation;
};
struct SeatRow {
  domain::Seat seat = 0;
  domain::PersonUid person;  // empty once they were erased
  bool operator==(const SeatRow&) const = default;
};
// A round that somebody was asked to take over.
struct OfferRow {
  int32_t round = 0;
  domain::Seat seat = 0;  // who was asked
  bool operator==(const OfferRow&) const = default;
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class DutyStore {
 public:
  virtual ~DutyStore() = default;

  // With a number of its own. Errors: ALREADY_EXISTS for an id that is there.
  virtual absl::Status InsertRotation(const domain::Rotation& rotation) = 0;
  // Its title, `changed`, `archived` and version; all else stays.
  virtual absl::Status UpdateRotation(int64_t number, const domain::Rotation& rotation) = 0;
  virtual absl::StatusOr<std::optional<RotationRow>> FindRotation(std::string_view id) = 0;
  virtual absl::StatusOr<std::optional<RotationRow>> FindRotation(int64_t number) = 0;
  // Of one team, by id; also those that were archived.
  virtual absl::StatusOr<std::vector<RotationRow>> RotationsOf(domain::TeamUid team) = 0;
  // Those that were not archived, in the order they came.
  virtual absl::StatusOr<std::vector<RotationRow>> RunningRotations() = 0;

  // Errors: ALREADY_EXISTS if the seat is somebody's, or the person has one.
  virtual absl::Status AddSeat(int64_t rotation, domain::Seat seat, domain::PersonUid person) = 0;
  // In rising order.
  virtual absl::StatusOr<std::vector<SeatRow>> SeatsOf(int64_t rotation) = 0;
  // The rotations somebody has a seat in, each with the seat.
  virtual absl::StatusOr<std::vector<std::pair<int64_t, domain::Seat>>> SeatsOf(domain::PersonUid person) = 0;

  // The turn that comes after `before` others. Errors: ALREADY_EXISTS if there is one more than those: it is made once.
  virtual absl::Status AppendTurn(int64_t rotation, size_t before, const domain::Turn& turn) = 0;
  // All of them, in the order they were made.
  virtual absl::StatusOr<std::vector<domain::Turn>> TurnsOf(int64_t rotation) = 0;

  // Inserts or replaces by round.
  virtual absl::Status PutOffer(int64_t rotation, const OfferRow& offer) = 0;
  virtual absl::Status DeleteOffer(int64_t rotation, int32_t round) = 0;
  // Of rounds before this one.
  virtual absl::Status DeleteOffersBefore(int64_t rotation, int32_t round) = 0;
  // By round.
  virtual absl::StatusOr<std::vector<OfferRow>> OffersOf(int64_t rotation) = 0;

  virtual absl::Status InsertAbsence(domain::PersonUid person, const domain::Absence& absence) = 0;
  virtual absl::StatusOr<std::vector<domain::Absence>> AbsencesOf(domain::PersonUid person) = 0;
  // False if the person has none of this uid.
  virtual absl::StatusOr<bool> DeleteAbsence(domain::PersonUid person, domain::AbsenceUid uid) = 0;
  // Whether there is one whose last day is before `day`.
  virtual absl::StatusOr<bool> AnyAbsenceBefore(int32_t day) = 0;
  virtual absl::Status DeleteAbsencesBefore(int32_t day) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_DUTY_STORE_H_
