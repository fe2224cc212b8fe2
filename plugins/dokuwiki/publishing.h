// Pages that Comity writes into a DokuWiki, by its XML-RPC interface. Pure.
//
// The page is read; then it is locked, as the wiki's editor does, and read again, so that nobody's edit between the two is lost; then it is
// written, which unlocks it.
#ifndef COMITY_PLUGINS_DOKUWIKI_PUBLISHING_H_
#define COMITY_PLUGINS_DOKUWIKI_PUBLISHING_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/seal.h"

namespace comity::dokuwiki {

inline constexpr sdk::Seal kPageSeal{"%%", "%%"};

// `below`: the namespace below which pages are written. Errors: FAILED_PRECONDITION where the source names none.
absl::StatusOr<sdk::PublishStep> PublishPage(std::string_view below, const sdk::Publication& publication);
absl::StatusOr<sdk::PublishStep> GoOnWithPage(std::string_view below, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                              const net::Response& response);

}  // namespace comity::dokuwiki

#endif  // COMITY_PLUGINS_DOKUWIKI_PUBLISHING_H_
