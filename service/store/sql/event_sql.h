// EventStore over SQL: events in event_sql.cc, subjects in subject_sql.cc, what is looked up by account or place in involvement_sql.cc.
#ifndef COMITY_SERVICE_STORE_SQL_EVENT_SQL_H_
#define COMITY_SERVICE_STORE_SQL_EVENT_SQL_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/store/event_store.h"
#include "service/store/sql/connection.h"
#include "service/store/sql/numbers.h"

namespace comity::store::sql {

// Lives as long as its transaction.
class EventSql : public EventStore {
 public:
  EventSql(Connection& connection, Numbers& numbers) : connection_(connection), numbers_(numbers) {}
  // What this object remembers may have been rolled back.
  void Forget() { place_ids_.clear(); }

  absl::StatusOr<std::vector<std::vector<domain::FactHash>>> KnownContents(const std::vector<domain::EventKey>& keys) override;
  absl::Status InsertObservations(const std::vector<NewObservation>& observations) override;
  absl::Status UpdateVerdicts(const std::vector<std::pair<domain::EventKey, domain::FactVerdict>>& verdicts) override;
  absl::StatusOr<std::map<domain::SubjectRef, std::vector<StoredEvent>>> EventsOf(const std::vector<domain::SubjectRef>& subjects) override;
  absl::StatusOr<std::optional<StoredEvent>> FindEvent(const domain::EventKey& key) override;

  absl::Status PutSubjects(const std::vector<SubjectDetails>& subjects) override;
  absl::StatusOr<std::vector<SubjectDetails>> FindSubjects(const std::vector<domain::SubjectRef>& subjects) override;
  absl::StatusOr<std::vector<domain::SubjectRef>> FindSubjectsByText(std::string_view uri_or_key) override;
  absl::StatusOr<std::map<domain::SubjectRef, domain::SubjectRef>> ResolveAliases(const std::vector<domain::SubjectRef>& refs) override;
  absl::StatusOr<std::map<domain::SubjectRef, std::vector<domain::SubjectRef>>> AliasesOf(
      const std::vector<domain::SubjectRef>& subjects) override;
  absl::StatusOr<std::vector<domain::SubjectRef>> AllSubjects(domain::SubjectRef after, int32_t limit) override;

  absl::Status PutLinks(const std::vector<LinkRow>& links) override;
  absl::StatusOr<std::vector<LinkRow>> LinksFrom(const std::vector<domain::SubjectRef>& subjects) override;
  absl::StatusOr<std::vector<LinkRow>> LinksTo(const std::vector<domain::SubjectRef>& targets) override;
  absl::Status PutParticipants(const std::vector<ParticipantRow>& participants) override;
  absl::StatusOr<std::vector<domain::SubjectRef>> SubjectsOf(domain::AccountUid account, domain::DayRange days) override;
  absl::Status PutPlaces(domain::SubjectRef subject, std::string_view suite, std::string_view instance,
                         const std::vector<domain::PlaceName>& places) override;
  absl::StatusOr<std::vector<PlaceRow>> AllPlaces() override;
  absl::StatusOr<std::vector<domain::SubjectRef>> SubjectsIn(const PlaceRow& place) override;
  absl::StatusOr<int64_t> AddResolutions(domain::AccountUid account, int64_t window, int64_t count,
                                         const std::vector<domain::SubjectRef>& subjects) override;
  absl::StatusOr<std::optional<std::vector<domain::SubjectRef>>> ResolvedSubjects(domain::AccountUid account, int64_t window) override;

  absl::Status SetAside(const SetAsideRow& row) override;
  absl::StatusOr<std::optional<SetAsideRow>> FindSetAside(const domain::EventKey& key) override;
  absl::Status RemoveSetAside(const domain::EventKey& key) override;
  absl::StatusOr<std::vector<EventListing>> List(domain::Outcome outcome, std::optional<domain::EventKey> before, int32_t limit) override;
  absl::StatusOr<Counts> Count() override;
  absl::StatusOr<int32_t> ScanFacts(domain::EventKey after, int32_t end_day, int32_t limit,
                                    const std::function<void(const domain::EventKey&, std::string_view bytes)>& visit) override;

 private:
  absl::Status InsertFirst(const NewObservation& added);
  absl::Status InsertFurther(const NewObservation& added);
  absl::Status AddFurtherObservations(StoredEvent& event);
  absl::Status ListStored(domain::Outcome outcome, const std::optional<domain::EventKey>& before, int32_t limit,
                          std::vector<EventListing>& listings);
  absl::StatusOr<int64_t> FindNumber(const domain::EventKey& key);
  absl::Status PutSubject(const SubjectDetails& details);
  absl::StatusOr<std::optional<int64_t>> FindPlace(const PlaceRow& place);
  absl::StatusOr<int64_t> EnsurePlace(const PlaceRow& place);

  Connection& connection_;
  Numbers& numbers_;
  std::map<std::string, int64_t> place_ids_;  // of this transaction
};

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_EVENT_SQL_H_
