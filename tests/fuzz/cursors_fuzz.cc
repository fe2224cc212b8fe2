// Files of cursors, and GitHub's cursors in them. Whatever is accepted must be written the same again.
// Link: comity_host
#include <string>

#include "plugins/host/cursor_file.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/walk.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = comity::fuzz::Text(data, size);
  if (const auto cursor = comity::sdk::WalkCursor::Parse(text)) {
    comity::fuzz::Require(cursor->ToText() == text, "a cursor has one form");
    comity::fuzz::Require(cursor->complete <= cursor->position, "a walk goes forward");
  }
  (void)comity::host::DecodeProgress(text);
  // With a sum that fits, so that what is behind it is reached too.
  const std::string summed = std::string(text) + "sha256 " + comity::sdk::Sha256Hex(text) + "\n";
  if (const auto progress = comity::host::DecodeProgress(summed); progress.ok()) {
    const auto again = comity::host::DecodeProgress(comity::host::EncodeProgress(*progress));
    comity::fuzz::Require(again.ok() && again->cursors == progress->cursors && again->begin == progress->begin, "progress comes back");
  }
  return 0;
}
