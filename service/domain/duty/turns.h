// Whose turn it is: deficit round-robin over what is written down of a rotation, and nothing else.
#ifndef COMITY_SERVICE_DOMAIN_DUTY_TURNS_H_
#define COMITY_SERVICE_DOMAIN_DUTY_TURNS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace comity::domain {

// Somebody's place in one rotation, from 1 on, in the order they came into it; 0 = nobody. It stays when the person's name is erased, so
// that every turn can be worked out again for ever, by anybody.
using Seat = int32_t;

// Numbers are stored, and those of the API.
enum class TurnCause : uint8_t { kRound = 1, kSkipped = 2, kNotAvailable = 3, kSwapped = 4 };

// One step by which a round came to be somebody's. A rotation is the list of its turns, in the order they were made; nothing is ever
// changed.
struct Turn {
  int32_t round = 0;
  TurnCause cause = TurnCause::kRound;
  absl::Time made;
  std::vector<Seat> present;  // who was here for the round, in rising order; each gets an equal part of it. A swap repeats those before.
  Seat seat = 0;              // whose it is from now on
  bool operator==(const Turn&) const = default;
};

// Parts of one turn: those of up to 16 people are exact, those of more are short by less than a millionth of a millionth each.
inline constexpr int64_t kWholeTurn = 720'720'000'000;

// Turns that would be a seat's if all were even, and turns it has.
struct TurnFigures {
  int64_t even = 0;  // in parts
  int64_t had = 0;   // whole turns
  int64_t due() const { return even - had * kWholeTurn; }
  bool operator==(const TurnFigures&) const = default;
};

// What a list of turns comes to.
class Standing {
 public:
  Standing() = default;
  explicit Standing(const std::vector<Turn>& turns) {
    for (const Turn& turn : turns) Add(turn);
  }
  void Add(const Turn& turn);

  TurnFigures Of(Seat seat) const;
  bool Has(int32_t round) const { return rounds_.contains(round); }
  Seat HolderOf(int32_t round) const;  // 0 if nobody's or not assigned
  const std::vector<Seat>& PresentIn(int32_t round) const;
  bool HasSkipped(int32_t round, Seat seat) const;
  // Whether the seat would then hold three rounds in a row.
  bool WouldBeThird(int32_t round, Seat seat) const;
  std::vector<int32_t> Rounds() const;  // assigned ones, rising

 private:
  struct Round {
    std::vector<Seat> present;
    Seat seat = 0;
    std::set<Seat> skipped;
  };
  // Whoever skips owes one turn at most. What is beyond is even for the others of the round, who take the turns: else they would have had
  // too many for ever, and whoever skipped would have to take all that come.
  void Forgive(const Round& round, Seat seat);

  std::map<int32_t, Round> rounds_;
  std::map<Seat, TurnFigures> figures_;
};

// A seat as a draw saw it.
struct Candidate {
  Seat seat = 0;
  bool drawn = false;     // the round could be theirs
  bool skipped = false;   // they skipped this round before
  bool in_a_row = false;  // not drawn, since they would have three in a row
  TurnFigures figures{};  // with this round's part, without this round's turn
  bool operator==(const Candidate&) const = default;
};
struct Drawn {
  Seat seat = 0;                      // 0 = nobody can
  bool by_lot = false;                // several were equal
  std::vector<Candidate> candidates;  // those present, in rising order
  bool operator==(const Drawn&) const = default;
};

// Draws `round`, or draws it anew: whoever holds it gives it up first. The order of `present` does not matter.
// Deterministic. `seed` decides among equals.
Drawn Draw(std::string_view seed, const Standing& standing, int32_t round, TurnCause cause, std::vector<Seat> present);

// The same as a turn to be written down.
Turn TurnOf(std::string_view seed, const Standing& standing, int32_t round, TurnCause cause, std::vector<Seat> present, absl::Time now);
// `to` takes the round over.
Turn SwapOf(const Standing& standing, int32_t round, Seat to, absl::Time now);

// A turn worked out again from those before it.
struct Reckoned {
  Turn turn;
  Seat before = 0;   // who held it before
  Drawn drawn{};     // empty for a swap
  bool same = true;  // it comes to what was written down
};
std::vector<Reckoned> Reckon(std::string_view seed, const std::vector<Turn>& turns);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DUTY_TURNS_H_
