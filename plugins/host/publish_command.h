// `comity-connect publish`: a file's artifacts, one after the other, with a line for each.
#ifndef COMITY_PLUGINS_HOST_PUBLISH_COMMAND_H_
#define COMITY_PLUGINS_HOST_PUBLISH_COMMAND_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "plugins/connectors.h"
#include "plugins/host/config.h"
#include "plugins/host/publisher.h"

namespace comity::host {

struct PublishRequest {
  std::string source, file;
  bool dry_run = false;  // shows what would be sent
};

// Blocks. One that fails does not keep the others from being published, but a refused token does. Errors: those of the file and of
// Publisher::Open; UNAVAILABLE when some could not be published, each of which `out` names with the reason.
absl::Status RunPublish(const Config& config, const Connectors& connectors, const PublishRequest& request, PublisherParts parts,
                        std::ostream& out);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_PUBLISH_COMMAND_H_
