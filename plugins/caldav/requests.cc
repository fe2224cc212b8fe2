#include "plugins/caldav/requests.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace comity::caldav {
namespace {

constexpr size_t kMaxResponses = 200'000, kMaxName = 1000, kMaxPropstats = 20;
constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="utf-8"?>)";
constexpr std::string_view kNamespaces = R"( xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav")";

sdk::Fetch Ask(std::string method, const std::string& calendar, std::string depth, const std::string& body, std::string note) {
  sdk::Fetch fetch{calendar, "", calendar, std::move(note)};
  fetch.method = std::move(method);
  fetch.body = absl::StrCat(std::string(kHead), body);
  fetch.headers = {{"Content-Type", "application/xml; charset=utf-8"}, {"Depth", std::move(depth)}};
  return fetch;
}

// A calendar-query for names alone: a calendar of many years may be larger than an answer may be.
std::string Query(std::string_view filter) {
  return absl::StrCat("<C:calendar-query", std::string(kNamespaces),
                      R"(><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">)",
                      std::string(filter), "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>");
}

std::string Stamp(absl::Time time) { return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone()); }

// `HTTP/1.1 404 Not Found`
int StatusOf(sdk::Xml status, int fallback) {
  const std::vector<std::string> words = absl::StrSplit(status.TrimmedText(), absl::MaxSplits(' ', 2));
  int code = 0;
  return words.size() >= 2 && absl::SimpleAtoi(words[1], &code) ? code : fallback;
}

}  // namespace

sdk::Fetch AskForState(const std::string& calendar) {
  return Ask("PROPFIND", calendar, "0",
             absl::StrCat(
                 "<D:propfind", std::string(kNamespaces),
                 R"( xmlns:S="http://calendarserver.org/ns/"><D:prop><D:resourcetype/><D:sync-token/><S:getctag/></D:prop></D:propfind>)"),
             R"({"what":"state"})");
}

sdk::Fetch AskForList(const std::string& calendar, std::string note) {
  return Ask("PROPFIND", calendar, "1", R"(<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>)", std::move(note));
}

sdk::Fetch AskForChanges(const std::string& calendar, std::string_view token, std::string note) {
  return Ask("REPORT", calendar, "0",
             absl::StrCat(R"(<D:sync-collection xmlns:D="DAV:"><D:sync-token>)", sdk::XmlEscaped(token),
                          "</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"),
             std::move(note));
}

sdk::Fetch AskForWindow(const std::string& calendar, absl::Time from, absl::Time to, std::string note) {
  return Ask("REPORT", calendar, "1", Query(absl::StrCat(R"(<C:time-range start=")", Stamp(from), R"(" end=")", Stamp(to), R"("/>)")),
             std::move(note));
}

sdk::Fetch AskForRecurring(const std::string& calendar, std::string note) {
  return Ask("REPORT", calendar, "1", Query(R"(<C:prop-filter name="RRULE"/>)"), std::move(note));
}

sdk::Fetch AskForItems(const std::string& calendar, const std::vector<std::string>& names, std::string note) {
  std::string body = absl::StrCat("<C:calendar-multiget", std::string(kNamespaces), "><D:prop><D:getetag/><C:calendar-data/></D:prop>");
  for (const std::string& name : names) absl::StrAppend(&body, "<D:href>", sdk::XmlEscaped(name), "</D:href>");
  return Ask("REPORT", calendar, "1", body + "</C:calendar-multiget>", std::move(note));
}

std::vector<Item> ItemsOf(sdk::Xml multistatus) {
  std::vector<Item> items;
  for (const sdk::Xml response : multistatus.Children("response", kMaxResponses)) {
    Item item;
    item.name = response.Child("href").TrimmedText();
    const bool sound =
        item.name.size() <= kMaxName && std::all_of(item.name.begin(), item.name.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (!sound) item.name.clear();
    item.is_collection = item.name.ends_with('/');
    item.status = StatusOf(response.Child("status"), 200);
    const std::vector<sdk::Xml> propstats = response.Children("propstat", kMaxPropstats);
    for (const sdk::Xml propstat : propstats) {
      const int status = StatusOf(propstat.Child("status"), 200);
      if (status != 200) {
        if (propstats.size() == 1) item.status = status;
        continue;
      }
      if (item.etag.empty()) item.etag = propstat.At("prop/getetag").TrimmedText();
      if (item.data.empty()) item.data = propstat.At("prop/calendar-data").Text();
    }
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace comity::caldav
