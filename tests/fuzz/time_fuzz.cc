// The time parser: what it takes is an instant that can be written down and read again.
#include "absl/time/time.h"
#include "plugins/sdk/times.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto time = comity::sdk::ParseTime(comity::fuzz::Text(data, size));
  if (!time) return 0;
  comity::fuzz::Require(*time >= absl::UnixEpoch() && absl::ToCivilYear(*time, absl::UTCTimeZone()).year() <= 9998, "within its range");
  const std::string text = absl::FormatTime(absl::RFC3339_full, *time, absl::UTCTimeZone());
  comity::fuzz::Require(comity::sdk::ParseTime(text) == *time, "the canonical form is the same instant");
  const auto stamp = comity::sdk::ToTimestamp(*time);
  comity::fuzz::Require(stamp.seconds() >= 0 && stamp.nanos() >= 0 && stamp.nanos() < 1'000'000'000, "a valid timestamp");
  return 0;
}
