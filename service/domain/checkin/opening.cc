#include "service/domain/checkin/opening.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace comity::domain {
namespace {

bool IsAboutMeeting(const Fact& fact) {
  return fact.kind == FactKind::kMeetingScheduled || fact.kind == FactKind::kMeetingHeld || fact.kind == FactKind::kMeetingCancelled;
}

// Later ones hold; of one version a cancellation does.
auto VersionOf(const Event& event) {
  return std::make_tuple(event.fact.object_version, event.fact.occur_time, event.fact.kind == FactKind::kMeetingCancelled, event.fact.key);
}

bool MayBeAsked(PersonUid person, const Directory& directory) {
  if (person.empty() || directory.IsErased(person) || directory.IsOptedOut(person)) return false;
  const PersonRow* const row = directory.FindPerson(person);
  return row != nullptr && !row->former && !row->opted_out;
}

void AddParty(const Party& party, const Directory& directory, std::set<PersonUid>& people) {
  if (!party.present() || party.kind == AccountKind::kBot || party.kind == AccountKind::kTeam) return;
  if (directory.IsDeclaredBot(party.account)) return;
  const AccountRow* const account = directory.FindAccount(party.account);
  if (account != nullptr && (account->kind == AccountKind::kBot || account->kind == AccountKind::kTeam)) return;
  const PersonUid person = directory.PersonOf(party.account);
  if (MayBeAsked(person, directory)) people.insert(person);
}

void SetPeople(const std::set<PersonUid>& people, const Directory& directory, Occurrence& occurrence) {
  occurrence.people.assign(people.begin(), people.end());
  std::set<TeamUid> teams(occurrence.teams.begin(), occurrence.teams.end());
  for (const PersonUid& person : people) {
    for (const TeamUid& team : directory.TeamsOf(person, DayOf(occurrence.end))) teams.insert(team);
  }
  occurrence.teams.assign(teams.begin(), teams.end());
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool Has(const std::vector<TeamUid>& teams, TeamUid team) { return std::find(teams.begin(), teams.end(), team) != teams.end(); }

}  // namespace

std::optional<Occurrence> MeetingFrom(const std::vector<Event>& events, const Directory& directory) {
  const Event* told = nullptr;    // the latest that says when it is
  const Event* latest = nullptr;  // the latest of all
  for (const Event& event : events) {
    if (!IsAboutMeeting(event.fact)) continue;
    if (latest == nullptr || VersionOf(*latest) < VersionOf(event)) latest = &event;
    if (event.fact.meeting && (told == nullptr || VersionOf(*told) < VersionOf(event))) told = &event;
  }
  if (told == nullptr) return std::nullopt;
  const Meeting& meeting = *told->fact.meeting;
  Hasher same("comity/meeting");
  Occurrence occurrence{.kind = OccurrenceKind::kMeeting,
                        .about = OccurrenceId{told->fact.subject.bytes},
                        .same = same.Add(told->fact.object_id).Add(absl::ToUnixMicros(meeting.start)).Finish<OccurrenceId>(),
                        .start = meeting.start,
                        .end = meeting.end,
                        .arrived = told->first_stored,
                        .cancelled = latest->fact.kind == FactKind::kMeetingCancelled,
                        .series = meeting.series,
                        .labels = told->fact.labels,
                        .people = {},
                        .teams = {}};
  // An answer that changes makes a new fact and no later arrival.
  for (const Event& event : events) {
    if (IsAboutMeeting(event.fact) && event.fact.meeting && event.fact.meeting->end == meeting.end) {
      occurrence.arrived = std::min(occurrence.arrived, event.first_stored);
    }
  }
  std::set<PersonUid> people, declined;
  AddParty(told->fact.author, directory, people);
  for (const Attendee& attendee : meeting.attendees) {
    AddParty(attendee.party, directory, attendee.answer == Answer::kDeclined ? declined : people);
  }
  for (const PersonUid& person : declined) people.erase(person);
  SetPeople(people, directory, occurrence);
  return occurrence;
}

std::optional<Occurrence> TicketFrom(const Deed& deed, absl::Time first_stored, const std::vector<std::string>& labels,
                                     const Directory& directory) {
  if (deed.key.kind != DeedKind::kResolved || deed.shadow) return std::nullopt;
  const OccurrenceId about{deed.key.Hash().bytes};
  Occurrence occurrence{.kind = OccurrenceKind::kTicket,
                        .about = about,
                        .same = about,
                        .start = deed.occur_time,
                        .end = deed.occur_time + kTicketSettles,
                        .arrived = first_stored,
                        .cancelled = deed.state == DeedState::kReversed || deed.state == DeedState::kDeclined || deed.awaits_yes,
                        .series = {},
                        .labels = labels,
                        .people = {},
                        .teams = {deed.helped_team}};
  std::set<PersonUid> people;
  if (MayBeAsked(deed.asker, directory)) people.insert(deed.asker);
  for (const Line& line : deed.lines) {
    if (line.declined) continue;
    if (!line.team.empty()) occurrence.teams.push_back(line.team);
    if (MayBeAsked(line.person, directory)) people.insert(line.person);
  }
  SetPeople(people, directory, occurrence);
  return occurrence;
}

absl::Time MomentOf(const Occurrence& occurrence, CheckInTrigger trigger) {
  return trigger == CheckInTrigger::kMeetingStart ? occurrence.start : occurrence.end;
}

bool StaysOpen(const std::optional<Occurrence>& occurrence, CheckInTrigger trigger, absl::Time now) {
  return occurrence.has_value() && !occurrence->cancelled && MomentOf(*occurrence, trigger) <= now;
}

bool Concerns(const CheckInTemplate& asked, const Occurrence& occurrence) {
  const auto kind = asked.trigger == CheckInTrigger::kTicketClosed ? OccurrenceKind::kTicket : OccurrenceKind::kMeeting;
  if (asked.archived || asked.trigger == CheckInTrigger::kNone || kind != occurrence.kind) return false;
  const absl::Time happened = kind == OccurrenceKind::kTicket ? occurrence.start : MomentOf(occurrence, asked.trigger);
  if (happened < asked.since) return false;
  if (!asked.series.empty() && asked.series != occurrence.series) return false;
  const auto bears = [&](const std::string& label) { return EqualsIgnoringCase(label, asked.label); };
  if (!asked.label.empty() && std::none_of(occurrence.labels.begin(), occurrence.labels.end(), bears)) return false;
  // A team asks about what it took part in itself, and about nothing else: nobody looks into others' meetings this way.
  return Has(occurrence.teams, asked.team) &&
         std::all_of(asked.teams.begin(), asked.teams.end(), [&](TeamUid team) { return Has(occurrence.teams, team); });
}

std::vector<const CheckInTemplate*> DueAt(const Occurrence& occurrence, const std::vector<CheckInTemplate>& templates, absl::Time now) {
  std::vector<const CheckInTemplate*> due;
  if (occurrence.cancelled || occurrence.people.size() < FewestAsked(occurrence.kind)) return due;
  const bool of_ticket = occurrence.kind == OccurrenceKind::kTicket;
  // A ticket is old on arrival by when it was closed, whenever that settles.
  const absl::Duration late = occurrence.arrived - (of_ticket ? occurrence.start : occurrence.end);
  if (late > (of_ticket ? kOldestTicket : kOldestMeeting)) return due;
  for (const CheckInTemplate& asked : templates) {
    if (!Concerns(asked, occurrence)) continue;
    const absl::Time moment = MomentOf(occurrence, asked.trigger);
    // An opener after the meeting opens nothing any more.
    const absl::Time until =
        asked.trigger == CheckInTrigger::kMeetingStart ? std::min(occurrence.end, moment + kLatestOpening) : moment + kLatestOpening;
    if (moment <= now && now < until) due.push_back(&asked);
  }
  return due;
}

std::optional<absl::Time> NextLook(const Occurrence& occurrence, absl::Time now) {
  if (occurrence.cancelled) return std::nullopt;
  for (const absl::Time moment : {occurrence.start, occurrence.end, occurrence.end + kLatestOpening}) {
    if (now < moment) return moment;
  }
  return std::nullopt;
}

bool IsLongOver(const Occurrence& occurrence, absl::Time now) { return occurrence.end + kLatestOpening <= now; }

PoolId PoolOf(const CheckInTemplate& asked, const Occurrence& occurrence, const std::vector<int32_t>& norm_versions) {
  if (occurrence.kind == OccurrenceKind::kMeeting && occurrence.series.empty()) return {};
  Hasher hasher("comity/checkin-pool");
  hasher.Add(asked.id).Add(static_cast<int64_t>(asked.version)).Add(static_cast<int64_t>(occurrence.kind)).Add(occurrence.series);
  for (const int32_t version : norm_versions) hasher.Add(static_cast<int64_t>(version));
  return hasher.Finish<PoolId>();
}

}  // namespace comity::domain
