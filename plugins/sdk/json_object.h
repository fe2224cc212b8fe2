// JSON that a connector writes: notes that go with its requests, and payloads in the form of a suite's hooks.
#ifndef COMITY_PLUGINS_SDK_JSON_OBJECT_H_
#define COMITY_PLUGINS_SDK_JSON_OBJECT_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "plugins/sdk/json.h"

namespace comity::sdk {

// A JSON object that grows member by member; what is missing is left out.
class JsonObject {
 public:
  JsonObject& Text(std::string_view name, std::string_view text);
  JsonObject& Raw(std::string_view name, std::string_view json);  // well-formed JSON, or empty for nothing
  JsonObject& Value(std::string_view name, Json value);
  JsonObject& Copy(Json from, std::initializer_list<std::string_view> names);
  // All members of an object in JSON text.
  JsonObject& Members(std::string_view object);
  std::string Take();

 private:
  void Name(std::string_view name);
  std::string out_ = "{";
};

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_JSON_OBJECT_H_
