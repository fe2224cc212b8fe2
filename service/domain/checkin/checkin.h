// Check-ins: what a team asks those who just worked together, and what they answered.
#ifndef COMITY_SERVICE_DOMAIN_CHECKIN_CHECKIN_H_
#define COMITY_SERVICE_DOMAIN_CHECKIN_CHECKIN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "service/domain/recognition/asks.h"
#include "service/domain/values.h"

namespace comity::domain {

using CheckInUid = Id<struct CheckInTag>;
// Names what a check-in is about: a meeting's subject or a deed, in the same 16 bytes.
using OccurrenceId = Id<struct OccurrenceTag>;
// Names the check-ins whose few answers may be shown together.
using PoolId = Id<struct PoolTag>;

// Numbers are those of comity.v1 and are stored.
enum class QuestionKind : uint8_t { kNone = 0, kScale = 1, kYesNo = 2, kText = 3 };
enum class CheckInTrigger : uint8_t { kNone = 0, kMeetingEnd = 1, kMeetingStart = 2, kTicketClosed = 3 };
enum class OccurrenceKind : uint8_t { kNone = 0, kMeeting = 1, kTicket = 2 };
// CLEARED: its answers are deleted; the row stays a while, so that it cannot be opened again.
enum class CheckInState : uint8_t { kNone = 0, kOpen = 1, kClosed = 2, kCleared = 3 };
enum class YesNo : uint8_t { kNone = 0, kNo = 1, kYes = 2 };

inline constexpr size_t kMaxQuestions = 3, kMaxNorms = 10, kMaxTriggerTeams = 20;
inline constexpr int kMaxQuestionText = 200, kMaxNormText = 300, kMaxAnswerText = 280, kMaxCheckInTitle = 100, kMaxSeries = 200;
inline constexpr int32_t kDefaultOpenHours = 48, kMaxOpenHours = 168, kMostOnScale = 5;

struct Question {
  QuestionKind kind = QuestionKind::kNone;
  std::string text;
  std::string norm_set;  // a slug: the norms it asks about; may be empty
  bool operator==(const Question&) const = default;
};

// One version of what a team asks, and when. The greatest version is the one in force.
struct CheckInTemplate {
  std::string id;  // a slug
  int32_t version = 1;
  TeamUid team;  // owns it, and reads what was answered
  std::string title;
  CheckInTrigger trigger = CheckInTrigger::kNone;
  std::string series, label;   // of the meeting or ticket; empty = any
  std::vector<TeamUid> teams;  // all of them have to be involved, beside the owner
  std::vector<Question> questions;
  int32_t open_hours = kDefaultOpenHours;
  bool archived = false;
  absl::Time created, changed;  // of version 1; of this version
  absl::Time since;             // what it opens on was last changed then: it asks about nothing from before
  bool operator==(const CheckInTemplate&) const = default;
};

// One version of what a team agreed on.
struct NormSet {
  std::string id;  // a slug
  int32_t version = 1;
  TeamUid team;
  std::string title;
  std::vector<std::string> norms;
  absl::Time changed;
  bool operator==(const NormSet&) const = default;
};

struct CheckIn {
  CheckInUid uid;
  std::string template_id;
  int32_t template_version = 0;
  TeamUid team;
  CheckInTrigger trigger = CheckInTrigger::kNone;
  OccurrenceKind kind = OccurrenceKind::kNone;
  OccurrenceId about;
  OccurrenceId same;  // the same for one meeting that two calendars tell; of a ticket `about`
  PoolId pool;        // none: never shown together with another
  absl::Time opened, closes;
  CheckInState state = CheckInState::kOpen;
  int64_t release = 0;    // results that may be shown together have the same; 0 = too few answers
  bool withheld = false;  // somebody who was asked was erased since: what changed would tell what they said
  bool operator==(const CheckIn&) const = default;
};

// What one person answered: one place for each question; 0 and empty where they left it out.
struct CheckInAnswer {
  PersonUid person;
  std::vector<int32_t> choices;    // 1 to 5, or YesNo
  std::vector<std::string> words;  // of questions for text
  YesNo held = YesNo::kNone;
  bool operator==(const CheckInAnswer&) const = default;
};

// The same template and occurrence are the same check-in, on every server and after every restart.
CheckInUid CheckInUidOf(std::string_view template_id, OccurrenceKind kind, OccurrenceId about);

// Of one set's versions in order, the one in force at `time`; the first before it. Null without versions.
const NormSet* VersionAt(const std::vector<NormSet>& versions, absl::Time time);

// What answering takes: 20 seconds a question, so never more than 60.
AskKind AskKindOf(size_t questions);
bool IsCheckIn(AskKind kind);
// How an ask names the check-in it is about.
DeedHash AskedAbout(CheckInUid uid);

// The fields at fault, each with what to do; empty if the answer fits the questions. `held` belongs to the end of a meeting alone.
struct AnswerFault {
  size_t question = 0;  // from 1; 0 = `held`
  std::string remedy;
};
std::vector<AnswerFault> FaultsOf(const CheckInAnswer& answer, const std::vector<Question>& questions, CheckInTrigger trigger);
// Nothing is said: the same as skipping.
bool SaysNothing(const CheckInAnswer& answer);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_CHECKIN_CHECKIN_H_
