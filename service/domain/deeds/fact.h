// A fact as the service keeps it: accounts are opaque uids, subjects are hashes, so that nothing personal is in it.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_FACT_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_FACT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/directory/directory.h"
#include "service/domain/values.h"

namespace comity::domain {

// Numbers are those of comity.v1.FactKind and stay for ever: they are stored.
enum class FactKind : uint8_t {
  kUnspecified = 0,
  kOpened = 1,
  kAssigned = 2,
  kCommented = 3,
  kLinked = 4,
  kBlocked = 5,
  kUnblocked = 6,
  kResolved = 7,
  kReopened = 8,
  kChangeMerged = 9,
  kReviewRequested = 10,
  kChangeReviewed = 11,
  kReviewDismissed = 12,
  kAnswered = 13,
  kAnswerUnmarked = 14,
  kPageEdited = 15,
  kReverted = 16,
  kMoved = 17,
  kDeleted = 18,
  kEscalated = 19,
  kMeetingScheduled = 20,
  kMeetingHeld = 21,
  kMeetingCancelled = 22,
  kNominated = 23,
  kChangeTested = 24,
  kChangeHelped = 25,
  kChangeMentored = 26,
  kChangeCoWritten = 27,
};
enum class Resolution : uint8_t { kNone = 0, kDone = 1, kWontDo = 2, kDuplicate = 3, kCancelled = 4, kMoved = 5, kUnknown = 6 };
enum class Assurance : uint8_t { kNone = 0, kUrlSecret = 1, kToken = 2, kSigned = 3, kPolled = 4 };
enum class SubjectKind : uint8_t { kNone = 0, kIssue = 1, kChange = 2, kPage = 3, kDiscussion = 4, kMeeting = 5 };
enum class LinkKind : uint8_t { kNone = 0, kCloses = 1, kMentions = 2, kBlockedBy = 3, kMovedTo = 4, kMovedFrom = 5, kDuplicateOf = 6 };
enum class Answer : uint8_t { kNone = 0, kAccepted = 1, kTentative = 2, kDeclined = 3 };
enum class ReviewState : uint8_t { kNone = 0, kApproved = 1, kChangesRequested = 2, kCommented = 3 };

// The upper-case name without prefix (`RESOLVED`), as in semantic ids.
std::string_view FactKindName(FactKind kind);

// Day and content: primary key, partition key and name of an event.
struct EventKey {
  int32_t day = 0;  // DayNumber of the fact
  FactHash hash;
  auto operator<=>(const EventKey&) const = default;
  std::string ToName() const;  // `events/20260902-k3f9…`
  static std::optional<EventKey> FromName(std::string_view name);
};

// What an account was in a fact: its uid, and what the suite said it is.
struct Party {
  AccountUid account;
  AccountKind kind = AccountKind::kUnknown;
  bool operator==(const Party&) const = default;
  bool present() const { return !account.empty(); }
};

struct FactLink {
  LinkKind kind = LinkKind::kNone;
  SubjectRef target;  // by immutable id if the suite said it, else by key
  auto operator<=>(const FactLink&) const = default;
};

// Somebody invited to a meeting, and what they answered.
struct Attendee {
  Party party;
  Answer answer = Answer::kNone;
  bool chair = false, optional = false;
  bool operator==(const Attendee&) const = default;
};

// One occurrence of a meeting, as the calendar showed it. What all occurrences of a series share is `series`; empty for a single one.
struct Meeting {
  absl::Time start, end;
  std::string series;
  std::vector<Attendee> attendees;
  bool operator==(const Meeting&) const = default;
};

// One observation of one fact. Fields mean what comity.v1.Fact says of them.
struct Fact {
  EventKey key;
  FactKind kind = FactKind::kUnspecified;
  SubjectRef subject;  // by immutable id
  SubjectRef alias;    // by readable key; empty if none was sent
  SubjectKind subject_kind = SubjectKind::kNone;
  std::string suite, instance;
  std::string object_id, revision;  // of what the transition happened to
  absl::Time occur_time;
  Party actor, asker, author, target;
  std::vector<PlaceName> places;
  std::vector<std::string> labels;
  std::vector<FactLink> links;
  Resolution resolution = Resolution::kNone;
  std::string resolution_text;
  ReviewState review_state = ReviewState::kNone;
  bool automation = false, minor = false, revert = false, confidential = false, default_branch = false, tentative = false;
  absl::Time open_time = absl::InfinitePast();  // InfinitePast = not said
  Assurance assurance = Assurance::kNone;
  int64_t object_version = 0;
  // Of what was observed, if an erasure changed texts since; empty otherwise. Stands for the content wherever that is compared.
  FactHash observed_content{};
  std::string occur_time_text{};     // the source's own text of `occur_time`; for people, no part of the content
  std::optional<Meeting> meeting{};  // of facts about meetings; `author` is its organiser
  bool operator==(const Fact&) const = default;
};

// Everybody who has a part in a fact, present or not: the four roles, then those invited.
template <typename FactType, typename Visit>
void ForEachParty(FactType& fact, const Visit& visit) {
  for (auto* party : {&fact.actor, &fact.asker, &fact.author, &fact.target}) visit(*party);
  if (!fact.meeting) return;
  for (auto& attendee : fact.meeting->attendees) visit(attendee.party);
}

// An event as judging sees it: its observations folded into one.
struct Event {
  Fact fact;
  absl::Time first_stored;   // for holds only; never decides who is credited for what
  FactHash first_content{};  // of the observation stored first; for commitments only
};

// Trackers number what they hold, and what is worked on at one time has numbers near each other. A subject's id therefore begins with what
// its number belongs to and with the number (in 256s), and a deed's with those bytes of its subject's: what comes together lies together
// in every index, and a fact costs the same with ten million events stored as with few. The other ten bytes are a hash of everything.
inline constexpr size_t kPlaceBytes = 6;

// Of a subject by immutable id, or by readable key; all hash when it does not end in a number.
SubjectRef SubjectRefOf(std::string_view suite, std::string_view instance, SubjectKind kind, std::string_view id);
SubjectRef SubjectAliasOf(std::string_view suite, std::string_view instance, std::string_view key);
// The fact's key: (UTC day, hash of suite, instance, kind, object, transition instant or revision).
EventKey EventKeyOf(std::string_view suite, std::string_view instance, FactKind kind, std::string_view object_id, absl::Time occur_time,
                    std::string_view revision);

// Canonical bytes of one observation: equal facts give equal bytes on every machine. Versioned; old versions stay readable.
std::string EncodeFact(const Fact& fact);
// The part of them that makes the content: all but `occur_time_text`.
std::string EncodeContent(const Fact& fact);
// Bounded in size (1 MiB), counts and time. Errors: DATA_LOSS for anything EncodeFact did not write.
absl::StatusOr<Fact> DecodeFact(std::string_view bytes);
// First 16 bytes of SHA-256 over the canonical bytes without `occur_time_text`, as they were observed: one instant written in two ways is
// one content.
FactHash ContentHashOf(const Fact& fact);
// Folds observations of one event: each field from the greatest that has it, by (assurance, object version, completeness, content hash).
// Requires at least one; the order of arrival does not matter.
Fact FoldObservations(const std::vector<Fact>& observations);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_FACT_H_
