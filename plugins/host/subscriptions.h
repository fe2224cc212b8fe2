// Keeps one source subscribed: makes what is wanted, renews it ahead of its expiry, makes anew what the suite has ended, ends what is no
// longer wanted. A thread of its own, as pollers have.
//
// What is asked for is on disk before the request: after a crash anywhere, a subscription that nobody waits for any more is found and
// ended, or expires by itself, while another one stands.
#ifndef COMITY_PLUGINS_HOST_SUBSCRIPTIONS_H_
#define COMITY_PLUGINS_HOST_SUBSCRIPTIONS_H_

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "plugins/host/access_token.h"
#include "plugins/host/fetcher.h"
#include "plugins/host/health.h"
#include "plugins/host/rate_gate.h"
#include "plugins/host/subscription_file.h"
#include "plugins/host/subscription_plan.h"
#include "plugins/sdk/subscription.h"
#include "service/base/mutex.h"
#include "service/obs/clock.h"
#include "service/obs/poll_metrics.h"

namespace comity::host {

struct SubscriptionOptions {
  std::chrono::milliseconds look{10'000};         // whether something is due
  std::chrono::milliseconds first_delay{30'000};  // after a failure, doubling; also the least between two requests for one key
  std::chrono::milliseconds longest_delay{900'000};
  std::chrono::milliseconds longest_pass{120'000};  // over what is due; the rest is for the next look
};

// References outlive it.
struct SubscriptionParts {
  const std::string dir;              // of files
  const std::string api_base;         // without a slash at its end
  const std::string read_token_file;  // read for each request; empty: no token is shown
  const std::string hook;             // the public address of the source's hooks; empty: nothing is wanted, what there is ends
  Fetcher fetch;
  RateGate& gate;
  Health& health;
  const obs::Clock& clock;
  obs::PollMetrics& metrics;
};

class Subscriptions {
 public:
  // The connector has a subscriber. `book` is what OpenSubscriptions gave.
  Subscriptions(const sdk::Source& source, const sdk::Connector& connector, SubscriptionBook book, const SubscriptionOptions& options,
                SubscriptionParts parts);
  ~Subscriptions();  // stops
  // Call it once, when hooks are answered: suites ask at once whether the address is ours.
  void Start();
  // Gives up what is under way; nothing is ended at the suite.
  void Stop();

  // What to answer to a suite's question whether the hook's address is ours: only while it is asked for a subscription, only plain text.
  // Safe to call from any thread; does not block.
  std::optional<std::string> Handshake(const sdk::Request& request);
  // What authentic hooks said. Likewise.
  void Hear(const std::vector<sdk::Notice>& notices);

 private:
  enum class Outcome { kDone, kFailed, kStopped };
  struct Pause {
    int failures = 0;
    std::chrono::steady_clock::time_point until;
    std::string why;
  };

  void Run();
  void Attend();
  void TakeNotices();
  Outcome Do(const Duty& duty);
  Outcome Create(const std::string& key);
  Outcome Renew(const Duty& duty);
  Outcome End(const Duty& duty);
  void LookForOthers();
  bool ReadOthers(std::vector<sdk::Granted>* found);
  void Compare(const std::vector<sdk::Granted>& found);

  // The suite's answer. Errors: CANCELLED; UNAVAILABLE when nobody knows what it has done; others when it has done nothing.
  absl::StatusOr<net::Response> Ask(const sdk::Fetch& fetch, std::string_view act);
  absl::StatusOr<net::Response> AskOnce(const sdk::Fetch& fetch, std::string_view act);
  absl::StatusOr<sdk::Granted> ReadGranted(const KeptSubscription& kept, const net::Response& response) const;
  // Whether something answers at all. Where nothing does, time and again, the whole source pauses: each request takes its longest.
  void Unanswered(std::string_view why);
  void Answered();
  bool IsPaused(const std::string& key) const;
  Outcome Fail(const std::string& key, const std::string& why);
  void Succeed(const std::string& key);
  Wanted WantedNow() const;
  std::string ProofOf(const std::string& secret, const std::string& name) const;
  KeptSubscription* Find(const std::string& name);
  void Erase(std::string name);  // by value: it may be the name of what goes
  bool Save();
  void Report();
  bool Wait(std::chrono::milliseconds pause);

  const sdk::Source& source_;
  const sdk::Connector& connector_;
  const sdk::Subscriber& subscriber_;
  const SubscriptionOptions options_;
  SubscriptionParts parts_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> asking_{false};  // for a subscription, just now

  // The thread's own.
  AccessToken access_;
  SubscriptionBook book_;
  std::set<std::string> hurried_, spent_;  // names; spent: not asked for again, though nobody knows whether it was made
  std::map<std::string, Pause> pauses_;    // by what is paused
  int unanswered_ = 0;                     // in a row
  bool saved_ = true;
  absl::Time look_for_others_ = absl::InfinitePast();
  std::string told_;

  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<sdk::Notice> notices_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> heard_ ABSL_GUARDED_BY(mutex_);  // names and ids of those whose next notice that they work is no news
  std::thread thread_;
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_SUBSCRIPTIONS_H_
