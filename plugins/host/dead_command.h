// `comity-connect dead list|replay|drop`.
#ifndef COMITY_PLUGINS_HOST_DEAD_COMMAND_H_
#define COMITY_PLUGINS_HOST_DEAD_COMMAND_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "clients/cpp/client.h"
#include "plugins/host/config.h"
#include "plugins/host/dead_letters.h"

namespace comity::host {

// `words` follow `dead`: a verb, then ids or --all. Replaying reads each letter again with this release's connectors, hands its facts
// over and drops it; it stays when that fails. Returns the exit code: 0, 1 when something failed, 2 for wrong usage.
int RunDeadCommand(const std::vector<std::string>& words, const Config& config, const Connectors& connectors, DeadLetters& letters,
                   const std::function<absl::StatusOr<std::unique_ptr<client::EventSink>>(const std::string& token_file)>& make_sink,
                   std::ostream& out, std::ostream& err);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_DEAD_COMMAND_H_
