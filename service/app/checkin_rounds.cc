#include "service/app/checkin_rounds.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
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

// Versions of the norms that the questions show, as they are now.
absl::StatusOr<std::vector<int32_t>> NormVersions(store::Transaction& transaction, const domain::CheckInTemplate& asked) {
  std::vector<int32_t> versions;
  for (const domain::Question& question : asked.questions) {
    if (question.norm_set.empty()) continue;
    COMITY_ASSIGN_OR_RETURN(const auto norms, transaction.checkins().NormSetVersionsOf(question.norm_set));
    versions.push_back(norms.empty() ? 0 : norms.back().version);
  }
  return versions;
}

absl::Status Open(store::Transaction& transaction, const domain::CheckInTemplate& asked, const Occurrence& occurrence, absl::Time now) {
  const domain::AskKind kind = domain::AskKindOf(asked.questions.size());
  std::vector<domain::PersonUid> people;
  for (const domain::PersonUid& person : occurrence.people) {
    COMITY_ASSIGN_OR_RETURN(const bool may, MayBeAsked(transaction, person, kind, now));
    if (may) people.push_back(person);
  }
  if (people.size() < domain::FewestAsked(occurrence.kind)) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto norms, NormVersions(transaction, asked));
  const domain::CheckIn checkin{.uid = domain::CheckInUidOf(asked.id, occurrence.kind, occurrence.about),
                                .template_id = asked.id,
                                .template_version = asked.version,
                                .team = asked.team,
                                .trigger = asked.trigger,
                                .kind = occurrence.kind,
                                .about = occurrence.about,
                                .same = occurrence.same,
                                .pool = domain::PoolOf(asked, occurrence, norms),
                                .opened = now,
                                .closes = now + absl::Hours(asked.open_hours)};
  COMITY_ASSIGN_OR_RETURN(const bool opened, transaction.checkins().Open(checkin));
  if (!opened) return absl::OkStatus();
  for (const domain::PersonUid& person : people) {
    COMITY_RETURN_IF_ERROR(AskWithinBudget(transaction, person, kind, domain::AskedAbout(checkin.uid), now).status());
  }
  return absl::OkStatus();
}

// What is open about what has not come as far, or never will, is taken back: it opens again at its moment.
absl::Status Revise(store::Transaction& transaction, const OccurrenceRow& row, const std::optional<Occurrence>& occurrence,
                    absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto open, transaction.checkins().OpenAbout(row.kind, row.about));
  for (const CheckInRow& one : open) {
    const domain::CheckIn& checkin = one.checkin;
    if (!domain::StaysOpen(occurrence, checkin.trigger, now)) {
      COMITY_RETURN_IF_ERROR(transaction.checkins().Withdraw(checkin.uid));
    } else if (checkin.opened > now) {  // by a clock that was put back since
      COMITY_RETURN_IF_ERROR(transaction.checkins().SetOpened(checkin.uid, now, now + (checkin.closes - checkin.opened)));
    }
  }
  return absl::OkStatus();
}

absl::Status LookAt(Context& context, store::Transaction& transaction, const std::vector<OccurrenceRow>& rows) {
  const absl::Time now = context.clock.Now();
  COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
  COMITY_ASSIGN_OR_RETURN(const auto templates, transaction.checkins().TemplatesInForce());
  for (const OccurrenceRow& row : rows) {
    COMITY_ASSIGN_OR_RETURN(const auto occurrence, Load(transaction, *directory, row));
    COMITY_RETURN_IF_ERROR(Revise(transaction, row, occurrence, now));
    std::optional<absl::Time> next;
    if (occurrence.has_value()) {
      for (const domain::CheckInTemplate* asked : domain::DueAt(*occurrence, templates, now)) {
        COMITY_RETURN_IF_ERROR(Open(transaction, *asked, *occurrence, now));
      }
      next = domain::NextLook(*occurrence, now);
    }
    COMITY_RETURN_IF_ERROR(next.has_value() ? transaction.checkins().SetLooked(row, now, *next)
                                            : transaction.checkins().DeleteOccurrence(row));
  }
  return absl::OkStatus();
}

absl::Status Release(store::Transaction& transaction, const CheckInRow& row, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto answers, transaction.checkins().AnswersTo(row.checkin.uid));
  COMITY_ASSIGN_OR_RETURN(const auto others, transaction.checkins().WaitingAnswers(row.checkin.pool, now - domain::kAnswersKept));
  std::vector<domain::Unreleased> waiting;
  for (const auto& [number, theirs] : others) {
    if (number != row.number) waiting.push_back(domain::UnreleasedOf(number, theirs));
  }
  const domain::Unreleased closing = domain::UnreleasedOf(row.number, answers);
  for (const int64_t number : domain::ReleasedWith(closing, waiting, row.checkin.kind)) {
    COMITY_RETURN_IF_ERROR(transaction.checkins().SetReleased(number, row.number));
  }
  return absl::OkStatus();
}

absl::Status Close(store::Transaction& transaction, const CheckInRow& row, absl::Time now) {
  COMITY_RETURN_IF_ERROR(transaction.checkins().Close(row.checkin.uid));
  return Release(transaction, row, now);
}

// What is due, at most so many of each.
struct Due {
  std::vector<OccurrenceRow> look;
  std::vector<CheckInRow> close, clear, remove;
  bool forget = false;
};

absl::StatusOr<Due> FindDue(store::Transaction& transaction, absl::Time now) {
  Due due;
  store::CheckInStore& store = transaction.checkins();
  COMITY_ASSIGN_OR_RETURN(due.look, store.DueOccurrences(now, kAtOnce));
  COMITY_ASSIGN_OR_RETURN(due.close, store.ListUntil(CheckInState::kOpen, now, kAtOnce));
  COMITY_ASSIGN_OR_RETURN(due.clear, store.ListUntil(CheckInState::kClosed, now - domain::kAnswersKept, kAtOnce));
  COMITY_ASSIGN_OR_RETURN(due.remove, store.ListUntil(CheckInState::kCleared, now - domain::kCheckInsKept, kAtOnce));
  COMITY_ASSIGN_OR_RETURN(due.forget, transaction.recognition().AnyAskBefore(now - domain::kAsksForgotten));
  return due;
}

std::string NameOfRow(const OccurrenceRow& row) { return row.about.ToText(); }
std::string NameOfRow(const CheckInRow& row) { return row.checkin.uid.ToText(); }

// All in one transaction; if that fails, each in its own, and those that fail alone are given up by `give_up`: one that cannot be read must
// not hold up the others.
template <typename Row, typename Work, typename GiveUp>
absl::Status WorkOffEach(Context& context, const std::vector<Row>& rows, const char* what, const Work& work, const GiveUp& give_up) {
  if (rows.empty()) return absl::OkStatus();
  const auto run = [&](const std::vector<Row>& some) {
    return context.writer.Run([&](store::Transaction& transaction) { return work(transaction, some); });
  };
  const absl::Status together = run(rows);
  if (together.ok() || IsBackendsOwn(together)) return together;
  for (const Row& row : rows) {
    const absl::Status alone = run({row});
    if (alone.ok()) continue;
    if (IsBackendsOwn(alone)) return alone;
    obs::Log(obs::Level::kError, what, {{"about", NameOfRow(row)}, {"code", static_cast<int>(alone.code())}});
    COMITY_RETURN_IF_ERROR(context.writer.Run([&](store::Transaction& transaction) { return give_up(transaction, row); }));
  }
  return absl::OkStatus();
}

// The same for work that is done row by row.
template <typename Work>
auto ForEachRow(const Work& work) {
  return [work](store::Transaction& transaction, const std::vector<CheckInRow>& rows) -> absl::Status {
    for (const CheckInRow& row : rows) COMITY_RETURN_IF_ERROR(work(transaction, row));
    return absl::OkStatus();
  };
}

// Answers go before anything else is done, and what one sort of work meets keeps no other from being done.
absl::Status WorkOff(Context& context, const Due& due) {
  const absl::Time now = context.clock.Now();
  const auto clear = [](store::Transaction& transaction, const CheckInRow& row) { return transaction.checkins().Clear(row); };
  const auto remove = [](store::Transaction& transaction, const CheckInRow& row) { return transaction.checkins().Delete(row.checkin.uid); };
  const auto close = [now](store::Transaction& transaction, const CheckInRow& row) { return Close(transaction, row, now); };
  const auto close_alone = [](store::Transaction& transaction, const CheckInRow& row) {
    return transaction.checkins().Close(row.checkin.uid);
  };
  const auto look = [&context](store::Transaction& transaction, const std::vector<OccurrenceRow>& rows) {
    return LookAt(context, transaction, rows);
  };
  const auto leave_out = [](store::Transaction& transaction, const OccurrenceRow& row) {
    return transaction.checkins().DeleteOccurrence(row);
  };
  absl::Status done = WorkOffEach(context, due.clear, "Answers to a check-in could not be deleted", ForEachRow(clear), clear);
  done.Update(WorkOffEach(context, due.remove, "A check-in could not be deleted", ForEachRow(remove), remove));
  done.Update(WorkOffEach(context, due.look, "What a check-in would be about cannot be read and was left out", look, leave_out));
  done.Update(
      WorkOffEach(context, due.close, "Answers to a check-in cannot be read and are shown to nobody", ForEachRow(close), close_alone));
  if (due.forget) {
    done.Update(context.writer.Run(
        [now](store::Transaction& transaction) { return transaction.recognition().ForgetAsksBefore(now - domain::kAsksForgotten); }));
  }
  return done;
}

absl::Status PutUnlessLongOver(store::Transaction& transaction, const Occurrence& occurrence, absl::Time moment, absl::Time now) {
  if (domain::IsLongOver(occurrence, now)) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto open, transaction.checkins().OpenAbout(occurrence.kind, occurrence.about));
  // Of what is cancelled before anything opened there is nothing to look at; a row that is there is looked at in its time.
  if (open.empty() && occurrence.cancelled) return absl::OkStatus();
  return transaction.checkins().PutOccurrence(occurrence.kind, occurrence.about, open.empty() ? moment : absl::InfinitePast());
}

}  // namespace

absl::Status LookAtMeetings(store::Transaction& transaction, const std::vector<domain::Event>& events, const domain::Directory& directory,
                            absl::Time now) {
  std::map<domain::SubjectRef, std::vector<domain::Event>> meetings;
  for (const domain::Event& event : events) {
    if (event.fact.subject_kind == domain::SubjectKind::kMeeting) meetings[event.fact.subject].push_back(event);
  }
  for (const auto& [subject, facts] : meetings) {
    const auto occurrence = domain::MeetingFrom(facts, directory);
    if (!occurrence.has_value()) continue;
    // Even while nobody asks: a template that is made before it begins asks about it. Not at once: nothing can be due before its beginning.
    COMITY_RETURN_IF_ERROR(PutUnlessLongOver(transaction, *occurrence, occurrence->start, now));
  }
  return absl::OkStatus();
}

absl::Status LookAtTicket(store::Transaction& transaction, const domain::Deed& deed, absl::Time now) {
  const domain::OccurrenceId about{deed.key.Hash().bytes};
  Occurrence occurrence;
  occurrence.kind = OccurrenceKind::kTicket;
  occurrence.about = about;
  occurrence.end = deed.occur_time + domain::kTicketSettles;
  return PutUnlessLongOver(transaction, occurrence, occurrence.end, now);
}

absl::Status WorkOffCheckIns(Context& context, const std::atomic<bool>* stopping) {
  while (stopping == nullptr || !*stopping) {
    Due due;
    {
      COMITY_ASSIGN_OR_RETURN(const auto transaction, context.store.BeginRead());
      COMITY_ASSIGN_OR_RETURN(due, FindDue(*transaction, context.clock.Now()));
    }
    const size_t rows = due.look.size() + due.close.size() + due.clear.size() + due.remove.size();
    if (rows == 0 && !due.forget) break;
    COMITY_RETURN_IF_ERROR(WorkOff(context, due));
  }
  return absl::OkStatus();
}

CheckInRounds::CheckInRounds(Context& context)
    : rounds_(Recurring::Rest::zero(), [this, &context] {
        const absl::Status done = WorkOffCheckIns(context, &stopping_);
        if (!done.ok()) {
          obs::Log(obs::Level::kWarning, "A round of check-ins failed and will be tried again", {{"code", static_cast<int>(done.code())}});
        }
        return kEvery;
      }) {}

}  // namespace comity::app
