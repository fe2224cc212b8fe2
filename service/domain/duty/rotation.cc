#include "service/domain/duty/rotation.h"

#include <algorithm>

namespace comity::domain {
namespace {

int32_t DaysOf(const Rotation& rotation) { return 7 * std::max(rotation.interval_weeks, 1); }

}  // namespace

int32_t FirstDayOf(const Rotation& rotation, int32_t round) { return rotation.start_day + round * DaysOf(rotation); }

int32_t LastDayOf(const Rotation& rotation, int32_t round) { return FirstDayOf(rotation, round + 1) - 1; }

int32_t RoundOf(const Rotation& rotation, int32_t day) {
  const int32_t since = day - rotation.start_day, days = DaysOf(rotation);
  return since >= 0 ? since / days : -((-since + days - 1) / days);
}

DueRounds DueOn(const Rotation& rotation, int32_t day) {
  if (rotation.archived != absl::InfiniteFuture()) return {};
  const int32_t now = RoundOf(rotation, day);
  return {.first = std::max(now, 0), .last = now + kRoundsAhead};
}

bool IsAwayIn(const Rotation& rotation, int32_t round, const std::vector<Absence>& absences) {
  const int32_t first = FirstDayOf(rotation, round), last = LastDayOf(rotation, round);
  int32_t away = 0;
  for (int32_t day = first; day <= last; ++day) {
    if (std::any_of(absences.begin(), absences.end(),
                    [day](const Absence& absence) { return absence.first_day <= day && day <= absence.last_day; })) {
      ++away;
    }
  }
  return 2 * away >= last - first + 1;
}

std::vector<std::string_view> PromptsFor(Duty duty) {
  switch (duty) {
    case Duty::kNominator:
      return {"Ask two people whom you have not asked before whose help they noticed.",
              "Leave it to them whether, and in whose name, they thank.",
              "Help that went on quietly (reviews, notes, hand-overs) counts as much as what everybody saw."};
    case Duty::kFacilitator:
      return {"Begin with a round in which everybody speaks once, or says \"pass\", before anybody speaks twice.",
              "Ask those who have said least first, and whoever leads last.",
              "Ask what you do not know the answer to: \"What would we see if this were wrong?\"",
              "Take written thoughts of those who would rather not speak, and read them without names if they like."};
    case Duty::kNoteTaker:
      return {"Write what was decided, who does it and by when; not who said what.",
              "Show the notes before the meeting ends, so that they can be put right."};
    case Duty::kStoryEditor:
      return {"Ask those it is about before you write, and show them what you wrote before anybody else reads it.",
              "Say what was seen and what it made possible; leave out who is better than whom.", "No story is a good result too."};
    case Duty::kSpotter:
      return {"Look through the help that nobody has thanked for: comity duties unthanked.",
              "Thank for what helped you or your team; let the rest be. Nobody is asked why.",
              "If somebody else should thank, mention it once, in person."};
    case Duty::kNone:
      break;
  }
  return {};
}

}  // namespace comity::domain
