// One possible act of help, and how it becomes a deed or a reason why not. Internal to this folder and to ../lookback, which assesses
// acts that it finds elsewhere by the same rules.
//
// The rules (judge_resolved.cc and its neighbours) find acts; this part says, the same for all of them, who helped whom from which team.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_ACT_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_ACT_H_

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "service/domain/deeds/judge_context.h"

namespace comity::domain::judging {

// What took an act back in time.
struct Undo {
  const Fact* fact = nullptr;
  ReasonCode code = ReasonCode::kNone;
};

struct Act {
  DeedKind kind = DeedKind::kNone;
  const Fact* fact = nullptr;     // makes the deed: its day decides memberships and owner, its instant the policy
  const Fact* thing = nullptr;    // whose places say who owns the thing; `fact` unless another subject's fact makes the deed
  std::vector<EventKey> told_of;  // the subject's own facts that are told what became of the act
  std::vector<Party> helpers;     // the closer first
  Party asker;                    // may be absent or a bot: then nobody asked
  ReasonCode code;                // what makes it
  Parameters parameters;          // more of it: blocker, target
  std::optional<Reason> waits;    // for a yes
  Party waits_for_closer;         // then only if this party has a part in the deed
  Undo undo;
  std::vector<EventKey> evidence;                     // beside `fact`
  std::vector<Reason> more_steps;                     // after the first
  absl::Time confirmed_after = absl::InfinitePast();  // a yes given before something was taken back is no yes to what came after
  std::set<PersonUid> credited;                       // earn nothing more here
  std::set<AccountUid> credited_accounts;
};

struct Assessment {
  Outcome outcome = Outcome::kNone;  // COUNTED, INTERNAL, NOT_COUNTED or PARKED
  Reason reason;
  PersonUid asker;
  AccountUid asker_account;
  TeamUid asker_team, helped_team, owner;
  TeamUid shared_team;                  // of asker and helpers, if that is why the owner is the one helped
  std::vector<TeamUid> internal_teams;  // teams in which somebody's part was internal help
  std::vector<Line> lines;              // in order
};

// NO_ACTOR, BOT or ACCOUNT_IS_TEAM, if the party cannot be a helper at all. `automation`: a machine acted, whatever the account.
std::optional<Reason> RefusedAsHelper(const Context& context, const Party& party, const Policy& policy, bool automation);
// Whether somebody is there who could have asked: not a bot, not a team.
bool IsHuman(const Context& context, const Party& party, const Policy& policy);
// Whether both are one account or one person.
bool IsSame(const Context& context, const Party& a, const Party& b);
// Equal for two parties that are there exactly if they are one account or one person: facts can be looked up by it, where comparing each
// with each would cost their product.
using Identity = std::pair<PersonUid, AccountUid>;
Identity IdentityOf(const Context& context, const Party& party);
// Who asked in a ticket, page or discussion: what the fact itself says, else its opening, else any other fact.
Party AskerOf(const History& history, const Fact& fact);
// `fact` itself if it says where the thing lives, else the nearest fact of its subject that does.
const Fact* PlacedFact(const History& history, const Fact& fact);

// Who helped whom, or why nobody did. `correction`: shares that the asker set instead of computed ones.
Assessment Assess(const Context& context, const Act& act, const Statement* correction);
// The line of somebody with that share.
Line LineFor(const Context& context, PersonUid person, int32_t share, TeamUid owner, absl::CivilDay day);
void SortLines(std::vector<Line>& lines);

// The last whole correction by the asker, if one was made.
const Statement* WholeCorrection(const std::vector<const Statement*>& statements);
// What people said, over the computed lines: gifts, declines, state.
void ApplyStatements(const Context& context, const std::vector<const Statement*>& statements, const Act& act, Deed& deed);

// The deed of a COUNTED act, with what people said of it. nullopt if, all considered, it is none; then `assessment` says why.
std::optional<Deed> MakeDeed(const Context& context, const DeedKey& key, Act act, Assessment& assessment);
Reason ReasonOfUndo(const Context& context, const Act& act);
// UNDO_TOO_LATE, of what happened at `done` and could be undone for `hold`.
Reason UndoTooLate(absl::Time done, absl::Duration hold);
// Takes the act back if the undo comes within its hold; else says of the undo that it was too late. Of one in time nothing is said yet,
// for the act may turn out to be worth nothing.
void TakeBack(Context& context, const Undo& undo, Act& act);
void PostInternal(Context& context, const Act& act, const Assessment& assessment);

// Judges acts of kinds that have one deed per person: the earliest that stands makes it. Requires them in order of time.
void JudgeActs(Context& context, const std::vector<Act>& acts);

// The rules. Each says something of the facts it knows.
void JudgeResolutions(Context& context);
void JudgeChanges(Context& context);
void JudgeAnswers(Context& context);
void JudgePages(Context& context);
void JudgeUnblocked(Context& context);
void JudgeHandOvers(Context& context);

// A resolution that counts as done, and what came of it.
struct TicketResolution {
  const Fact* fact = nullptr;
  std::vector<Party> helpers;  // the closer first, or the authors of the changes that closed it
  ReasonCode code = ReasonCode::kNone;
  std::vector<EventKey> evidence;
  std::optional<Reason> waits;
  Party waits_for_closer;  // as in Act
  std::vector<Reason> more_steps;
  const Fact* revert = nullptr;  // took back the last of the changes that closed it
  Undo undo;                     // in time
  bool late = false;             // undone too late
};
struct TicketHistory {
  std::vector<TicketResolution> resolutions;
  std::vector<std::pair<EventKey, FactVerdict>> said;  // of every other RESOLVED and REOPENED
};
// The story of one ticket's closings. `hold_of`: whose hold decides what is undone in time.
TicketHistory ResolutionsOf(const Context& context, const History& ticket, DeedKind hold_of);

}  // namespace comity::domain::judging

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_ACT_H_
