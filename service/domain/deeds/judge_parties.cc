#include <algorithm>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

struct Helper {
  Party party;
  PersonUid person;
  std::vector<TeamUid> teams;
  bool known() const { return !teams.empty(); }
};

bool Shares(const std::vector<TeamUid>& a, const std::vector<TeamUid>& b) {
  return std::any_of(a.begin(), a.end(), [&](TeamUid team) { return std::find(b.begin(), b.end(), team) != b.end(); });
}

TeamUid FirstShared(const std::vector<TeamUid>& a, const std::vector<TeamUid>& b) {
  for (const TeamUid team : a) {
    if (std::find(b.begin(), b.end(), team) != b.end()) return team;
  }
  return {};
}

// Of several teams: the owner's if among them, else the first, since the directory gives them in order of preference.
TeamUid TeamAmong(const std::vector<TeamUid>& teams, TeamUid owner) {
  if (teams.empty()) return {};
  return std::find(teams.begin(), teams.end(), owner) != teams.end() ? owner : teams.front();
}

bool IsBot(const Context& context, const Party& party, const Policy& policy) {
  if (party.kind == AccountKind::kBot || context.directory().IsDeclaredBot(party.account)) return true;
  if (policy.bot_accounts.empty()) return false;
  const AccountRow* row = context.directory().FindAccount(party.account);
  if (row == nullptr) return false;
  const AccountName by_login{row->name.suite, row->name.instance, row->login};
  const auto named = [&](const std::string& bot) { return bot == row->name.ToText() || bot == by_login.ToText(); };
  return std::any_of(policy.bot_accounts.begin(), policy.bot_accounts.end(), named);
}

Reason Unknown(const Context& context, const Party& party, absl::Time time) {
  const PersonUid person = context.directory().PersonOf(party.account);
  if (IsErasedAccount(party.account)) return {ReasonCode::kErasedAccount, {}};
  if (person.empty()) return {ReasonCode::kUnknownAccount, {{"account", party.account.ToText()}}};
  return {ReasonCode::kNoTeam, {{"person", person.ToText()}, {"time", TimeText(time)}}};
}

Reason UnknownOwner(const Fact& thing, absl::Time time) {
  Reason reason{ReasonCode::kUnknownOwner, {}};
  if (!thing.places.empty()) {
    const PlaceName& place = thing.places.front();
    reason.parameters.emplace_back("place", thing.suite + ":" + thing.instance + ":" + place.kind + ":" + place.value);
  }
  reason.parameters.emplace_back("time", TimeText(time));
  return reason;
}

Reason WhoReason(const Context& context, ReasonCode code, const Party& party) {
  Reason reason{code, {}};
  AddWho(context, party, reason.parameters);
  return reason;
}

// Helpers that could be credited, each once; `refused` = why the first of the others could not.
std::vector<Helper> Candidates(const Context& context, const Act& act, const Policy& policy, std::optional<Reason>& refused) {
  std::vector<Helper> helpers;
  const absl::CivilDay day = DayOf(act.fact->occur_time);
  for (const Party& party : act.helpers) {
    const PersonUid person = context.directory().PersonOf(party.account);
    std::optional<Reason> why = RefusedAsHelper(context, party, policy, false);
    if (!why && IsSame(context, party, act.asker)) why = WhoReason(context, ReasonCode::kSelf, party);
    if (!why && (act.credited.contains(person) || act.credited_accounts.contains(party.account))) {
      why = WhoReason(context, ReasonCode::kAlreadyCredited, party);
    }
    if (why) {
      if (!refused) refused = std::move(why);
      continue;
    }
    const bool twice = std::any_of(helpers.begin(), helpers.end(), [&](const Helper& other) {
      return other.party.account == party.account || (!person.empty() && other.person == person);
    });
    if (!twice) helpers.push_back({party, person, person.empty() ? std::vector<TeamUid>{} : context.directory().TeamsOf(person, day)});
  }
  return helpers;
}

// Settles who is helped, given everybody who may be a helper, and says of each whether it is help within the helped side.
// Those who share a team with the asker are inside it as soon as somebody from outside helped too.
std::vector<bool> SettleHelpedSide(const std::vector<std::vector<TeamUid>>& helpers, const std::vector<TeamUid>& asker_teams,
                                   Assessment& result) {
  std::vector<bool> inside(helpers.size(), false);
  const bool any_outside = std::any_of(helpers.begin(), helpers.end(), [&](const auto& teams) { return !Shares(teams, asker_teams); });
  if (!asker_teams.empty() && any_outside) {
    result.helped_team = TeamAmong(asker_teams, result.owner);
    for (size_t i = 0; i < helpers.size(); ++i) {
      inside[i] = Shares(helpers[i], asker_teams);
      if (inside[i]) result.internal_teams.push_back(FirstShared(asker_teams, helpers[i]));
    }
    return inside;
  }
  if (!asker_teams.empty() && !helpers.empty()) result.shared_team = FirstShared(asker_teams, helpers.front());
  result.helped_team = result.owner;
  for (size_t i = 0; i < helpers.size(); ++i) {
    inside[i] = std::find(helpers[i].begin(), helpers[i].end(), result.owner) != helpers[i].end();
    if (inside[i]) result.internal_teams.push_back(result.owner);
  }
  return inside;
}

void AddEqualLines(const Context& context, const Act& act, std::vector<Helper> counted, std::vector<Helper> held, Assessment& result) {
  std::sort(counted.begin(), counted.end(), [](const Helper& a, const Helper& b) { return a.person < b.person; });
  std::sort(held.begin(), held.end(), [](const Helper& a, const Helper& b) { return a.party.account < b.party.account; });
  const std::vector<int32_t> shares = EqualShares(kWholePpm, counted.size() + held.size());
  size_t next = 0;
  for (const Helper& helper : counted) {
    result.lines.push_back(LineFor(context, helper.person, shares[next++], result.owner, DayOf(act.fact->occur_time)));
  }
  for (const Helper& helper : held) {
    Line line;
    line.account = helper.party.account;
    line.share_ppm = shares[next++];
    result.lines.push_back(line);
  }
  SortLines(result.lines);
}

void AddCorrectedLines(const Context& context, const Act& act, const Statement& correction, const std::vector<TeamUid>& asker_teams,
                       Assessment& result) {
  const absl::CivilDay day = DayOf(act.fact->occur_time);
  std::vector<std::vector<TeamUid>> teams;
  for (const auto& [person, share] : correction.shares) teams.push_back(context.directory().TeamsOf(person, day));
  SettleHelpedSide(teams, asker_teams, result);
  result.internal_teams.clear();  // naming somebody of the helped team was refused when the correction was made
  for (const auto& [person, share] : correction.shares) result.lines.push_back(LineFor(context, person, share, result.owner, day));
  SortLines(result.lines);
}

// The asker and the owner; false (and PARKED) if one that matters is unknown.
bool SettleAskerAndOwner(const Context& context, const Act& act, const Policy& policy, std::vector<TeamUid>& asker_teams,
                         Assessment& result) {
  const absl::Time time = act.fact->occur_time;
  if (IsHuman(context, act.asker, policy)) {
    result.asker_account = act.asker.account;
    result.asker = context.directory().PersonOf(act.asker.account);
    if (!result.asker.empty()) asker_teams = context.directory().TeamsOf(result.asker, DayOf(time));
    if (asker_teams.empty()) {
      result.outcome = Outcome::kParked;
      result.reason = Unknown(context, act.asker, time);
      return false;
    }
  }
  const Fact& thing = act.thing == nullptr ? *act.fact : *act.thing;
  result.owner = context.directory().OwnerOf(thing.suite, thing.instance, thing.places, DayOf(time));
  if (!result.owner.empty()) {
    result.asker_team = TeamAmong(asker_teams, result.owner);
    return true;
  }
  result.outcome = Outcome::kParked;
  result.reason = UnknownOwner(thing, time);
  return false;
}

}  // namespace

std::optional<Reason> RefusedAsHelper(const Context& context, const Party& party, const Policy& policy, bool automation) {
  if (!party.present()) return Reason{ReasonCode::kNoActor, {}};
  const bool bot = automation || IsBot(context, party, policy);
  if (!bot && party.kind != AccountKind::kTeam) return std::nullopt;
  return Reason{bot ? ReasonCode::kBot : ReasonCode::kAccountIsTeam, {{"account", party.account.ToText()}}};
}

bool IsHuman(const Context& context, const Party& party, const Policy& policy) {
  return party.present() && party.kind != AccountKind::kTeam && !IsBot(context, party, policy);
}

bool IsSame(const Context& context, const Party& a, const Party& b) {
  if (!a.present() || !b.present()) return false;
  if (a.account == b.account) return true;
  const PersonUid person = context.directory().PersonOf(a.account);
  return !person.empty() && person == context.directory().PersonOf(b.account);
}

Identity IdentityOf(const Context& context, const Party& party) {
  const PersonUid person = context.directory().PersonOf(party.account);
  return person.empty() ? Identity{{}, party.account} : Identity{person, {}};
}

Party AskerOf(const History& history, const Fact& fact) { return fact.asker.present() ? fact.asker : history.asker; }

const Fact* PlacedFact(const History& history, const Fact& fact) {
  if (!fact.places.empty() || history.placed.empty()) return &fact;
  const auto later = std::partition_point(history.placed.begin(), history.placed.end(),
                                          [&](const Fact* other) { return other->occur_time <= fact.occur_time; });
  return later == history.placed.begin() ? *later : *(later - 1);
}

Line LineFor(const Context& context, PersonUid person, int32_t share, TeamUid owner, absl::CivilDay day) {
  Line line;
  line.person = person;
  line.share_ppm = share;
  line.team = TeamAmong(context.directory().TeamsOf(person, day), owner);
  line.stance = !owner.empty() && line.team == owner ? Stance::kServed : Stance::kSteppedIn;
  return line;
}

void SortLines(std::vector<Line>& lines) {
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    if (a.share_ppm != b.share_ppm) return a.share_ppm > b.share_ppm;
    if (a.person.empty() != b.person.empty()) return b.person.empty();
    return a.person != b.person ? a.person < b.person : a.account < b.account;
  });
}

Assessment Assess(const Context& context, const Act& act, const Statement* correction) {
  Assessment result;
  const Policy& policy = context.policies().At(act.fact->occur_time);
  std::optional<Reason> refused;
  std::vector<Helper> known = Candidates(context, act, policy, refused);
  std::vector<Helper> held;
  std::stable_partition(known.begin(), known.end(), [](const Helper& helper) { return helper.known(); });
  while (!known.empty() && !known.back().known()) {
    held.insert(held.begin(), known.back());
    known.pop_back();
  }
  if (correction == nullptr && known.empty()) {
    result.outcome = held.empty() ? Outcome::kNotCounted : Outcome::kParked;
    result.reason =
        held.empty() ? refused.value_or(Reason{ReasonCode::kNoActor, {}}) : Unknown(context, held.front().party, act.fact->occur_time);
    return result;
  }
  std::vector<TeamUid> asker_teams;
  if (!SettleAskerAndOwner(context, act, policy, asker_teams, result)) return result;
  result.outcome = Outcome::kCounted;
  if (correction != nullptr) {
    AddCorrectedLines(context, act, *correction, asker_teams, result);
    return result;
  }

  std::vector<std::vector<TeamUid>> teams;
  teams.reserve(known.size());
  for (const Helper& helper : known) teams.push_back(helper.teams);
  const std::vector<bool> inside = SettleHelpedSide(teams, asker_teams, result);
  std::vector<Helper> counted;
  for (size_t i = 0; i < known.size(); ++i) {
    if (!inside[i]) counted.push_back(known[i]);
  }
  if (!counted.empty()) {
    AddEqualLines(context, act, std::move(counted), std::move(held), result);
  } else if (!held.empty()) {
    result.outcome = Outcome::kParked;
    result.reason = Unknown(context, held.front().party, act.fact->occur_time);
  } else {
    result.outcome = Outcome::kInternal;
    result.reason = {ReasonCode::kSameTeam, {{"person", known.front().person.ToText()}, {"team", result.internal_teams.front().ToText()}}};
  }
  return result;
}

}  // namespace comity::domain::judging
