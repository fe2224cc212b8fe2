#include "clients/cli/progress.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace comity::cli {

std::string Progress::Line(const std::string& what, int64_t done, int64_t total) {
  constexpr int64_t kWidth = 30;
  if (total <= 0) return absl::StrCat(what, " ", done);
  const int64_t filled = std::min(done, total) * kWidth / total;
  return absl::StrFormat("%s [%s%s] %3d %%", what, std::string(static_cast<size_t>(filled), '#'),
                         std::string(static_cast<size_t>(kWidth - filled), ' '), std::min(done, total) * 100 / total);
}

void Progress::Step() {
  ++done_;
  if (!on_terminal_ || done_ % 64 != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  drawn_ = true;
  err_ << "\r" << Line(what_, done_, total_) << std::flush;
}

void Progress::Clear() {
  if (drawn_) err_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace comity::cli
