// What is kept of facts: observations, subjects with their names and links, participants, verdicts, and what was set aside.
#ifndef COMITY_SERVICE_STORE_EVENT_STORE_H_
#define COMITY_SERVICE_STORE_EVENT_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/deeds/judge.h"

namespace comity::store {

struct Observation {
  domain::EventKey key;
  domain::FactHash content;
  std::string bytes;   // EncodeFact
  std::string source;  // source id
  absl::Time stored;
};

// An event with all its observations, oldest first, and what was made of it.
struct StoredEvent {
  domain::EventKey key;
  domain::SubjectRef subject;  // by immutable id
  std::vector<Observation> observations;
  domain::FactVerdict verdict;
};

// A subject's words for people; erasable.
struct SubjectDetails {
  domain::SubjectRef subject;
  std::string suite, instance;
  domain::SubjectKind kind = domain::SubjectKind::kNone;
  std::string id;  // the suite's
  std::string key, uri, title;
};

struct LinkRow {
  domain::SubjectRef from;  // by immutable id
  domain::LinkKind kind = domain::LinkKind::kNone;
  domain::SubjectRef target;  // by id or by alias, as the fact had it
  auto operator<=>(const LinkRow&) const = default;
};

struct ParticipantRow {
  domain::AccountUid account;
  int32_t day = 0;
  domain::SubjectRef subject;
  auto operator<=>(const ParticipantRow&) const = default;
};

struct SetAsideRow {
  domain::EventKey key;
  std::string source;
  domain::ReasonCode reason = domain::ReasonCode::kNone;
  std::string detail;   // which field and why; no payload
  std::string request;  // the fact as it was received, serialised
  absl::Time received;
};

// One entry of a list of events: stored or set aside.
struct EventListing {
  domain::EventKey key;
  bool set_aside = false;
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class EventStore {
 public:
  virtual ~EventStore() = default;

  // The content hashes already stored for each key, in the order of `keys`; empty for unknown events.
  virtual absl::StatusOr<std::vector<std::vector<domain::FactHash>>> KnownContents(const std::vector<domain::EventKey>& keys) = 0;

  struct NewObservation {
    Observation observation;
    domain::SubjectRef subject;
    bool first = true;            // of its event; else one more observation of a known one
    domain::FactVerdict verdict;  // of the event, with this observation
  };
  // Errors: ALREADY_EXISTS if a `first` one's key is there.
  virtual absl::Status InsertObservations(const std::vector<NewObservation>& observations) = 0;
  virtual absl::Status UpdateVerdicts(const std::vector<std::pair<domain::EventKey, domain::FactVerdict>>& verdicts) = 0;

  // All events of these subjects (by immutable id), each subject's by key.
  virtual absl::StatusOr<std::map<domain::SubjectRef, std::vector<StoredEvent>>> EventsOf(
      const std::vector<domain::SubjectRef>& subjects) = 0;
  virtual absl::StatusOr<std::optional<StoredEvent>> FindEvent(const domain::EventKey& key) = 0;

  // Subjects. Put keeps non-empty fields over empty ones; `alias` hashes point to the subject that used the key last.
  virtual absl::Status PutSubjects(const std::vector<SubjectDetails>& subjects) = 0;
  virtual absl::StatusOr<std::vector<SubjectDetails>> FindSubjects(const std::vector<domain::SubjectRef>& subjects) = 0;
  // By address or key; several when two instances use the same key.
  virtual absl::StatusOr<std::vector<domain::SubjectRef>> FindSubjectsByText(std::string_view uri_or_key) = 0;
  // For refs that are aliases: the subject by immutable id; refs that are ids already, or unknown, map to themselves.
  virtual absl::StatusOr<std::map<domain::SubjectRef, domain::SubjectRef>> ResolveAliases(const std::vector<domain::SubjectRef>& refs) = 0;
  // Every alias ever used for these subjects.
  virtual absl::StatusOr<std::map<domain::SubjectRef, std::vector<domain::SubjectRef>>> AliasesOf(
      const std::vector<domain::SubjectRef>& subjects) = 0;

  virtual absl::Status PutLinks(const std::vector<LinkRow>& links) = 0;
  virtual absl::StatusOr<std::vector<LinkRow>> LinksFrom(const std::vector<domain::SubjectRef>& subjects) = 0;
  virtual absl::StatusOr<std::vector<LinkRow>> LinksTo(const std::vector<domain::SubjectRef>& targets) = 0;

  virtual absl::Status PutParticipants(const std::vector<ParticipantRow>& participants) = 0;
  // Subjects in which the account took part on days of the range.
  virtual absl::StatusOr<std::vector<domain::SubjectRef>> SubjectsOf(domain::AccountUid account, domain::DayRange days) = 0;

  // Places a subject was seen in, so that a new owner finds what waited for it.
  virtual absl::Status PutPlaces(domain::SubjectRef subject, std::string_view suite, std::string_view instance,
                                 const std::vector<domain::PlaceName>& places) = 0;
  struct PlaceRow {
    std::string suite, instance;
    domain::PlaceName place;
  };
  virtual absl::StatusOr<std::vector<PlaceRow>> AllPlaces() = 0;
  virtual absl::StatusOr<std::vector<domain::SubjectRef>> SubjectsIn(const PlaceRow& place) = 0;

  // Adds to the number of distinct resolutions by `account` in the window, and returns it; 0 adds nothing.
  // Remembers the `subjects` newly resolved, while they are few.
  virtual absl::StatusOr<int64_t> AddResolutions(domain::AccountUid account, int64_t window, int64_t count,
                                                 const std::vector<domain::SubjectRef>& subjects) = 0;
  // Every subject given to AddResolutions for the window, in no order, perhaps twice; nullopt if more were given than are remembered.
  virtual absl::StatusOr<std::optional<std::vector<domain::SubjectRef>>> ResolvedSubjects(domain::AccountUid account, int64_t window) = 0;

  // Set aside: one per key, the last one kept.
  virtual absl::Status SetAside(const SetAsideRow& row) = 0;
  virtual absl::StatusOr<std::optional<SetAsideRow>> FindSetAside(const domain::EventKey& key) = 0;
  virtual absl::Status RemoveSetAside(const domain::EventKey& key) = 0;

  // Strictly after `before` in the list (nullopt = from its beginning), at most `limit`; `outcome` kNone = all. Newest key first; of an
  // outcome other than CONTEXT and SET_ASIDE, what was stored last first.
  virtual absl::StatusOr<std::vector<EventListing>> List(domain::Outcome outcome, std::optional<domain::EventKey> before,
                                                         int32_t limit) = 0;
  struct Counts {
    int64_t events = 0, parked = 0, set_aside = 0;
  };
  virtual absl::StatusOr<Counts> Count() = 0;

  // Hands the first observation of each event after `after` and before day `end_day` to `visit`, in order of key, at most `limit`; returns
  // how many. The bytes are EncodeFact's and live as long as the call.
  virtual absl::StatusOr<int32_t> ScanFacts(domain::EventKey after, int32_t end_day, int32_t limit,
                                            const std::function<void(const domain::EventKey&, std::string_view bytes)>& visit) = 0;

  // Every subject in order, after `after`, at most `limit`; for rebuilds.
  virtual absl::StatusOr<std::vector<domain::SubjectRef>> AllSubjects(domain::SubjectRef after, int32_t limit) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_EVENT_STORE_H_
