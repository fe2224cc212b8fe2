// Small text files with a sum over all their bytes, replaced as a whole: what is read is what was written, or nothing.
#ifndef COMITY_PLUGINS_HOST_SUMMED_TEXT_H_
#define COMITY_PLUGINS_HOST_SUMMED_TEXT_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace comity::host {

// DATA_LOSS: these are not the bytes that were written.
absl::Status DamagedText();
// `text`, which ends with a newline, and its sum as a last line.
std::string Summed(std::string text);
// What is between `head` and the sum. Errors: DATA_LOSS.
absl::StatusOr<std::string_view> WithoutSum(std::string_view bytes, std::string_view head);
// The line at the front of `rest`, taken off it.
std::string_view TakeLine(std::string_view& rest);

// Reads `name` in `dir`, which is made if it is not there; `decode` is not called if there is no such file. What it refuses is moved aside,
// and the answer is true. Errors: UNAVAILABLE, RESOURCE_EXHAUSTED for the disk.
absl::StatusOr<bool> ReadSummed(const std::string& dir, const std::string& name,
                                const std::function<absl::Status(std::string_view bytes)>& decode);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_SUMMED_TEXT_H_
