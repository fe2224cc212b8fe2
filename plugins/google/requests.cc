#include "plugins/google/requests.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/walk.h"

namespace comity::google_calendar {
namespace {

std::string PageOf(std::string_view page) { return page.empty() ? "" : "&pageToken=" + sdk::UrlEncoded(page); }

// Google takes bounds to the second, and `timeMin` is of an event's end: what has no length would not be within a window that begins with
// it.
std::string Bounds(const meetings::Window& window) {
  return absl::StrCat("&timeMin=", sdk::UrlEncoded(sdk::UtcText(window.from - absl::Seconds(1))),
                      "&timeMax=", sdk::UrlEncoded(sdk::UtcText(window.to)));
}

// What must be the same in every request of one sequence of sync tokens.
std::string Sequence() { return absl::StrCat("?maxResults=", kPageSize, "&showDeleted=true"); }

}  // namespace

sdk::Fetch Requests::AskForToken(absl::Time from, std::string_view page, std::string note) const {
  return Ask(
      absl::StrCat(Path(Sequence()), "&timeMin=", sdk::UrlEncoded(sdk::UtcText(from)), "&fields=nextPageToken,nextSyncToken", PageOf(page)),
      std::move(note));
}

sdk::Fetch Requests::AskForChanges(std::string_view token, std::string_view page, std::string note) const {
  return Ask(absl::StrCat(Path(Sequence()), "&syncToken=", sdk::UrlEncoded(token), ListFields(), PageOf(page)), std::move(note));
}

sdk::Fetch Requests::AskForWindow(const meetings::Window& window, std::string_view page, std::string note) const {
  return Ask(absl::StrCat(Path(Sequence()), "&singleEvents=true", Bounds(window), ListFields(), PageOf(page)), std::move(note));
}

sdk::Fetch Requests::AskForInstances(std::string_view series, const meetings::Window& window, std::string_view page,
                                     std::string note) const {
  return Ask(
      absl::StrCat(Path(absl::StrCat("/", sdk::UrlEncoded(series), "/instances", Sequence())), Bounds(window), ListFields(), PageOf(page)),
      std::move(note));
}

sdk::Fetch Requests::AskForEvent(std::string_view event, std::string note) const {
  return Ask(Path(absl::StrCat("/", sdk::UrlEncoded(event), "?fields=", EventFields())), std::move(note));
}

std::string Requests::Path(std::string_view rest) const {
  return absl::StrCat("/calendars/", sdk::UrlEncoded(calendar_), "/events", std::string(rest));
}

std::string Requests::EventFields() const {
  return absl::StrCat(
      "id,status,iCalUID,recurringEventId,originalStartTime,recurrence,start,end,organizer(email,self),",
      "attendees(email,responseStatus,optional,resource),attendeesOmitted,visibility,transparency,eventType,sequence,updated",
      with_titles_ ? ",summary" : "");
}

std::string Requests::ListFields() const { return absl::StrCat("&fields=nextPageToken,nextSyncToken,items(", EventFields(), ")"); }

sdk::Fetch Requests::Ask(std::string path, std::string note) const {
  return {std::move(path), "application/json", calendar_, std::move(note)};
}

}  // namespace comity::google_calendar
