#include "service/app/checkin_rounds.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "service/app/asking.h"
#include "service/base/error.h"
#include "service/domain/checkin/opening.h"
#include "service/domain/checkin/results.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

using domain::CheckInState;
using domain::Occurrence;
using domain::OccurrenceKind;
using store::CheckInRow;
using store::OccurrenceRow;

constexpr int32_t kAtOnce = 50;
constexpr int32_t kWaitingLookedAt = 200;
constexpr Recurring::Rest kEvery = std::chrono::seconds(30);

absl::StatusOr<domain::Event> ToEvent(const store::StoredEvent& stored) {
  domain::Event event;
  std::vector<domain::Fact> facts;
  for (const store::Observation& observation : stored.observations) {
    COMITY_ASSIGN_OR_RETURN(domain::Fact fact, domain::DecodeFact(observation.bytes));
    facts.push_back(std::move(fact));
  }
  if (facts.empty()) return event;
  event.fact = domain::FoldObservations(facts);
  event.first_stored = stored.observations.front().stored;
  return event;
}

absl::StatusOr<std::optional<Occurrence>> LoadMeeting(store::Transaction& transaction, const domain::Directory& directory,
                                                      domain::SubjectRef subject) {
  COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.events().EventsOf({subject}));
  std::vector<domain::Event> events;
  for (const auto& [ref, all] : stored) {
    for (const store::StoredEvent& one : all) {
      COMITY_ASSIGN_OR_RETURN(domain::Event event, ToEvent(one));
      events.push_back(std::move(event));
    }
  }
  return domain::MeetingFrom(events, directory);
}

absl::StatusOr<std::optional<Occurrence>> LoadTicket(store::Transaction& transaction, const domain::Directory& directory,
                                                     domain::DeedHash hash) {
  COMITY_ASSIGN_OR_RETURN(const auto row, transaction.deeds().FindDeed(hash));
  if (!row.has_value()) return std::optional<Occurrence>();
  std::vector<std::string> labels;
  COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.events().FindEvent(row->deed.made_by));
  if (stored.has_value()) {
    COMITY_ASSIGN_OR_RETURN(domain::Event event, ToEvent(*stored));
    labels = std::move(event.fact.labels);
  }
  return domain::TicketFrom(row->deed, row->first_stored, labels, directory);
}

absl::StatusOr<std::optional<Occurrence>> Load(store::Transaction& transaction, const domain::Directory& directory,
                                               const OccurrenceRow& row) {
  if (row.kind == OccurrenceKind::kMeeting) return LoadMeeting(transaction, directory, domain::SubjectRef{row.about.bytes});
  return LoadTicket(transaction, directory, domain::DeedHash{row.about.bytes});
}

absl::Status Open(store::Transaction& transaction, const domain::CheckInTemplate& asked, const Occurrence& occurrence, absl::Time now) {
  const domain::CheckIn checkin{.uid = domain::CheckInUidOf(asked.id, occurrence.kind, occurrence.about),
                                .template_id = asked.id,
                                .template_version = asked.version,
                                .kind = occurrence.kind,
                                .about = occurrence.about,
                                .opened = now,
                                .closes = now + absl::Hours(asked.open_hours)};
  COMITY_ASSIGN_OR_RETURN(const bool opened, transaction.checkins().Open(checkin));
  if (!opened) return absl::OkStatus();
  const domain::AskKind kind = domain::AskKindOf(asked.questions.size());
  for (const domain::PersonUid& person : occurrence.people) {
    COMITY_RETURN_IF_ERROR(AskWithinBudget(transaction, person, kind, domain::AskedAbout(checkin.uid), now).status());
  }
  return absl::OkStatus();
}

absl::Status LookAt(Context& context, store::Transaction& transaction, const std::vector<OccurrenceRow>& rows) {
  const absl::Time now = context.clock.Now();
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  COMITY_ASSIGN_OR_RETURN(const auto versions, transaction.checkins().LoadTemplates());
  const auto templates = domain::InForce(versions);
  for (const OccurrenceRow& row : rows) {
    COMITY_ASSIGN_OR_RETURN(const auto occurrence, Load(transaction, *directory, row));
    std::optional<absl::Time> next;
    if (occurrence.has_value()) {
      for (const domain::CheckInTemplate* asked : domain::DueAt(*occurrence, templates, now)) {
        COMITY_RETURN_IF_ERROR(Open(transaction, *asked, *occurrence, now));
      }
      next = domain::NextLook(*occurrence, now);
    }
    COMITY_RETURN_IF_ERROR(next.has_value() ? transaction.checkins().PutOccurrence(row, *next)
                                            : transaction.checkins().DeleteOccurrence(row));
  }
  return absl::OkStatus();
}

absl::StatusOr<domain::Unreleased> AnsweredBy(store::Transaction& transaction, const CheckInRow& row) {
  domain::Unreleased unreleased{.number = row.number, .people = {}};
  COMITY_ASSIGN_OR_RETURN(const auto answers, transaction.checkins().AnswersTo(row.checkin.uid));
  for (const domain::CheckInAnswer& answer : answers) unreleased.people.insert(answer.person);
  return unreleased;
}

absl::Status Close(store::Transaction& transaction, const CheckInRow& row, absl::Time now) {
  COMITY_RETURN_IF_ERROR(transaction.checkins().Close(row.checkin.uid));
  COMITY_ASSIGN_OR_RETURN(const domain::Unreleased closing, AnsweredBy(transaction, row));
  std::vector<domain::Unreleased> waiting;
  COMITY_ASSIGN_OR_RETURN(const auto others,
                          transaction.checkins().ListOfTemplate(row.checkin.template_id, CheckInState::kClosed, kWaitingLookedAt));
  for (const CheckInRow& other : others) {
    const domain::CheckIn& checkin = other.checkin;
    if (other.number == row.number || checkin.release != 0 || checkin.withheld || checkin.closes + domain::kAnswersKept <= now ||
        checkin.template_version != row.checkin.template_version) {
      continue;
    }
    COMITY_ASSIGN_OR_RETURN(domain::Unreleased one, AnsweredBy(transaction, other));
    if (!one.people.empty()) waiting.push_back(std::move(one));
  }
  for (const int64_t number : domain::ReleasedWith(closing, waiting)) {
    COMITY_RETURN_IF_ERROR(transaction.checkins().SetReleased(number, row.number));
  }
  return absl::OkStatus();
}

// With all that were released together: what is left would say by its difference what went.
absl::Status Clear(store::Transaction& transaction, const CheckInRow& row) {
  COMITY_RETURN_IF_ERROR(transaction.checkins().Clear(row.checkin.uid));
  if (row.checkin.release == 0) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto others,
                          transaction.checkins().ListOfTemplate(row.checkin.template_id, CheckInState::kClosed, INT32_MAX));
  for (const CheckInRow& other : others) {
    if (other.checkin.release == row.checkin.release) COMITY_RETURN_IF_ERROR(transaction.checkins().Clear(other.checkin.uid));
  }
  return absl::OkStatus();
}

// What is due, at most so many of each.
struct Due {
  std::vector<OccurrenceRow> look;
  std::vector<CheckInRow> close, clear, remove;
  bool empty() const { return look.empty() && close.empty() && clear.empty() && remove.empty(); }
};

absl::StatusOr<Due> FindDue(store::Transaction& transaction, absl::Time now) {
  Due due;
  store::CheckInStore& store = transaction.checkins();
  COMITY_ASSIGN_OR_RETURN(due.look, store.DueOccurrences(now, kAtOnce));
  COMITY_ASSIGN_OR_RETURN(due.close, store.ListUntil(CheckInState::kOpen, now, kAtOnce));
  COMITY_ASSIGN_OR_RETURN(due.clear, store.ListUntil(CheckInState::kClosed, now - domain::kAnswersKept, kAtOnce));
  COMITY_ASSIGN_OR_RETURN(due.remove, store.ListUntil(CheckInState::kCleared, now - domain::kCheckInsKept, kAtOnce));
  return due;
}

absl::Status EndWhatIsDue(Context& context, store::Transaction& transaction) {
  const absl::Time now = context.clock.Now();
  COMITY_ASSIGN_OR_RETURN(const Due due, FindDue(transaction, now));
  for (const CheckInRow& row : due.remove) COMITY_RETURN_IF_ERROR(transaction.checkins().Delete(row.checkin.uid));
  for (const CheckInRow& row : due.clear) COMITY_RETURN_IF_ERROR(Clear(transaction, row));
  for (const CheckInRow& row : due.close) COMITY_RETURN_IF_ERROR(Close(transaction, row, now));
  return absl::OkStatus();
}

// One that cannot be looked at must not hold up the others.
absl::Status LookAtEach(Context& context, const std::vector<OccurrenceRow>& rows) {
  const auto look = [&](const std::vector<OccurrenceRow>& some) {
    return context.writer.Run([&](store::Transaction& transaction) { return LookAt(context, transaction, some); });
  };
  const absl::Status together = look(rows);
  if (together.ok() || IsBackendsOwn(together)) return together;
  for (const OccurrenceRow& row : rows) {
    const absl::Status alone = look({row});
    if (alone.ok()) continue;
    if (IsBackendsOwn(alone)) return alone;
    obs::Log(obs::Level::kError, "What a check-in would be about cannot be read and was left out",
             {{"about", row.about.ToText()}, {"code", static_cast<int>(alone.code())}});
    COMITY_RETURN_IF_ERROR(
        context.writer.Run([&](store::Transaction& transaction) { return transaction.checkins().DeleteOccurrence(row); }));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LookAtMeeting(store::Transaction& transaction, domain::SubjectRef meeting) {
  // Not "now": a clock that is put back would have it wait.
  return transaction.checkins().PutOccurrence({OccurrenceKind::kMeeting, domain::OccurrenceId{meeting.bytes}}, absl::InfinitePast());
}

absl::Status LookAtTicket(store::Transaction& transaction, domain::DeedHash deed) {
  return transaction.checkins().PutOccurrence({OccurrenceKind::kTicket, domain::OccurrenceId{deed.bytes}}, absl::InfinitePast());
}

absl::Status WorkOffCheckIns(Context& context) {
  for (;;) {
    Due due;
    {
      COMITY_ASSIGN_OR_RETURN(const auto transaction, context.store.BeginRead());
      COMITY_ASSIGN_OR_RETURN(due, FindDue(*transaction, context.clock.Now()));
    }
    if (due.empty()) return absl::OkStatus();
    if (!due.look.empty()) COMITY_RETURN_IF_ERROR(LookAtEach(context, due.look));
    if (due.close.empty() && due.clear.empty() && due.remove.empty()) continue;
    COMITY_RETURN_IF_ERROR(context.writer.Run([&](store::Transaction& transaction) { return EndWhatIsDue(context, transaction); }));
  }
}

CheckInRounds::CheckInRounds(Context& context)
    : rounds_(Recurring::Rest::zero(), [&context] {
        const absl::Status done = WorkOffCheckIns(context);
        if (!done.ok()) {
          obs::Log(obs::Level::kWarning, "A round of check-ins failed and will be tried again", {{"code", static_cast<int>(done.code())}});
        }
        return kEvery;
      }) {}

}  // namespace comity::app
