#include "service/domain/deeds/messages.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace comity::domain {

extern const std::string_view kReasonMessagesEn;
extern const std::string_view kPolicyMessagesEn;

namespace {

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The inside of a double-quoted scalar without escapes.
std::optional<std::string> Unquoted(std::string_view text) {
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find_first_of("\"\\") != std::string_view::npos) return std::nullopt;
  return std::string(text);
}

// One line's effect on the message it belongs to; false if it has no place there.
bool ReadField(std::string_view line, Message& message) {
  std::string* into = nullptr;
  if (line == "  remedies:") return true;
  if (TakePrefix(line, "  text: ")) {
    into = &message.text;
  } else if (TakePrefix(line, "  different: ")) {
    into = &message.different;
  } else if (TakePrefix(line, "    - ")) {
    into = &message.remedies.emplace_back();
  }
  const std::optional<std::string> value = Unquoted(line);
  if (into == nullptr || !into->empty() || !value.has_value()) return false;
  *into = *value;
  return true;
}

absl::Status Fault(int line_number, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("messages, line ", line_number, ": ", std::string(what)));
}

const Messages& Built(const std::string_view yaml) {
  absl::StatusOr<Messages> parsed = ParseMessages(yaml);
  if (!parsed.ok()) {  // our own text: a bug, not input
    std::fprintf(stderr, "%s\n", parsed.status().ToString().c_str());
    std::abort();
  }
  return *new Messages(*std::move(parsed));
}

// Fills in one level of a pattern, up to the bracket that ends it.
class Filler {
 public:
  Filler(std::string_view pattern, MissingWords missing_words, const ParameterValues& values)
      : pattern_(pattern), missing_words_(missing_words), values_(values) {}

  std::string All() {
    bool known = true;
    return Level(/*depth=*/0, known);
  }

 private:
  std::string Level(int depth, bool& known) {
    std::string out;
    while (position_ < pattern_.size()) {
      const char c = pattern_[position_++];
      if (c == '[' && depth < kMaxDepth) {
        bool part_known = true;
        const std::string part = Level(depth + 1, part_known);
        if (part_known) out += part;
      } else if (c == ']' && depth > 0) {
        return out;
      } else if (c == '{') {
        out += Brace(known);
      } else {
        out += c;
      }
    }
    return out;
  }

  std::string Brace(bool& known) {
    std::string_view inside = pattern_.substr(position_, pattern_.find('}', position_) - position_);
    position_ = std::min(pattern_.size(), position_ + inside.size() + 1);
    while (true) {
      const size_t bar = inside.find('|');
      const std::string_view name = inside.substr(0, bar);
      const char* const missing = missing_words_(name);
      if (missing == nullptr) return std::string(name);
      if (std::optional<std::string> value = values_(name); value.has_value()) return *std::move(value);
      if (bar == std::string_view::npos) {
        known = false;
        return missing;
      }
      inside.remove_prefix(bar + 1);
    }
  }

  static constexpr int kMaxDepth = 8;
  std::string_view pattern_;
  size_t position_ = 0;
  MissingWords missing_words_;
  const ParameterValues& values_;
};

}  // namespace

absl::StatusOr<Messages> ParseMessages(std::string_view yaml) {
  Messages messages;
  Message* current = nullptr;
  int line_number = 0;
  while (!yaml.empty()) {
    const size_t end = std::min(yaml.find('\n'), yaml.size());
    std::string_view line = yaml.substr(0, end);
    yaml.remove_prefix(std::min(end + 1, yaml.size()));
    ++line_number;
    if (line.empty() || line.front() == '#') continue;
    if (line.front() != ' ') {
      if (line.back() != ':') return Fault(line_number, "expected `KEY:`");
      if (current != nullptr && current->text.empty()) return Fault(line_number, "the message before it has no text");
      const auto [it, added] = messages.try_emplace(std::string(line.substr(0, line.size() - 1)));
      if (!added) return Fault(line_number, "this key was there before");
      current = &it->second;
    } else if (current == nullptr || !ReadField(line, *current)) {
      return Fault(line_number, "expected `text:`, `different:` or `remedies:` with text in double quotes, each once");
    }
  }
  if (current != nullptr && current->text.empty()) return Fault(line_number, "the last message has no text");
  return messages;
}

const Messages& ReasonMessages() {
  static const Messages& messages = Built(kReasonMessagesEn);
  return messages;
}

const Messages& PolicyMessages() {
  static const Messages& messages = Built(kPolicyMessagesEn);
  return messages;
}

std::string FillIn(std::string_view pattern, MissingWords missing_words, const ParameterValues& values) {
  return Filler(pattern, missing_words, values).All();
}

std::vector<std::vector<std::string>> BracesOf(std::string_view pattern) {
  std::vector<std::vector<std::string>> braces;
  size_t begin = 0;
  while ((begin = pattern.find('{', begin)) != std::string_view::npos) {
    const size_t end = std::min(pattern.find('}', begin), pattern.size());
    std::vector<std::string>& names = braces.emplace_back(1);
    for (const char c : pattern.substr(begin + 1, end - begin - 1)) {
      if (c == '|') {
        names.emplace_back();
      } else {
        names.back() += c;
      }
    }
    begin = end;
  }
  return braces;
}

}  // namespace comity::domain
