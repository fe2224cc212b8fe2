// The fuzz targets as plain functions, for replaying their corpora without libFuzzer.
#ifndef COMITY_TESTS_FUZZ_REPLAY_H_
#define COMITY_TESTS_FUZZ_REPLAY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace comity::fuzz {

struct Target {
  std::string corpus;  // the folder's name in tests/fuzz/corpus
  int (*run)(const uint8_t* data, size_t size);
};
const std::vector<Target>& Targets();

}  // namespace comity::fuzz

#endif  // COMITY_TESTS_FUZZ_REPLAY_H_
