#include "plugins/sdk/json_object.h"

#include <utility>

#include "service/base/json_text.h"

namespace comity::sdk {

void JsonObject::Name(std::string_view name) {
  if (out_.size() > 1) out_ += ',';
  AppendJsonString(out_, name);
  out_ += ':';
}
JsonObject& JsonObject::Text(std::string_view name, std::string_view text) {
  Name(name);
  AppendJsonString(out_, text);
  return *this;
}
JsonObject& JsonObject::Raw(std::string_view name, std::string_view json) {
  if (json.empty()) return *this;
  Name(name);
  out_ += json;
  return *this;
}
JsonObject& JsonObject::Value(std::string_view name, Json value) { return value.exists() ? Raw(name, value.ToText()) : *this; }
JsonObject& JsonObject::Copy(Json from, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) Value(name, from.At("/" + std::string(name)));
  return *this;
}
JsonObject& JsonObject::Members(std::string_view object) {
  if (object.size() <= 2) return *this;
  if (out_.size() > 1) out_ += ',';
  out_ += object.substr(1, object.size() - 2);
  return *this;
}
std::string JsonObject::Take() { return std::move(out_) + "}"; }

}  // namespace comity::sdk
