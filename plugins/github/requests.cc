#include "plugins/github/requests.h"

#include <utility>

#include "service/base/error.h"

namespace comity::github {

sdk::Fetch Get(std::string path, std::string stream, std::string note) {
  return {std::move(path), "application/vnd.github+json", std::move(stream), std::move(note)};
}

absl::Status Unreadable(std::string_view what) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid,
               "the API's answer is not " + std::string(what) + " as GitHub sends it; is api_base right?");
}

}  // namespace comity::github
