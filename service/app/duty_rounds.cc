#include "service/app/duty_rounds.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

using domain::PersonUid;
using domain::Seat;
using domain::TurnCause;

// Who does not want to be named any more gives up what is to come within a minute.
constexpr Recurring::Rest kLookEvery = std::chrono::seconds(30);
constexpr Recurring::Rest kLookFirst = std::chrono::seconds(1);

}  // namespace

DutyPeople::DutyPeople(const domain::Directory& directory) : directory_(directory) {
  for (const domain::MembershipRow& row : directory.rows().memberships) memberships_.emplace(row.team, &row);
}

std::vector<PersonUid> DutyPeople::Of(domain::TeamUid team, absl::CivilDay day) const {
  std::vector<PersonUid> people;
  const domain::TeamRow* row = directory_.FindTeam(team);
  if (row == nullptr || (row->end.has_value() && *row->end <= day)) return people;
  const auto [first, last] = memberships_.equal_range(team);
  for (auto membership = first; membership != last; ++membership) {
    const domain::PersonRow* person = directory_.FindPerson(membership->second->person);
    if (person == nullptr || person->former || directory_.IsOptedOut(person->uid) || !membership->second->days.Contains(day)) continue;
    people.push_back(person->uid);
  }
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

bool DutyPeople::Has(domain::TeamUid team, PersonUid person, absl::CivilDay day) const {
  const std::vector<PersonUid> people = Of(team, day);
  return std::binary_search(people.begin(), people.end(), person);
}

Seat LoadedRotation::SeatOf(PersonUid person) const {
  const auto found = std::find_if(seats.begin(), seats.end(), [&](const store::SeatRow& one) { return one.person == person; });
  return found == seats.end() || person.empty() ? 0 : found->seat;
}

PersonUid LoadedRotation::PersonOf(Seat seat) const {
  const auto found = std::find_if(seats.begin(), seats.end(), [&](const store::SeatRow& one) { return one.seat == seat; });
  return found == seats.end() ? PersonUid{} : found->person;
}

absl::StatusOr<LoadedRotation> LoadRotation(store::Transaction& transaction, store::RotationRow from) {
  LoadedRotation loaded;
  loaded.row = std::move(from);
  COMITY_ASSIGN_OR_RETURN(loaded.seats, transaction.duties().SeatsOf(loaded.row.number));
  COMITY_ASSIGN_OR_RETURN(loaded.turns, transaction.duties().TurnsOf(loaded.row.number));
  loaded.standing = domain::Standing(loaded.turns);
  return loaded;
}

absl::CivilDay DutyLook::DayFor(int32_t round) const {
  return std::max(domain::DayOf(now_), domain::DayFromNumber(domain::FirstDayOf(loaded_.row.rotation, round)));
}

Seat DutyLook::SeatFor(PersonUid person) {
  if (const Seat seat = loaded_.SeatOf(person); seat != 0) return seat;
  const Seat seat = loaded_.seats.empty() ? 1 : loaded_.seats.back().seat + 1;
  steps_.seats.push_back({.seat = seat, .person = person});
  loaded_.seats.push_back(steps_.seats.back());
  return seat;
}

absl::StatusOr<bool> DutyLook::IsAway(PersonUid person, int32_t round) {
  auto known = absences_.find(person);
  if (known == absences_.end()) {
    COMITY_ASSIGN_OR_RETURN(auto absences, transaction_.duties().AbsencesOf(person));
    known = absences_.emplace(person, std::move(absences)).first;
  }
  return domain::IsAwayIn(loaded_.row.rotation, round, known->second);
}

absl::StatusOr<std::vector<Seat>> DutyLook::Present(int32_t round) {
  std::vector<Seat> present;
  for (const PersonUid person : people_.Of(loaded_.row.rotation.team, DayFor(round))) {
    COMITY_ASSIGN_OR_RETURN(const bool away, IsAway(person, round));
    if (!away) present.push_back(SeatFor(person));
  }
  return present;
}

void DutyLook::Take(domain::Turn turn) {
  loaded_.standing.Add(turn);
  loaded_.turns.push_back(turn);
  steps_.turns.push_back(std::move(turn));
}

// Whether the round is nobody's, or of somebody who cannot have it any more. Who took it over although they are away keeps it.
absl::StatusOr<bool> DutyLook::MustPassOn(int32_t round) {
  const Seat holder = loaded_.standing.HolderOf(round);
  const PersonUid person = loaded_.PersonOf(holder);
  if (person.empty() || !people_.Has(loaded_.row.rotation.team, person, DayFor(round))) return true;
  const std::vector<Seat>& present = loaded_.standing.PresentIn(round);
  if (!std::binary_search(present.begin(), present.end(), holder)) return false;
  return IsAway(person, round);
}

absl::Status DutyLook::TakeDue() {
  const domain::Rotation& rotation = loaded_.row.rotation;
  const domain::DueRounds due = domain::DueOn(rotation, domain::DayNumber(domain::DayOf(now_)));
  for (int32_t round = due.first; round <= due.last; ++round) {
    if (!loaded_.standing.Has(round)) {
      COMITY_ASSIGN_OR_RETURN(auto present, Present(round));
      Take(domain::TurnOf(rotation.seed, loaded_.standing, round, TurnCause::kRound, std::move(present), now_));
      continue;
    }
    COMITY_ASSIGN_OR_RETURN(const bool pass_on, MustPassOn(round));
    if (!pass_on) continue;
    COMITY_ASSIGN_OR_RETURN(auto present, Present(round));
    domain::Turn turn = domain::TurnOf(rotation.seed, loaded_.standing, round, TurnCause::kNotAvailable, std::move(present), now_);
    if (turn.seat == 0 && loaded_.standing.HolderOf(round) == 0) continue;  // nobody's, as it was
    Take(std::move(turn));
  }
  COMITY_ASSIGN_OR_RETURN(const auto offers, transaction_.duties().OffersOf(loaded_.row.number));
  steps_.offers_end = std::any_of(offers.begin(), offers.end(), [&](const store::OfferRow& offer) { return offer.round < due.first; });
  return absl::OkStatus();
}

absl::Status DutyLook::TakeSkip(int32_t round) {
  COMITY_ASSIGN_OR_RETURN(auto present, Present(round));
  present.push_back(loaded_.standing.HolderOf(round));  // whoever skips has their part of the round, and owes it
  for (const Seat seat : loaded_.standing.PresentIn(round)) {
    if (loaded_.standing.HasSkipped(round, seat)) present.push_back(seat);
  }
  Take(domain::TurnOf(loaded_.row.rotation.seed, loaded_.standing, round, TurnCause::kSkipped, std::move(present), now_));
  return absl::OkStatus();
}

absl::Status DutyLook::TakeSwap(int32_t round, PersonUid to) {
  Take(domain::SwapOf(loaded_.standing, round, SeatFor(to), now_));
  return absl::OkStatus();
}

absl::Status DutyLook::Write() {
  store::DutyStore& store = transaction_.duties();
  const int64_t rotation = loaded_.row.number;
  for (const store::SeatRow& seat : steps_.seats) COMITY_RETURN_IF_ERROR(store.AddSeat(rotation, seat.seat, seat.person));
  size_t before = loaded_.turns.size() - steps_.turns.size();
  for (const domain::Turn& turn : steps_.turns) {
    COMITY_RETURN_IF_ERROR(store.AppendTurn(rotation, before++, turn));
    COMITY_RETURN_IF_ERROR(store.DeleteOffer(rotation, turn.round));  // whoever it was offered by does not have it any more
  }
  if (!steps_.offers_end) return absl::OkStatus();
  return store.DeleteOffersBefore(rotation, domain::RoundOf(loaded_.row.rotation, domain::DayNumber(domain::DayOf(now_))));
}

absl::Status TakeDueRounds(Context& context) {
  const absl::Time now = context.clock.Now();
  const int32_t today = domain::DayNumber(domain::DayOf(now));
  std::vector<int64_t> waiting;
  bool forget = false;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(forget, transaction->duties().AnyAbsenceBefore(today));
    COMITY_ASSIGN_OR_RETURN(auto rows, transaction->duties().RunningRotations());
    if (!rows.empty()) {
      COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(*transaction));
      const DutyPeople people(*directory);
      for (store::RotationRow& row : rows) {
        COMITY_ASSIGN_OR_RETURN(LoadedRotation loaded, LoadRotation(*transaction, std::move(row)));
        DutyLook look(*transaction, people, loaded, now);
        COMITY_RETURN_IF_ERROR(look.TakeDue());
        if (!look.steps().empty()) waiting.push_back(loaded.row.number);
      }
    }
  }
  // Looked at again by the writer: whatever came between is seen, and two servers take no step twice.
  for (const int64_t number : waiting) {
    const absl::Status written = context.writer.Run([&](store::Transaction& transaction) -> absl::Status {
      COMITY_ASSIGN_OR_RETURN(auto row, transaction.duties().FindRotation(number));
      if (!row.has_value()) return absl::OkStatus();
      COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
      const DutyPeople people(*directory);
      COMITY_ASSIGN_OR_RETURN(LoadedRotation loaded, LoadRotation(transaction, *std::move(row)));
      DutyLook look(transaction, people, loaded, now);
      COMITY_RETURN_IF_ERROR(look.TakeDue());
      return look.Write();
    });
    if (!written.ok()) return written;
  }
  if (!forget) return absl::OkStatus();
  return context.writer.Run([&](store::Transaction& transaction) { return transaction.duties().DeleteAbsencesBefore(today); });
}

absl::Status TakeDueRoundsOf(store::Transaction& transaction, const domain::Directory& directory, PersonUid person, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto seats, transaction.duties().SeatsOf(person));
  if (seats.empty()) return absl::OkStatus();
  const DutyPeople people(directory);
  for (const auto& [number, seat] : seats) {
    COMITY_ASSIGN_OR_RETURN(auto row, transaction.duties().FindRotation(number));
    if (!row.has_value()) continue;
    COMITY_ASSIGN_OR_RETURN(LoadedRotation loaded, LoadRotation(transaction, *std::move(row)));
    DutyLook look(transaction, people, loaded, now);
    COMITY_RETURN_IF_ERROR(look.TakeDue());
    COMITY_RETURN_IF_ERROR(look.Write());
  }
  return absl::OkStatus();
}

DutyRounds::DutyRounds(Context& context)
    : rounds_(kLookFirst, [&context] {
        if (const absl::Status taken = TakeDueRounds(context); !taken.ok()) {
          obs::Log(obs::Level::kWarning, "rounds of duties could not be assigned and will be later",
                   {{"code", static_cast<int>(taken.code())}});
        }
        return kLookEvery;
      }) {}

}  // namespace comity::app
