// A calendar entry of Comity's as iCalendar text (RFC 5545), ready for iTIP, and what is read of one that lies in a calendar.
#ifndef COMITY_PLUGINS_CALDAV_ENTRY_H_
#define COMITY_PLUGINS_CALDAV_ENTRY_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "plugins/sdk/artifact.h"

namespace comity::caldav {

// What was read of an item that Comity may have put there.
struct Entry {
  std::string artifact;  // whose it is; empty: not Comity's, or not one event alone
  bool intact = false;   // nobody changed when, what, where and who since
  std::string digest;    // of the artifact it was made from
  int64_t sequence = 0;
  std::string start, end;                      // as written
  std::map<std::string, std::string> answers;  // PARTSTAT by mail address in lower case
};
Entry ReadEntry(std::string_view text);

// The name of its item, and its UID, by the artifact's id alone.
std::string EntryName(const sdk::Artifact& artifact);
std::string EntryUid(const sdk::Artifact& artifact);
// The whole item, lines folded. Answers that were given stand as long as the time does.
std::string EntryText(const sdk::Artifact& artifact, const Entry& before);

// A text value: `\`, `;`, `,` and line ends escaped.
std::string EscapedValue(std::string_view text);

}  // namespace comity::caldav

#endif  // COMITY_PLUGINS_CALDAV_ENTRY_H_
