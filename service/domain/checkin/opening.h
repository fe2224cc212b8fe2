// When a check-in opens and for whom: a function of the facts, the directory, the templates and the clock.
#ifndef COMITY_SERVICE_DOMAIN_CHECKIN_OPENING_H_
#define COMITY_SERVICE_DOMAIN_CHECKIN_OPENING_H_

#include <optional>
#include <string>
#include <vector>

#include "service/domain/checkin/checkin.h"
#include "service/domain/deeds/judge.h"

namespace comity::domain {

// A ticket that was closed is asked about this much later, so that one which is reopened at once is not.
inline constexpr absl::Duration kTicketSettles = absl::Hours(1);
// Nobody is asked about what they cannot remember any more, as after the service was away for long; and a clock that jumps by a day loses
// nothing.
inline constexpr absl::Duration kLatestOpening = absl::Hours(72);
// What is known only this long after it was over, as when a calendar is read from its beginning, opens nothing. Of a meeting a day more
// than of a ticket: a clock that was a day ahead when it was told loses nothing.
inline constexpr absl::Duration kOldestTicket = kOldestOnArrival;
inline constexpr absl::Duration kOldestMeeting = absl::Hours(48);
// Of fewer people nothing is asked. Of a meeting three: what one of two answered would be told as soon as it is shown together with that
// of others. A ticket has its asker and a helper, of different teams; what is shown of tickets together is of ten people therefore
// (`FewestTogether` in results.h).
inline constexpr size_t kFewestInMeeting = 3, kFewestOfTicket = 2;
constexpr size_t FewestAsked(OccurrenceKind kind) { return kind == OccurrenceKind::kTicket ? kFewestOfTicket : kFewestInMeeting; }

// One meeting, or one ticket that was closed across teams, as everything known of it says now.
struct Occurrence {
  OccurrenceKind kind = OccurrenceKind::kNone;
  OccurrenceId about, same;  // as of CheckIn
  absl::Time start, end;     // of a ticket when it was closed, and when that settled
  absl::Time arrived;        // when it first became known that it ends then
  bool cancelled = false;
  std::string series;
  std::vector<std::string> labels;
  std::vector<PersonUid> people;  // who was there as far as is known and may be asked, by uid
  std::vector<TeamUid> teams;     // theirs on that day, by uid
};

// From all facts of one meeting. Who is asked: those invited who did not decline, and the organiser; never bots, groups, rooms, people who
// left, were erased or opted out. The fact of the greatest version says what holds; a cancellation holds until a later version.
// None unless a fact says when it is.
std::optional<Occurrence> MeetingFrom(const std::vector<Event>& events, const Directory& directory);

// From a deed of a closed ticket: its asker and its helpers. It is cancelled while it is reversed, declined or waits for a yes.
// None for deeds of other kinds and of rules in SHADOW.
std::optional<Occurrence> TicketFrom(const Deed& deed, absl::Time first_stored, const std::vector<std::string>& labels,
                                     const Directory& directory);

// When the template opens for this occurrence, if it ever does.
absl::Time MomentOf(const Occurrence& occurrence, CheckInTrigger trigger);
// Whether what is open about it stays open: it is as far as that, and neither cancelled nor, for all that is known, gone. What is not is
// taken back, so that it opens again at its moment.
bool StaysOpen(const std::optional<Occurrence>& occurrence, CheckInTrigger trigger, absl::Time now);
// Whether it concerns the template at all: trigger, series, label, its own team and those it names; not archived, and not from before it
// opened on that.
bool Concerns(const CheckInTemplate& asked, const Occurrence& occurrence);
// Of the templates in force those that open at `now`. Opening what is open already is the caller's to know.
std::vector<const CheckInTemplate*> DueAt(const Occurrence& occurrence, const std::vector<CheckInTemplate>& templates, absl::Time now);
// When to look again: at its beginning, at its end, and once more when nothing can open any more, which a clock that is put back by a day
// makes undone. None when nothing can come.
std::optional<absl::Time> NextLook(const Occurrence& occurrence, absl::Time now);
// Over for so long that nothing opens, whatever else is told of it.
bool IsLongOver(const Occurrence& occurrence, absl::Time now);
// Whose few answers are shown together: those about one series of meetings, or about tickets, by one version of one template, with the same
// versions of its norms. None of a single meeting: whom that brings together anybody can choose.
PoolId PoolOf(const CheckInTemplate& asked, const Occurrence& occurrence, const std::vector<int32_t>& norm_versions);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_CHECKIN_OPENING_H_
