// Assigning the rounds that are due, and assigning anew what fell on somebody who is not available any more.
#ifndef COMITY_SERVICE_APP_DUTY_ROUNDS_H_
#define COMITY_SERVICE_APP_DUTY_ROUNDS_H_

#include <map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/app/context.h"
#include "service/base/recurring.h"
#include "service/domain/duty/turns.h"

namespace comity::app {

// Who can have duties in which team: those who are in it, have not left the organisation, and do not want to go unnamed.
class DutyPeople {
 public:
  explicit DutyPeople(const domain::Directory& directory);  // outlives this
  // On that day, by uid.
  std::vector<domain::PersonUid> Of(domain::TeamUid team, absl::CivilDay day) const;
  bool Has(domain::TeamUid team, domain::PersonUid person, absl::CivilDay day) const;

 private:
  const domain::Directory& directory_;
  std::multimap<domain::TeamUid, const domain::MembershipRow*> memberships_;
};

// A rotation with all that happened in it.
struct LoadedRotation {
  store::RotationRow row;
  std::vector<store::SeatRow> seats;
  std::vector<domain::Turn> turns;
  domain::Standing standing{};

  domain::Seat SeatOf(domain::PersonUid person) const;  // 0 if they have none
  domain::PersonUid PersonOf(domain::Seat seat) const;  // empty if they were erased, and for 0
};
absl::StatusOr<LoadedRotation> LoadRotation(store::Transaction& transaction, store::RotationRow from);

// What a look at a rotation found to do, not yet written.
struct DutySteps {
  std::vector<store::SeatRow> seats;
  std::vector<domain::Turn> turns;
  bool offers_end = false;  // there are offers of rounds that are over
  bool empty() const { return seats.empty() && turns.empty() && !offers_end; }
};

// Looks at one rotation; `loaded` is as it will be once the steps are written.
class DutyLook {
 public:
  DutyLook(store::Transaction& transaction, const DutyPeople& people, LoadedRotation& loaded, absl::Time now)
      : transaction_(transaction), people_(people), loaded_(loaded), now_(now) {}

  // Everything that is due.
  absl::Status TakeDue();
  // The round's holder skips it.
  absl::Status TakeSkip(int32_t round);
  // Somebody of the team takes the round over.
  absl::Status TakeSwap(int32_t round, domain::PersonUid to);
  // Has somebody take part. Their seat.
  domain::Seat SeatFor(domain::PersonUid person);

  const DutySteps& steps() const { return steps_; }
  absl::Status Write();

 private:
  // Those who are available for the round.
  absl::StatusOr<std::vector<domain::Seat>> Present(int32_t round);
  absl::StatusOr<bool> IsAway(domain::PersonUid person, int32_t round);
  absl::CivilDay DayFor(int32_t round) const;
  void Take(domain::Turn turn);
  absl::StatusOr<bool> MustPassOn(int32_t round);

  store::Transaction& transaction_;
  const DutyPeople& people_;
  LoadedRotation& loaded_;
  const absl::Time now_;
  DutySteps steps_;
  std::map<domain::PersonUid, std::vector<domain::Absence>> absences_;
};

// All rotations, each in a work of its own if there is something to do; and deletes absences that are past.
absl::Status TakeDueRounds(Context& context);
// Those of one person's teams, in this transaction: they have just become unavailable.
absl::Status TakeDueRoundsOf(store::Transaction& transaction, const domain::Directory& directory, domain::PersonUid person, absl::Time now);

// Does so now and then. One thread.
class DutyRounds {
 public:
  explicit DutyRounds(Context& context);

 private:
  Recurring rounds_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DUTY_ROUNDS_H_
