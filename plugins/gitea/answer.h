// An answer of the API in the light of the note that went with its request, and what all requests have alike.
#ifndef COMITY_PLUGINS_GITEA_ANSWER_H_
#define COMITY_PLUGINS_GITEA_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "plugins/gitea/mapping.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"

namespace comity::gitea {

inline constexpr size_t kPageSize = 50;     // asked for; a server may give fewer (MAX_RESPONSE_ITEMS), and no server gives more by default
inline constexpr size_t kMaxItems = 1000;   // of one page, whatever the server does
inline constexpr int64_t kMaxPages = 1000;  // of one list

struct Answer {
  const sdk::Manifest& manifest;
  const sdk::Source& source;
  const Reading& reading;
  const sdk::Poll& poll;
  const sdk::Fetch& fetch;
  sdk::Json note, body;
  std::optional<int64_t> total;  // how many items all pages have together, where the answer says so

  int64_t Page() const { return note.At("/page").Integer().value_or(1); }
  // A list; Gitea writes an empty one as `null` too.
  bool is_list() const { return body.is_array() || !body.exists(); }
};

sdk::Fetch Get(std::string path, std::string stream, std::string note);

}  // namespace comity::gitea

#endif  // COMITY_PLUGINS_GITEA_ANSWER_H_
