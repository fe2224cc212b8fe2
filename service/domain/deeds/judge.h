// Judging: from everything known of a subject to deeds and reasons. Pure: no clock, no store, no order of arrival.
//
// Fine print of every rule: this folder's README.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/domain/deeds/fact.h"
#include "service/domain/deeds/policy.h"
#include "service/domain/deeds/reasons.h"
#include "service/domain/directory/directory.h"

namespace comity::domain {

// Numbers are those of comity.v1 and are stored.
enum class Outcome : uint8_t {
  kNone = 0,
  kCounted = 1,
  kInternal = 2,
  kContext = 3,
  kUndo = 4,
  kNotCounted = 5,
  kParked = 6,
  kSetAside = 7
};
enum class Stance : uint8_t { kNone = 0, kServed = 1, kSteppedIn = 2 };
enum class DeedState : uint8_t { kNone = 0, kProvisional = 1, kStanding = 2, kConfirmed = 3, kCorrected = 4, kDeclined = 5, kReversed = 6 };

// A reason code with the values its message needs: opaque ids in text form, times, counts; never a name.
struct Reason {
  ReasonCode code = ReasonCode::kNone;
  std::vector<std::pair<std::string, std::string>> parameters;
  bool operator==(const Reason&) const = default;
};

// Which deed: one per (subject, kind, episode) for RESOLVED, one per (subject, kind, helper) for every other kind.
struct DeedKey {
  SubjectRef subject;  // smallest of a moved group
  DeedKind kind = DeedKind::kNone;
  int32_t episode = 0;  // RESOLVED only
  PersonUid person;     // every other kind
  auto operator<=>(const DeedKey&) const = default;
  DeedHash Hash() const;
};

// What people said about a deed; an input like facts are. Only what is complete counts: a correction after its last acceptance.
struct Statement {
  enum class Kind : uint8_t { kConfirm = 1, kCorrect = 2, kDecline = 3 };
  StatementUid uid;
  Kind kind = Kind::kConfirm;
  DeedKey deed;
  PersonUid by;
  absl::Time time;  // the server's, when it became complete
  // kCorrect: by the asker the whole deed's shares, by a helper the split of their own share. Sums to the whole, or to that share.
  std::vector<std::pair<PersonUid, int32_t>> shares;
  bool by_helper = false;
  bool operator==(const Statement&) const = default;
};

// One participant's part.
struct Line {
  PersonUid person;    // empty when held, or nameless
  AccountUid account;  // held: the account nobody is linked to
  int32_t share_ppm = 0;
  bool declined = false;  // burned: counts for conservation, credits nobody
  TeamUid team;           // they helped from
  Stance stance = Stance::kNone;
  // Of somebody who opted out, whose `person` is empty then: what names their line, so that it stays the same line.
  LineHash opted_out_line;
  bool operator==(const Line&) const = default;
};

// A deed as the inputs make it.
struct Deed {
  DeedKey key;
  EventKey made_by;  // the fact that makes it; its day is the deed's day
  absl::Time occur_time;
  PersonUid asker;  // empty if nobody asked
  AccountUid asker_account;
  TeamUid helped_team;
  TeamUid owner_team;
  std::vector<Line> lines;  // by descending share, then people by uid, then held ones by account; shares sum to kWholePpm
  DeedState state =
      DeedState::kProvisional;  // PROVISIONAL, CONFIRMED, CORRECTED, DECLINED or REVERSED; the clock's STANDING is made on reading
  bool awaits_yes = false;      // stays PROVISIONAL until the asker says yes
  bool shadow = false;
  absl::Duration hold = absl::ZeroDuration();
  int32_t policy = 0;
  StatementUid statement;          // the last thing people said that counts in it; none if nobody said anything
  Reason because;                  // of REVERSED and of waiting; else what makes it
  std::vector<Reason> steps;       // the explanation, in reading order
  std::vector<EventKey> evidence;  // every fact it rests on
  // Had a part by the facts, or by what was said of it earlier, and have none by what was said last. By uid.
  std::vector<PersonUid> former_helpers;
  TeamUid helper_team() const { return lines.empty() ? TeamUid{} : lines.front().team; }
  Stance stance() const { return lines.empty() ? Stance::kNone : lines.front().stance; }
  bool operator==(const Deed&) const = default;
};

// Help within one team: counted for that team, nobody is named.
struct InternalHelp {
  SubjectRef subject;
  EventKey made_by;
  DeedKind kind = DeedKind::kNone;
  TeamUid team;
  int32_t policy = 0;
  bool shadow = false;
  bool operator==(const InternalHelp&) const = default;
};

struct FactVerdict {
  Outcome outcome = Outcome::kContext;
  Reason reason;
  std::optional<DeedHash> deed;
  bool operator==(const FactVerdict&) const = default;
};

// Everything that judging one subject looks at.
struct SubjectInput {
  SubjectRef subject;  // smallest of the group
  // Facts of the subject and of the ids it was moved from and to.
  std::vector<Event> events;
  // Facts of changes that name it in a link, of tickets it waited for, and of changes that name those, by their subject.
  std::map<SubjectRef, std::vector<Event>> related;
  std::vector<Statement> statements;
  // Actor accounts and windows (floor(t / bulk_window)) in which that account resolved more than the limit over all subjects.
  std::vector<std::pair<AccountUid, int64_t>> bulk_windows;
};

struct Verdict {
  std::map<EventKey, FactVerdict> facts;  // one for each of `events`
  std::vector<Deed> deeds;                // by key; REVERSED ones too, since they are explained
  std::vector<InternalHelp> internal;     // by made_by
  bool operator==(const Verdict&) const = default;
};

// kNone: who, what, how much and in which state; reasons are codes alone, and deeds have no steps. Explanations are half of the work, and a
// comparison of thousands shows three.
enum class Explaining : bool { kNone, kFull };

// Judges one subject. Deterministic: any order of inputs gives an equal verdict.
Verdict Judge(const SubjectInput& input, const Directory& directory, const Policies& policies, Explaining explaining = Explaining::kFull);

// The window number for `Policy::bulk_window`.
int64_t BulkWindowOf(absl::Time time, absl::Duration window);

// Splits `whole` among n, the remainder to the first ones. Requires n > 0.
std::vector<int32_t> EqualShares(int32_t whole, size_t n);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_JUDGE_H_
