// Names as people type them, turned into the API's.
#ifndef COMITY_CLIENTS_CLI_NAMES_H_
#define COMITY_CLIENTS_CLI_NAMES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"

namespace comity::cli {

// `ana` and `people/ana` alike → `people/ana`; empty stays empty.
std::string FullName(std::string_view collection, std::string_view text);
// The inverse, for tables.
std::string BareName(std::string_view name);

// `2026-09-02`, `2026-09-02T10:00:00Z`, or `7d`, `12h` before `now`. Usage errors otherwise.
absl::StatusOr<google::protobuf::Timestamp> ReadTime(std::string_view text, int64_t now_seconds);

struct Share {
  std::string person;  // `people/ana`
  int32_t share_ppm = 0;
};
// `ana=70,ben=30` in percent with up to four decimals, over one or several arguments. Usage errors: not of that form, not above 0 or
// above 100, a person twice.
absl::StatusOr<std::vector<Share>> ReadShares(const std::vector<std::string>& arguments);
// Makes the shares add up to `whole` exactly, in their proportion, by largest remainder (ties: the first), if they are within a
// thousandth of 1,000,000 of it: 33.33 three times means thirds. Otherwise they stay, and false.
bool FitShares(int32_t whole, std::vector<Share>& shares);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_NAMES_H_
