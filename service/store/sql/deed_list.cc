// Listing deeds: for each person and team of the filter one ordered walk over an index, merged; nothing is sorted, nothing is skipped.
#include <algorithm>
#include <limits>

#include "service/base/error.h"
#include "service/store/sql/deed_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

constexpr int32_t kPageSize = 64;

using Place = std::pair<int32_t, domain::DeedHash>;

// Newest day first, then hash.
bool Before(const Place& a, const Place& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; }

// One walk, day by day and within a day in pages: any number of them can share a statement.
class Walk {
 public:
  // `id` = the number of the person or team; 0 for the walk over all deeds.
  Walk(Connection& connection, Sql sql, int64_t id, int32_t since_day, Place after)
      : connection_(&connection), sql_(sql), id_(id), since_day_(since_day), last_(after) {}

  // The place it stands at; nullptr at the end.
  absl::StatusOr<const Place*> Current() {
    while (next_ == page_.size() && !ended_) COMITY_RETURN_IF_ERROR(Fill());
    return next_ < page_.size() ? &page_[next_] : nullptr;
  }
  void Advance() { ++next_; }

 private:
  // Reads on in the newest day that has deeds at all; if this walk has none left there, goes on to the day before.
  absl::Status Fill() {
    page_.clear();
    next_ = 0;
    std::optional<int32_t> day;
    const auto read = [&](const Statement& row) {
      if (!row.IsNull(0)) day = ReadInt32(row, 0);
    };
    COMITY_RETURN_IF_ERROR(Each(*connection_, Sql::kDayOfDeedsUpTo, read, last_.first, since_day_));
    ended_ = !day.has_value();
    if (ended_) return absl::OkStatus();
    if (*day != last_.first) last_ = {*day, {}};
    const auto add = [&](const Statement& row) { page_.emplace_back(*day, ReadId<domain::DeedHash>(row, 0)); };
    const auto run = [&](const auto&... id) { return Each(*connection_, sql_, add, *day, last_.second, kPageSize, id...); };
    COMITY_RETURN_IF_ERROR(id_ == 0 ? run() : run(id_));
    last_ = page_.size() == static_cast<size_t>(kPageSize) ? page_.back() : Place{*day - 1, {}};
    return absl::OkStatus();
  }

  Connection* connection_;
  Sql sql_;
  int64_t id_;
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
  // A person or team without a number has no deeds; their walk ends at once, and is there so that it narrows the others.
  const auto walk = [&](Sql sql, int64_t id) {
    return Walk(connection_, sql, id, id == 0 ? std::numeric_limits<int32_t>::max() : filter.since_day, start);
  };
  std::vector<Walk> people, teams;
  for (const domain::PersonUid& person : filter.people) {
    COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(person));
    people.push_back(walk(Sql::kDeedsOfDayAndPerson, number));
  }
  for (const domain::TeamUid& team : filter.teams) {
    COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(team));
    teams.push_back(walk(Sql::kDeedsOfDayAndTeam, number));
  }
  std::vector<std::vector<Walk>> groups;
  if (people.empty() && teams.empty()) {
    groups.push_back({Walk(connection_, Sql::kDeedsOfDay, 0, filter.since_day, start)});
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
