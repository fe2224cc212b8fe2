#include "plugins/github/payloads.h"

#include "plugins/sdk/json_object.h"

namespace comity::github {
namespace {

using sdk::JsonObject;

std::string SlimUser(sdk::Json user) { return user.exists() ? JsonObject().Copy(user, {"id", "login", "type"}).Take() : ""; }

std::string SlimLabels(sdk::Json labels) {
  std::string list;
  for (const sdk::Json label : labels.Items(kMaxLabels)) {
    list += (list.empty() ? "" : ",") + JsonObject().Copy(label, {"name"}).Take();
  }
  return "[" + list + "]";
}

}  // namespace

std::string SlimRepository(sdk::Json repository) {
  return JsonObject()
      .Copy(repository, {"id", "full_name", "visibility", "private", "default_branch"})
      .Raw("owner", SlimUser(repository.At("/owner")))
      .Take();
}

std::string SlimIssue(sdk::Json issue) {
  JsonObject slim;
  slim.Copy(issue, {"id", "node_id", "number", "title", "html_url", "created_at"})
      .Raw("user", SlimUser(issue.At("/user")))
      .Raw("labels", SlimLabels(issue.At("/labels")));
  if (issue.At("/pull_request").exists()) slim.Raw("pull_request", "{}");
  if (issue.At("/performed_via_github_app").exists()) slim.Raw("performed_via_github_app", "{}");
  return slim.Take();
}

std::string SlimChange(sdk::Json change) {
  return JsonObject()
      .Copy(change, {"id", "number", "title", "html_url", "created_at", "merged"})
      .Raw("user", SlimUser(change.At("/user")))
      .Raw("labels", SlimLabels(change.At("/labels")))
      .Take();
}

}  // namespace comity::github
