// A small directory, and meetings and tickets in it. ana and bob are payments, carla and dia checkout.
#ifndef COMITY_TESTS_UNIT_SERVICE_DOMAIN_CHECKIN_MEETINGS_H_
#define COMITY_TESTS_UNIT_SERVICE_DOMAIN_CHECKIN_MEETINGS_H_

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "service/domain/checkin/opening.h"

namespace comity::domain {

template <typename IdType>
IdType NamedId(const std::string& sort, const std::string& name) {
  Hasher hasher("test " + sort);
  return hasher.Add(std::string_view(name)).Finish<IdType>();
}
inline PersonUid PersonOf(const std::string& name) { return NamedId<PersonUid>("person", name); }
inline TeamUid TeamOf(const std::string& name) { return NamedId<TeamUid>("team", name); }
inline AccountUid AccountOf(const std::string& name) { return NamedId<AccountUid>("account", name); }

inline const absl::Time kMonday = absl::FromUnixSeconds(1'788'426'000);  // 2026-09-03 09:00 UTC
inline constexpr absl::Duration kLong = absl::Minutes(30);

inline Directory SmallDirectory() {
  DirectoryRows rows;
  for (const char* team : {"payments", "checkout", "elsewhere"}) {
    TeamRow& row = rows.teams.emplace_back();
    row.uid = TeamOf(team);
    row.id = team;
  }
  const std::pair<const char*, const char*> people[] = {{"ana", "payments"},  {"bob", "payments"},    {"carla", "checkout"},
                                                        {"dia", "checkout"},  {"hidden", "payments"}, {"gone", "payments"},
                                                        {"robot", "payments"}};
  for (const auto& [name, team] : people) {
    const std::string id = name;
    rows.people.push_back({.uid = PersonOf(id), .id = id, .display_name = id, .former = id == "gone", .opted_out = id == "hidden"});
    rows.memberships.push_back({.person = PersonOf(id), .team = TeamOf(team), .days = {}, .primary = true});
    rows.accounts.push_back({.uid = AccountOf(id),
                             .name = {"caldav", "cal.acme.example", id},
                             .login = id,
                             .kind = AccountKind::kHuman,
                             .person = PersonOf(id),
                             .declared_bot = id == "robot"});
  }
  return Directory(std::move(rows));
}

// One version of what the calendar says of one meeting, organised by ana and known since the day before.
inline Event Scheduled(int64_t version, absl::Time start, const std::vector<std::pair<std::string, Answer>>& invited) {
  Event event;
  Fact& fact = event.fact;
  fact.kind = FactKind::kMeetingScheduled;
  fact.subject = SubjectRefOf("caldav", "cal.acme.example", SubjectKind::kMeeting, "weekly/1");
  fact.subject_kind = SubjectKind::kMeeting;
  fact.occur_time = kMonday - absl::Hours(48) + absl::Minutes(version);
  fact.key = EventKeyOf("caldav", "cal.acme.example", fact.kind, "weekly/1", fact.occur_time, std::to_string(version));
  fact.object_id = "weekly/1";
  fact.object_version = version;
  fact.labels = {"retro"};
  fact.author = {AccountOf("ana"), AccountKind::kHuman};
  Meeting& meeting = fact.meeting.emplace();
  meeting.start = start;
  meeting.end = start + kLong;
  meeting.series = "weekly";
  for (const auto& [name, answer] : invited) {
    meeting.attendees.push_back({.party = {AccountOf(name), AccountKind::kHuman}, .answer = answer});
  }
  event.first_stored = fact.occur_time;
  return event;
}

inline Event Cancelled(int64_t version) {
  Event event = Scheduled(version, kMonday, {});
  event.fact.kind = FactKind::kMeetingCancelled;
  event.fact.meeting.reset();
  event.fact.key = EventKeyOf("caldav", "cal.acme.example", event.fact.kind, "weekly/1", event.fact.occur_time, std::to_string(version));
  return event;
}

// Dia's ticket, closed by ana.
inline Deed ResolvedAt(absl::Time time) {
  Deed deed;
  deed.key.subject = NamedId<SubjectRef>("subject", "1");
  deed.key.kind = DeedKind::kResolved;
  deed.occur_time = time;
  deed.asker = PersonOf("dia");
  deed.helped_team = TeamOf("checkout");
  Line& line = deed.lines.emplace_back();
  line.person = PersonOf("ana");
  line.share_ppm = kWholePpm;
  line.team = TeamOf("payments");
  return deed;
}

inline CheckInTemplate TemplateOf(const std::string& id, CheckInTrigger trigger) {
  CheckInTemplate asked;
  asked.id = id;
  asked.team = TeamOf("payments");
  asked.title = "After our retro";
  asked.trigger = trigger;
  asked.questions = {{QuestionKind::kScale, "Did everybody get to finish?", ""}};
  asked.created = asked.changed = asked.since = kMonday - absl::Hours(24 * 30);
  return asked;
}

}  // namespace comity::domain

#endif  // COMITY_TESTS_UNIT_SERVICE_DOMAIN_CHECKIN_MEETINGS_H_
