#include "service/app/duty_view.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "service/app/convert.h"
#include "service/app/hex.h"
#include "service/app/names.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/base/sha256.h"
#include "service/domain/duty/words.h"

namespace comity::app {
namespace {

constexpr std::string_view kAssignments = "/assignments/";

std::string HexOf(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<uint8_t>(byte) >> 4];
    text += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

absl::Status AssignmentNotFound() {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kAssignmentNotFound,
               "no such turn in a rotation of your teams; list them with `comity duties assignments ROTATION`");
}

}  // namespace

absl::StatusOr<OpenedRotation> OpenRotation(Context& context, store::Transaction& transaction, const Caller& caller, std::string_view name,
                                            std::string_view field) {
  const absl::Status missing = Error(absl::StatusCode::kNotFound, ErrorReason::kRotationNotFound,
                                     "no such rotation of your teams; list them with `comity duties list`");
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("rotations", name, field));
  COMITY_ASSIGN_OR_RETURN(auto row, transaction.duties().FindRotation(id));
  if (!row.has_value()) return missing;
  OpenedRotation opened;
  opened.now = context.clock.Now();
  COMITY_ASSIGN_OR_RETURN(opened.directory, context.snapshots.DirectoryIn(transaction));
  opened.viewer = ViewerOf(caller, *opened.directory, opened.now);
  if (!opened.viewer.oversees && !opened.viewer.IsIn(row->rotation.team)) return missing;
  COMITY_ASSIGN_OR_RETURN(opened.loaded, LoadRotation(transaction, *std::move(row)));
  return opened;
}

absl::StatusOr<OpenedAssignment> OpenAssignment(Context& context, store::Transaction& transaction, const Caller& caller,
                                                std::string_view name) {
  const size_t place = name.find(kAssignments);
  int32_t round = -1;
  if (place != std::string_view::npos) {
    const std::string_view number = name.substr(place + kAssignments.size());
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), round);
    if (error != std::errc() || end != number.data() + number.size()) round = -1;
  }
  if (round < 0) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "name is no turn's",
                 {{"name", "send `rotations/ROTATION/assignments/ROUND`"}});
  }
  absl::StatusOr<OpenedRotation> opened = OpenRotation(context, transaction, caller, name.substr(0, place), "name");
  if (absl::IsNotFound(opened.status())) return AssignmentNotFound();
  if (!opened.ok()) return opened.status();
  const std::vector<int32_t> rounds = RoundsShown(*opened);
  if (!std::binary_search(rounds.begin(), rounds.end(), round)) return AssignmentNotFound();
  return OpenedAssignment{*std::move(opened), round};
}

v1::Rotation ToRotation(const domain::Rotation& from, const domain::Directory& directory, bool of_team) {
  v1::Rotation to;
  to.set_name(NameOf("rotations", from.id));
  to.set_team(TeamName(directory, from.team));
  to.set_duty(static_cast<v1::Rotation::Duty>(from.duty));
  to.set_title(from.title);
  to.set_start_date(domain::IsoDay(domain::DayFromNumber(from.start_day)));
  to.set_interval_weeks(from.interval_weeks);
  to.set_seed_sha256(Hex(Sha256({from.seed})));
  const bool archived = from.archived != absl::InfiniteFuture();
  if (archived && of_team) to.set_seed(HexOf(from.seed));
  for (const std::string_view prompt : domain::PromptsFor(from.duty)) to.add_prompts(std::string(prompt));
  *to.mutable_create_time() = ToTimestamp(from.created);
  *to.mutable_update_time() = ToTimestamp(from.changed);
  if (archived) *to.mutable_archive_time() = ToTimestamp(from.archived);
  to.set_etag(std::to_string(from.version));
  return to;
}

std::vector<int32_t> RoundsShown(const OpenedRotation& opened) {
  std::vector<int32_t> rounds = opened.loaded.standing.Rounds();
  const domain::Rotation& rotation = opened.rotation();
  if (rotation.archived != absl::InfiniteFuture()) {  // what was to come comes no more
    const int32_t last = domain::DayNumber(domain::DayOf(rotation.archived));
    std::erase_if(rounds, [&](int32_t round) { return domain::FirstDayOf(rotation, round) > last; });
  }
  return rounds;
}

std::string AssignmentName(const domain::Rotation& rotation, int32_t round) {
  return NameOf("rotations", rotation.id) + std::string(kAssignments) + std::to_string(round);
}

AssignmentView::AssignmentView(const OpenedRotation& opened, std::vector<store::OfferRow> offers)
    : opened_(opened), offers_(std::move(offers)), reckoned_(domain::Reckon(opened.rotation().seed, opened.loaded.turns)) {}

std::string AssignmentView::PersonName(domain::Seat seat) const {
  const domain::PersonUid person = opened_.loaded.PersonOf(seat);
  if (person.empty() || (opened_.directory->IsOptedOut(person) && !opened_.viewer.Is(person))) return "";
  return app::PersonName(*opened_.directory, person);
}

std::string AssignmentView::NameInWords(domain::Seat seat) const {
  if (PersonName(seat).empty()) return "somebody";
  return opened_.directory->FindPerson(opened_.loaded.PersonOf(seat))->display_name;
}

void AssignmentView::AddDraw(const domain::Reckoned& reckoned, v1::Assignment& assignment) const {
  v1::Draw& draw = *assignment.add_draws();
  draw.set_cause(static_cast<v1::Draw::Cause>(reckoned.turn.cause));
  *draw.mutable_draw_time() = ToTimestamp(reckoned.turn.made);
  draw.set_seat(reckoned.turn.seat);
  draw.set_by_lot(reckoned.drawn.by_lot);
  for (const domain::Candidate& from : reckoned.drawn.candidates) {
    v1::Draw::Candidate& candidate = *draw.add_candidates();
    candidate.set_person(PersonName(from.seat));
    candidate.set_seat(from.seat);
    candidate.set_drawn(from.drawn);
    if (!from.drawn) continue;
    candidate.set_even_turns(std::stod(domain::TurnsText(from.figures.even)));
    candidate.set_had_turns(static_cast<int32_t>(from.figures.had));
  }
}

v1::Assignment AssignmentView::Of(int32_t round) const {
  const domain::Rotation& rotation = opened_.rotation();
  const int32_t first = domain::FirstDayOf(rotation, round), last = domain::LastDayOf(rotation, round);
  const int32_t today = domain::DayNumber(domain::DayOf(opened_.now));
  v1::Assignment assignment;
  assignment.set_name(AssignmentName(rotation, round));
  assignment.set_first_date(domain::IsoDay(domain::DayFromNumber(first)));
  assignment.set_last_date(domain::IsoDay(domain::DayFromNumber(last)));
  assignment.set_state(today < first  ? v1::Assignment::STATE_UPCOMING
                       : today > last ? v1::Assignment::STATE_PAST
                                      : v1::Assignment::STATE_CURRENT);
  assignment.set_person(PersonName(opened_.loaded.standing.HolderOf(round)));
  if (!opened_.of_team()) return assignment;
  for (const store::OfferRow& offer : offers_) {
    if (offer.round == round && today <= last) assignment.set_offered_to(PersonName(offer.seat));
  }
  for (const domain::Reckoned& reckoned : reckoned_) {
    if (reckoned.turn.round != round) continue;
    assignment.add_explanation(domain::WordsOf(reckoned, [this](domain::Seat seat) { return NameInWords(seat); }));
    AddDraw(reckoned, assignment);
  }
  return assignment;
}

}  // namespace comity::app
