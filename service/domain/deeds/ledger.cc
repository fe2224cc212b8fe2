#include "service/domain/deeds/ledger.h"

#include <algorithm>
#include <tuple>

namespace comity::domain {
namespace {

bool IsReversed(const Entry& entry) { return entry.action == EntryAction::kReverse; }

// What the ledger should say of one line, and which words fit when that is news.
struct Wanted {
  Entry entry;           // without revision, action and cause
  ReasonCode undone_by;  // of a REVERSED deed
  EventKey undone_event;
};

Entry EntryOf(const Deed& deed, const DeedHash& hash, const Line& line) {
  Entry entry;
  entry.line = LineHashOf(hash, line);
  entry.deed = hash;
  entry.day = deed.made_by.day;
  entry.kind = deed.key.kind;
  entry.content = line;
  entry.state = deed.state;
  entry.helped_team = deed.helped_team;
  entry.asker = deed.asker;
  entry.shadow = deed.shadow;
  entry.policy = deed.policy;
  entry.cause_event = deed.made_by;
  entry.cause_statement = deed.statement;
  return entry;
}

Entry EntryOf(const InternalHelp& help) {
  Entry entry;
  entry.line = InternalLineHashOf(help);
  entry.day = help.made_by.day;
  entry.kind = help.kind;
  entry.content.team = help.team;
  entry.helped_team = help.team;
  entry.internal = true;
  entry.shadow = help.shadow;
  entry.policy = help.policy;
  entry.cause_event = help.made_by;
  return entry;
}

EventKey EventIn(const Reason& reason) {
  for (const auto& [name, value] : reason.parameters) {
    if (name == "event") return EventKey::FromName(value).value_or(EventKey{});
  }
  return {};
}

std::map<LineHash, Wanted> WantedLines(const Verdict& verdict) {
  std::map<LineHash, Wanted> lines;
  for (const Deed& deed : verdict.deeds) {
    const DeedHash hash = deed.key.Hash();
    for (const Line& line : deed.lines) {
      Wanted wanted{EntryOf(deed, hash, line), ReasonCode::kNone, {}};
      if (deed.state == DeedState::kReversed) {
        wanted.undone_by = deed.because.code;
        wanted.undone_event = EventIn(deed.because);
      }
      lines.emplace(wanted.entry.line, std::move(wanted));
    }
  }
  for (const InternalHelp& help : verdict.internal) lines.emplace(InternalLineHashOf(help), Wanted{EntryOf(help), ReasonCode::kNone, {}});
  return lines;
}

// Everything that makes two entries say the same of a line. PROVISIONAL and STANDING are one: only the clock is between them.
auto Content(const Entry& entry) {
  const DeedState state = entry.state == DeedState::kStanding ? DeedState::kProvisional : entry.state;
  return std::make_tuple(entry.deed, entry.day, entry.kind, entry.content.person, entry.content.account, entry.content.share_ppm,
                         entry.content.declined, entry.content.team, entry.content.stance, state, entry.helped_team, entry.asker,
                         entry.shadow, entry.internal, entry.policy);
}

EntryAction ActionFor(const Entry* before, const Entry& entry) {
  if (entry.content.declined && (before == nullptr || !before->content.declined)) return EntryAction::kDecline;
  if (before == nullptr) return EntryAction::kGrant;
  const bool same_part = before->content.share_ppm == entry.content.share_ppm && before->content.team == entry.content.team &&
                         before->content.stance == entry.content.stance && before->helped_team == entry.helped_team;
  if (same_part && entry.state == DeedState::kConfirmed && before->state != entry.state) return EntryAction::kConfirm;
  return EntryAction::kCorrect;
}

// People's words first, since only they explain a new state; then why the subject was judged at all.
void SetCause(const Entry* before, const Occasion& occasion, Entry& entry) {
  const bool new_state = before == nullptr || before->state != entry.state || before->content.declined != entry.content.declined;
  const StatementUid said = occasion.statement.empty() ? entry.cause_statement : occasion.statement;
  const bool somebody_said = !said.empty() && new_state;
  entry.cause_statement = somebody_said || !occasion.statement.empty() ? said : StatementUid{};
  if (somebody_said && entry.content.declined) {
    entry.cause = ReasonCode::kDeclined;
  } else if (somebody_said && entry.state == DeedState::kConfirmed) {
    entry.cause = ReasonCode::kConfirmed;
  } else if (somebody_said && entry.state == DeedState::kCorrected) {
    entry.cause = ReasonCode::kCorrected;
  } else {
    entry.cause = occasion.code == ReasonCode::kNone ? ReasonCode::kNewFact : occasion.code;
  }
  if (!occasion.event.hash.empty()) entry.cause_event = occasion.event;
}

Entry Reversal(const PostedLine& posted, const Wanted* wanted, const Occasion& occasion) {
  Entry entry = posted.last;
  entry.action = EntryAction::kReverse;
  entry.content.share_ppm = 0;
  entry.state = wanted == nullptr ? DeedState::kReversed : wanted->entry.state;
  entry.commitment = {};
  entry.cause_event = occasion.event;
  entry.cause_statement = occasion.statement;
  const bool explained = occasion.code != ReasonCode::kNone && occasion.code != ReasonCode::kNewFact;
  entry.cause = explained ? occasion.code : ReasonCode::kNoLongerHelp;
  if (wanted != nullptr && wanted->undone_by != ReasonCode::kNone) {
    entry.cause = wanted->undone_by;
    entry.cause_event = wanted->undone_event;
  }
  return entry;
}

}  // namespace

LineHash LineHashOf(const DeedHash& deed, const Line& line) {
  if (!line.opted_out_line.empty()) return line.opted_out_line;
  return Hasher("comity/line")
      .Add(deed.view())
      .Add(line.person.view())
      .Add(line.account.empty() ? "" : line.account.view())
      .Finish<LineHash>();
}

LineHash InternalLineHashOf(const InternalHelp& help) {
  return Hasher("comity/internal")
      .Add(help.subject.view())
      .Add(static_cast<int64_t>(help.made_by.day))
      .Add(help.made_by.hash.view())
      .Add(static_cast<int64_t>(help.kind))
      .Add(help.team.view())
      .Finish<LineHash>();
}

std::vector<Entry> EntriesFor(const Verdict& verdict, const std::vector<PostedLine>& posted, const Occasion& occasion) {
  const std::map<LineHash, Wanted> wanted = WantedLines(verdict);
  std::map<LineHash, const PostedLine*> known;
  for (const PostedLine& line : posted) {
    const PostedLine*& latest = known[line.line];
    if (latest == nullptr || latest->revision < line.revision) latest = &line;
  }
  std::map<LineHash, Entry> entries;
  for (const auto& [hash, line] : known) {
    if (IsReversed(line->last)) continue;
    const auto found = wanted.find(hash);
    const bool undone = found != wanted.end() && found->second.entry.state == DeedState::kReversed;
    if (found != wanted.end() && !undone) continue;
    Entry entry = Reversal(*line, undone ? &found->second : nullptr, occasion);
    entry.revision = line->revision + 1;
    entries.emplace(hash, std::move(entry));
  }
  for (const auto& [hash, want] : wanted) {
    if (want.entry.state == DeedState::kReversed) continue;
    const auto found = known.find(hash);
    const Entry* before = found == known.end() || IsReversed(found->second->last) ? nullptr : &found->second->last;
    if (before != nullptr && Content(*before) == Content(want.entry)) continue;
    Entry entry = want.entry;
    entry.revision = found == known.end() ? 1 : found->second->revision + 1;
    entry.action = ActionFor(before, entry);
    SetCause(before, occasion, entry);
    entries.emplace(hash, std::move(entry));
  }
  // A line that leaves a deed which goes on takes that deed's state, so that a reader of the entry sees what became of it.
  std::map<DeedHash, DeedState> states;
  for (const Deed& deed : verdict.deeds) states.emplace(deed.key.Hash(), deed.state);
  std::vector<Entry> result;
  for (auto& [hash, entry] : entries) {
    const auto state = states.find(entry.deed);
    if (IsReversed(entry) && state != states.end()) entry.state = state->second;
    result.push_back(std::move(entry));
  }
  return result;
}

}  // namespace comity::domain
