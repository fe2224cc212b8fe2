#include "plugins/jira/scope.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "plugins/sdk/walk.h"

namespace comity::jira {
namespace {

constexpr size_t kMaxProjects = 200, kMaxProjectKey = 100;

bool IsProjectKey(std::string_view key) {
  return !key.empty() && key.size() <= kMaxProjectKey && absl::ascii_isalpha(static_cast<unsigned char>(key[0])) &&
         std::all_of(key.begin(), key.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

}  // namespace

Scope ReadScope(std::string_view deployment, std::string_view projects, std::string_view instance, std::vector<std::string>* faults) {
  Scope scope;
  scope.cloud = deployment.empty() ? instance.ends_with(".atlassian.net") : deployment == "cloud";
  if (!deployment.empty() && deployment != "cloud" && deployment != "data_center") {
    faults->push_back("config.deployment must be cloud or data_center, or be left out");
  }
  scope.projects = sdk::SplitList(absl::AsciiStrToUpper({projects.data(), projects.size()}));
  for (const std::string& key : scope.projects) {
    if (IsProjectKey(key)) continue;
    faults->push_back("config.projects must be project keys such as SHOP, with commas between them: the part of a ticket's key before `-`");
    break;
  }
  if (scope.projects.size() > kMaxProjects) faults->push_back("config.projects are more than 200; make a second source for the others");
  return scope;
}

}  // namespace comity::jira
