#include "plugins/sdk/connector.h"

namespace comity::sdk {

absl::StatusOr<std::string> Connector::AppManifest(const Source&, std::string_view) const {
  return absl::UnimplementedError("this suite has no manifests of apps; its README says what to click");
}

}  // namespace comity::sdk
