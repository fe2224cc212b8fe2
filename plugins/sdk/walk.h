// What connectors that ask their suite have alike: how far a walk has come, and the texts in requests.
#ifndef COMITY_PLUGINS_SDK_WALK_H_
#define COMITY_PLUGINS_SDK_WALK_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::sdk {

// How far a list ordered by change was read. `complete`: everything until then is known; `position`: how far the walk beyond has come. A
// walk cut off goes on at `position`, but still wants facts from `complete` on: a ticket that changed late may hold early ones.
struct WalkCursor {
  absl::Time complete, position;
  std::string ToText() const;
  // nullopt for anything that ToText does not write.
  static std::optional<WalkCursor> Parse(std::string_view text);
  // The stream's cursor as committed when the round began; where it has none or a damaged one, the beginning.
  static WalkCursor Of(const Poll& poll, std::string_view stream);
  // From where the list is asked, and from where facts are wanted: overlap behind, never before the source's beginning.
  absl::Time Since(const Poll& poll) const;
  absl::Time Floor(const Poll& poll) const;
};

// An instant as notes keep it: microseconds, and back; 1970 for anything else.
std::string Micros(absl::Time time);
absl::Time MicrosOf(Json note);
// `2026-09-02T10:00:00Z`.
std::string UtcText(absl::Time time);

// A name as it may stand in a path: 1 to 100 letters, digits, `-`, `_` and `.`, but nothing that leads elsewhere.
bool IsPathName(std::string_view name);
// `acme/billing`: two such names with a slash between them.
bool IsFullName(std::string_view name);
// Digits alone, 1 to `most`: an id as it may stand in a path.
bool IsDigits(std::string_view text, size_t most = 18);
// Percent-encoded for a path segment or a query's value: everything but letters, digits, `-`, `_`, `.` and `~`.
std::string UrlEncoded(std::string_view text);
// `acme/billing, acme/checkout`: the parts, trimmed, each once; none for an empty text.
std::vector<std::string> SplitList(std::string_view text);

// INVALID_ARGUMENT for an answer that is not `what` as the suite, called `title`, sends it.
absl::Status UnreadableAnswer(std::string_view what, std::string_view title);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_WALK_H_
