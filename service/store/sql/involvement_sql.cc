// What leads to subjects: links, participants, places; and how much one account resolved at once.
#include <algorithm>

#include "service/store/sql/event_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

constexpr size_t kIdBytes = 16;

LinkRow ReadLink(const Statement& row) {
  return {ReadId<domain::SubjectRef>(row, 0), ReadEnum<domain::LinkKind>(row, 1), ReadId<domain::SubjectRef>(row, 2)};
}

template <typename Element>
std::vector<Element> SortedUnique(std::vector<Element> elements) {
  std::sort(elements.begin(), elements.end());
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  return elements;
}

}  // namespace

absl::Status EventSql::PutLinks(const std::vector<LinkRow>& links) {
  for (const LinkRow& link : SortedUnique(links)) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertLink, link.from, link.kind, link.target));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<LinkRow>> EventSql::LinksFrom(const std::vector<domain::SubjectRef>& subjects) {
  std::vector<LinkRow> links;
  for (const domain::SubjectRef& subject : SortedUnique(subjects)) {
    COMITY_RETURN_IF_ERROR(Each(
        connection_, Sql::kLinksFrom, [&](const Statement& row) { links.push_back(ReadLink(row)); }, subject));
  }
  return links;
}

absl::StatusOr<std::vector<LinkRow>> EventSql::LinksTo(const std::vector<domain::SubjectRef>& targets) {
  std::vector<LinkRow> links;
  for (const domain::SubjectRef& target : SortedUnique(targets)) {
    COMITY_RETURN_IF_ERROR(Each(
        connection_, Sql::kLinksTo, [&](const Statement& row) { links.push_back(ReadLink(row)); }, target));
  }
  std::sort(links.begin(), links.end());
  return links;
}

absl::Status EventSql::PutParticipants(const std::vector<ParticipantRow>& participants) {
  for (const ParticipantRow& participant : SortedUnique(participants)) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertParticipant, participant.account, participant.day, participant.subject));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<domain::SubjectRef>> EventSql::SubjectsOf(domain::AccountUid account, domain::DayRange days) {
  std::vector<domain::SubjectRef> subjects;
  const auto add = [&](const Statement& row) { subjects.push_back(ReadId<domain::SubjectRef>(row, 0)); };
  COMITY_RETURN_IF_ERROR(
      Each(connection_, Sql::kSubjectsOfAccount, add, account, domain::DayNumber(days.start), domain::DayNumber(days.end)));
  return SortedUnique(std::move(subjects));
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
  for (const domain::PlaceName& place : places) {
    COMITY_ASSIGN_OR_RETURN(const int64_t id, EnsurePlace({std::string(suite), std::string(instance), place}));
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertSubjectPlace, id, subject));
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
  return subjects;
}

absl::StatusOr<int64_t> EventSql::AddResolutions(domain::AccountUid account, int64_t window, int64_t count,
                                                 const std::vector<domain::SubjectRef>& subjects) {
  int64_t total = 0;
  const auto read = [&](const Statement& row) { total = row.Int(0); };
  if (count == 0) {
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindResolutions, read, account, window));
    return total;
  }
  std::string resolved;
  for (const domain::SubjectRef& subject : subjects) resolved.append(subject.view());
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAddResolutions, read, account, window, count, Blob{resolved}));
  return total;
}

absl::StatusOr<std::optional<std::vector<domain::SubjectRef>>> EventSql::ResolvedSubjects(domain::AccountUid account, int64_t window) {
  std::optional<std::vector<domain::SubjectRef>> subjects = std::vector<domain::SubjectRef>();
  const auto read = [&](const Statement& row) {
    if (row.IsNull(0)) return subjects.reset();
    for (std::string_view left = row.Bytes(0); left.size() >= kIdBytes; left.remove_prefix(kIdBytes)) {
      subjects->push_back(domain::SubjectRef::FromBytes(left.substr(0, kIdBytes)).value_or(domain::SubjectRef{}));
    }
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindResolvedSubjects, read, account, window));
  return subjects;
}

}  // namespace comity::store::sql
