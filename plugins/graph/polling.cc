#include "plugins/graph/polling.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/graph/event.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::microsoft_graph {
namespace {

using meetings::Progress;
using meetings::Window;
using sdk::Json;
using sdk::JsonObject;

constexpr size_t kMaxQuery = sdk::kMaxCursorBytes - 200;  // with its progress in a cursor, with its mailbox in a path
constexpr size_t kMaxItems = 1000;                        // of a page
constexpr int64_t kMaxPages = 1000;                       // of one list
constexpr std::string_view kEventFields =
    "id,uid,iCalUId,type,start,end,subject,isAllDay,isCancelled,isDraft,isOrganizer,sensitivity,showAs,lastModifiedDateTime,organizer,"
    "attendees,responseStatus";

std::string Seconds(absl::Time time) { return std::to_string(absl::ToUnixSeconds(time)); }
absl::Time InstantOf(Json seconds) { return absl::FromUnixSeconds(seconds.Integer().value_or(0)); }

JsonObject NoteOf(std::string_view what, const Window& window, int64_t page = 1) {
  JsonObject note;
  return std::move(
      note.Text("what", what).Raw("from", Seconds(window.from)).Raw("to", Seconds(window.to)).Raw("page", std::to_string(page)));
}

sdk::Fetch Ask(const std::string& mailbox, std::string_view rest, std::string note) {
  return {absl::StrCat("/users/", sdk::UrlEncoded(mailbox), std::string(rest)), "application/json", mailbox, std::move(note)};
}

// Everything within the window, and a link for what changes there from then on.
sdk::Fetch AskForAll(const std::string& mailbox, const Window& window) {
  return Ask(mailbox,
             absl::StrCat("/calendarView/delta?startDateTime=", sdk::UrlEncoded(sdk::UtcText(window.from)),
                          "&endDateTime=", sdk::UrlEncoded(sdk::UtcText(window.to))),
             NoteOf("all", window).Take());
}
sdk::Fetch AskOn(const std::string& mailbox, std::string_view query, std::string note) {
  return Ask(mailbox, absl::StrCat("/calendarView/delta?", std::string(query)), std::move(note));
}

class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const Options& options, const sdk::Poll& poll, const sdk::Fetch& fetch,
           Json note)
      : manifest_(manifest),
        source_(source),
        options_(options),
        poll_(poll),
        mailbox_(fetch.stream),
        note_(note),
        window_{InstantOf(note.At("/from")), InstantOf(note.At("/to"))} {}

  absl::StatusOr<sdk::Step> Read(const net::Response& response) {
    const std::string_view what = note_.At("/what").Text();
    if (response.status != 200) return Refused(what, response);
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(response.body));
    const Json root = document.root();
    if (what == "series") return Series(root);
    if (!root.At("/value").is_array()) return sdk::UnreadableAnswer("a list of events", manifest_.title);
    Items(root);
    if (root.At("/@odata.nextLink").exists()) {
      const std::string_view query = QueryOf(root.At("/@odata.nextLink").Text());
      const int64_t page = note_.At("/page").Integer().value_or(1) + 1;
      if (query.empty() || page > kMaxPages) return sdk::UnreadableAnswer("a list of events with an end", manifest_.title);
      step_.next.push_back(AskOn(mailbox_, query, NoteOf(what, window_, page).Take()));
      return std::move(step_);
    }
    const std::string_view query = QueryOf(root.At("/@odata.deltaLink").Text());
    if (query.empty()) return sdk::UnreadableAnswer("a list of events with its deltaLink", manifest_.title);
    step_.commit = sdk::Commit{mailbox_, absl::StrCat(Progress{poll_.now, window_.to}.ToText(), " ", std::string(query))};
    return std::move(step_);
  }

 private:
  absl::StatusOr<sdk::Step> Refused(std::string_view what, const net::Response& response) {
    // Its token is too old (410), or is none any more (SyncStateNotFound): everything within the window anew. What is known already is the
    // same fact.
    if (what == "changes" && (response.status == 410 || response.status == 400)) {
      step_.next.push_back(AskForAll(mailbox_, window_));
      return std::move(step_);
    }
    if (what == "series" && (response.status == 404 || response.status == 410)) return std::move(step_);  // gone since
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("Microsoft Graph answers ", response.status,
                              ": a mailbox of config.mailboxes is not there, or the app of read_token_file may not read its calendar "
                              "(Calendars.Read as application permission, with admin consent)"));
  }

  void Items(Json root) {
    std::map<std::string, CalendarEvent> series;
    std::map<std::string, std::vector<CalendarEvent>> occurrences;  // that leave to their series who is invited
    for (const Json item : root.At("/value").Items(kMaxItems)) {
      if (item.At("/@removed").exists()) continue;  // nothing is left of it but its id
      std::optional<CalendarEvent> event = ReadEvent(item, mailbox_);
      if (!event || !event->start || (!event->series_id.empty() && !event->original)) {
        ++step_.unreadable;
      } else if (event->is_series) {
        series.emplace(event->id, *std::move(event));
      } else if (!event->series_id.empty() && !event->is_whole) {
        if (IsWithin(*event->start)) occurrences[event->series_id].push_back(*std::move(event));
      } else {
        Tell(*event, nullptr);
      }
    }
    for (const auto& [id, all] : occurrences) {
      if (const auto known = series.find(id); known != series.end() && known->second.is_whole) {
        for (const CalendarEvent& occurrence : all) TellAs(known->second, *occurrence.start, occurrence.end);
      } else {
        AskForSeries(id, all);
      }
    }
  }

  void AskForSeries(const std::string& id, const std::vector<CalendarEvent>& occurrences) {
    std::string times;
    for (const CalendarEvent& occurrence : occurrences) {
      absl::StrAppend(&times, times.empty() ? "" : ",", Seconds(*occurrence.start), ",",
                      Seconds(occurrence.end.value_or(*occurrence.start)));
    }
    step_.next.push_back(Ask(mailbox_, absl::StrCat("/events/", sdk::UrlEncoded(id), "?$select=", std::string(kEventFields)),
                             NoteOf("series", window_).Raw("times", absl::StrCat("[", times, "]")).Take()));
  }

  // The series of occurrences that leave to it who is invited.
  absl::StatusOr<sdk::Step> Series(Json root) {
    const std::optional<CalendarEvent> series = ReadEvent(root, mailbox_);
    if (!series) return sdk::UnreadableAnswer("an event", manifest_.title);
    const std::vector<Json> times = note_.At("/times").Items(2 * kMaxItems);
    for (size_t i = 0; i + 1 < times.size(); i += 2) TellAs(*series, InstantOf(times[i]), InstantOf(times[i + 1]));
    return std::move(step_);
  }

  void TellAs(const CalendarEvent& series, absl::Time start, std::optional<absl::Time> end) {
    CalendarEvent occurrence = series;
    occurrence.series_id = series.id;
    occurrence.original = occurrence.start = start;
    occurrence.end = end;
    Tell(occurrence, &series.event);
  }

  void Tell(const CalendarEvent& event, const ical::Event* master) {
    if (event.is_draft || IsToldElsewhere(event)) return;
    if (!IsWithin(*event.start) && !(event.original && IsWithin(*event.original))) return;
    if (event.event.uid.empty()) {
      ++step_.unreadable;
      return;
    }
    std::optional<v1::Fact> fact = meetings::MapOccurrence(event.Occurrence(), master, source_, poll_, options_.reading);
    if (fact) step_.facts.push_back(*std::move(fact));
  }

  // By the organiser's mailbox: no other knows what everybody answered.
  bool IsToldElsewhere(const CalendarEvent& event) const {
    if (event.is_organizers_copy || !event.event.organizer) return false;
    const std::string& organizer = event.event.organizer->address;
    return std::find(options_.mailboxes.begin(), options_.mailboxes.end(), organizer) != options_.mailboxes.end();
  }
  bool IsWithin(absl::Time time) const { return time >= window_.from && time < window_.to; }

  const sdk::Manifest& manifest_;
  const sdk::Source& source_;
  const Options& options_;
  const sdk::Poll& poll_;
  const std::string& mailbox_;
  const Json note_;
  const Window window_;
  sdk::Step step_;
};

}  // namespace

std::string_view QueryOf(std::string_view link) {
  const size_t mark = link.find('?');
  if (mark == std::string_view::npos) return "";
  const std::string_view query = link.substr(mark + 1);
  const bool sound = query.size() <= kMaxQuery && std::all_of(query.begin(), query.end(), [](char c) {
                       return c > ' ' && c <= '~' && c != '#' && c != '"' && c != '<' && c != '>' && c != '\\';
                     });
  const bool is_token = query.find("deltatoken=") != std::string_view::npos || query.find("skiptoken=") != std::string_view::npos;
  return sound && is_token ? query : "";
}

sdk::Step PlanPoll(const Options& options, const sdk::Poll& poll) {
  sdk::Step step;
  const absl::Time end = meetings::EndOf(poll, options.reading);
  for (const std::string& mailbox : options.mailboxes) {
    std::string_view rest;
    const std::optional<Progress> progress = Progress::Of(poll, mailbox, &rest);
    const std::string query(QueryOf(absl::StrCat("?", std::string(rest.substr(std::min<size_t>(rest.size(), 1))))));
    if (!progress) {
      step.next.push_back(AskForAll(mailbox, {poll.begin, end}));
    } else if (query.empty() || progress->IsDue(end)) {
      // A link is of the window it was made for: what has come into view since is in no answer to it.
      step.next.push_back(AskForAll(mailbox, {progress->Since(poll), end}));
    } else {
      const Window window{progress->Since(poll), progress->told};
      step.next.push_back(AskOn(mailbox, query, NoteOf("changes", window).Take()));
    }
  }
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Options& options,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  return Absorber(manifest, source, options, poll, fetch, note.root()).Read(response);
}

}  // namespace comity::microsoft_graph
