// What is asked of a CalDAV server (RFC 4791, RFC 6578), and what its answers list.
#ifndef COMITY_PLUGINS_CALDAV_REQUESTS_H_
#define COMITY_PLUGINS_CALDAV_REQUESTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/xml.h"

namespace comity::caldav {

inline constexpr size_t kItemsOfRequest = 50;

// `calendar` is the path of each request, and its stream.
sdk::Fetch AskForState(const std::string& calendar);
// The names and versions of all items.
sdk::Fetch AskForList(const std::string& calendar, std::string note);
// What changed since `token`. Never with a limit: Xandikos then gives the newest token beside a part of the changes.
sdk::Fetch AskForChanges(const std::string& calendar, std::string_view token, std::string note);
// The names of items that take place within a window, as the server sees it.
sdk::Fetch AskForWindow(const std::string& calendar, absl::Time from, absl::Time to, std::string note);
// The names of items with a rule: Xandikos knows only their first occurrence when it is asked for a window.
sdk::Fetch AskForRecurring(const std::string& calendar, std::string note);
// The items themselves, by the names that the server gave.
sdk::Fetch AskForItems(const std::string& calendar, const std::vector<std::string>& names, std::string note);

// One `response` of a multistatus.
struct Item {
  std::string name;            // as the server wrote it; empty if it is not one
  std::string etag, data;      // empty: not given
  int status = 200;            // of the item, else of what was asked of it
  bool is_collection = false;  // the name of a folder: the calendar itself
};
std::vector<Item> ItemsOf(sdk::Xml multistatus);

}  // namespace comity::caldav

#endif  // COMITY_PLUGINS_CALDAV_REQUESTS_H_
