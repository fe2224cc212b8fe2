#include <algorithm>
#include <set>
#include <utility>

#include "service/domain/deeds/judge_act.h"

namespace comity::domain::judging {
namespace {

constexpr size_t kUsualSteps = 10;

void AddUid(const char* name, const auto& id, Parameters& parameters) {
  if (!id.empty()) parameters.emplace_back(name, id.ToText());
}

// Says first what makes the deed, of whom and for whom.
Reason MakingReason(const Context& context, const Act& act, const Deed& deed) {
  Reason reason{act.code, {}};
  const Line& first = deed.lines.front();
  AddUid("person", first.person, reason.parameters);
  AddUid("account", first.account, reason.parameters);
  AddUid("team", first.team, reason.parameters);
  AddUid("subject", context.input().subject, reason.parameters);
  AddUid("asker", deed.asker, reason.parameters);
  AddUid("helped_team", deed.helped_team, reason.parameters);
  reason.parameters.emplace_back("time", TimeText(deed.occur_time));
  reason.parameters.insert(reason.parameters.end(), act.parameters.begin(), act.parameters.end());
  return reason;
}

void AddAskerSteps(const Context& context, const Assessment& assessment, Deed& deed) {
  if (deed.asker.empty()) {
    deed.steps.push_back({ReasonCode::kStepNoAsker, {}});
    return;
  }
  Reason asked{ReasonCode::kStepAsked, {{"asker", deed.asker.ToText()}, {"team", assessment.asker_team.ToText()}}};
  if (const Fact* opening = context.own().opening) asked.parameters.emplace_back("time", TimeText(opening->occur_time));
  deed.steps.push_back(std::move(asked));
  if (assessment.shared_team.empty()) return;
  Reason shared{ReasonCode::kStepSharedTeamWithAsker, {{"asker", deed.asker.ToText()}}};
  AddUid("person", deed.lines.front().person, shared.parameters);
  AddUid("team", assessment.shared_team, shared.parameters);
  deed.steps.push_back(std::move(shared));
}

void AddTeamSteps(Deed& deed) {
  for (const Line& line : deed.lines) {
    if (line.person.empty() || line.team.empty()) continue;
    deed.steps.push_back({ReasonCode::kStepHelperTeam, {{"person", line.person.ToText()}, {"team", line.team.ToText()}}});
  }
  deed.steps.push_back({ReasonCode::kStepHelpedTeam, {{"team", deed.helped_team.ToText()}}});
  deed.steps.push_back({ReasonCode::kStepOwner, {{"team", deed.owner_team.ToText()}}});
  std::vector<TeamUid> said;
  for (const Line& line : deed.lines) {
    if (line.stance == Stance::kNone || std::find(said.begin(), said.end(), line.team) != said.end()) continue;
    said.push_back(line.team);
    Reason stance{line.stance == Stance::kServed ? ReasonCode::kStepStanceServed : ReasonCode::kStepStanceSteppedIn, {}};
    AddUid("person", line.person, stance.parameters);
    AddUid("team", line.team, stance.parameters);
    AddUid("owner", deed.owner_team, stance.parameters);
    deed.steps.push_back(std::move(stance));
  }
}

void AddShareSteps(Deed& deed) {
  for (const Line& line : deed.lines) {
    if (line.person.empty()) {
      deed.steps.push_back({ReasonCode::kStepHeld, {{"share", NumberText(line.share_ppm)}, {"account", line.account.ToText()}}});
    } else if (deed.lines.size() > 1) {
      deed.steps.push_back({ReasonCode::kStepShares, {{"person", line.person.ToText()}, {"share", NumberText(line.share_ppm)}}});
    }
  }
}

// Whoever loses a part by what people say goes on being concerned. `replaced` = the lines that a whole correction took the place of.
std::vector<PersonUid> FormerHelpers(const std::vector<Line>& replaced, const std::vector<const Statement*>& statements, const Deed& deed) {
  std::set<PersonUid> people;
  for (const Line& line : replaced) people.insert(line.person);
  for (const Statement* statement : statements) {
    if (statement->kind != Statement::Kind::kCorrect) continue;
    if (statement->by_helper) people.insert(statement->by);
    for (const auto& [person, share] : statement->shares) people.insert(person);
  }
  people.erase(PersonUid{});
  for (const Line& line : deed.lines) people.erase(line.person);
  return {people.begin(), people.end()};
}

void AddFormerSteps(Deed& deed) {
  for (const PersonUid person : deed.former_helpers) deed.steps.push_back({ReasonCode::kStepFormerHelper, {{"person", person.ToText()}}});
}

void AddPolicySteps(const Act& act, Deed& deed) {
  deed.steps.push_back({ReasonCode::kStepPolicy, {{"policy", NumberText(deed.policy)}}});
  if (deed.shadow) deed.steps.push_back({ReasonCode::kStepShadow, {}});
  if (deed.awaits_yes) deed.steps.push_back(*act.waits);
  if (deed.state == DeedState::kReversed) {
    deed.steps.push_back(deed.because);
  } else if (deed.state == DeedState::kProvisional && !deed.awaits_yes) {
    deed.steps.push_back(
        {ReasonCode::kStepHold, {{"hours", NumberText(absl::ToInt64Hours(deed.hold))}, {"deed", deed.key.Hash().ToText()}}});
  }
}

Deed BareDeed(const Context& context, const DeedKey& key, const Act& act, const Assessment& assessment) {
  const Policy& policy = context.policies().At(act.fact->occur_time);
  Deed deed;
  deed.key = key;
  deed.made_by = act.fact->key;
  deed.occur_time = act.fact->occur_time;
  deed.asker = assessment.asker;
  deed.asker_account = assessment.asker_account;
  deed.helped_team = assessment.helped_team;
  deed.owner_team = assessment.owner;
  deed.lines = assessment.lines;
  deed.hold = policy.rule(act.kind).hold;
  deed.shadow = policy.rule(act.kind).mode == RuleMode::kShadow;
  deed.policy = policy.number;
  deed.evidence = act.evidence;
  deed.evidence.push_back(act.fact->key);
  if (act.undo.fact != nullptr) deed.evidence.push_back(act.undo.fact->key);
  std::sort(deed.evidence.begin(), deed.evidence.end());
  deed.evidence.erase(std::unique(deed.evidence.begin(), deed.evidence.end()), deed.evidence.end());
  return deed;
}

// A closer who only closed makes a deed wait if they have a part in it; nothing waits for those who got none.
bool WaitsFor(const Context& context, const Party& closer, const Assessment& assessment) {
  if (!closer.present()) return true;
  const PersonUid person = context.directory().PersonOf(closer.account);
  return std::any_of(assessment.lines.begin(), assessment.lines.end(),
                     [&](const Line& line) { return line.account == closer.account || (!person.empty() && line.person == person); });
}

}  // namespace

std::optional<Deed> MakeDeed(const Context& context, const DeedKey& key, Act act, Assessment& assessment) {
  if (!WaitsFor(context, act.waits_for_closer, assessment)) act.waits.reset();
  if (act.waits && context.explains()) act.waits->parameters.emplace_back("deed", key.Hash().ToText());
  const std::vector<const Statement*> statements = context.StatementsOn(key);
  std::vector<Line> replaced;
  if (const Statement* correction = WholeCorrection(statements)) {
    Assessment corrected = Assess(context, act, correction);
    if (corrected.outcome == Outcome::kCounted) replaced = std::exchange(assessment, std::move(corrected)).lines;
  }
  if (assessment.outcome != Outcome::kCounted) return std::nullopt;
  Deed deed = BareDeed(context, key, act, assessment);
  ApplyStatements(context, statements, act, deed);
  deed.former_helpers = FormerHelpers(replaced, statements, deed);
  if (!context.explains()) {
    deed.because.code = deed.state == DeedState::kReversed ? act.undo.code : deed.awaits_yes ? act.waits->code : act.code;
    deed.steps.clear();
    return deed;
  }
  std::vector<Reason> said = std::move(deed.steps);
  deed.steps.clear();

  Reason making = MakingReason(context, act, deed);
  deed.because = deed.state == DeedState::kReversed ? ReasonOfUndo(context, act) : deed.awaits_yes ? *act.waits : making;
  deed.steps.reserve(kUsualSteps);
  deed.steps.push_back(std::move(making));
  deed.steps.insert(deed.steps.end(), act.more_steps.begin(), act.more_steps.end());
  AddAskerSteps(context, assessment, deed);
  AddTeamSteps(deed);
  deed.steps.insert(deed.steps.end(), said.begin(), said.end());
  AddFormerSteps(deed);
  AddShareSteps(deed);
  AddPolicySteps(act, deed);
  return deed;
}

Reason ReasonOfUndo(const Context& context, const Act& act) {
  if (!context.explains()) return {act.undo.code, {}};
  const absl::Duration hold = context.policies().At(act.fact->occur_time).rule(act.kind).hold;
  Reason reason{act.undo.code, {{"subject", context.input().subject.ToText()}}};
  AddWho(context, act.undo.fact->actor, reason.parameters);
  reason.parameters.emplace_back("time", TimeText(act.undo.fact->occur_time));
  reason.parameters.emplace_back("hours", NumberText(absl::ToInt64Hours(hold)));
  reason.parameters.emplace_back("until", TimeText(act.fact->occur_time + hold));
  reason.parameters.emplace_back("event", act.undo.fact->key.ToName());
  return reason;
}

Reason UndoTooLate(absl::Time done, absl::Duration hold) {
  return {ReasonCode::kUndoTooLate, {{"hours", NumberText(absl::ToInt64Hours(hold))}, {"until", TimeText(done + hold)}}};
}

void TakeBack(Context& context, const Undo& undo, Act& act) {
  const absl::Time done = act.fact->occur_time;
  const absl::Duration hold = context.policies().At(done).rule(act.kind).hold;
  if (undo.fact->occur_time <= done + hold) {
    act.undo = undo;
  } else {
    context.Say(undo.fact->key, Outcome::kContext, UndoTooLate(done, hold));
  }
}

void PostInternal(Context& context, const Act& act, const Assessment& assessment) {
  std::vector<TeamUid> teams = assessment.internal_teams;
  std::sort(teams.begin(), teams.end());
  teams.erase(std::unique(teams.begin(), teams.end()), teams.end());
  const Policy& policy = context.policies().At(act.fact->occur_time);
  for (const TeamUid team : teams) {
    InternalHelp help;
    help.subject = context.input().subject;
    help.made_by = act.fact->key;
    help.kind = act.kind;
    help.team = team;
    help.policy = policy.number;
    help.shadow = policy.rule(act.kind).mode == RuleMode::kShadow;
    context.verdict().internal.push_back(help);
  }
}

namespace {

// Tells the act's facts; what is not the subject's own (a blocker's resolution) is told in the blocker's verdict.
void Tell(Context& context, const Act& act, Outcome outcome, const Reason& reason, std::optional<DeedHash> deed = std::nullopt) {
  for (const EventKey& key : act.told_of) {
    const auto said = context.verdict().facts.find(key);
    // A fact may help to make several deeds; one that counts is worth more words than one that does not.
    const bool counts = said != context.verdict().facts.end() && said->second.outcome == Outcome::kCounted;
    if (!counts || outcome == Outcome::kCounted) context.Say(key, outcome, reason, deed);
  }
}

void TellUndo(Context& context, const Act& act, std::optional<DeedHash> deed) {
  const Reason reason = ReasonOfUndo(context, act);
  Tell(context, act, Outcome::kNotCounted, reason, deed);
  // Some take back several acts (a change's revert); they name the first deed that there was.
  const auto said = context.verdict().facts.find(act.undo.fact->key);
  const bool names_deed = said != context.verdict().facts.end() && said->second.outcome == Outcome::kUndo && said->second.deed;
  if (!names_deed) context.Say(act.undo.fact->key, Outcome::kUndo, reason, deed);
}

// What one person has in one subject and kind so far, in order of time.
struct Record {
  std::optional<DeedHash> standing;
  bool internal = false;
  absl::Time undone = absl::InfinitePast();
  std::optional<Deed> reversed;  // by its first act, shown unless a later one stands
};

void JudgeAct(Context& context, Act act, std::map<PersonUid, Record>& records) {
  Assessment assessment = Assess(context, act, nullptr);
  const PersonUid person = act.helpers.empty() ? PersonUid{} : context.directory().PersonOf(act.helpers.front().account);
  Record& record = records[person];
  act.confirmed_after = record.undone;
  const DeedKey key{context.input().subject, act.kind, 0, person};
  std::optional<Deed> deed;
  if (!person.empty() && assessment.outcome != Outcome::kNotCounted && !record.standing) deed = MakeDeed(context, key, act, assessment);

  if (assessment.outcome == Outcome::kNotCounted) return Tell(context, act, Outcome::kNotCounted, assessment.reason);
  if (act.undo.fact != nullptr) {
    record.undone = std::max(record.undone, act.undo.fact->occur_time);
    TellUndo(context, act, deed ? std::optional(key.Hash()) : record.standing);
    if (deed && !record.reversed) record.reversed = std::move(deed);
    return;
  }
  if (assessment.outcome == Outcome::kParked) return Tell(context, act, Outcome::kParked, assessment.reason);
  if (record.standing) {
    const Reason reason{ReasonCode::kAlreadyCredited, {{"person", person.ToText()}, {"deed", record.standing->ToText()}}};
    return Tell(context, act, Outcome::kNotCounted, reason, record.standing);
  }
  if (deed) {
    record.standing = key.Hash();
    Tell(context, act, Outcome::kCounted, deed->because, key.Hash());
    context.verdict().deeds.push_back(*std::move(deed));
    return;
  }
  if (record.internal) return Tell(context, act, Outcome::kNotCounted, {ReasonCode::kRepeated, {}});
  record.internal = true;
  Tell(context, act, Outcome::kInternal, assessment.reason);
  PostInternal(context, act, assessment);
}

}  // namespace

void JudgeActs(Context& context, const std::vector<Act>& acts) {
  std::map<PersonUid, Record> records;
  for (const Act& act : acts) JudgeAct(context, act, records);
  for (auto& [person, record] : records) {
    if (record.reversed && !record.standing) context.verdict().deeds.push_back(*std::move(record.reversed));
  }
}

}  // namespace comity::domain::judging
