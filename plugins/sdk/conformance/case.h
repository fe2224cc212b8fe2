// A recorded delivery with what must come of it: `plugins/<suite>/cases/<name>/request.http` and `expected.json` beside it.
#ifndef COMITY_PLUGINS_SDK_CONFORMANCE_CASE_H_
#define COMITY_PLUGINS_SDK_CONFORMANCE_CASE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"

namespace comity::sdk::conformance {

// A delivery that owns its bytes, so that it can be changed.
struct Delivery {
  std::string method, path, query;
  net::Headers headers;
  std::string body;

  Request View() const { return {method, path, query, &headers, body}; }
  void SetHeader(const std::string& name, const std::string& value);
  void DropHeader(const std::string& name);
};

struct Case {
  std::string name, folder;
  Delivery delivery;  // without signature: the kit signs it
  Source source;      // `source.yaml` of the case, else of the folder above
  std::string expected;
};

// All cases below `folder`, by name. Errors: INVALID_ARGUMENT or NOT_FOUND, naming the file.
absl::StatusOr<std::vector<Case>> LoadCases(const std::string& folder);

// The source of a case or talk: `source.yaml` in its folder, else in the folder above.
absl::StatusOr<Source> LoadSource(const std::string& folder);
std::optional<std::string> ReadText(const std::string& path);

// With COMITY_UPDATE_CASES in the environment, writes what came of a case into its `expected.json`, and is true.
bool UpdateExpected(const Case& one, const std::string& described);

// What a connector made of a delivery, as `expected.json` says it: `{"facts": […]}`, `{"ignored": "…"}` or `{"error": "…"}`, the first two
// with what the sender is told, if anything, in `reply`; where hooks only wake, `{"wake": true, "notices": ["renew …"], "ignored": "…"}`.
// Indented, with a newline at the end, fields in the order of the API.
std::string Describe(const absl::StatusOr<Parsed>& parsed);

}  // namespace comity::sdk::conformance

#endif  // COMITY_PLUGINS_SDK_CONFORMANCE_CASE_H_
