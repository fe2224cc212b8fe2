// What MediaWiki says of a change, as facts. Pure: no clock, network or log.
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

inline constexpr size_t kMaxCategories = 50;              // of a page; more are not looked at
inline constexpr std::string_view kPlaceOfPage = "PAGE";  // stands for the page's title in option page_address

// How a change is read.
struct Reading {
  std::set<int64_t> namespaces;  // empty: all but talk, users' own pages and the wiki's messages
  std::string page_address;
  v1::Assurance assurance = v1::ASSURANCE_UNSPECIFIED;
};

// Whether pages of a namespace, by its number, are read.
bool IsWanted(int64_t name_space, const std::set<int64_t>& namespaces);

// `change` is a row of the list of recent changes; `page` what is known of its page now (categories, first revision), or nothing.
// Errors: INVALID_ARGUMENT (FACT_INVALID) that names what is missing.
absl::StatusOr<sdk::Parsed> MapChange(sdk::Json change, sdk::Json page, const sdk::Source& source, const Reading& reading);

}  // namespace comity::mediawiki

#endif  // COMITY_PLUGINS_MEDIAWIKI_MAPPING_H_
