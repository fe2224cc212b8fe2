// A suite whose hooks are subscriptions, and its connector. In one style it takes our name for its id, never renews and cannot be asked
// what there is, as Google Calendar; in the other it gives ids, renews, lists, and asks whether the address is ours, as Microsoft Graph.
#ifndef COMITY_TESTS_UNIT_PLUGINS_HOST_FAKE_BELLS_H_
#define COMITY_TESTS_UNIT_PLUGINS_HOST_FAKE_BELLS_H_

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/subscription.h"
#include "plugins/sdk/walk.h"
#include "service/base/mutex.h"
#include "service/net/http.h"

namespace comity::host {

class BellConnector : public sdk::Connector, public sdk::Subscriber {
 public:
  BellConnector() {
    manifest_.suite = "bells";
    manifest_.title = "Bells";
    manifest_.options = {{"watch", "towers, with commas between", ""}, {"listed", "the style", "false"}, {"asks", "first", "false"}};
    manifest_.reconciles = manifest_.hooks_wake = true;
  }
  const sdk::Manifest& manifest() const override { return manifest_; }
  const sdk::Subscriber* subscriber() const override { return this; }
  std::vector<std::string> Check(const sdk::Source& source) const override { return sdk::CheckSource(manifest_, source); }
  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return sdk::SubscriptionNameIn(source, request.Header("X-Token")) ? sdk::Auth::kOk : sdk::Auth::kUnauthenticated;
  }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    sdk::Parsed parsed;
    const std::string name = sdk::SubscriptionNameIn(source, request.Header("X-Token")).value_or("");
    const std::string_view kind = request.Header("X-Kind");
    parsed.notices.push_back({sdk::Notice::Kind::kArrived, name});
    if (kind == "gone") parsed.notices.push_back({sdk::Notice::Kind::kGone, name});
    if (kind == "renew") parsed.notices.push_back({sdk::Notice::Kind::kRenew, name});
    parsed.wake = kind.empty();
    return parsed;
  }
  sdk::Step Plan(const sdk::Source&, const sdk::Poll&) const override {
    sdk::Step step;
    step.next.push_back({"/changes", "", "", ""});
    return step;
  }

  std::vector<std::string> Watched(const sdk::Source& source) const override {
    return sdk::SplitList(sdk::OptionOf(manifest_, source, "watch"));
  }
  absl::Duration Lifetime() const override { return absl::Hours(100); }
  sdk::Fetch Create(const sdk::Source& source, const sdk::Subscription& wanted, std::string_view hook) const override {
    sdk::Fetch fetch{"/subscriptions", "", "", "", "POST"};
    fetch.body = absl::StrCat(IsListed(source) ? "" : wanted.name, "\n", wanted.key, "\n", std::string(hook), "\n",
                              sdk::SubscriptionToken(source, wanted.name), "\n", absl::ToUnixMicros(wanted.expire_time));
    return fetch;
  }
  std::optional<sdk::Fetch> Renew(const sdk::Source& source, const sdk::Subscription& one, absl::Time expire_time) const override {
    if (!IsListed(source)) return std::nullopt;
    return sdk::Fetch{"/subscriptions/" + one.id, "", "", "", "PATCH", std::to_string(absl::ToUnixMicros(expire_time))};
  }
  std::optional<sdk::Fetch> End(const sdk::Source& source, const sdk::Subscription& one) const override {
    if (IsListed(source)) {
      if (one.id.empty()) return std::nullopt;
      return sdk::Fetch{"/subscriptions/" + one.id, "", "", "", "DELETE"};
    }
    if (one.detail.empty()) return std::nullopt;
    return sdk::Fetch{"/stop", "", "", "", "POST", one.name + "\n" + one.detail};
  }
  absl::StatusOr<sdk::Granted> ReadGranted(const sdk::Source&, const sdk::Subscription&, const net::Response& response) const override {
    const std::vector<std::string> lines = absl::StrSplit(response.body, '\n');
    int64_t micros = 0;
    if (lines.size() != 3 || !absl::SimpleAtoi(lines[2], &micros)) return absl::InvalidArgumentError("this is no grant");
    return sdk::Granted{lines[0], lines[1], absl::FromUnixMicros(micros)};
  }
  std::optional<sdk::Fetch> List(const sdk::Source& source) const override {
    if (!IsListed(source)) return std::nullopt;
    return sdk::Fetch{"/subscriptions", "", "", ""};
  }
  absl::StatusOr<sdk::Listing> ReadListing(const sdk::Source&, std::string_view hook, const net::Response& response) const override {
    sdk::Listing listing;
    for (const std::string& line : std::vector<std::string>(absl::StrSplit(response.body, '\n', absl::SkipEmpty()))) {
      const std::vector<std::string> parts = absl::StrSplit(line, '\t');
      int64_t micros = 0;
      if (parts.size() != 3 || !absl::SimpleAtoi(parts[2], &micros)) return absl::InvalidArgumentError("this is no list");
      if (parts[1] == hook) listing.found.push_back({parts[0], "", absl::FromUnixMicros(micros)});
    }
    return listing;
  }
  bool AsksFirst(const sdk::Source& source) const override { return sdk::OptionOf(manifest_, source, "asks") == "true"; }
  std::optional<std::string> Handshake(const sdk::Request& request) const override {
    return sdk::PlainTokenIn(request.query, "validationToken");
  }

 private:
  bool IsListed(const sdk::Source& source) const { return sdk::OptionOf(manifest_, source, "listed") == "true"; }
  sdk::Manifest manifest_;
};

// Safe to call from any thread.
class FakeBells {
 public:
  struct Bell {
    std::string id, key, hook, token, detail;
    int64_t expire_micros = 0;
  };

  FakeBells() {
    auto server = net::Server::Start({}, [this](net::Request request, net::Responder respond) {
      MutexLock lock(mutex_);
      threads_.emplace_back([this, request = std::move(request), respond = std::move(respond)] { Serve(request, respond); });
    });
    server_ = *std::move(server);
  }
  ~FakeBells() {
    server_->Stop(std::chrono::milliseconds(0));
    std::vector<std::thread> threads;
    {
      MutexLock lock(mutex_);
      threads.swap(threads_);
    }
    for (std::thread& thread : threads) thread.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

  std::map<std::string, Bell> bells() const {
    MutexLock lock(mutex_);
    return bells_;
  }
  size_t size() const { return bells().size(); }
  int Asked(const std::string& what) const {
    MutexLock lock(mutex_);
    const auto found = asked_.find(what);
    return found == asked_.end() ? 0 : found->second;
  }
  // The only one there is.
  Bell only() const {
    const std::map<std::string, Bell> all = bells();
    return all.empty() ? Bell() : all.begin()->second;
  }
  void Lose() {
    MutexLock lock(mutex_);
    bells_.clear();
  }
  void Add(const Bell& bell) {
    MutexLock lock(mutex_);
    bells_[bell.id] = bell;
  }
  void Release() {
    MutexLock lock(mutex_);
    held_.clear();
  }

  std::atomic<int> answer_all{0};        // with this status, unless 0
  std::atomic<bool> keep_silent{false};  // subscribes, and says nothing
  std::atomic<bool> shake_hands{false};  // asks first whether the address is ours
  std::string handshake = "Validation: are you there, 7?", handshake_query = "Validation%3a+are%20you+there%2C+7%3F";
  std::string seen_type, seen_options;  // of the answer to a handshake

 private:
  void Serve(const net::Request& request, const net::Responder& respond) {
    const std::string what = request.method + " " + (request.path.starts_with("/subscriptions/") ? "/subscriptions/" : request.path);
    {
      MutexLock lock(mutex_);
      ++asked_[what];
    }
    if (const int status = answer_all; status != 0) return respond({status, {}, "marmalade"});
    if (net::FindHeader(request.headers, "Authorization") != "Bearer read-token") return respond({401, {}, ""});
    if (what == "POST /subscriptions") return Create(request, respond);
    MutexLock lock(mutex_);
    respond(Answer(request, what));
  }
  void Create(const net::Request& request, const net::Responder& respond) {
    const std::vector<std::string> lines = absl::StrSplit(request.body, '\n');
    if (shake_hands) {
      const auto answer = net::Fetch("POST", lines.at(2) + "?validationToken=" + handshake_query, {}, "", {});
      if (!answer.ok() || answer->status != 200 || answer->body != handshake) return respond({400, {}, "the address does not answer"});
      seen_type = std::string(net::FindHeader(answer->headers, "Content-Type"));
      seen_options = std::string(net::FindHeader(answer->headers, "X-Content-Type-Options"));
    }
    MutexLock lock(mutex_);
    const bool named = !lines.at(0).empty();
    const std::string id = named ? lines[0] : "bell-" + std::to_string(++last_id_);
    if (bells_.contains(id)) return respond({400, {}, "this id is not unique"});
    Bell bell{id, lines.at(1), lines.at(2), lines.at(3), named ? "tower-" + lines.at(1) : "", 0};
    if (!absl::SimpleAtoi(lines.at(4), &bell.expire_micros)) return respond({400, {}, ""});
    bells_[id] = bell;
    if (keep_silent) return held_.push_back(respond);
    respond({201, {}, absl::StrCat(id, "\n", bell.detail, "\n", bell.expire_micros)});
  }
  net::Response Answer(const net::Request& request, const std::string& what) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (what == "GET /changes") return {200, {}, ""};
    if (what == "GET /subscriptions") {
      std::string text;
      for (const auto& [id, bell] : bells_) absl::StrAppend(&text, id, "\t", bell.hook, "\t", bell.expire_micros, "\n");
      return {200, {}, text};
    }
    if (what == "POST /stop") {
      const std::vector<std::string> lines = absl::StrSplit(request.body, '\n');
      const auto bell = bells_.find(lines.at(0));
      if (bell == bells_.end() || bell->second.detail != lines.at(1)) return {404, {}, ""};
      bells_.erase(bell);
      return {204, {}, ""};
    }
    const auto bell = bells_.find(request.path.substr(request.path.rfind('/') + 1));
    if (bell == bells_.end()) return {404, {}, ""};
    if (request.method == "DELETE") {
      bells_.erase(bell);
      return {204, {}, ""};
    }
    if (!absl::SimpleAtoi(request.body, &bell->second.expire_micros)) return {400, {}, ""};
    return {200, {}, absl::StrCat(bell->first, "\n\n", bell->second.expire_micros)};
  }

  mutable Mutex mutex_;
  std::map<std::string, Bell> bells_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> asked_ ABSL_GUARDED_BY(mutex_);
  std::vector<net::Responder> held_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  int last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<net::Server> server_;
};

}  // namespace comity::host

#endif  // COMITY_TESTS_UNIT_PLUGINS_HOST_FAKE_BELLS_H_
