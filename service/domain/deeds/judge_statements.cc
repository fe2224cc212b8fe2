#include <algorithm>
#include <numeric>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

// Splits `whole` in the proportion of `parts`, to the part per million, largest remainder first.
std::vector<int32_t> InProportion(int32_t whole, const std::vector<int64_t>& parts) {
  const int64_t sum = std::accumulate(parts.begin(), parts.end(), int64_t{0});
  std::vector<int32_t> shares;
  std::vector<std::pair<int64_t, size_t>> remainders;
  int32_t left = whole;
  for (size_t i = 0; i < parts.size(); ++i) {
    shares.push_back(static_cast<int32_t>(parts[i] * whole / sum));
    left -= shares.back();
    remainders.emplace_back(-(parts[i] * whole % sum), i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (size_t i = 0; left > 0; ++i, --left) ++shares[remainders[i].second];
  return shares;
}

auto FindLine(std::vector<Line>& lines, PersonUid person) {
  return std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return !person.empty() && line.person == person; });
}

// A helper gives (part of) their own share away. What they had when they said so may differ from what they have by later facts: the
// proportion holds. Returns false if they have nothing to give.
bool Give(const Context& context, const Statement& gift, Deed& deed) {
  const auto own = FindLine(deed.lines, gift.by);
  if (own == deed.lines.end()) return false;
  std::vector<std::pair<PersonUid, int32_t>> to = gift.shares;
  std::sort(to.begin(), to.end());
  std::vector<int64_t> parts;
  for (const auto& [person, share] : to) parts.push_back(std::max<int64_t>(share, 0));
  if (std::accumulate(parts.begin(), parts.end(), int64_t{0}) <= 0) return false;
  const std::vector<int32_t> shares = InProportion(own->share_ppm, parts);
  deed.lines.erase(own);
  for (size_t i = 0; i < to.size(); ++i) {
    if (shares[i] == 0) continue;
    const auto line = FindLine(deed.lines, to[i].first);
    if (line != deed.lines.end()) {
      line->share_ppm += shares[i];
    } else {
      deed.lines.push_back(LineFor(context, to[i].first, shares[i], deed.owner_team, DayOf(deed.occur_time)));
    }
  }
  SortLines(deed.lines);
  return true;
}

Reason Said(ReasonCode code, const Statement& statement) {
  return {code, {{"person", statement.by.ToText()}, {"time", TimeText(statement.time)}}};
}

}  // namespace

const Statement* WholeCorrection(const std::vector<const Statement*>& statements) {
  const Statement* last = nullptr;
  for (const Statement* statement : statements) {
    if (statement->kind != Statement::Kind::kCorrect || statement->by_helper) continue;
    int64_t sum = 0;
    std::set<PersonUid> people;
    bool sound = true;
    for (const auto& [person, share] : statement->shares) {
      sum += share;
      sound = sound && share > 0 && !person.empty() && people.insert(person).second;
    }
    if (sound && sum == kWholePpm) last = statement;  // others were refused when they were made
  }
  return last;
}

void ApplyStatements(const Context& context, const std::vector<const Statement*>& statements, const Act& act, Deed& deed) {
  const Statement* whole = WholeCorrection(statements);
  bool past_whole = whole == nullptr;
  bool asker_said_yes = false;
  for (const Statement* statement : statements) {
    if (statement == whole) past_whole = true;
    bool counts = false;
    if (statement->kind == Statement::Kind::kConfirm && statement->time > act.confirmed_after) {
      counts = asker_said_yes = true;
      deed.state = DeedState::kConfirmed;
      deed.steps.push_back(Said(ReasonCode::kConfirmed, *statement));
    } else if (statement->kind == Statement::Kind::kCorrect && past_whole && (statement == whole || statement->by_helper)) {
      counts = statement == whole || Give(context, *statement, deed);
      if (statement == whole) asker_said_yes = true;
      if (counts) {
        deed.state = DeedState::kCorrected;
        deed.steps.push_back(Said(ReasonCode::kCorrected, *statement));
      }
    }
    if (counts) deed.statement = statement->uid;
  }
  // A no stays a no, whatever was said or found since.
  for (const Statement* statement : statements) {
    if (statement->kind != Statement::Kind::kDecline) continue;
    const auto line = FindLine(deed.lines, statement->by);
    if (line == deed.lines.end()) continue;
    line->declined = true;
    deed.statement = statement->uid;
    deed.steps.push_back(Said(ReasonCode::kDeclined, *statement));
  }
  deed.awaits_yes = act.waits.has_value() && !asker_said_yes;
  if (deed.awaits_yes) deed.state = DeedState::kProvisional;
  if (act.undo.fact != nullptr) deed.state = DeedState::kReversed;
  if (std::all_of(deed.lines.begin(), deed.lines.end(), [](const Line& line) { return line.declined; })) {
    deed.state = DeedState::kDeclined;
  }
  if (deed.state == DeedState::kReversed || deed.state == DeedState::kDeclined) deed.awaits_yes = false;
}

}  // namespace comity::domain::judging
