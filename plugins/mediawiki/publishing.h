// Pages that Comity writes into a MediaWiki, by api.php. Pure.
//
// One question brings the page as it is, and the token without which nothing is saved; the edit names the revision it is based on, so that
// the wiki refuses it when somebody saved meanwhile.
#ifndef COMITY_PLUGINS_MEDIAWIKI_PUBLISHING_H_
#define COMITY_PLUGINS_MEDIAWIKI_PUBLISHING_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"

namespace comity::mediawiki {

// Where it writes: the path of api.php, and the page below which all pages are.
struct PlaceOfPages {
  std::string_view api_path, below;
};

// Errors: FAILED_PRECONDITION where the source names no place.
absl::StatusOr<sdk::PublishStep> PublishPage(const PlaceOfPages& place, const sdk::Publication& publication);
absl::StatusOr<sdk::PublishStep> GoOnWithPage(const PlaceOfPages& place, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                              const net::Response& response);

}  // namespace comity::mediawiki

#endif  // COMITY_PLUGINS_MEDIAWIKI_PUBLISHING_H_
