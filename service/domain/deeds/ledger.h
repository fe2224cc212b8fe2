// The ledger: what is wanted minus what is posted becomes entries; rollups change only with an entry. Pure.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_LEDGER_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_LEDGER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/domain/deeds/judge.h"
#include "service/domain/digest.h"

namespace comity::domain {

// Numbers are those of comity.v1.LedgerEntry.Action and are stored.
enum class EntryAction : uint8_t { kGrant = 1, kConfirm = 2, kCorrect = 3, kDecline = 4, kReverse = 5 };

// One append. Holds no personal data: uids, numbers, codes.
struct Entry {
  LineHash line;
  int32_t revision = 0;  // unique with `line`, from 1
  EntryAction action = EntryAction::kGrant;
  DeedHash deed;
  int32_t day = 0;  // of the fact
  DeedKind kind = DeedKind::kNone;
  Line content;                               // as the line is after this entry; share 0 after REVERSE
  DeedState state = DeedState::kProvisional;  // of the deed after this entry
  TeamUid helped_team;
  PersonUid asker;  // so that rollups follow from entries alone
  bool shadow = false;
  bool internal = false;  // nameless help within one team
  int32_t policy = 0;
  ReasonCode cause = ReasonCode::kNone;
  EventKey cause_event;          // the fact that caused it, if one did
  StatementUid cause_statement;  // what somebody said, if that did
  Digest commitment{};           // salted, to details kept beside the ledger; zero = none
  bool operator==(const Entry&) const = default;
};

// Canonical leaf bytes, its hash SHA-256(0x00 || leaf) as in RFC 9162, and the chain SHA-256(previous || leaf hash).
std::string EncodeEntry(const Entry& entry);
absl::StatusOr<Entry> DecodeEntry(std::string_view leaf);
Digest LeafHash(std::string_view leaf);
Digest ChainHash(const Digest& previous, const Digest& leaf_hash);

// What is posted of one line: the content of its latest entry.
struct PostedLine {
  LineHash line;
  int32_t revision = 0;
  Entry last;
  bool operator==(const PostedLine&) const = default;
};

LineHash LineHashOf(const DeedHash& deed, const Line& line);
LineHash InternalLineHashOf(const InternalHelp& help);

// Why a subject is judged now; becomes the cause of entries that its facts do not explain themselves.
struct Occasion {
  ReasonCode code = ReasonCode::kNone;  // NEW_FACT, ACCOUNT_LINKED, MEMBERSHIP_CORRECTED, OWNERSHIP_CHANGED, STATEMENT, OPTED_OUT …
  EventKey event;
  StatementUid statement;
};

// The entries that bring `posted` to what `verdict` wants; empty when nothing differs. Deterministic; in order of line.
// Granted, held and declined parts of each deed sum to kWholePpm before and after, or the deed is wholly reversed.
std::vector<Entry> EntriesFor(const Verdict& verdict, const std::vector<PostedLine>& posted, const Occasion& occasion);

// One cell of the rollups.
struct RollupKey {
  bool week = false;      // else day
  int32_t start_day = 0;  // DayNumber; of a week its Monday
  TeamUid helper_team, helped_team;
  DeedKind kind = DeedKind::kNone;
  Stance stance = Stance::kNone;  // kNone = internal help
  auto operator<=>(const RollupKey&) const = default;
};
struct RollupDelta {
  int64_t line_count = 0;
  int64_t share_ppm = 0;
  bool operator==(const RollupDelta&) const = default;
};
// People of each week, pair of teams and side, so that distinct people can be counted without reading events.
struct WeekPersonKey {
  int32_t week_start_day = 0;
  TeamUid helper_team, helped_team;
  bool helper_side = true;  // else the asker's side
  PersonUid person;
  auto operator<=>(const WeekPersonKey&) const = default;
};
struct Rollups {
  std::map<RollupKey, RollupDelta> cells;
  std::map<WeekPersonKey, int64_t> people;  // reference counts
  bool operator==(const Rollups&) const = default;
};
// Adds what one entry changes, given the line before it (nullptr: none). Entries of SHADOW deeds, declined and held shares change nothing.
void AddRollupDelta(const Entry* before, const Entry& entry, Rollups& rollups);
int32_t WeekStartOf(int32_t day);

// Digest of the standing: the sorted set of (line, state, shares, teams, policy), PROVISIONAL and STANDING as one, reversed lines left out.
Digest StandingDigest(std::vector<Entry> standing);
Digest RollupDigest(const Rollups& rollups);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_LEDGER_H_
