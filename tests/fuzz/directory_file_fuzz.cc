// The directory file: a byte for --prune, then YAML. What is accepted changes nothing when it is applied a second time.
// Link: comity_app yaml-cpp
#include "service/app/directory_apply.h"
#include "service/app/directory_file.h"
#include "tests/fuzz/input.h"

namespace {

class CountingUids : public comity::domain::UidSource {
 public:
  std::array<uint8_t, 16> Next(std::string_view) override {
    std::array<uint8_t, 16> bytes{};
    ++next_;
    std::memcpy(bytes.data(), &next_, sizeof next_);
    return bytes;
  }

 private:
  uint64_t next_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text = comity::fuzz::Text(data, size);
  if (text.empty()) return 0;
  const bool prune = (text[0] & 1) != 0;
  text.remove_prefix(1);
  const auto file = comity::app::ParseDirectoryFile(text, {}, prune);
  if (!file.ok()) {
    comity::fuzz::Require(!comity::DetailsOf(file.status()).faults.empty(), "a refusal names a fault");
    return 0;
  }
  CountingUids uids;
  const absl::CivilDay today(2026, 9, 2);
  const auto first = comity::app::DiffDirectory(*file, {}, today, prune, uids);
  const auto second = comity::app::DiffDirectory(*file, first.after, today, prune, uids);
  comity::fuzz::Require(second.changes.empty(), "applying the same file again changes nothing");
  return 0;
}
