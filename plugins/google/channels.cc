#include "plugins/google/channels.h"

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::google_calendar {
namespace {

constexpr std::string_view kTitle = "Google Calendar";

sdk::Fetch Post(std::string path, std::string body) {
  sdk::Fetch fetch{std::move(path), "application/json", "", ""};
  fetch.method = "POST";
  fetch.body = std::move(body);
  fetch.headers = {{"Content-Type", "application/json"}};
  return fetch;
}

}  // namespace

sdk::Auth VerifyNotification(const sdk::Request& request, const sdk::Source& source) {
  const std::optional<std::string> name = sdk::SubscriptionNameIn(source, request.Header("X-Goog-Channel-Token"));
  return name && *name == request.Header("X-Goog-Channel-ID") ? sdk::Auth::kOk : sdk::Auth::kUnauthenticated;
}

absl::StatusOr<sdk::Parsed> ParseNotification(const sdk::Request& request, const sdk::Source& source) {
  const std::optional<std::string> name = sdk::SubscriptionNameIn(source, request.Header("X-Goog-Channel-Token"));
  const std::string_view state = request.Header("X-Goog-Resource-State");
  if (!name || state.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "this is no notification of a Google channel");
  }
  sdk::Parsed parsed;
  parsed.ignored = "says that a channel works";
  parsed.notices.push_back({sdk::Notice::Kind::kArrived, *name});
  if (state == "exists" || state == "not_exists") {
    parsed.wake = true;
    parsed.ignored = "says that something has changed";
  } else if (state != "sync") {
    parsed.ignored = "a state that is not read";
  }
  return parsed;
}

sdk::Fetch Channels::Create(const sdk::Source& source, const sdk::Subscription& wanted, std::string_view hook) const {
  sdk::JsonObject body;
  body.Text("id", wanted.name).Text("type", "web_hook").Text("address", hook);
  body.Text("token", sdk::SubscriptionToken(source, wanted.name));
  body.Text("expiration", std::to_string(absl::ToUnixMillis(wanted.expire_time)));
  return Post(absl::StrCat("/calendars/", sdk::UrlEncoded(wanted.key), "/events/watch"), body.Take());
}

std::optional<sdk::Fetch> Channels::End(const sdk::Source&, const sdk::Subscription& subscription) const {
  if (subscription.detail.empty()) return std::nullopt;
  sdk::JsonObject body;
  body.Text("id", subscription.name).Text("resourceId", subscription.detail);
  return Post("/channels/stop", body.Take());
}

absl::StatusOr<sdk::Granted> Channels::ReadGranted(const sdk::Source&, const sdk::Subscription& asked,
                                                   const net::Response& response) const {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(response.body));
  const sdk::Json root = document.root();
  const std::string_view resource = root.At("/resourceId").Text();
  // Without a time it is the one that was asked for.
  const sdk::Json expiration = root.At("/expiration");
  const std::optional<absl::Time> expire_time = expiration.exists() ? sdk::TimeOf(expiration) : asked.expire_time;
  if (root.At("/id").Text() != asked.name || resource.empty() || !expire_time) return sdk::UnreadableAnswer("a channel", kTitle);
  return sdk::Granted{asked.name, std::string(resource), *expire_time};
}

}  // namespace comity::google_calendar
