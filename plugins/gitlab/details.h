// What a single ticket or merge request has to tell: its changes of state, its notes, its approvals.
#ifndef COMITY_PLUGINS_GITLAB_DETAILS_H_
#define COMITY_PLUGINS_GITLAB_DETAILS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/gitlab/mapping.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/json_object.h"

namespace comity::gitlab {

inline constexpr size_t kPageSize = 100;
inline constexpr int64_t kMaxPages = 500;  // of one list: GitLab answers no more than 50,000 items by number of page

// In whose light an answer is read.
struct Asked {
  const sdk::Source& source;
  const Reading& reading;
  const sdk::Manifest& manifest;
  const sdk::Poll& poll;
  const sdk::Fetch& fetch;
};

// Puts what the API tells into the form of a hook, and reads it as one.
class Teller {
 public:
  // Nothing from before `floor` is told.
  Teller(const Asked& asked, sdk::Json project, absl::Time floor, sdk::Step& step)
      : asked_(asked), project_(project), floor_(floor), step_(step) {}
  // `user` did `action` at `when`. `object` has the members of `/object_attributes`, `beside` those next to it. `seen`: the last change of
  // the object as it was seen, if what it says now may differ from what was told of the same act before.
  void Tell(std::string_view kind, std::string_view action, absl::Time when, std::string_view user, sdk::JsonObject object,
            std::string_view beside = "", absl::Time seen = absl::InfinitePast());

 private:
  const Asked& asked_;
  const sdk::Json project_;
  const absl::Time floor_;
  sdk::Step& step_;
};

// Tells what the list of tickets (else of merge requests) says of `item` itself, and asks for the rest. `commit` takes effect when it is
// read.
void Listed(const Asked& asked, sdk::Json project, sdk::Json item, bool is_issue, absl::Time floor, const std::string& commit,
            sdk::Step& step);

// The answer to what Listed asked; `response` is of status 200, or nothing is there that the token may see.
absl::StatusOr<sdk::Step> AbsorbDetails(const Asked& asked, sdk::Json note, const net::Response& response);

}  // namespace comity::gitlab

#endif  // COMITY_PLUGINS_GITLAB_DETAILS_H_
