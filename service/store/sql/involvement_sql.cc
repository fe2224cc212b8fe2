// What leads to subjects: links, participants, places; and how much one account resolved at once.
#include <algorithm>
#include <array>

#include "service/store/sql/event_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

constexpr size_t kIdBytes = 16;

template <typename Element>
std::vector<Element> SortedUnique(std::vector<Element> elements) {
  std::sort(elements.begin(), elements.end());
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  return elements;
}

}  // namespace

absl::Status EventSql::PutLinks(const std::vector<LinkRow>& links) {
  for (const LinkRow& link : SortedUnique(links)) {
    COMITY_ASSIGN_OR_RETURN(const int64_t origin, numbers_.Ensure(link.from));
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertLink, origin, link.kind, link.target));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<LinkRow>> EventSql::LinksFrom(const std::vector<domain::SubjectRef>& subjects) {
  std::vector<LinkRow> links;
  for (const domain::SubjectRef& subject : SortedUnique(subjects)) {
    COMITY_ASSIGN_OR_RETURN(const int64_t origin, numbers_.Find(subject));
    const auto add = [&](const Statement& row) {
      links.push_back({subject, ReadEnum<domain::LinkKind>(row, 0), ReadId<domain::SubjectRef>(row, 1)});
    };
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kLinksFrom, add, origin));
  }
  return links;
}

absl::StatusOr<std::vector<LinkRow>> EventSql::LinksTo(const std::vector<domain::SubjectRef>& targets) {
  std::vector<LinkRow> links;
  const auto add = [&](const Statement& row) {
    links.push_back({ReadId<domain::SubjectRef>(row, 2), ReadEnum<domain::LinkKind>(row, 0), ReadId<domain::SubjectRef>(row, 1)});
  };
  for (const domain::SubjectRef& target : SortedUnique(targets)) {
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kLinksTo, add, target));
  }
  std::sort(links.begin(), links.end());
  return links;
}

absl::Status EventSql::PutParticipants(const std::vector<ParticipantRow>& participants) {
  std::vector<std::array<int64_t, 3>> rows;
  rows.reserve(participants.size());
  for (const ParticipantRow& participant : participants) {
    COMITY_ASSIGN_OR_RETURN(const int64_t account, numbers_.Ensure(participant.account));
    COMITY_ASSIGN_OR_RETURN(const int64_t subject, numbers_.Ensure(participant.subject));
    rows.push_back({participant.day, account, subject});
  }
  for (const auto& [day, account, subject] : SortedUnique(std::move(rows))) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertParticipant, day, account, subject));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<domain::SubjectRef>> EventSql::SubjectsOf(domain::AccountUid account, domain::DayRange days) {
  std::vector<domain::SubjectRef> subjects;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(account));
  if (number == 0) return subjects;
  const auto add = [&](const Statement& row) { subjects.push_back(ReadId<domain::SubjectRef>(row, 0)); };
  // From one day that has any participants to the next: a look for each day, whatever else happened on it.
  int64_t day = int64_t{domain::DayNumber(days.start)} - 1;
  for (;;) {
    std::optional<int64_t> next;
    const auto read = [&](const Statement& row) {
      if (!row.IsNull(0)) next = row.Int(0);
    };
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kNextDayOfParticipants, read, day));
    if (!next || *next >= domain::DayNumber(days.end)) return SortedUnique(std::move(subjects));
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kSubjectsOfAccount, add, *next, number));
    day = *next;
  }
}

absl::StatusOr<std::optional<int64_t>> EventSql::FindPlace(const PlaceRow& place) {
  std::optional<int64_t> id;
  COMITY_RETURN_IF_ERROR(Each(
      connection_, Sql::kFindPlace, [&](const Statement& row) { id = row.Int(0); }, place.suite, place.instance, place.place.kind,
      place.place.value));
  return id;
}

absl::StatusOr<int64_t> EventSql::EnsurePlace(const PlaceRow& place) {
  std::string name;
  for (const std::string& part : {place.suite, place.instance, place.place.kind, place.place.value}) {
    name += part;
    name += '\0';
  }
  const auto [known, added] = place_ids_.try_emplace(std::move(name), 0);
  if (!added) return known->second;
  absl::StatusOr<std::optional<int64_t>> id = FindPlace(place);
  if (id.ok() && !*id) {
    const absl::Status inserted = Each(
        connection_, Sql::kInsertPlace, [&](const Statement& row) { *id = row.Int(0); }, place.suite, place.instance, place.place.kind,
        place.place.value);
    if (!inserted.ok()) id = inserted;
  }
  if (!id.ok()) {
    place_ids_.erase(known);
    return id.status();
  }
  return known->second = **id;
}

absl::Status EventSql::PutPlaces(domain::SubjectRef subject, std::string_view suite, std::string_view instance,
                                 const std::vector<domain::PlaceName>& places) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Ensure(subject));
  for (const domain::PlaceName& place : places) {
    COMITY_ASSIGN_OR_RETURN(const int64_t id, EnsurePlace({std::string(suite), std::string(instance), place}));
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertSubjectPlace, id, number));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<EventStore::PlaceRow>> EventSql::AllPlaces() {
  std::vector<PlaceRow> places;
  const auto add = [&](const Statement& row) {
    places.push_back({ReadText(row, 0), ReadText(row, 1), {ReadText(row, 2), ReadText(row, 3)}});
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllPlaces, add));
  return places;
}

absl::StatusOr<std::vector<domain::SubjectRef>> EventSql::SubjectsIn(const PlaceRow& place) {
  std::vector<domain::SubjectRef> subjects;
  COMITY_ASSIGN_OR_RETURN(const std::optional<int64_t> id, FindPlace(place));
  if (!id) return subjects;
  const auto add = [&](const Statement& row) { subjects.push_back(ReadId<domain::SubjectRef>(row, 0)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kSubjectsInPlace, add, *id));
  return SortedUnique(std::move(subjects));
}

absl::StatusOr<int64_t> EventSql::AddResolutions(domain::AccountUid account, int64_t window, int64_t count,
                                                 const std::vector<domain::SubjectRef>& subjects) {
  int64_t total = 0;
  COMITY_ASSIGN_OR_RETURN(const int64_t number, count == 0 ? numbers_.Find(account) : numbers_.Ensure(account));
  const auto read = [&](const Statement& row) { total = row.Int(0); };
  if (count == 0) {
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindResolutions, read, window, number));
    return total;
  }
  std::string resolved;
  for (const domain::SubjectRef& subject : subjects) resolved.append(subject.view());
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAddResolutions, read, window, number, count, Blob{resolved}));
  return total;
}

absl::StatusOr<std::optional<std::vector<domain::SubjectRef>>> EventSql::ResolvedSubjects(domain::AccountUid account, int64_t window) {
  std::optional<std::vector<domain::SubjectRef>> subjects = std::vector<domain::SubjectRef>();
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(account));
  const auto read = [&](const Statement& row) {
    if (row.IsNull(0)) return subjects.reset();
    for (std::string_view left = row.Bytes(0); left.size() >= kIdBytes; left.remove_prefix(kIdBytes)) {
      subjects->push_back(domain::SubjectRef::FromBytes(left.substr(0, kIdBytes)).value_or(domain::SubjectRef{}));
    }
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindResolvedSubjects, read, window, number));
  return subjects;
}

}  // namespace comity::store::sql
