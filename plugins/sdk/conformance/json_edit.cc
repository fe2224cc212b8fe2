#include "plugins/sdk/conformance/json_edit.h"

namespace comity::sdk::conformance {
namespace {

constexpr size_t kAll = 1'000'000;

std::string Walk(const std::string& pointer, std::string_view name, Json value, const Replace& replace) {
  if (const std::optional<std::string> text = replace(pointer, name, value)) return *text;
  std::string out;
  if (value.is_object()) {
    for (const auto& [member, inner] : value.Members(kAll)) {
      const std::string key(member);
      out += (out.empty() ? "\"" : ",\"") + key + "\":" + Walk(pointer + "/" + key, member, inner, replace);
    }
    return "{" + out + "}";
  }
  if (value.is_array()) {
    size_t i = 0;
    for (const Json item : value.Items(kAll)) {
      out += (i == 0 ? "" : ",") + Walk(pointer + "/" + std::to_string(i), "", item, replace);
      ++i;
    }
    return "[" + out + "]";
  }
  return value.ToText();
}

}  // namespace

std::string Rewrite(Json value, const Replace& replace) { return Walk("", "", value, replace); }

std::string WithText(Json root, std::string_view pointer, const std::string& text) {
  return Rewrite(root, [&](const std::string& here, std::string_view, Json) -> std::optional<std::string> {
    return here == pointer ? std::optional<std::string>(text) : std::nullopt;
  });
}

}  // namespace comity::sdk::conformance
