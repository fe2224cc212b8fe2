// How the kit signs hooks that only wake, for the subjects of their connectors.
#ifndef COMITY_TESTS_UNIT_PLUGINS_WAKE_SUBJECTS_H_
#define COMITY_TESTS_UNIT_PLUGINS_WAKE_SUBJECTS_H_

#include "plugins/sdk/conformance/conformance.h"

namespace comity::sdk::conformance {

// Cases of Google's channels: `X-Goog-Channel-ID` is a name.
void AddGoogleHooks(Subject& subject);
// Cases of Graph's subscriptions: `clientState` is a name, the kit makes it a token; what is no name stays.
void AddGraphHooks(Subject& subject);

}  // namespace comity::sdk::conformance

#endif  // COMITY_TESTS_UNIT_PLUGINS_WAKE_SUBJECTS_H_
