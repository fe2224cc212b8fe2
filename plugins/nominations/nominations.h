// From a slash command in a chat to facts that somebody was nominated for thanks, with the answer to who wrote it. Pure.
#ifndef COMITY_PLUGINS_NOMINATIONS_NOMINATIONS_H_
#define COMITY_PLUGINS_NOMINATIONS_NOMINATIONS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"

namespace comity::nominations {

inline constexpr size_t kMaxPeople = 10;
inline constexpr size_t kMaxWords = 1000;  // of a command; more are not looked at

struct Person {
  std::string id, login;
  std::string shown;  // as the answer names them: a mention in the suite's way, nothing else
  bool bot = false;
};

// A word of the command, as its suite reads it.
struct Word {
  enum class Kind {
    kText,
    kPerson,
    kGroup,    // several people, or everybody
    kUnknown,  // looks like a person, but the suite does not say who
  };
  Kind kind = Kind::kText;
  std::string text{};
  Person person{};
};

// One use of the command.
struct Command {
  std::string id;    // the suite's, different for each use
  std::string name;  // `/comity`, as it is called in this workspace
  Person by;
  std::vector<Word> words;   // what follows the name
  std::string unknown_hint;  // what to do where a name is kUnknown
};

// Facts and the answer, or an answer alone. `when` is the instant of the command.
// Errors: INVALID_ARGUMENT (FACT_INVALID) without the command's id or who wrote it.
absl::StatusOr<sdk::Parsed> Nominate(const Command& command, const sdk::Source& source, v1::Assurance assurance, absl::Time when);

// No facts, for a reason to be counted, and `text` for who wrote the command alone. The text must hold nothing that people wrote.
sdk::Parsed Answer(std::string_view ignored, std::string_view text);

// The ticket that a word names, as the label says it; empty if it is none.
std::string TicketOf(std::string_view word);

// A word without the marks that end a clause.
std::string_view WithoutMarks(std::string_view word);

}  // namespace comity::nominations

#endif  // COMITY_PLUGINS_NOMINATIONS_NOMINATIONS_H_
