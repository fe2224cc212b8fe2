// What Subscriptions asks a suite, and what it makes of the answers.
#include <openssl/rand.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "plugins/host/cursor_file.h"
#include "plugins/host/subscriptions.h"
#include "plugins/host/token_header.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

constexpr size_t kMaxAnswerBytes = 4 << 20;
constexpr std::chrono::seconds kLongestRequest{30};
constexpr absl::Duration kLongestLife = absl::Hours(24 * 400);
constexpr int kMaxLost = 5;                            // for one key
constexpr absl::Duration kListed = absl::Minutes(10);  // a new one may not be in the suite's list at once
constexpr absl::Duration kLookAgain = absl::Hours(24);
constexpr int kMaxPages = 50;
constexpr size_t kMaxOthers = 200, kMostKept = 1000;  // a file holds twice as many
constexpr char kOthersKey[] = "-", kListing[] = "\nlist";

std::string View(const absl::Status& status) { return std::string(status.message()); }

// Empty if the system gives no random bytes.
std::string NewName() {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return "";
  return absl::BytesToHexString({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

bool IsGone(int status) { return status == 404 || status == 410; }

}  // namespace

absl::StatusOr<net::Response> Subscriptions::Ask(const sdk::Fetch& fetch, std::string_view act) {
  absl::StatusOr<net::Response> response = AskOnce(fetch, act);
  if (response.ok() && response->status == 401 && access_.Refused()) response = AskOnce(fetch, act);
  if (cancelled_) return absl::CancelledError("stopped");
  if (!response.ok()) return response;
  if (parts_.gate.Learn(*response, parts_.clock.Now(), std::chrono::steady_clock::now()).refused) {
    return absl::ResourceExhaustedError("the suite wants to be asked later (rate limit)");
  }
  if (response->status == 401) return absl::UnauthenticatedError("the read token is refused (401); put a valid one into read_token_file");
  access_.Accepted();
  if (response->status >= 500 || response->status == 408) {
    return absl::UnavailableError(absl::StrCat("the API answers ", response->status));
  }
  return response;
}

absl::StatusOr<net::Response> Subscriptions::AskOnce(const sdk::Fetch& fetch, std::string_view act) {
  if (!fetch.path.starts_with('/')) return absl::FailedPreconditionError("a request does not begin with a slash");
  std::string token;
  if (!parts_.read_token_file.empty()) {
    const absl::StatusOr<std::string> credential = ReadSecretFile(parts_.read_token_file);
    const absl::StatusOr<std::string> shown = credential.ok() ? access_.For(*credential, &cancelled_) : credential;
    if (absl::IsUnavailable(shown.status()) && !cancelled_) Unanswered(View(shown.status()));
    if (!shown.ok()) return absl::FailedPreconditionError(shown.status().message());  // whatever it is: nothing was asked
    token = *shown;
  }
  const sdk::Manifest& manifest = connector_.manifest();
  net::Headers headers = manifest.api_headers;
  headers.insert(headers.end(), fetch.headers.begin(), fetch.headers.end());
  if (!token.empty()) headers.push_back(TokenHeader(manifest, token));
  if (!fetch.accept.empty()) headers.emplace_back("Accept", fetch.accept);
  net::FetchOptions options;
  options.timeout = kLongestRequest;
  options.max_body_bytes = kMaxAnswerBytes;
  options.cancel = &cancelled_;
  absl::StatusOr<net::Response> response = parts_.fetch(fetch.method, parts_.api_base + fetch.path, headers, fetch.body, options);
  parts_.metrics.CountSubscriptionRequest(source_.id, act, response.ok() ? response->status : 0);
  if (response.ok()) {
    Answered();
    return response;
  }
  if (!cancelled_) Unanswered(View(response.status()));
  return absl::UnavailableError(response.status().message());
}

absl::StatusOr<sdk::Granted> Subscriptions::ReadGranted(const KeptSubscription& kept, const net::Response& response) const {
  COMITY_ASSIGN_OR_RETURN(sdk::Granted granted, subscriber_.ReadGranted(source_, kept.subscription, response));
  const absl::Time now = parts_.clock.Now();
  const bool sound = IsStreamText(granted.id) && (granted.detail.empty() || IsStreamText(granted.detail)) && granted.expire_time > now;
  if (!sound) return absl::InvalidArgumentError("the suite grants a subscription without a sound id and expiry");
  granted.expire_time = std::min(granted.expire_time, now + kLongestLife);
  return granted;
}

// Asks again under the same name for what may have been made already: suites that take our name as theirs then refuse it, and those that
// do not are asked for their list.
Subscriptions::Outcome Subscriptions::Create(const std::string& key) {
  const auto is_lost = [&](const KeptSubscription& kept) { return kept.subscription.key == key && kept.subscription.id.empty(); };
  const auto earlier = std::find_if(
      book_.begin(), book_.end(), [&](const KeptSubscription& kept) { return is_lost(kept) && !spent_.contains(kept.subscription.name); });
  const bool fresh = earlier == book_.end();
  const std::string name = fresh ? NewName() : earlier->subscription.name;
  if (name.empty()) return Fail(key, "the system gives no random bytes");
  if (fresh) {
    if (std::count_if(book_.begin(), book_.end(), is_lost) >= kMaxLost) return Fail(key, "the suite does not say what it has subscribed");
    book_.push_back({{key, name}, {}, "", false});
  }
  const absl::Time now = parts_.clock.Now();
  KeptSubscription* kept = Find(name);
  kept->made_time = now;
  kept->subscription.expire_time = now + subscriber_.Lifetime();
  kept->proof = ProofOf(source_.secrets.front(), name);
  if (!Save()) {
    if (fresh) Erase(name);
    return Fail(key, "the spool folder cannot be written");
  }
  asking_ = true;
  const absl::StatusOr<net::Response> response = Ask(subscriber_.Create(source_, kept->subscription, parts_.hook), "create");
  asking_ = false;
  if (absl::IsCancelled(response.status())) return Outcome::kStopped;
  if (!response.ok() && absl::IsUnavailable(response.status())) {
    look_for_others_ = std::min(look_for_others_, now + kUndecided);
    return Fail(key, View(response.status()));
  }
  if (!response.ok() || response->status / 100 != 2) {  // it was not made, by this request
    if (fresh) Erase(name);
    if (!fresh && response.ok()) spent_.insert(name);
    Save();
    return Fail(key, response.ok() ? absl::StrCat("the suite refuses a subscription (", response->status, ")") : View(response.status()));
  }
  const absl::StatusOr<sdk::Granted> granted = ReadGranted(*kept, *response);
  if (!granted.ok()) {
    look_for_others_ = std::min(look_for_others_, now + kUndecided);
    return Fail(key, View(granted.status()));
  }
  kept->subscription.id = granted->id;
  kept->subscription.detail = granted->detail;
  kept->subscription.expire_time = granted->expire_time;
  Save();
  Succeed(key);
  obs::Log(obs::Level::kInfo, "Subscribed to a suite's hooks.", {{"source", source_.id}});
  return Outcome::kDone;
}

Subscriptions::Outcome Subscriptions::Renew(const Duty& duty) {
  KeptSubscription* kept = Find(duty.name);
  if (kept == nullptr) return Outcome::kFailed;
  const absl::Time now = parts_.clock.Now();
  const std::optional<sdk::Fetch> fetch = subscriber_.Renew(source_, kept->subscription, now + subscriber_.Lifetime());
  if (!fetch) return Create(duty.key);
  asking_ = true;
  const absl::StatusOr<net::Response> response = Ask(*fetch, "renew");
  asking_ = false;
  if (absl::IsCancelled(response.status())) return Outcome::kStopped;
  if (!response.ok()) return Fail(duty.key, View(response.status()));
  if (IsGone(response->status)) {
    obs::Log(obs::Level::kWarning, "A subscription is gone at the suite; it is made anew.", {{"source", source_.id}});
    pauses_.erase(duty.key);
    Erase(duty.name);
    Save();
    return Outcome::kDone;
  }
  if (response->status / 100 != 2)
    return Fail(duty.key, absl::StrCat("the suite refuses to renew a subscription (", response->status, ")"));
  const absl::StatusOr<sdk::Granted> granted = ReadGranted(*kept, *response);
  if (!granted.ok()) return Fail(duty.key, View(granted.status()));
  kept->made_time = now;
  kept->subscription.expire_time = granted->expire_time;
  hurried_.erase(duty.name);
  Save();
  Succeed(duty.key);
  return Outcome::kDone;
}

// What cannot be ended expires.
Subscriptions::Outcome Subscriptions::End(const Duty& duty) {
  KeptSubscription* kept = Find(duty.name);
  if (kept == nullptr) return Outcome::kFailed;
  sdk::Subscription what = kept->subscription;
  for (const KeptSubscription& other : book_) {
    if (what.detail.empty() && other.subscription.key == what.key) what.detail = other.subscription.detail;
  }
  const std::optional<sdk::Fetch> fetch = subscriber_.End(source_, what);
  if (!fetch) return Outcome::kFailed;
  // From here on it stands for nothing, also if this process dies before it hears the answer.
  saved_ = std::exchange(kept->proof, "").empty() && saved_;
  if (!saved_ && !Save()) return Fail("\n" + duty.name, "the spool folder cannot be written");
  const absl::StatusOr<net::Response> response = Ask(*fetch, "end");
  if (absl::IsCancelled(response.status())) return Outcome::kStopped;
  if (!response.ok()) return Fail("\n" + duty.name, View(response.status()));
  if (response->status / 100 != 2 && !IsGone(response->status)) {
    return Fail("\n" + duty.name,
                absl::StrCat("the suite refuses to end a subscription that is no longer wanted (", response->status, ")"));
  }
  Erase(duty.name);
  Save();
  return Outcome::kDone;
}

void Subscriptions::LookForOthers() {
  const absl::Time now = parts_.clock.Now();
  if (cancelled_ || IsPaused(kListing) || now < look_for_others_ || parts_.hook.empty() || !subscriber_.List(source_)) return;
  std::vector<sdk::Granted> found;
  if (!ReadOthers(&found)) return;
  pauses_.erase(kListing);
  Compare(found);
  const bool undecided = std::any_of(book_.begin(), book_.end(), [](const KeptSubscription& kept) { return kept.subscription.id.empty(); });
  look_for_others_ = now + (undecided ? kUndecided : kLookAgain);
}

// False if it could not be read whole: then nothing follows from what is not in it.
bool Subscriptions::ReadOthers(std::vector<sdk::Granted>* found) {
  std::optional<sdk::Fetch> next = subscriber_.List(source_);
  for (int page = 0; next; ++page) {
    if (page == kMaxPages) {
      Fail(kListing, "the suite's list of subscriptions has no end");
      return false;
    }
    const absl::StatusOr<net::Response> response = Ask(*next, "list");
    if (absl::IsCancelled(response.status())) return false;
    absl::StatusOr<sdk::Listing> listing =
        !response.ok()            ? absl::StatusOr<sdk::Listing>(response.status())
        : response->status != 200 ? absl::UnavailableError(absl::StrCat("the list of subscriptions is answered ", response->status))
                                  : subscriber_.ReadListing(source_, parts_.hook, *response);
    if (!listing.ok()) {
      Fail(kListing, View(listing.status()));
      return false;
    }
    for (sdk::Granted& one : listing->found) found->push_back(std::move(one));
    next = std::move(listing->next);
  }
  return true;
}

void Subscriptions::Compare(const std::vector<sdk::Granted>& found) {
  const absl::Time now = parts_.clock.Now();
  std::set<std::string> ids;
  for (const sdk::Granted& one : found) ids.insert(one.id);
  std::vector<std::string> gone;
  for (const KeptSubscription& kept : book_) {
    const sdk::Subscription& what = kept.subscription;
    const bool missing = what.id.empty() ? kept.made_time + kUndecided <= now : kept.made_time + kListed <= now && !ids.contains(what.id);
    if (missing) gone.push_back(what.name);
    ids.erase(what.id);
  }
  for (const std::string& name : gone) Erase(name);
  size_t others = 0;
  for (const sdk::Granted& one : found) {
    if (ids.erase(one.id) == 0 || !IsStreamText(one.id) || one.expire_time <= now || others >= kMaxOthers || book_.size() >= kMostKept)
      continue;
    std::string name = NewName();
    if (name.empty()) break;  // no random bytes just now
    ++others;
    // Without proof it never stands for a key: it is ended.
    book_.push_back({{kOthersKey, std::move(name), one.id, "", std::min(one.expire_time, now + kLongestLife)}, now, "", true});
  }
  if (gone.empty() && others == 0) return;
  obs::Log(obs::Level::kWarning, "The suite's list of subscriptions differs from ours; what is doubled is ended, what is gone made anew.",
           {{"source", source_.id}, {"doubled", others}, {"gone", gone.size()}});
  Save();
}

}  // namespace comity::host
