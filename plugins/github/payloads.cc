#include "plugins/github/payloads.h"

#include <utility>

#include "service/base/json_text.h"

namespace comity::github {
namespace {

std::string SlimUser(sdk::Json user) { return user.exists() ? JsonObject().Copy(user, {"id", "login", "type"}).Take() : ""; }

std::string SlimLabels(sdk::Json labels) {
  std::string list;
  for (const sdk::Json label : labels.Items(kMaxLabels)) {
    list += (list.empty() ? "" : ",") + JsonObject().Copy(label, {"name"}).Take();
  }
  return "[" + list + "]";
}

}  // namespace

void JsonObject::Name(std::string_view name) {
  if (out_.size() > 1) out_ += ',';
  AppendJsonString(out_, name);
  out_ += ':';
}
JsonObject& JsonObject::Text(std::string_view name, std::string_view text) {
  Name(name);
  AppendJsonString(out_, text);
  return *this;
}
JsonObject& JsonObject::Raw(std::string_view name, std::string_view json) {
  if (json.empty()) return *this;
  Name(name);
  out_ += json;
  return *this;
}
JsonObject& JsonObject::Value(std::string_view name, sdk::Json value) { return value.exists() ? Raw(name, value.ToText()) : *this; }
JsonObject& JsonObject::Copy(sdk::Json from, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) Value(name, from.At("/" + std::string(name)));
  return *this;
}
JsonObject& JsonObject::Members(std::string_view object) {
  if (object.size() <= 2) return *this;
  if (out_.size() > 1) out_ += ',';
  out_ += object.substr(1, object.size() - 2);
  return *this;
}
std::string JsonObject::Take() { return std::move(out_) + "}"; }

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
