// The whole host, put together from a configuration: what main runs and tests start in-process.
#ifndef COMITY_PLUGINS_HOST_HOST_H_
#define COMITY_PLUGINS_HOST_HOST_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/client.h"
#include "plugins/host/config.h"
#include "plugins/host/intake.h"
#include "plugins/host/pipeline.h"
#include "plugins/host/poller.h"
#include "plugins/host/receiver.h"
#include "plugins/host/subscriptions.h"
#include "service/base/mutex.h"

namespace comity::host {

struct HostParts {
  // The sink for the sources whose token is in this file; kept as long as the host.
  std::function<absl::StatusOr<std::unique_ptr<client::EventSink>>(const std::string& token_file)> make_sink;
  // Ends the process; see Intake.
  std::function<void(const absl::Status&)> on_failure;
  const obs::Clock* clock = nullptr;
  obs::Metrics* metrics = nullptr;
  Disk* disk = nullptr;  // null = the real one
  PipelineOptions pipeline;
  PollerOptions poller;
  SubscriptionOptions subscriptions;
  Fetcher fetch;  // null = net::Fetch
  size_t max_delivery_ids = 2'000'000;
};

class Host {
 public:
  // Ready to receive when it returns; what an earlier run left in the spool is being handed over. `connectors` outlive it.
  static absl::StatusOr<std::unique_ptr<Host>> Start(const Config& config, const Connectors& connectors, HostParts parts);
  ~Host();  // stops with no grace
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  int port() const { return server_->port(); }
  const Spool& spool() const { return *spool_; }
  const Health& health() const { return *health_; }
  DeadLetters& dead_letters() { return *dead_letters_; }
  // Deletes what has been kept long enough; call it now and then.
  void Expire();
  // Takes nothing more, stores and answers what is under way, hands over for at most `grace`.
  void Stop(std::chrono::milliseconds grace);

 private:
  Host(const Config& config, HostParts parts) : config_(config), parts_(std::move(parts)) {}
  absl::Status Open(const Connectors& connectors);
  absl::Status StartPollers(const Connectors& connectors);
  absl::Status OpenSubscriptions(const Connectors& connectors);
  HookEars Ears();
  // True: it is heard once everything is there.
  bool KeepEarly(const std::string& source, const sdk::Parsed& parsed);
  void Hear(const std::string& source, const sdk::Parsed& parsed);
  void Complete();
  absl::StatusOr<client::EventSink*> SinkFor(const std::string& token_file);
  void Route(uint64_t sequence, const std::string& source, std::optional<Delivery> delivery);

  const Config config_;
  HostParts parts_;
  Disk real_disk_;
  std::atomic<int64_t> memory_used_{0};
  std::map<std::string, std::unique_ptr<client::EventSink>> sinks_;  // by token file
  std::unique_ptr<Health> health_;
  std::unique_ptr<DeadLetters> dead_letters_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<DeliveryIndex> index_;
  std::map<std::string, GapFinder> gaps_;                   // by source, of those with hooks and polls
  std::map<std::string, std::unique_ptr<Worker>> workers_;  // by source
  std::map<std::string, RateGate, std::less<>> gates_;      // by host
  obs::PollMetrics poll_metrics_;
  std::map<std::string, std::unique_ptr<Poller>> pollers_;               // by source
  std::map<std::string, std::unique_ptr<Subscriptions>> subscriptions_;  // by source
  std::atomic<bool> complete_{false};                                    // the maps above change no more
  Mutex early_mutex_;
  std::map<std::string, sdk::Parsed> early_ ABSL_GUARDED_BY(early_mutex_);  // what hooks said until then, by source
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Receiver> receiver_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_HOST_H_
