#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/replay.h"

namespace comity::fuzz {
namespace {

namespace fs = std::filesystem;

class EveryParserOfOutsideBytes : public testing::TestWithParam<Target> {};

// A target aborts when a sentence of it does not hold.
TEST_P(EveryParserOfOutsideBytes, WithstandsItsCorpusAndItsBeginnings) {
  const fs::path folder = fs::path(COMITY_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().corpus;
  ASSERT_TRUE(fs::is_directory(folder)) << folder << " is missing: put a few seeds there";
  int seeds = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    GetParam().run(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    const size_t step = text.size() / 32 + 1;
    for (size_t size = 0; size < text.size(); size += step) {
      const std::string beginning = text.substr(0, size);  // of its own, so that reading beyond it is seen
      GetParam().run(reinterpret_cast<const uint8_t*>(beginning.data()), beginning.size());
    }
    ++seeds;
  }
  EXPECT_GT(seeds, 0) << folder << " is empty";
}

INSTANTIATE_TEST_SUITE_P(All, EveryParserOfOutsideBytes, testing::ValuesIn(Targets()),
                         [](const auto& tested) { return tested.param.corpus; });

}  // namespace
}  // namespace comity::fuzz
