#include "service/domain/duty/words.h"

#include <algorithm>
#include <string>

namespace comity::domain {
namespace {

std::string FiguresText(const TurnFigures& figures) {
  return "(" + std::to_string(figures.had) + ", and " + TurnsText(figures.even) + " would be even)";
}

// Why it fell on whom it fell.
std::string DrawnText(const Drawn& drawn, const std::function<std::string(Seat)>& name) {
  if (drawn.seat == 0) return "It is nobody's turn: nobody is available.";
  const auto of = std::find_if(drawn.candidates.begin(), drawn.candidates.end(),
                               [&](const Candidate& candidate) { return candidate.seat == drawn.seat; });
  const auto others = std::count_if(drawn.candidates.begin(), drawn.candidates.end(), [](const Candidate& one) { return one.drawn; }) - 1;
  const std::string who = name(drawn.seat), begin = "It is " + who + "'s turn: ";
  if (others == 0) return begin + "nobody else is available.";
  const std::string figures = FiguresText(of->figures);
  if (!drawn.by_lot)
    return begin + "of those available, " + who + " has had the fewest turns for the rounds they were here " + figures + ".";
  std::string equals;
  for (const Candidate& candidate : drawn.candidates) {
    if (!candidate.drawn || candidate.seat == drawn.seat || candidate.figures.due() != of->figures.due()) continue;
    equals += (equals.empty() ? "" : ", ") + name(candidate.seat);
  }
  return begin + "of those available, " + who + " has had as few turns for the rounds they were here " + figures + " as " + equals +
         ", and the lot drawn before the first round decided.";
}

std::string InARowText(const Drawn& drawn, const std::function<std::string(Seat)>& name) {
  std::string text;
  for (const Candidate& candidate : drawn.candidates) {
    if (candidate.in_a_row) text += " " + name(candidate.seat) + " would have had three in a row.";
  }
  return text;
}

}  // namespace

std::string TurnsText(int64_t parts) {
  const int64_t hundredths = (parts + (parts < 0 ? -kWholeTurn / 200 : kWholeTurn / 200)) / (kWholeTurn / 100);
  const int64_t whole = hundredths / 100, rest = std::abs(hundredths % 100);
  std::string text = (hundredths < 0 && whole == 0 ? "-" : "") + std::to_string(whole);
  if (rest == 0) return text;
  text += rest < 10 ? ".0" : ".";
  text += rest % 10 == 0 && rest >= 10 ? std::to_string(rest / 10) : std::to_string(rest);
  return text;
}

std::string WordsOf(const Reckoned& reckoned, const std::function<std::string(Seat)>& name) {
  if (reckoned.turn.cause == TurnCause::kSwapped) {
    return name(reckoned.turn.seat) + " took this turn over" +
           (reckoned.before == 0 ? std::string(".") : " from " + name(reckoned.before) + ", who owes it still.");
  }
  Drawn drawn = reckoned.drawn;
  if (!reckoned.same) {  // what was written down stands
    drawn.seat = reckoned.turn.seat;
    return (drawn.seat == 0 ? std::string("It is nobody's turn.") : "It is " + name(drawn.seat) + "'s turn.") +
           " What is written down of it does not come to this any more.";
  }
  std::string text = DrawnText(drawn, name) + InARowText(drawn, name);
  if (reckoned.turn.cause == TurnCause::kSkipped && reckoned.before != 0) text = name(reckoned.before) + " skipped this turn. " + text;
  if (reckoned.turn.cause == TurnCause::kNotAvailable && reckoned.before != 0) {
    text = name(reckoned.before) + " is not available any more. " + text;
  }
  return text;
}

}  // namespace comity::domain
