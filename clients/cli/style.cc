#include "clients/cli/style.h"

#include <algorithm>
#include <cctype>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace comity::cli {
namespace {

constexpr size_t kLongestLine = 100;  // longer ones are hard to read

// The number of bytes of the UTF-8 character that `text` begins with; 0 if it is none.
size_t CharacterBytes(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t size = byte(0) < 0x80                      ? 1
                      : byte(0) >= 0xC2 && byte(0) < 0xE0 ? 2
                      : byte(0) >= 0xE0 && byte(0) < 0xF0 ? 3
                      : byte(0) >= 0xF0 && byte(0) < 0xF5 ? 4
                                                          : 0;
  if (size == 0 || size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

// C0, DEL, C1, and the marks that turn the direction of writing.
bool IsControl(std::string_view character) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  return character.size() == 3 && byte(0) == 0xE2 &&
         ((byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE) || (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9));
}

size_t Width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// `Kind` → `KIND_`, `FactKind` → `FACT_KIND_`, `Disposition` → `DISPOSITION_`.
std::string Prefix(const google::protobuf::EnumDescriptor& descriptor) {
  std::string prefix;
  for (const char c : descriptor.name()) {
    if (!prefix.empty() && std::isupper(static_cast<unsigned char>(c))) prefix.push_back('_');
    prefix.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return prefix + "_";
}

std::string Lower(std::string_view text, char underscore) {
  std::string lower;
  for (const char c : text)
    lower.push_back(c == '_' || c == '-' || c == ' ' ? underscore : static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return lower;
}

std::string ShortName(const google::protobuf::EnumValueDescriptor& value, char underscore) {
  const std::string prefix = Prefix(*value.type());
  std::string_view name = value.name();
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return Lower(name, underscore);
}

}  // namespace

std::string Style::In(std::string_view code, std::string_view text) const {
  if (!colours_ || text.empty()) return std::string(text);
  return absl::StrCat("\x1b[", std::string(code), "m", std::string(text), "\x1b[0m");
}

std::string Printable(std::string_view text, bool lines) {
  std::string printable;
  while (!text.empty()) {
    const size_t size = CharacterBytes(text);
    const std::string_view character = text.substr(0, std::max<size_t>(size, 1));
    if (lines && character == "\n") {
      printable.push_back('\n');
    } else if (size == 0 || IsControl(character)) {
      printable.push_back('?');
    } else {
      printable.append(character);
    }
    text.remove_prefix(character.size());
  }
  return printable;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : Printable(text)) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string Wrap(std::string_view text, const Style& style, std::string_view indent) {
  const size_t longest = style.columns() > 0 ? std::min(style.columns(), kLongestLine) : kLongestLine;
  std::string wrapped;
  size_t column = Width(indent);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const bool breaks = at > 0 && text[at - 1] == '\n';
    if (!wrapped.empty() && (breaks || column + 1 + Width(word) > longest)) {
      wrapped.append("\n").append(indent);
      column = Width(indent);
    } else if (!wrapped.empty()) {
      wrapped.push_back(' ');
      ++column;
    }
    wrapped.append(word);
    column += Width(word);
    at = end + 1;
  }
  return wrapped;
}

void PrintField(std::ostream& out, const Style& style, std::string_view head, const std::string& text) {
  if (!text.empty()) out << style.Dim(absl::StrCat(std::string(head), std::string(12 - head.size(), ' '))) << Printable(text) << "\n";
}

void Table::Add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::Widths() const {
  std::vector<size_t> widths;
  for (const std::string& head : heads_) widths.push_back(Width(head));
  for (const Cells& row : rows_) {
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  return widths;
}

void Table::Print(std::ostream& out, const Style& style, std::string_view none) const {
  if (rows_.empty()) {
    out << none << "\n";
    return;
  }
  const std::vector<size_t> widths = Widths();
  size_t whole = 2 * (widths.size() - 1);
  for (const size_t width : widths) whole += width;
  const bool stacked = style.columns() > 0 && whole > style.columns() && widths.size() > 2;
  const auto line = [&](const Cells& cells) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i) {
      text += cells[i];
      if (stacked && i == 0) {
        text += "\n  ";
      } else if (i + 1 < cells.size()) {
        text.append(widths[i] - Width(cells[i]) + 2, ' ');
      }
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  };
  out << style.Bold(line(heads_)) << "\n";
  for (const Cells& row : rows_) out << line(row) << "\n";
}

std::string EnumWords(const google::protobuf::EnumDescriptor& descriptor, int number) {
  const google::protobuf::EnumValueDescriptor* value = descriptor.FindValueByNumber(number);
  if (value == nullptr) return absl::StrCat(Lower(descriptor.name(), ' '), " ", number);
  return number == 0 ? "" : ShortName(*value, ' ');
}

int EnumFromWords(const google::protobuf::EnumDescriptor& descriptor, std::string_view words) {
  const std::string wanted = Lower(words, '-');
  for (int i = 0; i < descriptor.value_count(); ++i) {
    const auto& value = *descriptor.value(i);
    if (value.number() != 0 && (ShortName(value, '-') == wanted || Lower(value.name(), '-') == wanted)) return value.number();
  }
  return -1;
}

std::vector<std::string> EnumChoices(const google::protobuf::EnumDescriptor& descriptor) {
  std::vector<std::string> choices;
  for (int i = 0; i < descriptor.value_count(); ++i) {
    if (descriptor.value(i)->number() != 0) choices.push_back(ShortName(*descriptor.value(i), '-'));
  }
  return choices;
}

std::string Instant(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
}

std::string Count(int64_t count, std::string_view one, std::string_view many) {
  return absl::StrCat(count, " ", std::string(count == 1 ? one : many));
}

std::string DeedsChanged(int64_t count, bool is_minimum, bool is_preview) {
  return absl::StrCat(is_minimum ? "at least " : "", Count(count, "deed", "deeds"), is_preview ? " would" : " will",
                      " be other than before");
}

}  // namespace comity::cli
