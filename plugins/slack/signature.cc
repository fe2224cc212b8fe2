#include "absl/strings/escaping.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/times.h"
#include "plugins/slack/slack.h"

namespace comity::slack {
namespace {

constexpr absl::Duration kWindow = absl::Minutes(5);

}  // namespace

std::string Sign(std::string_view secret, std::string_view timestamp, std::string_view body) {
  std::string content = "v0:";
  content.append(timestamp).append(":").append(body);
  return "v0=" + absl::BytesToHexString(sdk::Hmac(sdk::HashAlgorithm::kSha256, secret, content));
}

sdk::Auth VerifySignature(const sdk::Request& request, const sdk::Source& source, absl::Time now) {
  const std::string_view timestamp = request.Header("X-Slack-Request-Timestamp"), given = request.Header("X-Slack-Signature");
  if (given.empty() || timestamp.empty() || timestamp.size() > 11 || timestamp.find_first_not_of("0123456789") != std::string_view::npos) {
    return sdk::Auth::kUnauthenticated;
  }
  const std::optional<absl::Time> signed_time = sdk::ParseTime(timestamp);
  if (!signed_time) return sdk::Auth::kUnauthenticated;
  bool good = false;
  for (const std::string& secret : source.secrets) {  // every one, so that the time does not tell which is in use
    if (!secret.empty()) good |= sdk::ConstantTimeEquals(Sign(secret, timestamp, request.body), given);
  }
  if (!good) return sdk::Auth::kUnauthenticated;
  return absl::AbsDuration(now - *signed_time) <= kWindow ? sdk::Auth::kOk : sdk::Auth::kStale;
}

}  // namespace comity::slack
