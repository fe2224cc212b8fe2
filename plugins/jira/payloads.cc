#include "plugins/jira/payloads.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "plugins/jira/parts.h"
#include "plugins/sdk/json_object.h"

namespace comity::jira {
namespace {

using sdk::IsNamed;
using sdk::Json;
using sdk::JsonObject;

constexpr size_t kMaxItems = 200, kMaxLabels = 100, kMaxComponents = 10, kMaxLinks = 200, kMaxProperties = 20;

std::string SlimUser(Json user) {
  if (!user.is_object()) return "";
  return JsonObject().Copy(user, {"accountId", "accountType", "key", "name", "displayName"}).Take();
}

// A list of what `slim` makes of each element.
template <typename Slim>
std::string SlimList(Json list, size_t limit, Slim slim) {
  std::string out;
  for (const Json each : list.Items(limit)) {
    const std::string text = slim(each);
    if (!text.empty()) out += (out.empty() ? "" : ",") + text;
  }
  return "[" + out + "]";
}

std::string SlimLink(Json link) {
  JsonObject slim;
  slim.Copy(link, {"id"}).Raw("type", JsonObject().Copy(link.At("/type"), {"name", "inward", "outward"}).Take());
  for (const std::string_view end : {"inwardIssue", "outwardIssue"}) {
    const Json other = link.At("/" + std::string(end));
    if (other.exists()) slim.Raw(end, JsonObject().Copy(other, {"id", "key"}).Take());
  }
  return slim.Take();
}

std::string IdAndName(Json thing) { return thing.exists() ? JsonObject().Copy(thing, {"id", "name"}).Take() : ""; }

std::string SlimStatus(Json status) {
  if (!status.exists()) return "";
  JsonObject slim;
  slim.Copy(status, {"id", "name"});
  const Json category = status.At("/statusCategory");
  if (category.exists()) slim.Raw("statusCategory", JsonObject().Copy(category, {"key"}).Take());
  return slim.Take();
}

bool Contains(std::string_view text, std::string_view lower_case_word) {
  return !lower_case_word.empty() && absl::AsciiStrToLower({text.data(), text.size()}).find(lower_case_word) != std::string::npos;
}

// `is blocked by` in `This issue is blocked by SHOP-7`, which is in the site's language but for these words.
bool SaysOneOf(std::string_view text, const sdk::NameList& words) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return Contains(text, word); });
}

}  // namespace

std::string SlimIssue(Json issue) {
  const Json fields = issue.At("/fields");
  JsonObject slim;
  slim.Copy(fields, {"summary", "created", "updated"})
      .Raw("status", SlimStatus(fields.At("/status")))
      .Raw("resolution", IdAndName(fields.At("/resolution")))
      .Raw("assignee", SlimUser(fields.At("/assignee")))
      .Raw("reporter", SlimUser(fields.At("/reporter")))
      .Raw("creator", SlimUser(fields.At("/creator")))
      .Raw("project", JsonObject().Copy(fields.At("/project"), {"key"}).Take())
      .Raw("components", SlimList(fields.At("/components"), kMaxComponents, IdAndName))
      .Raw("labels", SlimList(fields.At("/labels"), kMaxLabels, [](Json label) { return label.Text().empty() ? "" : label.ToText(); }))
      .Raw("issuelinks", SlimList(fields.At("/issuelinks"), kMaxLinks, SlimLink));
  if (fields.At("/security").exists()) slim.Raw("security", "{}");
  return JsonObject().Copy(issue, {"id", "key", "self"}).Raw("fields", slim.Take()).Take();
}

Rewinder::Rewinder(Json issue, Json statuses, const Reading& reading)
    : issue_(issue),
      fields_(issue.At("/fields")),
      statuses_(statuses),
      reading_(reading),
      status_(SlimStatus(fields_.At("/status"))),
      resolution_(IdAndName(fields_.At("/resolution"))),
      assignee_(SlimUser(fields_.At("/assignee"))) {}

std::vector<std::string> Rewinder::Before(Json history) {
  std::vector<std::string> payloads = {Updated(history)};
  const std::vector<Json> items = history.At("/items").Items(kMaxItems);
  for (const Json item : items) AddLinks(item, history, payloads);
  for (const Json item : items) TakeBack(item, history.At("/author"));
  return payloads;
}

std::string Rewinder::Created() const {
  const Json creator = fields_.At("/creator");
  return JsonObject()
      .Text("webhookEvent", "jira:issue_created")
      .Raw("user", SlimUser(creator))
      .Raw("issue", IssueAt(fields_.At("/created")))
      .Take();
}

std::string Rewinder::IssueAt(Json when) const {
  JsonObject fields;
  fields.Copy(fields_, {"summary", "created", "reporter", "creator", "project", "components", "labels", "issuelinks", "security"})
      .Value("updated", when.exists() ? when : fields_.At("/updated"))
      .Raw("status", status_)
      .Raw("resolution", resolution_)
      .Raw("assignee", assignee_);
  return JsonObject().Copy(issue_, {"id", "key", "self"}).Raw("fields", fields.Take()).Take();
}

std::string Rewinder::Updated(Json history) const {
  const auto slim = [&](Json item) -> std::string {
    JsonObject copy;
    copy.Copy(item, {"field", "fieldtype", "from", "fromString", "to", "toString"});
    if (IsItemOf(item, "status")) {
      const std::string_view category = CategoryOf(item.At("/from").IdText());
      if (!category.empty()) copy.Text("fromCategory", category);
      return copy.Take();
    }
    const auto is_read = [&](std::string_view field) { return IsItemOf(item, field); };
    constexpr std::string_view kRead[] = {"resolution", "assignee", "priority", "project", "Key"};
    return std::any_of(std::begin(kRead), std::end(kRead), is_read) ? copy.Take() : "";
  };
  JsonObject log;
  log.Copy(history, {"id"}).Raw("items", SlimList(history.At("/items"), kMaxItems, slim));
  return JsonObject()
      .Text("webhookEvent", "jira:issue_updated")
      .Raw("user", SlimUser(history.At("/author")))
      .Raw("issue", IssueAt(history.At("/created")))
      .Raw("changelog", log.Take())
      .Take();
}

void Rewinder::TakeBack(Json item, Json author) {
  const std::string from = item.At("/from").IdText();
  const std::string_view name = item.At("/fromString").Text();
  const auto earlier = [&] { return JsonObject().Text("id", from).Text("name", name); };
  if (IsItemOf(item, "resolution")) {
    resolution_ = from.empty() && name.empty() ? "" : earlier().Take();
  } else if (IsItemOf(item, "assignee")) {
    assignee_ = from.empty() ? "" : AccountWithId(from, author);
  } else if (IsItemOf(item, "status")) {
    JsonObject status = earlier();
    const std::string_view category = CategoryOf(from);
    if (!category.empty()) status.Raw("statusCategory", JsonObject().Text("key", category).Take());
    status_ = status.Take();
  }
}

// Of a link that is still there the ticket tells the ids; of one that was removed the changelog tells the other's key alone.
void Rewinder::AddLinks(Json item, Json history, std::vector<std::string>& payloads) const {
  if (!IsItemOf(item, "Link")) return;
  const std::string_view added = item.At("/to").Text(), removed = item.At("/from").Text();
  if (!removed.empty() && SaysOneOf(item.At("/fromString").Text(), reading_.blocked_by)) {
    const std::string type = JsonObject().Text("inwardName", reading_.blocked_by.front()).Take();
    const std::string link = JsonObject().Value("destinationIssueId", issue_.At("/id")).Raw("issueLinkType", type).Take();
    payloads.push_back(LinkPayload("issuelink_deleted", history, link, removed));
  }
  if (added.empty()) return;
  const std::string_view said = item.At("/toString").Text();
  for (const Json link : fields_.At("/issuelinks").Items(kMaxLinks)) {
    const Json in = link.At("/inwardIssue"), out = link.At("/outwardIssue"), type = link.At("/type");
    const bool waits = in.At("/key").Text() == added && IsNamed(reading_.blocked_by, type.At("/inward").Text());
    const bool same = out.At("/key").Text() == added && IsNamed(reading_.duplicates, type.At("/outward").Text());
    if (!(waits && SaysOneOf(said, reading_.blocked_by)) && !(same && SaysOneOf(said, reading_.duplicates))) continue;
    JsonObject names;
    names.Text(waits ? "inwardName" : "outwardName", type.At(waits ? "/inward" : "/outward").Text());
    JsonObject told;
    told.Value("id", link.At("/id"))
        .Value("sourceIssueId", waits ? in.At("/id") : issue_.At("/id"))
        .Value("destinationIssueId", waits ? issue_.At("/id") : out.At("/id"))
        .Raw("issueLinkType", names.Take());
    payloads.push_back(LinkPayload("issuelink_created", history, told.Take(), added));
  }
}

std::string Rewinder::LinkPayload(std::string_view event, Json history, std::string_view link, std::string_view other_key) const {
  return JsonObject()
      .Text("webhookEvent", event)
      .Value("timestamp", history.At("/created"))
      .Raw("user", SlimUser(history.At("/author")))
      .Raw("issueLink", link)
      .Raw("issue", IssueAt(history.At("/created")))
      .Raw("otherIssue", JsonObject().Text("key", other_key).Take())
      .Raw("changelog", JsonObject().Copy(history, {"id"}).Take())
      .Take();
}

// A changelog names people by id; whoever is known from elsewhere in the ticket is told in full, as webhooks do.
std::string Rewinder::AccountWithId(const std::string& id, Json author) const {
  for (const Json known : {fields_.At("/assignee"), fields_.At("/reporter"), fields_.At("/creator"), author}) {
    if (AccountIdOf(known) == id) return SlimUser(known);
  }
  return JsonObject().Text(author.At("/accountId").exists() ? "accountId" : "key", id).Take();
}

std::string_view Rewinder::CategoryOf(const std::string& status_id) const {
  const std::optional<bool> done = statuses_.At("/" + status_id).Boolean();
  return !done ? "" : *done ? "done" : "indeterminate";
}

std::string CommentPayload(Json issue, Json comment) {
  const auto property = [](Json each) { return JsonObject().Copy(each, {"key", "value"}).Take(); };
  JsonObject slim;
  slim.Copy(comment, {"id", "created", "updated", "jsdPublic"}).Raw("author", SlimUser(comment.At("/author")));
  slim.Raw("properties", SlimList(comment.At("/properties"), kMaxProperties, property));
  if (comment.At("/visibility").exists()) slim.Raw("visibility", "{}");
  return JsonObject().Text("webhookEvent", "comment_created").Value("issue", issue).Raw("comment", slim.Take()).Take();
}

}  // namespace comity::jira
