#include "plugins/host/host.h"

#include "plugins/host/fetcher.h"
#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

constexpr size_t kMaxEarlyNotices = 100;  // of one source

}  // namespace

absl::StatusOr<std::unique_ptr<Host>> Host::Start(const Config& config, const Connectors& connectors, HostParts parts) {
  std::unique_ptr<Host> host(new Host(config, std::move(parts)));
  COMITY_RETURN_IF_ERROR(host->Open(connectors));
  return host;
}

Host::~Host() { Stop(std::chrono::milliseconds(0)); }

absl::Status Host::Open(const Connectors& connectors) {
  std::vector<std::string> ids;
  std::set<std::string> hooked;
  std::vector<host::Route> routes;
  for (const SourceConfig& source : config_.sources) {
    ids.push_back(source.source.id);
    routes.push_back({&source.source, connectors.at(source.source.suite).get()});
    if (source.source.secrets.empty()) continue;
    hooked.insert(source.source.id);
    // What only wakes brings no facts that could be compared.
    if (source.poll && !connectors.at(source.source.suite)->manifest().hooks_wake) gaps_.try_emplace(source.source.id, parts_.clock->Now());
  }
  health_ = std::make_unique<Health>(ids, hooked);
  for (const SourceConfig& source : config_.sources) {
    if (const std::string doubt = HookAddressDoubt(source); !doubt.empty()) health_->HookAddressDoubted(source.source.id, doubt);
  }
  COMITY_ASSIGN_OR_RETURN(dead_letters_, DeadLetters::Open(config_.spool_dir));

  // Only where each delivery belongs is kept from the walk over the spool; bodies are read again when their turn comes.
  std::vector<std::pair<uint64_t, std::string>> left;
  std::vector<DeliveryKey> keys;
  SpoolOptions options;
  options.dir = config_.spool_dir;
  options.max_bytes = config_.spool_max_bytes;
  Disk& disk = parts_.disk != nullptr ? *parts_.disk : real_disk_;
  COMITY_ASSIGN_OR_RETURN(spool_, Spool::Open(options, disk, [&](const Spool::Found& found) {
                            const auto delivery = DecodeDelivery(found.payload);
                            left.emplace_back(found.sequence, delivery.ok() ? delivery->source : "");
                            if (delivery.ok()) keys.push_back(KeyOf(*delivery));
                          }));
  const absl::Time now = parts_.clock->Now();
  COMITY_ASSIGN_OR_RETURN(index_, DeliveryIndex::Open(config_.spool_dir + "/deliveries", parts_.max_delivery_ids, now));
  std::erase_if(keys, [&](const DeliveryKey& key) { return index_->Contains(key); });
  if (!keys.empty()) index_->Add(keys, now);
  Expire();

  for (size_t i = 0; i < routes.size(); ++i) {
    COMITY_ASSIGN_OR_RETURN(client::EventSink * sink, SinkFor(config_.sources[i].token_file));
    const auto gaps = gaps_.find(ids[i]);
    const PipelineParts shared{*spool_,       *dead_letters_,  *health_,
                               *parts_.clock, *parts_.metrics, gaps == gaps_.end() ? nullptr : &gaps->second};
    workers_[ids[i]] = std::make_unique<Worker>(*routes[i].source, *routes[i].connector, *sink, parts_.pipeline, shared, memory_used_);
  }
  for (const auto& [sequence, source] : left) Route(sequence, source, std::nullopt);
  intake_ = std::make_unique<Intake>(
      *spool_, *index_, *parts_.clock,
      [this](uint64_t sequence, Delivery delivery) {
        const std::string source = delivery.source;
        Route(sequence, source, std::move(delivery));
      },
      parts_.on_failure);
  receiver_ = std::make_unique<Receiver>(routes, *intake_, *spool_, *health_, *parts_.clock, *parts_.metrics, poll_metrics_, Ears());
  net::ServerOptions server;
  server.address = config_.listen;
  COMITY_ASSIGN_OR_RETURN(server_, net::Server::Start(server, [this](net::Request request, net::Responder respond) {
                            receiver_->Handle(std::move(request), std::move(respond));
                          }));
  COMITY_RETURN_IF_ERROR(StartPollers(connectors));
  COMITY_RETURN_IF_ERROR(OpenSubscriptions(connectors));
  Complete();
  for (const auto& [source, subscriptions] : subscriptions_) subscriptions->Start();
  return absl::OkStatus();
}

HookEars Host::Ears() {
  return {[this](const std::string& source, const sdk::Request& request) -> std::optional<std::string> {
            const auto found = complete_ ? subscriptions_.find(source) : subscriptions_.end();
            return found == subscriptions_.end() ? std::nullopt : found->second->Handshake(request);
          },
          [this](const std::string& source, const sdk::Parsed& parsed) {
            if (complete_ || !KeepEarly(source, parsed)) Hear(source, parsed);
          }};
}

// The first rounds may have begun already, and so have read what was there before the hook: it was answered, so it must wake another.
bool Host::KeepEarly(const std::string& source, const sdk::Parsed& parsed) {
  MutexLock lock(early_mutex_);
  if (complete_) return false;
  sdk::Parsed& kept = early_[source];
  kept.wake |= parsed.wake;
  for (const sdk::Notice& notice : parsed.notices) {
    if (kept.notices.size() < kMaxEarlyNotices) kept.notices.push_back(notice);
  }
  return true;
}

void Host::Hear(const std::string& source, const sdk::Parsed& parsed) {
  if (const auto found = subscriptions_.find(source); found != subscriptions_.end()) found->second->Hear(parsed.notices);
  const auto poller = pollers_.find(source);
  if (!parsed.wake || poller == pollers_.end()) return;
  health_->Woken(source, parts_.clock->Now());
  poll_metrics_.CountWake(source);
  poller->second->Wake();
}

void Host::Complete() {
  std::map<std::string, sdk::Parsed> early;
  {
    MutexLock lock(early_mutex_);
    complete_ = true;
    early.swap(early_);
  }
  for (const auto& [source, parsed] : early) Hear(source, parsed);
}

absl::Status Host::OpenSubscriptions(const Connectors& connectors) {
  const std::string dir = config_.spool_dir + "/subscriptions";
  std::vector<std::string> subscribing;
  for (const SourceConfig& source : config_.sources) {
    const sdk::Connector& connector = *connectors.at(source.source.suite);
    if (!source.poll || connector.subscriber() == nullptr) continue;
    subscribing.push_back(source.source.id);
    COMITY_ASSIGN_OR_RETURN(SubscriptionBook book, host::OpenSubscriptions(dir, source.source.id));
    if (book.empty() && source.source.secrets.empty()) continue;
    if (book.empty() && source.hook_url.empty()) {
      SubscriptionState state;
      state.trouble = "hook_url is missing: nobody has said how the suite reaches this host";
      health_->Subscribed(source.source.id, std::move(state));
      continue;
    }
    SubscriptionParts shared{dir,
                             source.poll->api_base,
                             source.poll->read_token_file,
                             source.hook_url,
                             FetcherOf(source.source, connector, parts_.fetch, ""),
                             gates_[std::string(AuthorityOf(source.poll->api_base))],
                             *health_,
                             *parts_.clock,
                             poll_metrics_};
    subscriptions_[source.source.id] =
        std::make_unique<Subscriptions>(source.source, connector, std::move(book), parts_.subscriptions, std::move(shared));
  }
  for (const std::string& source : ForgottenSubscriptions(dir, subscribing)) {
    obs::Log(obs::Level::kWarning, "Subscriptions of a source that polls no more cannot be ended; they expire by themselves.",
             {{"source", source}});
  }
  return absl::OkStatus();
}

absl::Status Host::StartPollers(const Connectors& connectors) {
  for (const SourceConfig& source : config_.sources) {
    if (!source.poll) continue;
    const std::string dir = config_.spool_dir + "/cursors";
    COMITY_ASSIGN_OR_RETURN(client::EventSink * sink, SinkFor(source.token_file));
    COMITY_ASSIGN_OR_RETURN(Progress progress, OpenProgress(dir, source.source.id, parts_.clock->Now() - source.poll->back_fill));
    const auto gaps = gaps_.find(source.source.id);
    PollerParts shared{dir,
                       FetcherOf(source.source, *connectors.at(source.source.suite), parts_.fetch, config_.spool_dir + "/repositories"),
                       gates_[std::string(AuthorityOf(source.poll->api_base))],
                       gaps == gaps_.end() ? nullptr : &gaps->second,
                       *health_,
                       *parts_.clock,
                       poll_metrics_};
    pollers_[source.source.id] = std::make_unique<Poller>(source.source, *source.poll, *connectors.at(source.source.suite), *sink,
                                                          std::move(progress), parts_.poller, std::move(shared));
  }
  return absl::OkStatus();
}

absl::StatusOr<client::EventSink*> Host::SinkFor(const std::string& token_file) {
  auto& sink = sinks_[token_file];
  if (sink == nullptr) {
    COMITY_ASSIGN_OR_RETURN(sink, parts_.make_sink(token_file));
  }
  return sink.get();
}

void Host::Route(uint64_t sequence, const std::string& source, std::optional<Delivery> delivery) {
  const auto worker = workers_.find(source);
  if (worker != workers_.end()) return worker->second->Add(sequence, std::move(delivery));
  obs::Log(obs::Level::kWarning, "A spooled delivery waits for a source that is no longer configured.", {{"sequence", sequence}});
}

void Host::Expire() { dead_letters_->Expire(parts_.clock->Now()); }

void Host::Stop(std::chrono::milliseconds grace) {
  if (receiver_ != nullptr) receiver_->Drain();
  if (server_ != nullptr) server_->Stop(grace);
  if (intake_ != nullptr) intake_->Stop();
  for (const auto& [source, subscriptions] : subscriptions_) subscriptions->Stop();
  for (const auto& [source, poller] : pollers_) poller->Stop();
  const auto end = std::chrono::steady_clock::now() + grace;
  for (auto& [source, worker] : workers_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    worker->Stop(std::max(left, std::chrono::milliseconds(0)));
  }
  // The writer's thread has ended, so this one may take its place: nothing of what was handed over stays on disk.
  if (spool_ != nullptr && spool_->WantsTidy()) spool_->Tidy().IgnoreError();
}

}  // namespace comity::host
