// Hooks that are subscriptions made by API: they expire, and must be renewed ahead of it. The host makes, keeps, renews and ends them
// (plugins/host/subscriptions.h); a connector says, by pure functions, what is asked and what an answer means.
#ifndef COMITY_PLUGINS_SDK_SUBSCRIPTION_H_
#define COMITY_PLUGINS_SDK_SUBSCRIPTION_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/sdk/connector.h"

namespace comity::sdk {

// One subscription. Key, id and detail: 1 to 400 printable bytes, the detail may be empty.
struct Subscription {
  std::string key;           // what is watched, in words of its connector: a calendar, a mailbox
  std::string name;          // the host's, new for each that is made: 32 hexadecimal digits
  std::string id{};          // the suite's; empty as long as no answer is known
  std::string detail{};      // what the suite wants to hear again when it is ended
  absl::Time expire_time{};  // until an answer is known: what is asked for
};

// What a suite answered: that it keeps a subscription until then.
struct Granted {
  std::string id, detail;
  absl::Time expire_time;
};

// Part of the suite's list of its subscriptions.
struct Listing {
  std::vector<Granted> found;   // those that send to the source's hook address
  std::optional<Fetch> next{};  // the next part
};

// As pure as Connector. All requests go below the source's API base, with its read token: a suite where that does not suffice has none.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  // The keys of what is to be watched, each once; the host takes 200.
  virtual std::vector<std::string> Watched(const Source& source) const = 0;
  // How long a subscription is asked for; the suite may give less.
  virtual absl::Duration Lifetime() const = 0;
  // `hook` is the public address where the source's hooks arrive. What authenticates them is SubscriptionToken.
  virtual Fetch Create(const Source& source, const Subscription& wanted, std::string_view hook) const = 0;
  // nullopt: it cannot be renewed; another is made in good time, and this one is ended.
  virtual std::optional<Fetch> Renew(const Source&, const Subscription&, absl::Time /*expire_time*/) const { return std::nullopt; }
  // Also for one without an id (nobody knows whether it was made), with the detail of one for the same key. nullopt: that cannot be asked.
  virtual std::optional<Fetch> End(const Source& source, const Subscription& subscription) const = 0;
  // What the answer 2xx to Create or Renew says. Errors: INVALID_ARGUMENT for what cannot be read.
  virtual absl::StatusOr<Granted> ReadGranted(const Source& source, const Subscription& asked, const net::Response& response) const = 0;
  // What there is at the suite, where it can be asked: so doubled ones are found, and ones that are gone. Errors as above.
  virtual std::optional<Fetch> List(const Source&) const { return std::nullopt; }
  virtual absl::StatusOr<Listing> ReadListing(const Source&, std::string_view /*hook*/, const net::Response&) const { return Listing{}; }
  // The text to answer with, if the request is the suite's question, while it makes a subscription, whether the address is ours. Nothing
  // authenticates it: the host answers while it is subscribing, and only what PlainTokenIn takes.
  virtual std::optional<std::string> Handshake(const Request&) const { return std::nullopt; }
  // Whether the suite makes none before the address has answered that question. Then one that it grants has shown that the address is
  // reached, which the question itself does not: anybody can ask it. Else the suite says something at once by each that it makes.
  virtual bool AsksFirst(const Source&) const { return false; }
};

// What a hook shows to be that of subscription `name` of this source: the name and an HMAC over both, 97 printable bytes. Made from the
// source's first secret, so nothing more need be kept.
std::string SubscriptionToken(const Source& source, std::string_view name);
// The name in a token that a secret of this source has made, all of them compared in constant time; nullopt for anything else.
std::optional<std::string> SubscriptionNameIn(const Source& source, std::string_view token);

// A parameter of a query, percent-decoded, if it may be sent back to whoever asks: 1 to 1000 printable ASCII bytes without `<`, `>`, `&`
// and quotes, given once.
std::optional<std::string> PlainTokenIn(std::string_view query, std::string_view parameter);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_SUBSCRIPTION_H_
