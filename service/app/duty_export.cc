#include "service/app/duty_export.h"

#include <string>
#include <utility>

#include "service/app/duty_rounds.h"
#include "service/app/export_part.h"
#include "service/app/names.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

// What a turn was to this seat; empty if nothing.
std::string PartIn(const domain::Turn& turn, domain::Seat before, domain::Seat seat) {
  if (turn.seat == seat && turn.cause == domain::TurnCause::kSwapped) return "you took it over";
  if (turn.seat == seat) return "it fell on you";
  if (before != seat) return "";
  if (turn.cause == domain::TurnCause::kSkipped) return "you skipped it";
  return turn.cause == domain::TurnCause::kSwapped ? "you gave it away" : "you were not available any more";
}

// Counts what is left out.
class Window {
 public:
  Window(int64_t skip, int limit) : skip_(skip), left_(limit) {}
  // Whether the next one is to be shown.
  bool Next() {
    if (skip_ > 0) {
      --skip_;
      return false;
    }
    full_ = left_ == 0;
    if (!full_) --left_;
    return !full_;
  }
  bool full() const { return full_; }

 private:
  int64_t skip_;
  int left_;
  bool full_ = false;
};

void PutTurns(const LoadedRotation& loaded, domain::Seat seat, const domain::Directory& directory, Window& window,
              v1::ExportPersonResponse& response) {
  const domain::Rotation& rotation = loaded.row.rotation;
  domain::Standing standing;
  for (const domain::Turn& turn : loaded.turns) {
    const std::string part = PartIn(turn, standing.HolderOf(turn.round), seat);
    standing.Add(turn);
    if (part.empty() || !window.Next()) continue;
    ExportPart(response, "duties")
        .Put("rotation", NameOf("rotations", rotation.id))
        .Put("title", rotation.title)
        .Put("team", TeamName(directory, rotation.team))
        .Put("first day", domain::IsoDay(domain::DayFromNumber(domain::FirstDayOf(rotation, turn.round))))
        .Put("last day", domain::IsoDay(domain::DayFromNumber(domain::LastDayOf(rotation, turn.round))))
        .Put("when it came so", turn.made)
        .Put("your part", part);
  }
}

}  // namespace

absl::StatusOr<bool> ExportDuties(store::Transaction& transaction, const domain::Directory& directory, domain::PersonUid person, int limit,
                                  int64_t& place, v1::ExportPersonResponse& response) {
  Window window(place, limit);
  const int before = response.parts_size();
  COMITY_ASSIGN_OR_RETURN(const auto absences, transaction.duties().AbsencesOf(person));
  for (const domain::Absence& absence : absences) {
    if (!window.Next()) continue;
    ExportPart(response, "absences")
        .Put("first day", domain::IsoDay(domain::DayFromNumber(absence.first_day)))
        .Put("last day", domain::IsoDay(domain::DayFromNumber(absence.last_day)));
  }
  COMITY_ASSIGN_OR_RETURN(const auto seats, transaction.duties().SeatsOf(person));
  for (const auto& [number, seat] : seats) {
    if (window.full()) break;
    COMITY_ASSIGN_OR_RETURN(auto row, transaction.duties().FindRotation(number));
    if (!row.has_value()) continue;
    COMITY_ASSIGN_OR_RETURN(const LoadedRotation loaded, LoadRotation(transaction, *std::move(row)));
    if (window.Next()) {
      ExportPart(response, "rotations you take part in")
          .Put("rotation", NameOf("rotations", loaded.row.rotation.id))
          .Put("seat", static_cast<double>(seat));
    }
    COMITY_ASSIGN_OR_RETURN(const auto offers, transaction.duties().OffersOf(number));
    for (const store::OfferRow& offer : offers) {
      if (offer.seat != seat || !window.Next()) continue;
      ExportPart(response, "duties offered to you")
          .Put("rotation", NameOf("rotations", loaded.row.rotation.id))
          .Put("first day", domain::IsoDay(domain::DayFromNumber(domain::FirstDayOf(loaded.row.rotation, offer.round))));
    }
    PutTurns(loaded, seat, directory, window, response);
  }
  place += response.parts_size() - before;
  return !window.full();
}

}  // namespace comity::app
