// What is asked of Google's Calendar API.
#ifndef COMITY_PLUGINS_GOOGLE_REQUESTS_H_
#define COMITY_PLUGINS_GOOGLE_REQUESTS_H_

#include <string>
#include <string_view>

#include "plugins/meetings/meetings.h"
#include "plugins/sdk/connector.h"

namespace comity::google_calendar {

inline constexpr size_t kPageSize = 250;

// Of one calendar; its id is the stream of each request. Fields are named, so that what people wrote does not even come: texts and places
// never, titles only if `with_titles`. `page`: a token of the page before, or empty.
class Requests {
 public:
  Requests(std::string calendar, bool with_titles) : calendar_(std::move(calendar)), with_titles_(with_titles) {}

  // Where changes begin: the last page has a token for them. No events.
  sdk::Fetch AskForToken(absl::Time from, std::string_view page, std::string note) const;
  // What changed since a token.
  sdk::Fetch AskForChanges(std::string_view token, std::string_view page, std::string note) const;
  // Meetings and occurrences that take place within a window.
  sdk::Fetch AskForWindow(const meetings::Window& window, std::string_view page, std::string note) const;
  // Those of one series.
  sdk::Fetch AskForInstances(std::string_view series, const meetings::Window& window, std::string_view page, std::string note) const;
  sdk::Fetch AskForEvent(std::string_view event, std::string note) const;

 private:
  std::string Path(std::string_view rest) const;
  std::string ListFields() const;
  std::string EventFields() const;
  sdk::Fetch Ask(std::string path, std::string note) const;
  const std::string calendar_;
  const bool with_titles_;
};

}  // namespace comity::google_calendar

#endif  // COMITY_PLUGINS_GOOGLE_REQUESTS_H_
