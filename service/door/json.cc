#include "service/door/json.h"

#include "google/protobuf/util/json_util.h"
#include "service/base/error.h"

namespace comity::door {
namespace {

absl::Status Invalid(std::string_view description) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, "the body is not the JSON of this method's request",
               {{"body", std::string(description)}});
}

// Before any parser sees it: brackets outside of strings. Wrong nesting is left to the parser, depth is not.
bool IsTooDeep(std::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxJsonDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

absl::Status FromJson(std::string_view json, google::protobuf::Message& message) {
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) return absl::OkStatus();
  if (IsTooDeep(json)) return Invalid("is nested deeper than 64 levels");
  const auto status = google::protobuf::util::JsonStringToMessage(google::protobuf::StringPiece(json.data(), json.size()), &message);
  if (status.ok()) return absl::OkStatus();
  return Invalid(std::string(status.message().data(), status.message().size()));
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : "{}";
}

}  // namespace comity::door
