// What a spotter looks through: help of their team that nobody has thanked for. No counts, and nobody whom it is held against.
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "service/app/convert.h"
#include "service/app/deed_access.h"
#include "service/app/duty_app.h"
#include "service/app/duty_view.h"
#include "service/app/names.h"
#include "service/app/page_token.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr absl::Duration kUnthankedFrom = absl::Hours(24 * 7), kUnthankedUntil = absl::Hours(24 * 35);
constexpr int32_t kFewAtOnce = 20, kMostAtOnce = 100;
constexpr int32_t kHelpReadAtOnce = 200;
constexpr int kMaxScans = 20;  // then a page is short, and its token goes on

using HelpPlace = std::pair<int32_t, domain::DeedHash>;

std::string HelpCursorOf(const HelpPlace& place) { return std::to_string(place.first) + ' ' + place.second.ToText(); }

std::optional<HelpPlace> HelpPlaceOf(std::string_view cursor) {
  const size_t space = cursor.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  int32_t day = 0;
  std::from_chars(cursor.data(), cursor.data() + space, day);
  const auto hash = domain::DeedHash::FromText(cursor.substr(space + 1));
  if (!hash.has_value()) return std::nullopt;
  return HelpPlace{day, *hash};
}

// Errors: PERMISSION_DENIED (NOT_ON_DUTY).
absl::Status CheckIsSpotter(const OpenedRotation& opened, const Caller& caller) {
  const domain::Rotation& rotation = opened.rotation();
  const int32_t round = domain::RoundOf(rotation, domain::DayNumber(domain::DayOf(opened.now)));
  const domain::Seat seat = opened.loaded.SeatOf(caller.person);
  const bool running = rotation.duty == domain::Duty::kSpotter && rotation.archived == absl::InfiniteFuture();
  if (running && opened.of_team() && seat != 0 && opened.loaded.standing.HolderOf(round) == seat) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotOnDuty,
               "this is for the spotter of these days; whose turn it is: `comity duties assignments ROTATION`");
}

// Whether it waits for thanks that this spotter could give.
absl::StatusOr<bool> IsUnthanked(store::Transaction& transaction, const OpenedRotation& opened, const store::DeedRow& row) {
  const domain::Deed& deed = row.deed;
  const absl::Duration age = opened.now - deed.occur_time;
  const bool waits_for_yes = deed.awaits_yes && deed.state == domain::DeedState::kProvisional;
  if (deed.helped_team != opened.rotation().team || age < kUnthankedFrom || age > kUnthankedUntil || waits_for_yes) return false;
  if (!CanBeThankedFor(deed, *opened.directory, opened.viewer.person)) return false;
  COMITY_ASSIGN_OR_RETURN(const auto thanks, transaction.recognition().ListFor(deed.key.Hash(), std::numeric_limits<int64_t>::max(), 1));
  return thanks.empty();
}

v1::UnthankedHelp ToHelp(const store::DeedRow& row, const DeedView& view, Names& names) {
  v1::UnthankedHelp help;
  help.set_deed(DeedName(row.deed));
  help.set_subject(names.Subject(row.deed.key.subject));
  *help.mutable_occur_time() = ToTimestamp(row.deed.occur_time);
  help.set_helper_team(names.TeamName(row.deed.helper_team()));
  for (const domain::Line& line : row.deed.lines) {
    if (!MaySee(view, names.directory(), line.person)) continue;
    const std::string name = names.PersonName(line.person);
    if (!name.empty()) help.add_helpers(name);
  }
  return help;
}

}  // namespace

absl::StatusOr<v1::ListUnthankedResponse> DutyApp::ListUnthanked(const Caller& caller, const v1::ListUnthankedRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_RETURN_IF_ERROR(PageSize(request.page_size()).status());
  const int32_t page_size = request.page_size() == 0 ? kFewAtOnce : std::min(request.page_size(), kMostAtOnce);
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const OpenedRotation opened, OpenRotation(context_, *transaction, caller, request.rotation(), "rotation"));
  COMITY_RETURN_IF_ERROR(CheckIsSpotter(opened, caller));
  const std::string filter = "ListUnthanked " + opened.rotation().id;
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(key, filter, request.page_token()));
  const store::DeedFilter deeds{
      .people = {}, .teams = {opened.rotation().team}, .since_day = domain::DayNumber(domain::DayOf(opened.now - kUnthankedUntil))};
  Names names(*transaction, opened.directory);
  v1::ListUnthankedResponse response;
  std::optional<HelpPlace> after = HelpPlaceOf(cursor);
  bool more = true;
  for (int scanned = 0; more && scanned < kMaxScans && response.help_size() < page_size; ++scanned) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction->deeds().ListDeeds(deeds, after, kHelpReadAtOnce));
    more = rows.size() == static_cast<size_t>(kHelpReadAtOnce);
    for (const store::DeedRow& row : rows) {
      if (response.help_size() == page_size) {
        more = true;
        break;
      }
      after = {row.deed.made_by.day, row.deed.key.Hash()};
      COMITY_ASSIGN_OR_RETURN(const bool unthanked, IsUnthanked(*transaction, opened, row));
      if (!unthanked) continue;
      COMITY_ASSIGN_OR_RETURN(const DeedView view, LoadDeedView(*transaction, row, opened.viewer, opened.now));
      if (view.view != View::kNone) *response.add_help() = ToHelp(row, view, names);
    }
  }
  if (more && after.has_value()) response.set_next_page_token(MakePageToken(key, filter, HelpCursorOf(*after)));
  return response;
}

}  // namespace comity::app
