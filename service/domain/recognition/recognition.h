// Thanks: who gave them, for what, to whom, and who may see them. Pure.
#ifndef COMITY_SERVICE_DOMAIN_RECOGNITION_RECOGNITION_H_
#define COMITY_SERVICE_DOMAIN_RECOGNITION_RECOGNITION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "service/domain/values.h"

namespace comity::domain {

using RecognitionUid = Id<struct RecognitionTag>;
using CommentUid = Id<struct CommentTag>;
using ReportUid = Id<struct ReportTag>;

inline constexpr int kMaxSaw = 1000, kMaxComment = 500, kMaxReport = 500;
inline constexpr size_t kMaxEvidence = 5, kMaxRecipients = 20, kMaxComments = 100;
inline constexpr int32_t kMaxReportsLookedAt = 1000;  // of one recognition
inline constexpr int kBriefSaw = 20;
inline constexpr absl::Duration kSameWordsWithin = absl::Hours(24 * 30);

// From the narrowest to the widest, and none at all. Numbers are those of comity.v1 and are stored.
enum class Visibility : uint8_t { kNone = 0, kPrivate = 1, kTeam = 2, kOrganisation = 3, kWithdrawn = 4 };

// Numbers are those of comity.v1; stored as bits.
enum class RecognitionLabel : uint8_t { kOutcomeOnly = 1, kBrief = 2, kSameWords = 3, kRepeated = 4 };

struct Recipient {
  PersonUid person;
  Visibility visibility = Visibility::kPrivate;
  // The author knew whom they thanked. False for the helpers of a deed whose names the author may not see.
  bool known = true;
  bool operator==(const Recipient&) const = default;
};

struct Recognition {
  RecognitionUid uid;
  PersonUid author;
  DeedHash deed;          // none = not for a deed
  std::string behaviour;  // a slug; empty = none
  int32_t criteria_version = 0;
  std::string saw;
  std::vector<std::string> evidence;
  std::vector<Recipient> recipients;
  std::vector<RecognitionLabel> labels;  // in order
  absl::Time created;
  Visibility widest = Visibility::kOrganisation;  // no further than this, its author says
  bool closed = false;                            // somebody thanked in it was erased: nobody is left who could say how far they let it go
  bool reported = false;
  bool withdrawn = false;          // taken back while a report of it waits: kept for those who answer that, and for nobody else
  std::string taken_down_because;  // empty = it stands
  bool operator==(const Recognition&) const = default;
  bool taken_down() const { return !taken_down_because.empty(); }
};

struct Comment {
  CommentUid uid;
  PersonUid author;
  std::string text;
  absl::Time created;
  bool operator==(const Comment&) const = default;
};

enum class ReportDecision : uint8_t { kNone = 0, kKept = 1, kTakenDown = 2 };

struct Report {
  ReportUid uid;
  RecognitionUid recognition;
  PersonUid reporter;
  std::string because;
  absl::Time created;
  ReportDecision decision = ReportDecision::kNone;
  std::string decision_because;
  absl::Time decided = absl::InfinitePast();
  bool operator==(const Report&) const = default;
  bool is_open() const { return decision == ReportDecision::kNone; }
};

// Somebody who looks at a recognition.
struct Onlooker {
  PersonUid person;       // empty: a token without a person
  bool oversees = false;  // steward or auditor
  // By recipient, in their order: what limits it besides their own word.
  struct Tie {
    bool shares_team = false;  // with that recipient, today
    bool opted_out = false;    // that recipient wants to be named nowhere
  };
  std::vector<Tie> ties;
};

// How far it goes: the narrowest of its author's and its recipients' words, since its text may speak of all of them; no further than
// PRIVATE as soon as one of them took their consent back, opted out or was erased. Without an onlooker: before anybody opted out.
Visibility ReachOf(const Recognition& recognition, const Onlooker& onlooker = {});

bool IsRecipient(const Recognition& recognition, PersonUid person);

// Author and recipients; of one that was taken down the author alone, of one that was taken back nobody. Nobody else is concerned.
bool IsConcernedBy(const Recognition& recognition, PersonUid person);

// Whether they may see it at all. Stewards and auditors see what everybody may see, and what was reported; taken down or back or not.
bool MaySeeRecognition(const Recognition& recognition, const Onlooker& onlooker);

// Whether somebody who sees it sees the name of its author, or of who commented: of a recipient as far as they are seen as that; of who
// opted out only those concerned, stewards and auditors.
bool MaySeeWriter(const Recognition& recognition, const Onlooker& onlooker, PersonUid writer, bool opted_out);

// Whether somebody who sees it sees this recipient's name: themself always; not who took their consent back; of who opted out only
// stewards, auditors and the author, if they knew; of who was thanked through a deed without being known, the author only as far as the
// recipient's word goes.
bool MaySeeRecipient(const Recognition& recognition, const Onlooker& onlooker, size_t recipient);

// The thanks an author gave before, of which labels speak.
struct Earlier {
  std::string saw;
  DeedHash deed;
  absl::Time created;
};
// Labels say something and refuse nothing. In order.
std::vector<RecognitionLabel> LabelsFor(const Recognition& recognition, const std::vector<Earlier>& earlier);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_RECOGNITION_RECOGNITION_H_
