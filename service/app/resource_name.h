// Names of resources: `sources/github-acme`. A bare id is taken for the name everywhere, as people type it.
#ifndef COMITY_SERVICE_APP_RESOURCE_NAME_H_
#define COMITY_SERVICE_APP_RESOURCE_NAME_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace comity::app {

// The id of `name` in `collection` (`sources`). `field` is named in the error.
// Errors: INVALID_ARGUMENT (FIELD_INVALID) if empty, longer than 400 bytes, of another collection or with control characters.
absl::StatusOr<std::string> IdOf(std::string_view collection, std::string_view name, std::string_view field);
// `sources/github-acme`; empty for an empty id.
std::string NameOf(std::string_view collection, std::string_view id);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_RESOURCE_NAME_H_
