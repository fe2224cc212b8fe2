// Calendar entries that Comity puts into one calendar. Pure.
//
// The item's name comes from the artifact's id, so there is one place where it can be: it is read first, then written on the condition that
// it is still as it was read (If-Match), or still not there (If-None-Match).
#ifndef COMITY_PLUGINS_CALDAV_PUBLISHING_H_
#define COMITY_PLUGINS_CALDAV_PUBLISHING_H_

#include <string>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"

namespace comity::caldav {

// `calendar`: its path, with a slash at both ends. Errors: FAILED_PRECONDITION where the source names none.
absl::StatusOr<sdk::PublishStep> PublishEntry(const std::string& calendar, const sdk::Publication& publication);
absl::StatusOr<sdk::PublishStep> GoOnWithEntry(const std::string& calendar, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                               const net::Response& response);

}  // namespace comity::caldav

#endif  // COMITY_PLUGINS_CALDAV_PUBLISHING_H_
