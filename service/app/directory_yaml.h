// YAML as a small tree in which every value knows its line. Bounded: what an operator writes is shallow and has no anchors.
#ifndef COMITY_SERVICE_APP_DIRECTORY_YAML_H_
#define COMITY_SERVICE_APP_DIRECTORY_YAML_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::app {

inline constexpr size_t kMaxDirectoryBytes = 3 * 1024 * 1024;
inline constexpr int kMaxYamlDepth = 16;

// A value; every scalar stays the text that was written, so that `no`, `0123` and `1e3` mean what they say.
struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  struct Entry;
  Kind kind = Kind::kNull;
  int line = 0;  // from 1
  std::string text;
  std::vector<YamlNode> items;  // of a list
  std::vector<Entry> entries;   // of a map, in the order written; keys may repeat

  const YamlNode* Find(std::string_view key) const;
};
struct YamlNode::Entry {
  std::string key;
  int line = 0;
  YamlNode value;
};

// The one document in `text`; a null node if it is empty.
// Errors: INVALID_ARGUMENT (DIRECTORY_INVALID) with one fault: not UTF-8, malformed, more than 3 MiB, deeper than 16, an anchor, an alias,
// a tag, a key that is not a scalar, or a second document.
absl::StatusOr<YamlNode> ParseYaml(std::string_view text);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DIRECTORY_YAML_H_
