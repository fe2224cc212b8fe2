// Messages as JSON and back, in protobuf's own mapping.
#ifndef COMITY_SERVICE_DOOR_JSON_H_
#define COMITY_SERVICE_DOOR_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace comity::door {

inline constexpr int kMaxJsonDepth = 64;

// An empty text is an empty message. Errors: INVALID_ARGUMENT (JSON_INVALID): no JSON, an unknown or wrong field, or nested too deep.
absl::Status FromJson(std::string_view json, google::protobuf::Message& message);
// lowerCamelCase names, enums by name, every field that is not a message printed even at its default: what can be there is seen to be
// there.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace comity::door

#endif  // COMITY_SERVICE_DOOR_JSON_H_
