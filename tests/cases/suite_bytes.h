// What suites send, as recorded with the connectors and changed for a case, and the facts that come of it.
#ifndef COMITY_TESTS_CASES_SUITE_BYTES_H_
#define COMITY_TESTS_CASES_SUITE_BYTES_H_

#include <yaml-cpp/yaml.h>

#include <map>
#include <string>
#include <vector>

#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"

namespace comity::cases {

// Facts of one arrival, with the time at which it was received.
struct Arrival {
  std::vector<v1::Fact> facts;
  absl::Time received;
};

// The recorded hooks and polls of one suite: those of its connector, and those that only cases need (`tests/cases/suites/<suite>/hooks`
// and `polls`), which come first. All functions throw std::runtime_error with the fault.
class SuiteBytes {
 public:
  // `suite` as in a connector's manifest.
  explicit SuiteBytes(const std::string& suite);

  // `NAME`, or `NAME: {/pointer: value}` for the same delivery with other values there. Signed, verified, parsed.
  Arrival Hook(const YAML::Node& node) const;
  // `NAME`, or `NAME: {text: other text}` for the same talk with other answers. Walked to its end.
  Arrival Poll(const YAML::Node& node) const;

 private:
  sdk::conformance::Subject subject_;
  std::map<std::string, sdk::conformance::Case> hooks_;
  std::map<std::string, sdk::conformance::Talk> polls_;
};

}  // namespace comity::cases

#endif  // COMITY_TESTS_CASES_SUITE_BYTES_H_
