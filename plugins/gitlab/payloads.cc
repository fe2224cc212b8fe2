#include "plugins/gitlab/payloads.h"

#include <cstddef>

#include "plugins/gitlab/accounts.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"

namespace comity::gitlab {
namespace {

using sdk::Json;
using sdk::JsonObject;

constexpr size_t kMaxLabels = 100;

// What tickets and changes have alike.
JsonObject Slim(Json thing) {
  JsonObject slim;
  slim.Copy(thing, {"id", "iid", "title"}).Value("url", thing.At("/web_url"));
  if (const auto created = sdk::TimeOf(thing.At("/created_at"))) slim.Text("created_at", HookTime(*created));
  std::string labels;
  for (const Json label : thing.At("/labels").Items(kMaxLabels)) {
    const Json title = label.is_object() ? label.At("/name") : label;
    labels += (labels.empty() ? "" : ",") + JsonObject().Value("title", title).Take();
  }
  slim.Raw("labels", "[" + labels + "]").Value("author_id", thing.At("/author/id"));
  // A hook would tell the number alone; but of bots and of what deleted users leave behind more is known here.
  const std::string_view author = thing.At("/author/username").Text();
  if (IsBotName(author) || IsGhostName(author)) slim.Raw("author", SlimUser(thing.At("/author")));
  return slim;
}

}  // namespace

std::string SlimProject(Json project) {
  JsonObject slim;
  slim.Copy(project, {"id", "path_with_namespace", "default_branch"});
  const std::string_view visibility = project.At("/visibility").Text();
  if (!visibility.empty()) slim.Raw("visibility_level", visibility == "public" ? "20" : visibility == "internal" ? "10" : "0");
  return slim.Take();
}

std::string SlimUser(Json user) { return user.exists() ? JsonObject().Copy(user, {"id", "username", "bot"}).Take() : ""; }

std::string SlimIssue(Json issue) {
  JsonObject slim = Slim(issue);
  slim.Copy(issue, {"confidential", "moved_to_id"});
  if (issue.At("/_links/closed_as_duplicate_of").exists()) slim.Raw("closed_as_duplicate", "true");
  return slim.Take();
}

std::string SlimChange(Json change) { return Slim(change).Copy(change, {"state", "target_branch"}).Take(); }

std::string HookTime(absl::Time time) { return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone()); }

}  // namespace comity::gitlab
