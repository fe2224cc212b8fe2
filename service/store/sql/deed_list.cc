// Listing deeds: for each person and team of the filter one ordered walk over an index, merged; nothing is sorted, nothing is skipped.
#include <algorithm>

#include "service/base/error.h"
#include "service/store/sql/deed_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

constexpr int32_t kPageSize = 64;

using Place = std::pair<int32_t, domain::DeedHash>;

// Newest day first, then hash.
bool Before(const Place& a, const Place& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; }

// One walk, read in pages: any number of them can share a statement.
class Walk {
 public:
  // `id` = raw bytes of the person or team; empty for the walk over all deeds.
  Walk(Connection& connection, Sql sql, std::string_view id, int32_t since_day, Place after)
      : connection_(&connection), sql_(sql), id_(id), since_day_(since_day), last_(after) {}

  // The place it stands at; nullptr at the end.
  absl::StatusOr<const Place*> Current() {
    if (next_ == page_.size() && !ended_) COMITY_RETURN_IF_ERROR(Fill());
    return next_ < page_.size() ? &page_[next_] : nullptr;
  }
  void Advance() { ++next_; }

 private:
  absl::Status Fill() {
    page_.clear();
    next_ = 0;
    const auto add = [&](const Statement& row) { page_.emplace_back(ReadInt32(row, 0), ReadId<domain::DeedHash>(row, 1)); };
    const auto run = [&](const auto&... id) {
      return Each(*connection_, sql_, add, since_day_, last_.first, last_.second, kPageSize, id...);
    };
    COMITY_RETURN_IF_ERROR(id_.empty() ? run() : run(Blob{id_}));
    ended_ = page_.size() < static_cast<size_t>(kPageSize);
    if (!page_.empty()) last_ = page_.back();
    return absl::OkStatus();
  }

  Connection* connection_;
  Sql sql_;
  std::string id_;
  int32_t since_day_;
  Place last_;
  std::vector<Place> page_;
  size_t next_ = 0;
  bool ended_ = false;
};

// The first place of several walks.
absl::StatusOr<std::optional<Place>> First(std::vector<Walk>& walks) {
  std::optional<Place> first;
  for (Walk& walk : walks) {
    COMITY_ASSIGN_OR_RETURN(const Place* const place, walk.Current());
    if (place != nullptr && (!first || Before(*place, *first))) first = *place;
  }
  return first;
}

// Moves every walk that stands at `place` on.
absl::Status Pass(std::vector<Walk>& walks, const Place& place) {
  for (Walk& walk : walks) {
    COMITY_ASSIGN_OR_RETURN(const Place* const current, walk.Current());
    if (current != nullptr && *current == place) walk.Advance();
  }
  return absl::OkStatus();
}

// Places that all groups have, each group being the union of its walks.
absl::StatusOr<std::vector<Place>> Merge(std::vector<std::vector<Walk>> groups, int32_t limit) {
  std::vector<Place> places;
  while (places.size() < static_cast<size_t>(limit)) {
    std::optional<Place> first;
    bool in_all = true;
    for (std::vector<Walk>& group : groups) {
      COMITY_ASSIGN_OR_RETURN(const std::optional<Place> place, First(group));
      if (!place) return places;
      in_all = in_all && (!first || *first == *place);
      if (!first || Before(*place, *first)) first = place;
    }
    if (in_all) places.push_back(*first);
    for (std::vector<Walk>& group : groups) COMITY_RETURN_IF_ERROR(Pass(group, *first));
  }
  return places;
}

}  // namespace

absl::StatusOr<std::vector<DeedRow>> DeedSql::ListDeeds(const DeedFilter& filter, std::optional<std::pair<int32_t, domain::DeedHash>> after,
                                                        int32_t limit) {
  const Place start = after.value_or(Place{INT32_MAX, {}});
  std::vector<Walk> people, teams;
  for (const domain::PersonUid& person : filter.people) {
    people.emplace_back(connection_, Sql::kListDeedsOfPerson, person.view(), filter.since_day, start);
  }
  for (const domain::TeamUid& team : filter.teams) {
    teams.emplace_back(connection_, Sql::kListDeedsOfTeam, team.view(), filter.since_day, start);
  }
  std::vector<std::vector<Walk>> groups;
  if (people.empty() && teams.empty()) {
    groups.push_back({Walk(connection_, Sql::kListDeeds, {}, filter.since_day, start)});
  } else if (filter.any_of) {
    std::move(teams.begin(), teams.end(), std::back_inserter(people));
    groups.push_back(std::move(people));
  } else {
    if (!people.empty()) groups.push_back(std::move(people));
    if (!teams.empty()) groups.push_back(std::move(teams));
  }
  COMITY_ASSIGN_OR_RETURN(const std::vector<Place> places, Merge(std::move(groups), limit));
  std::vector<DeedRow> deeds;
  deeds.reserve(places.size());
  for (const Place& place : places) {
    COMITY_ASSIGN_OR_RETURN(std::optional<DeedRow> deed, FindDeed(place.second));
    if (deed) deeds.push_back(*std::move(deed));
  }
  return deeds;
}

}  // namespace comity::store::sql
