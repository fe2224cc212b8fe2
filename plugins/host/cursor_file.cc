#include "plugins/host/cursor_file.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "plugins/host/files.h"
#include "plugins/host/summed_text.h"
#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

constexpr std::string_view kHead = "comity-cursors 1\n", kBegin = "begin ";

}  // namespace

bool IsStreamText(std::string_view text) { return text.size() <= sdk::kMaxStreamBytes && IsCursorText(text); }

bool IsCursorText(std::string_view text) {
  return !text.empty() && text.size() <= sdk::kMaxCursorBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string EncodeProgress(const Progress& progress) {
  std::string text(kHead);
  text.append(kBegin).append(std::to_string(absl::ToUnixMicros(progress.begin))).append("\n");
  for (const auto& [stream, cursor] : progress.cursors) text.append(stream).append("\t").append(cursor).append("\n");
  return Summed(std::move(text));
}

absl::StatusOr<Progress> DecodeProgress(std::string_view bytes) {
  COMITY_ASSIGN_OR_RETURN(std::string_view rest, WithoutSum(bytes, kHead));
  std::string_view begin = TakeLine(rest);
  if (!begin.starts_with(kBegin)) return DamagedText();
  begin.remove_prefix(kBegin.size());
  int64_t micros = 0;
  const auto [end, failure] = std::from_chars(begin.data(), begin.data() + begin.size(), micros);
  if (failure != std::errc{} || end != begin.data() + begin.size()) return DamagedText();
  Progress progress{absl::FromUnixMicros(micros), {}};
  while (!rest.empty()) {
    const std::string_view line = TakeLine(rest);
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos || !IsStreamText(line.substr(0, tab)) || !IsCursorText(line.substr(tab + 1))) return DamagedText();
    if (!progress.cursors.emplace(line.substr(0, tab), line.substr(tab + 1)).second) return DamagedText();
  }
  return progress;
}

absl::StatusOr<Progress> OpenProgress(const std::string& dir, const std::string& source, absl::Time begin) {
  std::optional<Progress> kept;
  const auto decode = [&](std::string_view bytes) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(kept, DecodeProgress(bytes));
    return absl::OkStatus();
  };
  COMITY_ASSIGN_OR_RETURN(const bool damaged, ReadSummed(dir, source, decode));
  if (kept) return *std::move(kept);
  if (damaged) {
    obs::Log(obs::Level::kError, "A file of cursors was damaged and is set aside; the source is polled again from its back-fill.",
             {{"source", source}});
  }
  const Progress fresh{begin, {}};
  COMITY_RETURN_IF_ERROR(SaveProgress(dir, source, fresh));
  return fresh;
}

absl::Status SaveProgress(const std::string& dir, const std::string& source, const Progress& progress) {
  return WriteWholeFile(dir, source, EncodeProgress(progress));
}

}  // namespace comity::host
