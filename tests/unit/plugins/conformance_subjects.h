// The connectors as the conformance kit sees them.
#ifndef COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_
#define COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_

#include "plugins/sdk/conformance/conformance.h"

namespace comity::sdk::conformance {

Subject CalDavSubject();
Subject GitHubSubject();
Subject GitSubject();
Subject GenericSubject();
Subject ICalendarSubject();

}  // namespace comity::sdk::conformance

#endif  // COMITY_TESTS_UNIT_PLUGINS_CONFORMANCE_SUBJECTS_H_
