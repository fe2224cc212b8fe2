// What Confluence says of pages and their versions, as facts. Pure: no clock, network or log.
#ifndef COMITY_PLUGINS_CONFLUENCE_MAPPING_H_
#define COMITY_PLUGINS_CONFLUENCE_MAPPING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::confluence {

inline constexpr size_t kMaxAncestors = 30, kMaxLabels = 50, kMaxCollaborators = 20;

// How a source is read.
struct Reading {
  bool cloud = false;
  std::string address;                           // of the wiki, for links to pages; no slash at its end
  std::vector<std::string> confidential_spaces;  // keys
  v1::Assurance assurance = v1::ASSURANCE_UNSPECIFIED;
};

// A page, or a blog post.
struct Page {
  std::string id, space, title;  // a space's key
  std::optional<v1::Account> creator{};
  std::vector<std::string> ancestors{};  // titles, the highest first
  std::vector<std::string> labels{};
  bool restricted = false;  // not everybody who sees the space may see it
};

// A content as the REST API shows it, with its expansions.
Page PageOf(sdk::Json content);
// Those parts of it that PageOf reads, as JSON: what goes into notes.
std::string SlimContent(sdk::Json content);

// Nobody for anonymous, deleted and deactivated accounts.
std::optional<v1::Account> AccountOf(sdk::Json user);

// One version of a page, as the REST API shows it. Adds nothing where the version is hidden.
// Errors: INVALID_ARGUMENT (FACT_INVALID) that names what is missing.
absl::Status MapVersion(const Page& page, sdk::Json version, const sdk::Source& source, const Reading& reading,
                        std::vector<v1::Fact>& facts);

// A webhook of Data Center.
absl::StatusOr<sdk::Parsed> MapHook(sdk::Json payload, const sdk::Source& source, const Reading& reading);

}  // namespace comity::confluence

#endif  // COMITY_PLUGINS_CONFLUENCE_MAPPING_H_
