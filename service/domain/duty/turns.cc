#include "service/domain/duty/turns.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "service/base/hmac.h"

namespace comity::domain {
namespace {

int64_t PartOf(const std::vector<Seat>& present) { return present.empty() ? 0 : kWholeTurn / static_cast<int64_t>(present.size()); }

std::array<uint8_t, 32> LotOf(std::string_view seed, int32_t round, Seat seat) {
  return HmacSha256(seed, std::to_string(round) + ":" + std::to_string(seat));
}

}  // namespace

void Standing::Add(const Turn& turn) {
  Round& round = rounds_[turn.round];
  if (turn.cause != TurnCause::kSwapped) {
    for (const Seat seat : round.present) figures_[seat].even -= PartOf(round.present);
    round.present = turn.present;
    for (const Seat seat : round.present) figures_[seat].even += PartOf(round.present);
  }
  const Seat before = round.seat;
  if (before != 0) --figures_[before].had;
  round.seat = turn.seat;
  if (turn.seat != 0) ++figures_[turn.seat].had;
  if (turn.cause != TurnCause::kSkipped || before == 0) return;
  round.skipped.insert(before);
  Forgive(round, before);
}

void Standing::Forgive(const Round& round, Seat seat) {
  TurnFigures& figures = figures_[seat];
  const int64_t beyond = figures.due() - kWholeTurn;
  if (beyond <= 0) return;
  std::vector<Seat> others;
  for (const Seat other : round.present) {
    if (!round.skipped.contains(other)) others.push_back(other);
  }
  figures.even -= beyond;
  for (const Seat other : others) figures_[other].even += beyond / static_cast<int64_t>(others.size());
}

TurnFigures Standing::Of(Seat seat) const {
  const auto found = figures_.find(seat);
  return found == figures_.end() ? TurnFigures{} : found->second;
}

Seat Standing::HolderOf(int32_t round) const {
  const auto found = rounds_.find(round);
  return found == rounds_.end() ? 0 : found->second.seat;
}

const std::vector<Seat>& Standing::PresentIn(int32_t round) const {
  static const std::vector<Seat> kNone;
  const auto found = rounds_.find(round);
  return found == rounds_.end() ? kNone : found->second.present;
}

bool Standing::HasSkipped(int32_t round, Seat seat) const {
  const auto found = rounds_.find(round);
  return found != rounds_.end() && found->second.skipped.contains(seat);
}

bool Standing::WouldBeThird(int32_t round, Seat seat) const {
  const auto holds = [&](int32_t other) { return HolderOf(other) == seat; };
  return (holds(round - 2) && holds(round - 1)) || (holds(round - 1) && holds(round + 1)) || (holds(round + 1) && holds(round + 2));
}

std::vector<int32_t> Standing::Rounds() const {
  std::vector<int32_t> rounds;
  rounds.reserve(rounds_.size());
  for (const auto& [number, round] : rounds_) rounds.push_back(number);
  return rounds;
}

Drawn Draw(std::string_view seed, const Standing& standing, int32_t round, TurnCause cause, std::vector<Seat> present) {
  std::sort(present.begin(), present.end());
  present.erase(std::unique(present.begin(), present.end()), present.end());
  Standing vacant = standing;
  vacant.Add({.round = round, .cause = cause, .made = {}, .present = present, .seat = 0});
  Drawn drawn;
  bool anybody_else = false;
  for (const Seat seat : present) {
    Candidate& candidate = drawn.candidates.emplace_back();
    candidate.seat = seat;
    candidate.skipped = vacant.HasSkipped(round, seat);
    candidate.in_a_row = !candidate.skipped && vacant.WouldBeThird(round, seat);
    candidate.drawn = !candidate.skipped && !candidate.in_a_row;
    candidate.figures = vacant.Of(seat);
    anybody_else = anybody_else || candidate.drawn;
  }
  const Candidate* best = nullptr;
  for (Candidate& candidate : drawn.candidates) {
    if (!anybody_else && candidate.in_a_row) {  // nobody else is there
      candidate.in_a_row = false;
      candidate.drawn = true;
    }
    if (!candidate.drawn) continue;
    if (best == nullptr || candidate.figures.due() > best->figures.due()) {
      best = &candidate;
      drawn.by_lot = false;
    } else if (candidate.figures.due() == best->figures.due()) {
      drawn.by_lot = true;
      if (LotOf(seed, round, candidate.seat) > LotOf(seed, round, best->seat)) best = &candidate;
    }
  }
  drawn.seat = best == nullptr ? 0 : best->seat;
  return drawn;
}

Turn TurnOf(std::string_view seed, const Standing& standing, int32_t round, TurnCause cause, std::vector<Seat> present, absl::Time now) {
  std::sort(present.begin(), present.end());
  present.erase(std::unique(present.begin(), present.end()), present.end());
  const Seat seat = Draw(seed, standing, round, cause, present).seat;
  return {.round = round, .cause = cause, .made = now, .present = std::move(present), .seat = seat};
}

Turn SwapOf(const Standing& standing, int32_t round, Seat to, absl::Time now) {
  return {.round = round, .cause = TurnCause::kSwapped, .made = now, .present = standing.PresentIn(round), .seat = to};
}

std::vector<Reckoned> Reckon(std::string_view seed, const std::vector<Turn>& turns) {
  std::vector<Reckoned> reckoned;
  reckoned.reserve(turns.size());
  Standing standing;
  for (const Turn& turn : turns) {
    Reckoned& one = reckoned.emplace_back();
    one.turn = turn;
    one.before = standing.HolderOf(turn.round);
    if (turn.cause != TurnCause::kSwapped) {
      one.drawn = Draw(seed, standing, turn.round, turn.cause, turn.present);
      one.same = one.drawn.seat == turn.seat;
    }
    standing.Add(turn);
  }
  return reckoned;
}

}  // namespace comity::domain
