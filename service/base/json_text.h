// The one place that quotes text for JSON. Documents of the API are protobuf's; this is for log lines and for what is built without it.
#ifndef COMITY_SERVICE_BASE_JSON_TEXT_H_
#define COMITY_SERVICE_BASE_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace comity {

// Appends `text` as a JSON string. Always valid JSON on one line: control characters, the C1 ones of terminals too, are escaped, and each
// byte that is not UTF-8 becomes U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_JSON_TEXT_H_
