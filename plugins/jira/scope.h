// What of a Jira is polled.
#ifndef COMITY_PLUGINS_JIRA_SCOPE_H_
#define COMITY_PLUGINS_JIRA_SCOPE_H_

#include <string>
#include <string_view>
#include <vector>

namespace comity::jira {

// What is polled, and which of the two APIs answers.
struct Scope {
  bool cloud = false;
  std::vector<std::string> projects;  // keys
};
// From the options' texts. Faults, in words for people, go to `faults`.
Scope ReadScope(std::string_view deployment, std::string_view projects, std::string_view instance, std::vector<std::string>* faults);

}  // namespace comity::jira

#endif  // COMITY_PLUGINS_JIRA_SCOPE_H_
