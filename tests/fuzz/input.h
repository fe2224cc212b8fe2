// Small things that fuzz targets share.
#ifndef COMITY_TESTS_FUZZ_INPUT_H_
#define COMITY_TESTS_FUZZ_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace comity::fuzz {

inline std::string_view Text(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// Takes the text up to `mark` off the front of `rest`; all of it if there is no mark.
inline std::string_view TakeUntil(std::string_view& rest, char mark) {
  const size_t end = rest.find(mark);
  const std::string_view taken = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return taken;
}

// A finding: says which sentence does not hold, and stops.
inline void Require(bool holds, const char* sentence) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", sentence);
  std::abort();
}

}  // namespace comity::fuzz

#endif  // COMITY_TESTS_FUZZ_INPUT_H_
