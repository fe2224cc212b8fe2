#include "plugins/host/cursor_file.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "plugins/host/files.h"
#include "plugins/sdk/signatures.h"
#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

constexpr std::string_view kHead = "comity-cursors 1\n", kBegin = "begin ", kSum = "sha256 ";
constexpr size_t kMaxBytes = 64 << 20;

absl::Status Damaged() {
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "the file of cursors is not what was written");
}

// The line at the front of `rest`, taken off it.
std::string_view TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

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
  return text + std::string(kSum) + sdk::Sha256Hex(text) + "\n";
}

absl::StatusOr<Progress> DecodeProgress(std::string_view bytes) {
  const size_t sum = bytes.rfind(kSum);
  if (!bytes.starts_with(kHead) || sum == std::string_view::npos || bytes[sum - 1] != '\n') return Damaged();
  if (bytes.substr(sum) != std::string(kSum) + sdk::Sha256Hex(bytes.substr(0, sum)) + "\n") return Damaged();
  std::string_view rest = bytes.substr(kHead.size(), sum - kHead.size());
  std::string_view begin = TakeLine(rest);
  if (!begin.starts_with(kBegin)) return Damaged();
  begin.remove_prefix(kBegin.size());
  int64_t micros = 0;
  const auto [end, failure] = std::from_chars(begin.data(), begin.data() + begin.size(), micros);
  if (failure != std::errc{} || end != begin.data() + begin.size()) return Damaged();
  Progress progress{absl::FromUnixMicros(micros), {}};
  while (!rest.empty()) {
    const std::string_view line = TakeLine(rest);
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos || !IsStreamText(line.substr(0, tab)) || !IsCursorText(line.substr(tab + 1))) return Damaged();
    if (!progress.cursors.emplace(line.substr(0, tab), line.substr(tab + 1)).second) return Damaged();
  }
  return progress;
}

absl::StatusOr<Progress> OpenProgress(const std::string& dir, const std::string& source, absl::Time begin) {
  COMITY_RETURN_IF_ERROR(MakePrivateDir(dir));
  const std::string path = dir + "/" + source;
  if (::access(path.c_str(), F_OK) == 0) {
    COMITY_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path, kMaxBytes));
    absl::StatusOr<Progress> progress = DecodeProgress(bytes);
    if (progress.ok()) return progress;
    obs::Log(obs::Level::kError, "A file of cursors was damaged and is set aside; the source is polled again from its back-fill.",
             {{"source", source}});
    if (::rename(path.c_str(), (path + ".damaged").c_str()) != 0) return FileError("set aside", path);
  }
  const Progress fresh{begin, {}};
  COMITY_RETURN_IF_ERROR(SaveProgress(dir, source, fresh));
  return fresh;
}

absl::Status SaveProgress(const std::string& dir, const std::string& source, const Progress& progress) {
  return WriteWholeFile(dir, source, EncodeProgress(progress));
}

}  // namespace comity::host
