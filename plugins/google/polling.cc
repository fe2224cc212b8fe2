#include "plugins/google/polling.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/google/event.h"
#include "plugins/google/requests.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::google_calendar {
namespace {

using meetings::Progress;
using meetings::Window;
using sdk::Json;
using sdk::JsonObject;

constexpr size_t kMaxToken = 500;
constexpr int64_t kMaxPages = 400;  // of one list

bool IsToken(std::string_view token) {
  return !token.empty() && token.size() <= kMaxToken && std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string Seconds(absl::Time time) { return std::to_string(absl::ToUnixSeconds(time)); }
absl::Time InstantOf(Json seconds) { return absl::FromUnixSeconds(seconds.Integer().value_or(0)); }

JsonObject NoteOf(std::string_view what, const Window& window, std::string_view commit = "", int64_t page = 1) {
  JsonObject note;
  note.Text("what", what).Raw("from", Seconds(window.from)).Raw("to", Seconds(window.to));
  if (!commit.empty()) note.Text("commit", commit);
  return note.Raw("page", std::to_string(page));
}

// Everything within the window, and from then on what changes: the token first, so that nothing falls between.
sdk::Fetch AskForAll(const Requests& requests, const Window& window) {
  return requests.AskForToken(window.from, "", NoteOf("token", window).Take());
}

class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const Options& options, const sdk::Poll& poll, const sdk::Fetch& fetch,
           Json note)
      : manifest_(manifest),
        source_(source),
        options_(options),
        poll_(poll),
        calendar_(fetch.stream),
        requests_(fetch.stream, options.reading.keep_titles),
        note_(note),
        window_{InstantOf(note.At("/from")), InstantOf(note.At("/to"))} {}

  absl::StatusOr<sdk::Step> Read(const net::Response& response) {
    const std::string_view what = note_.At("/what").Text();
    if (response.status != 200) return Refused(what, response.status);
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(response.body));
    const Json root = document.root();
    if (what == "series") return Series(root);
    if (!root.is_object()) return sdk::UnreadableAnswer("a list of events", manifest_.title);
    Items(root, what == "changes");
    if (root.At("/nextPageToken").exists()) return NextPage(what, root.At("/nextPageToken").Text());
    const std::string_view token = root.At("/nextSyncToken").Text();
    if (what == "token") {
      if (!IsToken(token)) return sdk::UnreadableAnswer("a list of events with its nextSyncToken", manifest_.title);
      const std::string commit = absl::StrCat(Progress{poll_.now, window_.to}.ToText(), " ", std::string(token));
      step_.next.push_back(requests_.AskForWindow(window_, "", NoteOf("window", window_, commit).Take()));
    } else if (what == "changes") {
      if (!IsToken(token)) return sdk::UnreadableAnswer("a list of events with its nextSyncToken", manifest_.title);
      Commit(absl::StrCat(Progress{poll_.now, window_.to}.ToText(), " ", std::string(token)));
    } else if (const std::string_view commit = note_.At("/commit").Text(); !commit.empty()) {
      Commit(std::string(commit));
    }
    return std::move(step_);
  }

 private:
  absl::StatusOr<sdk::Step> Refused(std::string_view what, int status) {
    // Its token is too old (410), or is none any more: everything within the window anew. What is known already is the same fact.
    if (what == "changes" && (status == 410 || status == 400)) {
      step_.next.push_back(AskForAll(requests_, window_));
      return std::move(step_);
    }
    // Gone between one request and the next.
    if ((what == "series" || what == "instances") && (status == 404 || status == 410)) return std::move(step_);
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("Google answers ", status,
                              ": a calendar of config.calendars is not there, or is not shared with the account of read_token_file "
                              "(See all event details)"));
  }

  absl::StatusOr<sdk::Step> NextPage(std::string_view what, std::string_view page) {
    const int64_t number = note_.At("/page").Integer().value_or(1) + 1;
    if (!IsToken(page) || number > kMaxPages) return sdk::UnreadableAnswer("a list of events with an end", manifest_.title);
    std::string note =
        NoteOf(what, window_, note_.At("/commit").Text(), number).Value("token", note_.At("/token")).Value("id", note_.At("/id")).Take();
    if (what == "token") {
      step_.next.push_back(requests_.AskForToken(window_.from, page, std::move(note)));
    } else if (what == "changes") {
      step_.next.push_back(requests_.AskForChanges(note_.At("/token").Text(), page, std::move(note)));
    } else if (what == "instances") {
      step_.next.push_back(requests_.AskForInstances(note_.At("/id").Text(), window_, page, std::move(note)));
    } else {
      step_.next.push_back(requests_.AskForWindow(window_, page, std::move(note)));
    }
    return std::move(step_);
  }

  void Items(Json root, bool with_series) {
    std::map<std::string, std::vector<absl::Time>> taken_out;  // by series: of which occurrences nothing is left but their names
    for (const Json item : root.At("/items").Items(kPageSize)) {
      const std::optional<CalendarEvent> event = ReadEvent(item);
      if (!event) {
        ++step_.unreadable;
      } else if (event->is_all_day || IsToldElsewhere(*event)) {
        continue;
      } else if (!event->recurrence.empty()) {
        if (with_series) Changed(*event);
      } else if (event->is_cancelled && !event->series_id.empty() && (event->event.attendees.empty() || !event->start)) {
        if (event->original && IsWithin(*event->original)) taken_out[event->series_id].push_back(*event->original);
      } else if (event->start) {
        Tell(*event, nullptr);
      } else if (!event->is_cancelled) {
        ++step_.unreadable;
      }
    }
    for (const auto& [series, originals] : taken_out) {
      std::string list;
      for (const absl::Time original : originals) absl::StrAppend(&list, list.empty() ? "" : ",", Seconds(original));
      step_.next.push_back(requests_.AskForEvent(series, NoteOf("series", window_).Raw("originals", absl::StrCat("[", list, "]")).Take()));
    }
  }

  // A series has changed: so has each of its occurrences.
  void Changed(const CalendarEvent& series) {
    if (!series.is_cancelled) {
      step_.next.push_back(requests_.AskForInstances(series.id, window_, "", NoteOf("instances", window_).Text("id", series.id).Take()));
      return;
    }
    // Google gives no occurrences of a series that is cancelled as a whole.
    if (!series.start || !MayCancel(series)) return;
    const ical::Zones zones({}, absl::UTCTimeZone(), window_.from, window_.to, budget_);
    meetings::Found found;
    meetings::MapSeries(SeriesOf(series), zones, window_, source_, poll_, options_.reading, budget_, found);
    step_.unreadable += found.unreadable;
    for (v1::Fact& fact : found.facts) step_.facts.push_back(std::move(fact));
  }

  // A series whose occurrences were taken out: all that is known of them is in it.
  absl::StatusOr<sdk::Step> Series(Json root) {
    const std::optional<CalendarEvent> series = ReadEvent(root);
    if (!series || !series->start) return sdk::UnreadableAnswer("an event", manifest_.title);
    CalendarEvent occurrence = *series;
    occurrence.series_id = series->id;
    occurrence.is_cancelled = true;
    occurrence.event.status = "CANCELLED";
    for (const Json original : note_.At("/originals").Items(kPageSize)) {
      occurrence.original = InstantOf(original);
      occurrence.start = occurrence.original;
      if (series->end) occurrence.end = *occurrence.start + (*series->end - *series->start);
      Tell(occurrence, &series->event);
    }
    return std::move(step_);
  }

  void Tell(const CalendarEvent& event, const ical::Event* master) {
    if (event.event.uid.empty() || (!event.series_id.empty() && !event.original)) {
      ++step_.unreadable;
      return;
    }
    if (event.is_cancelled && !MayCancel(event)) return;
    if (!IsWithin(*event.start) && !(event.original && IsWithin(*event.original))) return;
    std::optional<v1::Fact> fact = meetings::MapOccurrence(event.Occurrence(), master, source_, poll_, options_.reading);
    if (fact) step_.facts.push_back(*std::move(fact));
  }

  // Somebody invited may have taken it out of their own calendar alone.
  bool MayCancel(const CalendarEvent& event) const { return event.is_organizers_copy || options_.copies_cancel; }
  // By the organiser's calendar, which knows more.
  bool IsToldElsewhere(const CalendarEvent& event) const {
    if (event.is_organizers_copy || !event.event.organizer) return false;
    const std::string& organizer = event.event.organizer->address;
    return std::find(options_.calendars.begin(), options_.calendars.end(), organizer) != options_.calendars.end();
  }
  bool IsWithin(absl::Time time) const { return time >= window_.from && time < window_.to; }
  void Commit(std::string cursor) { step_.commit = sdk::Commit{calendar_, std::move(cursor)}; }

  const sdk::Manifest& manifest_;
  const sdk::Source& source_;
  const Options& options_;
  const sdk::Poll& poll_;
  const std::string& calendar_;
  const Requests requests_;
  const Json note_;
  const Window window_;
  ical::Budget budget_{meetings::kMaxSteps};
  sdk::Step step_;
};

}  // namespace

sdk::Step PlanPoll(const Options& options, const sdk::Poll& poll) {
  sdk::Step step;
  const absl::Time end = meetings::EndOf(poll, options.reading);
  for (const std::string& calendar : options.calendars) {
    const Requests requests(calendar, options.reading.keep_titles);
    std::string_view rest;
    const std::optional<Progress> progress = Progress::Of(poll, calendar, &rest);
    const std::string token(rest.substr(std::min<size_t>(rest.size(), 1)));
    if (!progress || !IsToken(token)) {
      step.next.push_back(AskForAll(requests, {progress ? progress->Since(poll) : poll.begin, end}));
      continue;
    }
    const bool due = progress->IsDue(end);
    const Window view{progress->told, end}, changed{progress->Since(poll), due ? end : progress->told};
    if (due) {
      // What comes into view, whether or not it changed: with a cursor of its own, so that trouble with the changes does not hold it up.
      const std::string commit = absl::StrCat(Progress{progress->read, end}.ToText(), " ", token);
      step.next.push_back(requests.AskForWindow(view, "", NoteOf("window", view, commit).Take()));
    }
    step.next.push_back(requests.AskForChanges(token, "", NoteOf("changes", changed).Text("token", token).Take()));
  }
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Options& options,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  return Absorber(manifest, source, options, poll, fetch, note.root()).Read(response);
}

}  // namespace comity::google_calendar
