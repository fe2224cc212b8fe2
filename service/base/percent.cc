#include "service/base/percent.h"

#include "absl/strings/str_format.h"

namespace comity {

std::string Percent(int32_t share_ppm) {
  std::string text = absl::StrFormat("%d.%04d", share_ppm / 10'000, share_ppm % 10'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + " %";
}

}  // namespace comity
