// The words that people read, as data: messages by key, with {parameters} that are filled in here. `messages/README.md` says how they look.
#ifndef COMITY_SERVICE_DOMAIN_DEEDS_MESSAGES_H_
#define COMITY_SERVICE_DOMAIN_DEEDS_MESSAGES_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace comity::domain {

struct Message {
  std::string text;
  std::string different;  // what would have had to be different; empty where nothing would
  std::vector<std::string> remedies;
  bool operator==(const Message&) const = default;
};
using Messages = std::map<std::string, Message, std::less<>>;

// Reads the subset of YAML that message files use: `KEY:`, below it `  text: "…"`, `  different: "…"`, `  remedies:` with `    - "…"`;
// comments and empty lines. Errors: INVALID_ARGUMENT naming the line, also for a key that comes twice or has no text.
absl::StatusOr<Messages> ParseMessages(std::string_view yaml);

// The messages built into this binary, parsed once. They are part of the program: a fault in them ends it, and a test reads them first.
const Messages& ReasonMessages();  // by ReasonName
const Messages& PolicyMessages();  // by the parts of PolicyProse

// What to show for a parameter; nullopt if it is not known.
using ParameterValues = std::function<std::optional<std::string>(std::string_view name)>;
// nullptr if a name in braces is no parameter (then it is words to show when what stands before it is not known), else what to show for
// the parameter when it is not known either ("somebody").
using MissingWords = const char* (*)(std::string_view name);

// Fills in `pattern`: `{name}`; `{name|other|words}`, the first that is known; `[part]`, left out unless every `{…}` directly in it is
// known. Never fails.
std::string FillIn(std::string_view pattern, MissingWords missing_words, const ParameterValues& values);
// Every name and alternative in braces, in order; for lints.
std::vector<std::vector<std::string>> BracesOf(std::string_view pattern);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_DEEDS_MESSAGES_H_
