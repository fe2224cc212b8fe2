// What is answered to whom over HTTP: hooks, health, metrics.
#ifndef COMITY_PLUGINS_HOST_RECEIVER_H_
#define COMITY_PLUGINS_HOST_RECEIVER_H_

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/host/health.h"
#include "plugins/host/intake.h"
#include "plugins/host/spool.h"
#include "plugins/sdk/connector.h"
#include "service/net/http.h"
#include "service/obs/clock.h"
#include "service/obs/metrics.h"
#include "service/obs/poll_metrics.h"

namespace comity::host {

struct Route {
  const sdk::Source* source = nullptr;
  const sdk::Connector* connector = nullptr;
};

// What hooks say beside facts.
struct HookEars {
  // The answer to a suite's question whether an address is ours, which nothing authenticates; nullopt: it is not answered.
  std::function<std::optional<std::string>(const std::string& source, const sdk::Request& request)> handshake;
  // An authentic hook of a connector whose hooks only wake.
  std::function<void(const std::string& source, const sdk::Parsed& parsed)> heard;
};

// References outlive it. Safe to call from any thread.
class Receiver {
 public:
  Receiver(const std::vector<Route>& routes, Intake& intake, const Spool& spool, Health& health, const obs::Clock& clock,
           obs::Metrics& metrics, const obs::PollMetrics& poll_metrics, HookEars ears = {});

  // A net::Handler. Never blocks for disk or network.
  void Handle(net::Request request, net::Responder respond);
  // From now on /healthz says 503.
  void Drain() { draining_ = true; }

 private:
  void TakeIn(const Route& route, net::Request request, net::Responder respond);
  net::Response TakeWake(const Route& route, const sdk::Request& raw, absl::Time now);
  net::Response Observe(const net::Request& request) const;

  std::map<std::string, Route, std::less<>> routes_;
  Intake& intake_;
  const Spool& spool_;
  Health& health_;
  const obs::Clock& clock_;
  obs::Metrics& metrics_;
  const obs::PollMetrics& poll_metrics_;
  const HookEars ears_;
  std::atomic<bool> draining_{false};
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_RECEIVER_H_
