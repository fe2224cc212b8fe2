// One parser for the many ways in which suites write an instant: tolerant in form, exact in value.
#ifndef COMITY_PLUGINS_SDK_TIMES_H_
#define COMITY_PLUGINS_SDK_TIMES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "plugins/sdk/json.h"

namespace comity::sdk {

// Understands
//   2026-09-02T10:00:00Z · 2026-09-02T10:00:00.1234567+02:00 · 2026-09-02 10:00:00 +0200 · 2026-09-02 10:00:00 UTC
//   1788343200 (epoch seconds, up to 11 digits) · 1788343200123 (epoch milliseconds, 12 to 14 digits)
// Fractions are cut to nanoseconds; a leap second is the second after it. A text without a zone is refused: it names no instant.
// nullopt for anything else, and for instants before 1970 or after 9998.
std::optional<absl::Time> ParseTime(std::string_view text);

// The same for a JSON string or number.
std::optional<absl::Time> TimeOf(Json value);

google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_TIMES_H_
