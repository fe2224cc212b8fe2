#include "service/store/sql/event_sql.h"

#include <algorithm>
#include <limits>

#include "service/base/error.h"
#include "service/store/sql/counters.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

constexpr domain::EventKey kAfterAll{std::numeric_limits<int32_t>::max(), {}};
constexpr int kFurtherColumn = 6;

// Pointers in the order of the key, so that neighbours in a table are written one after the other.
template <typename Element, typename Key>
std::vector<const Element*> Sorted(const std::vector<Element>& elements, Key key) {
  std::vector<const Element*> sorted;
  sorted.reserve(elements.size());
  for (const Element& element : elements) sorted.push_back(&element);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Element* a, const Element* b) { return key(*a) < key(*b); });
  return sorted;
}

// Columns as SELECT of FindEvent and EventsOfSubject name them.
StoredEvent ReadEvent(const domain::SubjectRef& subject, const Statement& row) {
  StoredEvent event;
  event.key = ReadEventKey(row, 0);
  event.subject = subject;
  event.observations.push_back({event.key, ReadId<domain::FactHash>(row, 4), ReadText(row, 5), ReadText(row, 3), ReadTime(row, 2)});
  event.verdict.outcome = ReadEnum<domain::Outcome>(row, 7);
  event.verdict.reason = {ReadEnum<domain::ReasonCode>(row, 8), DecodeParameters(row.Bytes(9))};
  if (!row.IsNull(10)) event.verdict.deed = ReadId<domain::DeedHash>(row, 10);
  return event;
}

// Calls `run(outcome, reason, parameters, deed)` with what the columns take; nothing is kept for no parameters and no deed.
template <typename RunWith>
absl::Status WithVerdict(const domain::FactVerdict& verdict, RunWith run) {
  const domain::DeedHash deed = verdict.deed.value_or(domain::DeedHash{});
  if (verdict.reason.parameters.empty()) return run(verdict.outcome, verdict.reason.code, nullptr, OrNull(deed));
  const std::string parameters = EncodeParameters(verdict.reason.parameters);
  return run(verdict.outcome, verdict.reason.code, Blob{parameters}, OrNull(deed));
}

}  // namespace

absl::StatusOr<std::vector<std::vector<domain::FactHash>>> EventSql::KnownContents(const std::vector<domain::EventKey>& keys) {
  std::vector<std::vector<domain::FactHash>> contents(keys.size());
  for (const domain::EventKey* key : Sorted(keys, [](const domain::EventKey& k) { return k; })) {
    std::vector<domain::FactHash>& known = contents[static_cast<size_t>(key - keys.data())];
    bool further = false;
    const auto first = [&](const Statement& row) {
      known.push_back(ReadId<domain::FactHash>(row, 0));
      further = row.Int(1) > 0;
    };
    const auto more = [&](const Statement& row) { known.push_back(ReadId<domain::FactHash>(row, 0)); };
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindEventContent, first, key->day, key->hash));
    if (further) COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindFurtherContents, more, key->day, key->hash));
  }
  return contents;
}

absl::Status EventSql::InsertFirst(const NewObservation& added) {
  const Observation& seen = added.observation;
  COMITY_ASSIGN_OR_RETURN(const int64_t subject, numbers_.Ensure(added.subject));
  return WithVerdict(added.verdict, [&](auto outcome, auto reason, auto parameters, auto deed) {
    return Run(connection_, Sql::kInsertEvent, seen.key.day, seen.key.hash, subject, seen.stored, seen.source, seen.content,
               Blob{seen.bytes}, outcome, reason, parameters, deed);
  });
}

absl::Status EventSql::InsertFurther(const NewObservation& added) {
  const Observation& seen = added.observation;
  COMITY_ASSIGN_OR_RETURN(const int64_t inserted, RunCounting(connection_, Sql::kInsertObservation, seen.key.day, seen.key.hash,
                                                              seen.content, seen.stored, seen.source, Blob{seen.bytes}));
  COMITY_ASSIGN_OR_RETURN(const int64_t found, RunCounting(connection_, Sql::kAddFurther, seen.key.day, seen.key.hash, inserted));
  if (found == 0) return absl::FailedPreconditionError("a further observation of an event that is not there");
  return UpdateVerdicts({{seen.key, added.verdict}});
}

absl::Status EventSql::InsertObservations(const std::vector<NewObservation>& observations) {
  int64_t events = 0;
  // Of one event the first observation goes first.
  const auto order = [](const NewObservation& added) { return std::pair(added.observation.key, !added.first); };
  for (const NewObservation* added : Sorted(observations, order)) {
    COMITY_RETURN_IF_ERROR(added->first ? InsertFirst(*added) : InsertFurther(*added));
    events += added->first ? 1 : 0;
  }
  return events > 0 ? AddToCounter(connection_, kEventCount, events) : absl::OkStatus();
}

absl::Status EventSql::UpdateVerdicts(const std::vector<std::pair<domain::EventKey, domain::FactVerdict>>& verdicts) {
  for (const auto* entry : Sorted(verdicts, [](const auto& v) { return v.first; })) {
    const domain::EventKey& key = entry->first;
    COMITY_RETURN_IF_ERROR(WithVerdict(entry->second, [&](auto outcome, auto reason, auto parameters, auto deed) {
      return Run(connection_, Sql::kUpdateVerdict, key.day, key.hash, outcome, reason, parameters, deed);
    }));
  }
  return absl::OkStatus();
}

absl::Status EventSql::AddFurtherObservations(StoredEvent& event) {
  const auto add = [&](const Statement& row) {
    event.observations.push_back({event.key, ReadId<domain::FactHash>(row, 2), ReadText(row, 3), ReadText(row, 1), ReadTime(row, 0)});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindObservations, add, event.key.day, event.key.hash));
  std::stable_sort(event.observations.begin() + 1, event.observations.end(),
                   [](const Observation& a, const Observation& b) { return a.stored < b.stored; });
  return absl::OkStatus();
}

absl::StatusOr<std::map<domain::SubjectRef, std::vector<StoredEvent>>> EventSql::EventsOf(const std::vector<domain::SubjectRef>& subjects) {
  std::map<domain::SubjectRef, std::vector<StoredEvent>> events;
  for (const domain::SubjectRef* subject : Sorted(subjects, [](const domain::SubjectRef& s) { return s; })) {
    if (!events.empty() && events.rbegin()->first == *subject) continue;
    std::vector<StoredEvent> found;
    std::vector<size_t> with_further;
    const auto add = [&](const Statement& row) {
      if (row.Int(kFurtherColumn) > 0) with_further.push_back(found.size());
      found.push_back(ReadEvent(*subject, row));
    };
    COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(*subject));
    if (number == 0) continue;
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kEventsOfSubject, add, number));
    for (const size_t place : with_further) COMITY_RETURN_IF_ERROR(AddFurtherObservations(found[place]));
    if (!found.empty()) events.emplace_hint(events.end(), *subject, std::move(found));
  }
  return events;
}

absl::StatusOr<std::optional<StoredEvent>> EventSql::FindEvent(const domain::EventKey& key) {
  std::optional<StoredEvent> event;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindEvent, [&](const Statement& row) { event = ReadEvent(ReadId<domain::SubjectRef>(row, 11), row); }, key.day,
      key.hash));
  if (event) COMITY_RETURN_IF_ERROR(AddFurtherObservations(*event));
  return event;
}

absl::Status EventSql::SetAside(const SetAsideRow& row) {
  return Run(connection_, Sql::kPutSetAside, row.key.day, row.key.hash, row.source, row.reason, row.detail, Blob{row.request},
             row.received);
}

absl::StatusOr<std::optional<SetAsideRow>> EventSql::FindSetAside(const domain::EventKey& key) {
  std::optional<SetAsideRow> found;
  const auto read = [&](const Statement& row) {
    found = {key, ReadText(row, 0), ReadEnum<domain::ReasonCode>(row, 1), ReadText(row, 2), ReadText(row, 3), ReadTime(row, 4)};
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindSetAside, read, key.day, key.hash));
  return found;
}

absl::Status EventSql::RemoveSetAside(const domain::EventKey& key) { return Run(connection_, Sql::kDeleteSetAside, key.day, key.hash); }

absl::StatusOr<int64_t> EventSql::FindNumber(const domain::EventKey& key) {
  int64_t number = 0;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindEventNumber, [&](const Statement& row) { number = row.Int(0); }, key.day, key.hash));
  return number;
}

absl::Status EventSql::ListStored(domain::Outcome outcome, const std::optional<domain::EventKey>& before, int32_t limit,
                                  std::vector<EventListing>& listings) {
  const auto add = [&](const Statement& row) { listings.push_back({ReadEventKey(row, 0), false}); };
  if (outcome == domain::Outcome::kNone || outcome == domain::Outcome::kContext) {
    const Sql sql = outcome == domain::Outcome::kNone ? Sql::kListEvents : Sql::kListContext;
    const domain::EventKey end = before.value_or(kAfterAll);
    return Each(connection_, sql, add, end.day, end.hash, limit);
  }
  int64_t end = std::numeric_limits<int64_t>::max();
  if (before) {
    COMITY_ASSIGN_OR_RETURN(end, FindNumber(*before));
  }
  return Each(connection_, Sql::kListByOutcome, add, outcome, end, limit);
}

absl::StatusOr<std::vector<EventListing>> EventSql::List(domain::Outcome outcome, std::optional<domain::EventKey> before, int32_t limit) {
  const domain::EventKey end = before.value_or(kAfterAll);
  std::vector<EventListing> listings;
  if (outcome != domain::Outcome::kSetAside) COMITY_RETURN_IF_ERROR(ListStored(outcome, before, limit, listings));
  if (outcome == domain::Outcome::kNone || outcome == domain::Outcome::kSetAside) {
    const auto add = [&](const Statement& row) { listings.push_back({ReadEventKey(row, 0), true}); };
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kListSetAside, add, end.day, end.hash, limit));
    // One entry for each key: of an event that is both, the stored one.
    std::stable_sort(listings.begin(), listings.end(), [](const EventListing& a, const EventListing& b) { return a.key > b.key; });
    const auto same_key = [](const EventListing& a, const EventListing& b) { return a.key == b.key; };
    listings.erase(std::unique(listings.begin(), listings.end(), same_key), listings.end());
    if (listings.size() > static_cast<size_t>(limit)) listings.resize(static_cast<size_t>(limit));
  }
  return listings;
}

absl::StatusOr<int32_t> EventSql::ScanFacts(domain::EventKey after, int32_t end_day, int32_t limit,
                                            const std::function<void(const domain::EventKey&, std::string_view bytes)>& visit) {
  int32_t count = 0;
  const auto row = [&](const Statement& statement) {
    ++count;
    visit(ReadEventKey(statement, 0), statement.Bytes(2));
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kScanFacts, row, after.day, after.hash, end_day, limit));
  return count;
}

absl::StatusOr<EventStore::Counts> EventSql::Count() {
  Counts counts;
  COMITY_ASSIGN_OR_RETURN(counts.events, FindCounter(connection_, kEventCount));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kCountParked, [&](const Statement& row) { counts.parked = row.Int(0); }));
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kCountSetAside, [&](const Statement& row) { counts.set_aside = row.Int(0); }));
  return counts;
}

}  // namespace comity::store::sql
