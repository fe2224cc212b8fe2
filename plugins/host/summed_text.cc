#include "plugins/host/summed_text.h"

#include <unistd.h>

#include <cstdio>

#include "plugins/host/files.h"
#include "plugins/sdk/signatures.h"
#include "service/base/error.h"

namespace comity::host {
namespace {

constexpr std::string_view kSum = "sha256 ";
constexpr size_t kMaxBytes = 64 << 20;

}  // namespace

absl::Status DamagedText() {
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "a file of the spool folder is not what was written");
}

std::string Summed(std::string text) {
  const std::string sum = sdk::Sha256Hex(text);
  return std::move(text.append(kSum).append(sum).append("\n"));
}

absl::StatusOr<std::string_view> WithoutSum(std::string_view bytes, std::string_view head) {
  const size_t sum = bytes.rfind(kSum);
  if (!bytes.starts_with(head) || sum == std::string_view::npos || sum < head.size() || bytes[sum - 1] != '\n') return DamagedText();
  if (bytes.substr(sum) != std::string(kSum) + sdk::Sha256Hex(bytes.substr(0, sum)) + "\n") return DamagedText();
  return bytes.substr(head.size(), sum - head.size());
}

std::string_view TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

absl::StatusOr<bool> ReadSummed(const std::string& dir, const std::string& name,
                                const std::function<absl::Status(std::string_view bytes)>& decode) {
  COMITY_RETURN_IF_ERROR(MakePrivateDir(dir));
  const std::string path = dir + "/" + name;
  if (::access(path.c_str(), F_OK) != 0) return false;
  COMITY_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path, kMaxBytes));
  if (decode(bytes).ok()) return false;
  if (::rename(path.c_str(), (path + ".damaged").c_str()) != 0) return FileError("set aside", path);
  return true;
}

}  // namespace comity::host
