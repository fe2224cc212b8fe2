#include "plugins/host/access_token.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/oauth.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "service/base/error.h"

namespace comity::host {
namespace {

constexpr size_t kMaxTokenAnswerBytes = 256 * 1024;
constexpr std::chrono::seconds kLongestExchange{30};
constexpr absl::Duration kRenewMargin = absl::Minutes(5);  // before it ends: what is under way then still has it

absl::Status NoTokenYet(std::string_view why) {
  return Error(absl::StatusCode::kUnavailable, ErrorReason::kPeerUnavailable,
               absl::StrCat("no token for the credential of read_token_file: ", std::string(why), "; it is asked again by itself"));
}

}  // namespace

absl::StatusOr<std::string> AccessToken::For(const std::string& credential, const std::atomic<bool>* cancel) {
  const std::string hash = sdk::Sha256Hex(credential);
  if (!token_.empty() && hash == credential_hash_ && clock_.Now() < renew_time_) return token_;
  token_.clear();
  COMITY_ASSIGN_OR_RETURN(const std::optional<sdk::TokenRequest> request, connector_.Exchange(source_, credential, clock_.Now()));
  if (!request) return credential;
  COMITY_ASSIGN_OR_RETURN(token_, Exchange(*request, cancel));
  credential_hash_ = hash;
  return token_;
}

bool AccessToken::Refused() {
  if (token_.empty()) return false;
  token_.clear();
  return !std::exchange(again_, true);
}

absl::StatusOr<std::string> AccessToken::Exchange(const sdk::TokenRequest& request, const std::atomic<bool>* cancel) {
  const std::string base = connector_.TokenBase(source_);
  // The credential is in the form: it goes to the endpoint's host, encrypted, and nowhere else.
  if (!sdk::IsSafeBase(base) || !request.path.starts_with('/')) {
    return sdk::CredentialFault("the token endpoint's address must begin with https:// (http:// only for this machine)");
  }
  if (gate_.open_from() > std::chrono::steady_clock::now()) return NoTokenYet("the token endpoint wants to be left alone for a while");
  net::FetchOptions options;
  options.timeout = kLongestExchange;
  options.max_body_bytes = kMaxTokenAnswerBytes;
  options.cancel = cancel;
  const net::Headers headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  const absl::Time asked = clock_.Now();
  const absl::StatusOr<net::Response> response = fetch_("POST", base + request.path, headers, request.form, options);
  if (absl::IsCancelled(response.status())) return response.status();
  if (!response.ok()) return NoTokenYet(absl::StrCat("the token endpoint cannot be reached (", response.status().message(), ")"));
  if (gate_.Learn(*response, asked, std::chrono::steady_clock::now()).refused) return NoTokenYet("the token endpoint limits the rate");
  if (response->status >= 500 || response->status == 408) return NoTokenYet(absl::StrCat("the token endpoint answers ", response->status));
  COMITY_ASSIGN_OR_RETURN(sdk::TokenAnswer answer, sdk::ReadTokenAnswer(*response));
  renew_time_ = asked + answer.lifetime - std::min(kRenewMargin, answer.lifetime / 5);
  return std::move(answer.token);
}

}  // namespace comity::host
