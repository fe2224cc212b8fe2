#include "plugins/graph/subscriptions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/graph/polling.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::microsoft_graph {
namespace {

constexpr std::string_view kTitle = "Microsoft Graph";
constexpr size_t kMaxHookBytes = 512 * 1024;  // it must be parsed before anybody knows whose it is
constexpr size_t kMaxNotifications = 500, kMaxListed = 1000;

sdk::Fetch Ask(std::string method, std::string path, std::string body) {
  sdk::Fetch fetch{std::move(path), "application/json", "", ""};
  fetch.method = std::move(method);
  fetch.body = std::move(body);
  if (!fetch.body.empty()) fetch.headers = {{"Content-Type", "application/json"}};
  return fetch;
}

absl::StatusOr<sdk::JsonDocument> DocumentOf(const sdk::Request& request) {
  if (request.body.size() > kMaxHookBytes) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "notifications of more than 512 KiB are not read");
  }
  return sdk::JsonDocument::Parse(request.body);
}

// Calls `take(name, notification)` for each that holds our state.
template <typename Take>
void ForEachOfOurs(const sdk::JsonDocument& document, const sdk::Source& source, Take take) {
  for (const sdk::Json one : document.root().At("/value").Items(kMaxNotifications)) {
    const std::optional<std::string> name = sdk::SubscriptionNameIn(source, one.At("/clientState").Text());
    if (name) take(*name, one);
  }
}

std::string PathOf(const sdk::Subscription& subscription) { return absl::StrCat("/subscriptions/", sdk::UrlEncoded(subscription.id)); }

std::optional<sdk::Granted> GrantedIn(sdk::Json one) {
  const std::string_view id = one.At("/id").Text();
  const std::optional<absl::Time> expire_time = sdk::TimeOf(one.At("/expirationDateTime"));
  if (!sdk::IsPathName(id) || !expire_time) return std::nullopt;
  return sdk::Granted{std::string(id), "", *expire_time};
}

}  // namespace

sdk::Auth VerifyNotifications(const sdk::Request& request, const sdk::Source& source) {
  const absl::StatusOr<sdk::JsonDocument> document = DocumentOf(request);
  bool ours = false;
  if (document.ok()) ForEachOfOurs(*document, source, [&](const std::string&, sdk::Json) { ours = true; });
  return ours ? sdk::Auth::kOk : sdk::Auth::kUnauthenticated;
}

absl::StatusOr<sdk::Parsed> ParseNotifications(const sdk::Request& request, const sdk::Source& source) {
  using Kind = sdk::Notice::Kind;
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, DocumentOf(request));
  sdk::Parsed parsed;
  ForEachOfOurs(document, source, [&](const std::string& name, sdk::Json one) {
    parsed.notices.push_back({Kind::kArrived, name});
    const std::string_view event = one.At("/lifecycleEvent").Text();
    if (event == "reauthorizationRequired") parsed.notices.push_back({Kind::kRenew, name});
    if (event == "subscriptionRemoved") parsed.notices.push_back({Kind::kGone, name});
    parsed.wake |= event == "missed" || event == "subscriptionRemoved" || one.At("/changeType").exists();
  });
  if (parsed.notices.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "no notification holds a clientState of this source");
  }
  parsed.ignored = parsed.wake ? "says that something has changed" : "says how a subscription is";
  return parsed;
}

sdk::Fetch Subscriptions::Create(const sdk::Source& source, const sdk::Subscription& wanted, std::string_view hook) const {
  sdk::JsonObject body;
  body.Text("changeType", "created,updated,deleted").Text("notificationUrl", hook).Text("lifecycleNotificationUrl", hook);
  body.Text("resource", absl::StrCat("/users/", wanted.key, "/events"));
  body.Text("expirationDateTime", sdk::UtcText(wanted.expire_time));
  body.Text("clientState", sdk::SubscriptionToken(source, wanted.name));
  return Ask("POST", "/subscriptions", body.Take());
}

std::optional<sdk::Fetch> Subscriptions::Renew(const sdk::Source&, const sdk::Subscription& subscription, absl::Time expire_time) const {
  sdk::JsonObject body;
  return Ask("PATCH", PathOf(subscription), body.Text("expirationDateTime", sdk::UtcText(expire_time)).Take());
}

std::optional<sdk::Fetch> Subscriptions::End(const sdk::Source&, const sdk::Subscription& subscription) const {
  if (subscription.id.empty()) return std::nullopt;
  return Ask("DELETE", PathOf(subscription), "");
}

absl::StatusOr<sdk::Granted> Subscriptions::ReadGranted(const sdk::Source&, const sdk::Subscription& asked,
                                                        const net::Response& response) const {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(response.body));
  std::optional<sdk::Granted> granted = GrantedIn(document.root());
  if (!granted || (!asked.id.empty() && granted->id != asked.id)) return sdk::UnreadableAnswer("a subscription", kTitle);
  return *std::move(granted);
}

std::optional<sdk::Fetch> Subscriptions::List(const sdk::Source&) const { return Ask("GET", "/subscriptions", ""); }

absl::StatusOr<sdk::Listing> Subscriptions::ReadListing(const sdk::Source&, std::string_view hook, const net::Response& response) const {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(response.body));
  const sdk::Json root = document.root();
  if (!root.At("/value").is_array()) return sdk::UnreadableAnswer("a list of subscriptions", kTitle);
  sdk::Listing listing;
  for (const sdk::Json one : root.At("/value").Items(kMaxListed)) {
    if (one.At("/notificationUrl").Text() != hook) continue;
    std::optional<sdk::Granted> granted = GrantedIn(one);
    if (!granted) return sdk::UnreadableAnswer("a list of subscriptions", kTitle);
    listing.found.push_back(*std::move(granted));
  }
  if (root.At("/@odata.nextLink").exists()) {
    const std::string_view query = QueryOf(root.At("/@odata.nextLink").Text());
    if (query.empty()) return sdk::UnreadableAnswer("a list of subscriptions with an end", kTitle);
    listing.next = Ask("GET", absl::StrCat("/subscriptions?", std::string(query)), "");
  }
  return listing;
}

std::optional<std::string> Subscriptions::Handshake(const sdk::Request& request) const {
  return sdk::PlainTokenIn(request.query, "validationToken");
}

}  // namespace comity::microsoft_graph
