// Changes to somebody else's JSON, for mutations.
#ifndef COMITY_PLUGINS_SDK_CONFORMANCE_JSON_EDIT_H_
#define COMITY_PLUGINS_SDK_CONFORMANCE_JSON_EDIT_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/sdk/json.h"

namespace comity::sdk::conformance {

// Called for every value with its pointer and the name it has in its object (empty for elements of arrays and the root), outermost first;
// a text it returns takes the value's place, and nothing below is visited.
using Replace = std::function<std::optional<std::string>(const std::string& pointer, std::string_view name, Json value)>;

// `value` as compact JSON, with what `replace` changes.
std::string Rewrite(Json value, const Replace& replace);
// `root` with the text at `pointer` replaced.
std::string WithText(Json root, std::string_view pointer, const std::string& text);

}  // namespace comity::sdk::conformance

#endif  // COMITY_PLUGINS_SDK_CONFORMANCE_JSON_EDIT_H_
