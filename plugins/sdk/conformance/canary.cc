#include "plugins/sdk/conformance/canary.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/json.h"

namespace comity::sdk::conformance {
namespace {

using Fields = std::vector<std::string_view>;

std::string Changed(std::string_view text, std::string_view gap, Planting how) {
  if (how == Planting::kInstead || text.empty()) return std::string(kCanary);
  std::string changed(how == Planting::kBefore ? kCanary : text);
  return changed.append(gap).append(how == Planting::kBefore ? text : kCanary);
}

// Without the indexes of arrays.
std::string NamesIn(const std::string& pointer) {
  std::string names;
  for (size_t begin = 0; begin < pointer.size();) {
    const size_t end = std::min(pointer.find('/', begin + 1), pointer.size());
    const std::string step = pointer.substr(begin, end - begin);
    if (step.find_first_not_of("/0123456789") != std::string::npos) names += step;
    begin = end;
  }
  return names;
}

// The field that a value belongs to; empty: none.
std::string_view FieldOf(const Fields& fields, const std::string& pointer, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](std::string_view field) {
    return field.starts_with('/') ? NamesIn(pointer).ends_with(field) : !name.empty() && name == field;
  });
  return found == fields.end() ? "" : *found;
}

Planted PlantJson(Json root, const Fields& fields, Planting how) {
  Planted planted;
  planted.body = Rewrite(root, [&](const std::string& pointer, std::string_view name, Json value) -> std::optional<std::string> {
    const std::string_view field = FieldOf(fields, pointer, name);
    if (field.empty()) return std::nullopt;
    return Rewrite(value, [&](const std::string&, std::string_view, Json inner) -> std::optional<std::string> {
      const std::string written = inner.ToText();
      if (!written.starts_with('"')) return std::nullopt;
      planted.fields.insert(field);
      return "\"" + Changed(std::string_view(written).substr(1, written.size() - 2), " ", how) + "\"";
    });
  });
  return planted;
}

Planted PlantForm(std::string_view body, const Fields& fields, Planting how) {
  Planted planted;
  while (!body.empty()) {
    const std::string_view part = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(part.size() + 1, body.size()));
    const std::string_view name = part.substr(0, part.find('='));
    const auto field = std::find(fields.begin(), fields.end(), name);
    planted.body.append(planted.body.empty() ? "" : "&");
    if (field == fields.end() || name.size() == part.size()) {
      planted.body.append(part);
      continue;
    }
    planted.fields.insert(*field);
    planted.body.append(name).append("=").append(Changed(part.substr(name.size() + 1), "+", how));
  }
  return planted;
}

// `SUMMARY;LANGUAGE=en:Review`; lines that go on begin with a space.
Planted PlantCalendar(std::string_view body, const Fields& fields, Planting how) {
  Planted planted;
  while (!body.empty()) {
    std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    const bool has_return = line.ends_with('\r');
    if (has_return) line.remove_suffix(1);
    const auto field = std::find(fields.begin(), fields.end(), line.substr(0, line.find_first_of(":;")));
    bool quoted = false;
    const auto colon = std::find_if(line.begin(), line.end(), [&](char c) {
      quoted ^= c == '"';
      return c == ':' && !quoted;
    });
    if (field == fields.end() || colon == line.end()) {
      planted.body.append(line);
    } else {
      const auto head = static_cast<size_t>(colon - line.begin()) + 1;
      planted.fields.insert(*field);
      planted.body.append(line.substr(0, head)).append(Changed(line.substr(head), " ", how));
    }
    planted.body.append(has_return ? "\r\n" : "\n");
  }
  return planted;
}

}  // namespace

Planted Plant(std::string_view body, std::string_view content_type, const std::vector<std::string_view>& fields, Planting how) {
  const absl::StatusOr<JsonDocument> document = JsonDocument::Parse(body);
  if (document.ok()) return PlantJson(document->root(), fields, how);
  const bool is_form = content_type.find("x-www-form-urlencoded") != std::string_view::npos;
  return is_form ? PlantForm(body, fields, how) : PlantCalendar(body, fields, how);
}

bool HoldsCanary(std::string_view text) {
  return absl::AsciiStrToLower(absl::string_view(text.data(), text.size())).find(kCanary) != std::string::npos;
}

}  // namespace comity::sdk::conformance
