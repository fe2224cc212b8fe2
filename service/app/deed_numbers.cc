// A person's own numbers: distinct people and teams, never sums, never anybody else's.
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "service/app/deed_app.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr int32_t kDeedsInAPart = 1000;

struct Helped {
  std::set<domain::PersonUid> people;
  std::set<domain::TeamUid> teams;
};

void Add(const domain::Deed& deed, domain::PersonUid person, Helped& served, Helped& stepped_in) {
  if (deed.shadow || deed.state == domain::DeedState::kReversed || deed.state == domain::DeedState::kDeclined) return;
  for (const domain::Line& line : deed.lines) {
    if (line.person != person || line.declined || line.share_ppm <= 0) continue;
    Helped& side = line.stance == domain::Stance::kServed ? served : stepped_in;
    if (!deed.asker.empty()) side.people.insert(deed.asker);
    if (!deed.helped_team.empty()) side.teams.insert(deed.helped_team);
  }
}

std::string Counted(size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

std::string Words(std::string_view verb, const Helped& side) {
  return std::string(verb) + ' ' + Counted(side.people.size(), "person", "people") + " in " + Counted(side.teams.size(), "team", "teams");
}

v1::MyNumbers::Side ToSide(const Helped& helped) {
  v1::MyNumbers::Side side;
  side.set_people_count(static_cast<int32_t>(helped.people.size()));
  side.set_team_count(static_cast<int32_t>(helped.teams.size()));
  return side;
}

}  // namespace

absl::StatusOr<v1::MyNumbers> DeedApp::GetMyNumbers(const Caller& caller, const v1::GetMyNumbersRequest&) {
  Helped served, stepped_in;
  if (!caller.person.empty()) {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    std::optional<std::pair<int32_t, domain::DeedHash>> after;
    for (bool more = true; more;) {
      COMITY_ASSIGN_OR_RETURN(const auto rows,
                              transaction->deeds().ListDeeds({.people = {caller.person}, .teams = {}}, after, kDeedsInAPart));
      for (const store::DeedRow& row : rows) {
        Add(row.deed, caller.person, served, stepped_in);
        after = {row.deed.made_by.day, row.deed.key.Hash()};
      }
      more = rows.size() == kDeedsInAPart;
    }
  }
  v1::MyNumbers numbers;
  *numbers.mutable_served() = ToSide(served);
  *numbers.mutable_stepped_in() = ToSide(stepped_in);
  numbers.set_text("You " + Words("helped", served) + " with what your team owns, and " + Words("stepped in for", stepped_in) + '.');
  return numbers;
}

}  // namespace comity::app
