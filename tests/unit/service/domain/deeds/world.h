// A small organisation and a builder of facts for tests of judging and the ledger.
#ifndef COMITY_TESTS_UNIT_SERVICE_DOMAIN_DEEDS_WORLD_H_
#define COMITY_TESTS_UNIT_SERVICE_DOMAIN_DEEDS_WORLD_H_

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "service/domain/deeds/judge.h"

namespace comity::domain::test {

inline constexpr std::string_view kSuite = "github", kInstance = "github.com";
inline const absl::Time kStart = absl::FromUnixSeconds(1'788'336'000);  // 2026-09-02 08:00:00 UTC

inline std::array<uint8_t, 16> Bytes(std::string_view text) {
  std::array<uint8_t, 16> bytes{};
  std::copy(text.begin(), text.begin() + static_cast<ptrdiff_t>(std::min<size_t>(text.size(), 16)), bytes.begin());
  return bytes;
}
inline PersonUid PersonOf(std::string_view name) { return PersonUid{Bytes(name)}; }
inline TeamUid TeamOf(std::string_view name) { return TeamUid{Bytes(name)}; }
inline AccountUid AccountOf(std::string_view name) { return AccountUid{Bytes("@" + std::string(name))}; }
inline SubjectRef SubjectOf(std::string_view id) { return SubjectRefOf(kSuite, kInstance, SubjectKind::kIssue, id); }
inline SubjectRef AliasOf(std::string_view id) { return SubjectAliasOf(kSuite, kInstance, "key-" + std::string(id)); }
inline Party Human(std::string_view name) { return {AccountOf(name), AccountKind::kHuman}; }

// ana and abe are in support; bea and ben in payments; cy and cleo in checkout. Payments own repo `pay`, support `sup`, checkout `che`.
// zed's account is linked to nobody.
class World {
 public:
  World() {
    for (const auto& [team, people, place] : std::vector<std::tuple<std::string, std::vector<std::string>, std::string>>{
             {"support", {"ana", "abe"}, "sup"}, {"payments", {"bea", "ben"}, "pay"}, {"checkout", {"cy", "cleo"}, "che"}}) {
      rows.teams.push_back({TeamOf(team), team, team, {}, "", {}});
      for (const std::string& person : people) {
        AddPerson(person);
        Join(person, team);
      }
      Own(place, team);
    }
  }
  void AddPerson(const std::string& name) {
    rows.people.push_back({PersonOf(name), name, name, false, false});
    Link(name, name);
  }
  void Link(const std::string& account, const std::string& person) {
    AccountRow row;
    row.uid = AccountOf(account);
    row.name = {std::string(kSuite), std::string(kInstance), account};
    row.login = account;
    row.person = PersonOf(person);
    rows.accounts.push_back(row);
  }
  void Join(const std::string& person, const std::string& team, DayRange days = {}, bool primary = false) {
    rows.memberships.push_back({PersonOf(person), TeamOf(team), days, primary});
  }
  void Leave(const std::string& person) {
    std::erase_if(rows.memberships, [&](const MembershipRow& row) { return row.person == PersonOf(person); });
  }
  void Own(const std::string& place, const std::string& team) {
    rows.ownership.push_back({static_cast<int32_t>(rows.ownership.size()), "github:github.com:repo:" + place, TeamOf(team), {}});
  }
  Policies MakePolicies() const { return *Policies::Create({policy}); }
  Verdict JudgeAll(const SubjectInput& input) const { return Judge(input, Directory(rows), MakePolicies()); }

  DirectoryRows rows;
  Policy policy = FirstPolicy(false, absl::UnixEpoch());
};

// A fact of subject `id` in repo `place`, `at` after kStart.
inline Fact MakeFact(FactKind kind, std::string_view id, absl::Duration at, Party actor = {}, std::string_view object = "",
                     std::string_view place = "pay") {
  Fact fact;
  fact.kind = kind;
  fact.suite = kSuite;
  fact.instance = kInstance;
  fact.subject = SubjectOf(id);
  fact.alias = AliasOf(id);
  fact.subject_kind = SubjectKind::kIssue;
  fact.object_id = object.empty() ? std::string(id) : std::string(object);
  fact.occur_time = kStart + at;
  fact.key = EventKeyOf(kSuite, kInstance, kind, fact.object_id, fact.occur_time, "");
  fact.actor = actor;
  fact.places = {{"repo", std::string(place)}};
  return fact;
}
inline Fact Opened(std::string_view id, std::string_view asker, std::string_view place = "pay") {
  Fact fact = MakeFact(FactKind::kOpened, id, absl::ZeroDuration(), Human(asker), "", place);
  fact.asker = Human(asker);
  return fact;
}
inline Fact Resolved(std::string_view id, std::string_view closer, absl::Duration at, std::string_view place = "pay") {
  return MakeFact(FactKind::kResolved, id, at, Human(closer), "", place);
}
inline Fact Commented(std::string_view id, std::string_view who, absl::Duration at) {
  return MakeFact(FactKind::kCommented, id, at, Human(who), "comment-" + std::string(who) + absl::FormatDuration(at));
}
inline Fact Assigned(std::string_view id, std::string_view by, std::string_view to, absl::Duration at) {
  Fact fact = MakeFact(FactKind::kAssigned, id, at, Human(by), std::string(id) + "-" + std::string(to));
  fact.target = Human(to);
  return fact;
}
inline Fact Merged(std::string_view change, std::string_view author, std::string_view merger, absl::Duration at) {
  Fact fact = MakeFact(FactKind::kChangeMerged, change, at, Human(merger));
  fact.author = Human(author);
  fact.subject_kind = SubjectKind::kChange;
  fact.default_branch = true;
  return fact;
}
inline Fact Linked(std::string_view change, std::string_view author, SubjectRef ticket, absl::Duration at,
                   LinkKind kind = LinkKind::kCloses) {
  Fact fact = MakeFact(FactKind::kLinked, change, at, Human(author));
  fact.author = Human(author);
  fact.subject_kind = SubjectKind::kChange;
  fact.links = {{kind, ticket}};
  return fact;
}
inline std::vector<Event> Events(const std::vector<Fact>& facts) {
  std::vector<Event> events;
  events.reserve(facts.size());
  for (const Fact& fact : facts) events.push_back({fact, fact.occur_time});
  return events;
}
inline SubjectInput Input(std::string_view id, const std::vector<Fact>& facts) {
  SubjectInput input;
  input.subject = SubjectOf(id);
  input.events = Events(facts);
  return input;
}
inline Statement Say(Statement::Kind kind, std::string_view by, const DeedKey& deed, absl::Duration at,
                     std::vector<std::pair<PersonUid, int32_t>> shares = {}, bool by_helper = false) {
  Statement statement;
  statement.uid = StatementUid{Bytes(std::string(by) + absl::FormatDuration(at))};
  statement.kind = kind;
  statement.deed = deed;
  statement.by = PersonOf(by);
  statement.time = kStart + at;
  statement.shares = std::move(shares);
  statement.by_helper = by_helper;
  return statement;
}

}  // namespace comity::domain::test

#endif  // COMITY_TESTS_UNIT_SERVICE_DOMAIN_DEEDS_WORLD_H_
