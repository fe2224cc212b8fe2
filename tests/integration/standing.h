// What a deployment of real processes holds, for tests that compare one with another.
#ifndef COMITY_TESTS_INTEGRATION_STANDING_H_
#define COMITY_TESTS_INTEGRATION_STANDING_H_

#include <set>
#include <string>
#include <vector>

#include "comity/v1/event.pb.h"
#include "tests/support/deployment.h"

namespace comity::testing {

// What stands, in words that are the same in every store.
std::multiset<std::string> Standing(const Deployment& deployment);
// The events of one kind.
std::vector<v1::Event> Events(const Deployment& deployment, v1::FactKind kind);
// The ledger verifies, and equals a rebuild.
void ExpectVerified(const Deployment& deployment);

}  // namespace comity::testing

#endif  // COMITY_TESTS_INTEGRATION_STANDING_H_
