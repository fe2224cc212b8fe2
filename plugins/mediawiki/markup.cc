#include "plugins/mediawiki/markup.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/markup.h"

namespace comity::mediawiki {
namespace {

using Kind = sdk::Block::Kind;

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

// `RFC 1149`, `PMID 1`, `ISBN 0`: links by themselves.
bool IsMagic(const std::string& before, std::string_view rest) {
  return !rest.empty() && absl::ascii_isdigit(static_cast<unsigned char>(rest.front())) &&
         (absl::EndsWith(before, "RFC") || absl::EndsWith(before, "PMID") || absl::EndsWith(before, "ISBN"));
}

std::string PiecesOf(const sdk::Block& block) {
  std::string line;
  for (const sdk::Piece& piece : block.pieces) {
    if (!line.empty()) line += ' ';
    if (piece.address.empty()) {
      line += Escaped(piece.text);
    } else {
      absl::StrAppend(&line, "[", sdk::LinkAddress(piece.address), " ", Escaped(piece.text), "]");
    }
  }
  return line;
}

}  // namespace

std::string Escaped(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool within = i > 0 && i + 1 < line.size() && IsAlnum(line[i - 1]) && IsAlnum(line[i + 1]);
    const bool plain = i > 0 && (std::string_view(",.?()\"%@").find(c) != std::string_view::npos || ((c == '-' || c == '/') && within));
    const bool blank = c == ' ' && (i == 0 || IsMagic(out, line.substr(i + 1)));
    if (blank || (absl::ascii_ispunct(static_cast<unsigned char>(c)) && !plain)) {
      absl::StrAppend(&out, "&#", static_cast<int>(c), ";");
    } else {
      out += c;
    }
  }
  return out;
}

std::string PageText(const sdk::Artifact& artifact) {
  std::string text = absl::StrCat("== ", Escaped(artifact.title), " ==\n");
  if (artifact.withdrawn) return kPageSeal.On(absl::StrCat(text, "\nThis page was withdrawn and no longer holds."), artifact.id);
  Kind last = Kind::kHeading;
  for (const sdk::Block& block : artifact.body) {
    if (block.kind != Kind::kItem || last != Kind::kItem) text += "\n";
    last = block.kind;
    const std::string line = PiecesOf(block);
    absl::StrAppend(&text,
                    block.kind == Kind::kHeading ? absl::StrCat("=== ", line, " ===")
                    : block.kind == Kind::kItem  ? "* " + line
                                                 : line,
                    "\n");
  }
  return kPageSeal.On(text + "\nComity keeps this page up to date as long as nobody edits it here.", artifact.id);
}

std::string PageTitle(std::string_view below, const sdk::Artifact& artifact) {
  return absl::StrCat(std::string(below), "/", artifact.folder, artifact.folder.empty() ? "" : "/", sdk::PageName(artifact));
}

}  // namespace comity::mediawiki
