// How things look: colours on a terminal, tables, words for enums, times and shares. Nothing from outside reaches a terminal raw.
#ifndef COMITY_CLIENTS_CLI_STYLE_H_
#define COMITY_CLIENTS_CLI_STYLE_H_

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"

namespace comity::cli {

class Style {
 public:
  // `columns` = the terminal's width; 0 = no terminal, and then every row stays one line.
  explicit Style(bool colours, size_t columns = 0) : colours_(colours), columns_(columns) {}
  size_t columns() const { return columns_; }
  std::string Bold(std::string_view text) const { return In("1", text); }
  std::string Dim(std::string_view text) const { return In("2", text); }
  std::string Good(std::string_view text) const { return In("32", text); }
  std::string Bad(std::string_view text) const { return In("31", text); }

 private:
  std::string In(std::string_view code, std::string_view text) const;
  bool colours_;
  size_t columns_;
};

// Control characters (escape sequences above all) become `?`; text that is not UTF-8 likewise. Line breaks stay if `lines`.
std::string Printable(std::string_view text, bool lines = false);
// `Printable`, as a string of YAML.
std::string Quoted(std::string_view text);

// `text` broken between words so that no line is longer than the terminal, nor than 100 characters; `indent` begins each line but the
// first. Its own line breaks stay; a word that is too long stays whole.
std::string Wrap(std::string_view text, const Style& style, std::string_view indent = "");

// `head`, padded, and `text` on a line of its own; nothing if there is no text. Heads have at most 11 characters.
void PrintField(std::ostream& out, const Style& style, std::string_view head, const std::string& text);

// Columns as wide as their widest cell, two spaces apart; the last one is not padded. Prints "None." without rows.
// Rows that are too wide for the terminal take two lines each: the first cell, and the others below it.
class Table {
 public:
  explicit Table(std::vector<std::string> heads) : heads_(std::move(heads)) {}
  void Add(std::vector<std::string> cells);
  void Print(std::ostream& out, const Style& style, std::string_view none = "None.") const;

 private:
  using Cells = std::vector<std::string>;
  std::vector<size_t> Widths() const;
  std::vector<std::string> heads_;
  std::vector<Cells> rows_;
};

// `KIND_HANDED_OVER` of Deed.Kind → `handed over`; numbers this client does not know → `kind 9`.
std::string EnumWords(const google::protobuf::EnumDescriptor& descriptor, int number);
// The inverse, also of the words with `-` or `_`; -1 if there is none.
int EnumFromWords(const google::protobuf::EnumDescriptor& descriptor, std::string_view words);
// Every name but the unspecified one, with dashes, for help and choices.
std::vector<std::string> EnumChoices(const google::protobuf::EnumDescriptor& descriptor);

// `2026-09-02 10:04` UTC; empty if unset (both 0).
std::string Instant(const google::protobuf::Timestamp& time);
// `1 deed`, `2 deeds`.
std::string Count(int64_t count, std::string_view one, std::string_view many);
// `at least 2 deeds would be other than before`: what judging anew makes of them.
std::string DeedsChanged(int64_t count, bool is_minimum, bool is_preview);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_STYLE_H_
