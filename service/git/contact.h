// People as commits write them, `Name <address>`, and which of them are machines. Pure.
#ifndef COMITY_SERVICE_GIT_CONTACT_H_
#define COMITY_SERVICE_GIT_CONTACT_H_

#include <optional>
#include <string>
#include <string_view>

namespace comity::git {

inline constexpr size_t kMaxContactBytes = 512;

struct Contact {
  std::string_view name, email;
};

// The first `Name <address>` in `text`. nullopt without an address between brackets, for control characters and for what is longer than
// kMaxContactBytes: such a line names nobody we could know, since people are never told apart by their display names.
std::optional<Contact> ParseContact(std::string_view text);

// What one person is known by: the address in lower case.
std::string PersonKey(std::string_view email);

// Whether name and address are a machine's by the marks machines commonly bear: `[bot]`, a word `bot` or `robot`, or one of the
// services that act for people (`noreply@github.com`).
bool LooksLikeBot(std::string_view name, std::string_view email);

}  // namespace comity::git

#endif  // COMITY_SERVICE_GIT_CONTACT_H_
