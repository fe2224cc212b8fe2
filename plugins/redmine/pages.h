// Wiki pages, as the plugin inside Redmine tells of them; neither webhooks nor the REST API say of each version who wrote it. Pure.
#ifndef COMITY_PLUGINS_REDMINE_PAGES_H_
#define COMITY_PLUGINS_REDMINE_PAGES_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/redmine/mapping.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::redmine {

// Whether `type` is one of the plugin's events of wiki pages.
bool IsOfPages(std::string_view type);
// PAGE_EDITED, and REVERTED for each version that it takes back; DELETED. Errors: INVALID_ARGUMENT that names the paths that are missing.
absl::StatusOr<sdk::Parsed> MapPage(sdk::Json payload, const sdk::Source& source, const Reading& reading);

}  // namespace comity::redmine

#endif  // COMITY_PLUGINS_REDMINE_PAGES_H_
