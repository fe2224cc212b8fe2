// Payloads in the form of GitHub's hooks, made of what its REST API answers.
#ifndef COMITY_PLUGINS_GITHUB_PAYLOADS_H_
#define COMITY_PLUGINS_GITHUB_PAYLOADS_H_

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "plugins/sdk/json.h"

namespace comity::github {

inline constexpr size_t kMaxLabels = 100;  // of one issue or change; more are not looked at

// A JSON object that grows member by member; what is missing is left out.
class JsonObject {
 public:
  JsonObject& Text(std::string_view name, std::string_view text);
  JsonObject& Raw(std::string_view name, std::string_view json);  // well-formed JSON, or empty for nothing
  JsonObject& Value(std::string_view name, sdk::Json value);
  JsonObject& Copy(sdk::Json from, std::initializer_list<std::string_view> names);
  // All members of an object in JSON text.
  JsonObject& Members(std::string_view object);
  std::string Take();

 private:
  void Name(std::string_view name);
  std::string out_ = "{";
};

// What the mapping reads of each, and no text that somebody wrote. Instants of changes are left out: they belong to the single facts.
std::string SlimRepository(sdk::Json repository);
std::string SlimIssue(sdk::Json issue);
std::string SlimChange(sdk::Json change);

}  // namespace comity::github

#endif  // COMITY_PLUGINS_GITHUB_PAYLOADS_H_
