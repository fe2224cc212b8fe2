#include "service/app/visibility.h"

#include <algorithm>

#include "service/base/error.h"
#include "service/domain/deeds/ledger.h"

namespace comity::app {
namespace {

template <typename T>
bool Contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

bool Viewer::IsIn(domain::TeamUid team) const { return !team.empty() && Contains(teams, team); }

bool Viewer::Reaches(std::string_view suite, std::string_view instance) const {
  return within.empty() || std::any_of(within.begin(), within.end(),
                                       [&](const SuitePlace& place) { return place.suite == suite && place.instance == instance; });
}

absl::Status CheckIsSomebody(const Caller& caller) {
  if (!caller.person.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleRequired,
               "only a person can do this, and this token is nobody's; use the person's own");
}

bool IsConcerned(const Viewer& viewer, const Sides& sides) {
  if (viewer.person.empty()) return false;
  return Contains(sides.helpers, viewer.person) || Contains(sides.askers, viewer.person) || Contains(sides.named, viewer.person) ||
         Contains(sides.former_helpers, viewer.person);
}

View ViewOf(const Viewer& viewer, const Sides& sides) {
  if (viewer.oversees) return View::kNamed;
  if (sides.shadow) return !viewer.person.empty() && Contains(sides.helpers, viewer.person) ? View::kNamed : View::kNone;
  if (IsConcerned(viewer, sides)) return View::kNamed;
  const bool on_a_side = std::any_of(sides.teams.begin(), sides.teams.end(), [&](domain::TeamUid team) { return viewer.IsIn(team); });
  return on_a_side ? View::kNameless : View::kNone;
}

bool MaySeeName(const Viewer& viewer, View view, domain::PersonUid person, const NameRule& rule) {
  if (view == View::kNone || person.empty()) return false;
  if (viewer.oversees || viewer.Is(person)) return true;
  if (rule.opted_out) return false;
  return view == View::kNamed || rule.shared;
}

bool SpeaksForAsker(const Viewer& viewer, const domain::Deed& deed) {
  if (viewer.person.empty()) return false;
  return deed.asker.empty() ? viewer.lead && viewer.IsIn(deed.helped_team) : viewer.Is(deed.asker);
}

Says SaysOf(const Viewer& viewer, const domain::Deed& deed) {
  if (deed.state == domain::DeedState::kReversed || deed.state == domain::DeedState::kDeclined) return {};
  const bool helps =
      std::any_of(deed.lines.begin(), deed.lines.end(), [&](const domain::Line& line) { return viewer.Is(line.person) && !line.declined; });
  const bool asks = SpeaksForAsker(viewer, deed);
  return {.confirm = asks && deed.state != domain::DeedState::kConfirmed, .correct = asks || helps, .decline = helps};
}

void AddPeopleNamed(const domain::Deed& deed, std::set<domain::PersonUid>& people) {
  people.insert(deed.asker);
  for (const domain::Line& line : deed.lines) people.insert(line.person);
  people.insert(deed.former_helpers.begin(), deed.former_helpers.end());
}

Sides SidesOf(const domain::Deed& deed, const Viewer& viewer, const std::vector<domain::PersonUid>& named) {
  Sides sides{.helpers = {}, .askers = {}, .named = named, .former_helpers = deed.former_helpers, .teams = {}, .shadow = deed.shadow};
  const domain::DeedHash hash = deed.key.Hash();
  for (const domain::Line& line : deed.lines) {
    if (!line.person.empty()) sides.helpers.push_back(line.person);
    // Somebody who opted out is named by no one, but still knows their own line.
    if (line.opted_out_line != domain::LineHash{} && !viewer.person.empty()) {
      domain::Line own = line;
      own.person = viewer.person;
      own.opted_out_line = {};
      if (domain::LineHashOf(hash, own) == line.opted_out_line) sides.helpers.push_back(viewer.person);
    }
    if (!line.team.empty()) sides.teams.push_back(line.team);
  }
  if (!deed.asker.empty()) sides.askers.push_back(deed.asker);
  if (!deed.helped_team.empty()) sides.teams.push_back(deed.helped_team);
  return sides;
}

}  // namespace comity::app
