// What the plugin inside DokuWiki says of a saved page, as facts. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_DOKUWIKI_MAPPING_H_
#define COMITY_PLUGINS_DOKUWIKI_MAPPING_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::dokuwiki {

inline constexpr size_t kMaxPageBytes = 400;  // of a page's name
inline constexpr size_t kMaxUndone = 100;     // edits that one restoring takes back; more are not looked at
inline constexpr std::string_view kSaved = "page.saved";
inline constexpr std::string_view kPlaceOfPage = "PAGE";  // stands for the page's name in option page_address

// How a payload is read.
struct Reading {
  std::vector<std::string> namespaces;  // only pages in or below these; empty: all
  std::string page_address;             // empty: `https://INSTANCE/doku.php?id=PAGE`
  v1::Assurance assurance = v1::ASSURANCE_UNSPECIFIED;
};

// Whether a page is one of those that are read.
bool IsWanted(std::string_view page, const std::vector<std::string>& namespaces);

// Errors: INVALID_ARGUMENT (FACT_INVALID) that names what is missing.
absl::StatusOr<sdk::Parsed> MapSave(sdk::Json payload, const sdk::Source& source, const Reading& reading);

}  // namespace comity::dokuwiki

#endif  // COMITY_PLUGINS_DOKUWIKI_MAPPING_H_
