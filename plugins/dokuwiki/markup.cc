#include "plugins/dokuwiki/markup.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/dokuwiki/publishing.h"
#include "plugins/sdk/markup.h"
#include "plugins/sdk/seal.h"

namespace comity::dokuwiki {
namespace {

using Kind = sdk::Block::Kind;

// A label within `[[…|…]]` is taken as it is, so only what can mean nothing there may be one.
bool IsPlainLabel(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_isalnum(byte) || byte >= 0x80 || std::string_view(" .,;:!?'-").find(c) != std::string_view::npos;
  });
}

std::string PiecesOf(const sdk::Block& block) {
  std::string line;
  for (const sdk::Piece& piece : block.pieces) {
    const std::string address = piece.address.empty() ? "" : sdk::LinkAddress(piece.address);
    if (!line.empty()) line += ' ';
    if (address.empty()) {
      line += Escaped(piece.text);
    } else if (IsPlainLabel(piece.text)) {
      absl::StrAppend(&line, "[[", address, "|", piece.text, "]]");
    } else {
      absl::StrAppend(&line, Escaped(piece.text), " ([[", address, "]])");
    }
  }
  return line;
}

// A heading's text is not read for markup, but for the `=` around it.
std::string Heading(std::string_view text, std::string_view marks) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '=', '-');
  return absl::StrCat(std::string(marks), " ", plain, " ", std::string(marks), "\n");
}

}  // namespace

std::string Escaped(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const bool percent = line.front() == '%';
    const size_t end = percent ? line.find_first_not_of('%') : line.find('%');
    const std::string run(line.substr(0, end));
    absl::StrAppend(&out, percent ? "<nowiki>" : "%%", run, percent ? "</nowiki>" : "%%");
    line.remove_prefix(std::min(end, line.size()));
  }
  return out;
}

std::string PageText(const sdk::Artifact& artifact) {
  std::string text = Heading(artifact.title, "======");
  if (artifact.withdrawn) return kPageSeal.On(absl::StrCat(text, "\n%%This page was withdrawn and no longer holds.%%"), artifact.id);
  Kind last = Kind::kHeading;
  for (const sdk::Block& block : artifact.body) {
    if (block.kind != Kind::kItem || last != Kind::kItem) text += "\n";
    last = block.kind;
    if (block.kind == Kind::kHeading) {
      std::string words;
      for (const sdk::Piece& piece : block.pieces) absl::StrAppend(&words, words.empty() ? "" : " ", piece.text);
      text += Heading(words, "=====");
    } else {
      absl::StrAppend(&text, block.kind == Kind::kItem ? "  * " : "", PiecesOf(block), "\n");
    }
  }
  return kPageSeal.On(text + "\n%%Comity keeps this page up to date as long as nobody edits it here.%%", artifact.id);
}

std::string PageId(std::string_view below, const sdk::Artifact& artifact) {
  std::string id = absl::AsciiStrToLower(
      absl::StrCat(std::string(below), "/", artifact.folder, artifact.folder.empty() ? "" : "/", sdk::PageName(artifact)));
  std::replace(id.begin(), id.end(), '/', ':');
  std::replace(id.begin(), id.end(), ' ', '_');
  return id;
}

}  // namespace comity::dokuwiki
