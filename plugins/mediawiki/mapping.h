// What MediaWiki, or the extension inside it, says of a change, as facts. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_MEDIAWIKI_MAPPING_H_
#define COMITY_PLUGINS_MEDIAWIKI_MAPPING_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::mediawiki {

inline constexpr size_t kMaxCategories = 50;                  // of a page; more are not looked at
inline constexpr size_t kMaxUndone = 100;                     // edits that one revert takes back; likewise
inline constexpr std::string_view kChanged = "page.changed";  // the one event that the extension inside the wiki sends
inline constexpr std::string_view kPlaceOfPage = "PAGE";      // stands for the page's title in option page_address

// How a change is read.
struct Reading {
  std::set<int64_t> namespaces;    // empty: all but talk, users' own pages and the wiki's messages
  std::set<int64_t> confidential;  // namespaces of whose pages no name leaves
  std::string page_address;
  v1::Assurance assurance = v1::ASSURANCE_UNSPECIFIED;
};

// Whether pages of a namespace, by its number, are read.
bool IsWanted(int64_t name_space, const std::set<int64_t>& namespaces);

// What is known beside the row of a change.
struct Context {
  sdk::Json page{};    // its page by now: `first` (who created it), `categories`; or nothing
  sdk::Json undone{};  // of a revert: the revisions that it takes back, which only the wiki itself knows; or nothing
  bool confidential = false;
};

// `change` is a row of the list of recent changes, or the same from inside the wiki: one mapping, so that it is one fact.
// Errors: INVALID_ARGUMENT (FACT_INVALID) that names what is missing.
absl::StatusOr<sdk::Parsed> MapChange(sdk::Json change, const Context& context, const sdk::Source& source, const Reading& reading);

// What the extension inside the wiki sends: such a row with its context. Errors: as MapChange.
absl::StatusOr<sdk::Parsed> MapDelivery(sdk::Json payload, const sdk::Source& source, const Reading& reading);

}  // namespace comity::mediawiki

#endif  // COMITY_PLUGINS_MEDIAWIKI_MAPPING_H_
