#include "plugins/sdk/seal.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "plugins/sdk/artifact.h"
#include "plugins/sdk/signatures.h"

namespace comity::sdk {
namespace {

constexpr std::string_view kWords = "Published by Comity as ";
constexpr size_t kHexDigits = 32;

std::string_view Trimmed(std::string_view text) {
  const absl::string_view trimmed = absl::StripTrailingAsciiWhitespace(absl::string_view(text.data(), text.size()));
  return {trimmed.data(), trimmed.size()};
}

std::string HashOf(std::string_view text, std::string_view id) {
  // Suites keep line ends as they like.
  const std::string unix = absl::StrReplaceAll(std::string(Trimmed(text)), {{"\r\n", "\n"}});
  return Sha256Hex(absl::StrCat(std::string(id), "\n", unix)).substr(0, kHexDigits);
}

struct LastLine {
  std::string_view above, id, hash;
};

// Takes `Published by Comity as ID (HASH)` apart.
std::optional<LastLine> ReadLastLine(std::string_view text, std::string_view before, std::string_view after) {
  text = Trimmed(text);
  const size_t end = text.rfind('\n');
  LastLine read{end == std::string_view::npos ? std::string_view() : text.substr(0, end), {}, {}};
  std::string_view line = end == std::string_view::npos ? text : text.substr(end + 1);
  if (!line.starts_with(before)) return std::nullopt;
  line.remove_prefix(before.size());
  if (!line.ends_with(after)) return std::nullopt;
  line.remove_suffix(after.size());
  if (!line.starts_with(kWords) || !line.ends_with(')')) return std::nullopt;
  line.remove_prefix(kWords.size());
  line.remove_suffix(1);
  const size_t open = line.find(" (");
  if (open == std::string_view::npos) return std::nullopt;
  read.id = line.substr(0, open);
  read.hash = line.substr(open + 2);
  const bool sound =
      IsArtifactId(read.id) && read.hash.size() == kHexDigits && read.hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return sound ? std::optional(read) : std::nullopt;
}

}  // namespace

std::string Seal::On(std::string_view text, std::string_view id) const {
  return absl::StrCat(std::string(Trimmed(text)), "\n\n", std::string(before), std::string(kWords), std::string(id), " (", HashOf(text, id),
                      ")", std::string(after));
}

Seal::State Seal::Read(std::string_view sealed, std::string_view id) const {
  const std::optional<LastLine> line = ReadLastLine(sealed, before, after);
  if (!line) return State::kNone;
  if (line->id != id) return State::kForeign;
  return line->hash == HashOf(line->above, id) ? State::kIntact : State::kChanged;
}

bool IsSealed(std::string_view text) { return ReadLastLine(text, "", "").has_value(); }

}  // namespace comity::sdk
