// Ids inside GitHub's node ids. New form: `PR_` and base64url of the MessagePack array [0, repository id, id]; old form: base64 of
// `011:PullRequest<id>`. They are documented as opaque, so what does not look exactly like this gives nothing.
#include <cstdint>

#include "absl/strings/escaping.h"
#include "plugins/github/mapping.h"

namespace comity::github {
namespace {

constexpr size_t kMaxNodeId = 100;

// One unsigned MessagePack integer, taken off the front.
std::optional<uint64_t> TakeUnsigned(std::string_view& bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto head = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  if (head < 0x80) return head;
  if (head < 0xcc || head > 0xcf) return std::nullopt;
  const size_t width = size_t{1} << (head - 0xcc);
  if (bytes.size() < width) return std::nullopt;
  uint64_t number = 0;
  for (size_t i = 0; i < width; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(width);
  return number;
}

std::optional<std::string> IdOfNewForm(std::string_view encoded) {
  std::string decoded;
  if (!absl::WebSafeBase64Unescape({encoded.data(), encoded.size()}, &decoded)) return std::nullopt;
  std::string_view bytes = decoded;
  if (bytes.substr(0, 1) != "\x93") return std::nullopt;  // an array of three
  bytes.remove_prefix(1);
  if (TakeUnsigned(bytes) != 0 || !TakeUnsigned(bytes)) return std::nullopt;
  const std::optional<uint64_t> id = TakeUnsigned(bytes);
  if (!id || *id == 0 || !bytes.empty()) return std::nullopt;
  return std::to_string(*id);
}

std::optional<std::string> IdOfOldForm(std::string_view encoded) {
  constexpr std::string_view kType = "011:PullRequest";
  std::string decoded;
  if (!absl::Base64Unescape({encoded.data(), encoded.size()}, &decoded) || decoded.substr(0, kType.size()) != kType) return std::nullopt;
  std::string id = decoded.substr(kType.size());
  if (id.empty() || id.size() > 19 || id[0] == '0' || id.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return id;
}

}  // namespace

std::optional<std::string> ChangeIdOfNodeId(std::string_view node_id) {
  if (node_id.size() > kMaxNodeId) return std::nullopt;
  if (node_id.substr(0, 3) == "PR_") return IdOfNewForm(node_id.substr(3));
  return IdOfOldForm(node_id);
}

}  // namespace comity::github
