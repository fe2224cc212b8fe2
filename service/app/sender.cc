#include "service/app/sender.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/base/mutex.h"
#include "service/base/recurring.h"
#include "service/net/address.h"
#include "service/net/http.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

using std::chrono::steady_clock;

constexpr Recurring::Rest kLookForMessages = std::chrono::seconds(1), kLookForEndpoints = std::chrono::minutes(1),
                          kAfterStoreTrouble = std::chrono::seconds(2);
constexpr auto kSlow = std::chrono::seconds(1);  // an attempt that took longer gives the others kRestsAfterSlow times as long
constexpr int kRestsAfterSlow = 4;
constexpr auto kTurn = std::chrono::seconds(5);  // of one endpoint, before it is the next one's
constexpr auto kPruneDeliveriesEvery = std::chrono::hours(1);
constexpr int32_t kDeliveriesPruned = 500;  // at once, so that nobody is held up
constexpr std::chrono::seconds kAttemptLasts{10};
constexpr size_t kMostAnswerBytes = 64 * 1024;

using domain::Attempt;

Attempt AttemptOf(const absl::StatusOr<net::Response>& answer) {
  using domain::FailureReason;
  if (answer.ok()) {
    if (answer->status >= 200 && answer->status < 300) return {.taken = true};
    return {.taken = false,
            .failure = {FailureReason::kStatus, answer->status},
            .asked = domain::ParseRetryAfter(net::FindHeader(answer->headers, "Retry-After"))};
  }
  switch (answer.status().code()) {
    case absl::StatusCode::kDeadlineExceeded:
      return {.taken = false, .failure = {FailureReason::kTimeout, 0}};
    case absl::StatusCode::kResourceExhausted:
      return {.taken = false, .failure = {FailureReason::kAnswerTooLarge, 0}};
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kInvalidArgument:
      return {.taken = false, .failure = {FailureReason::kAddressRefused, 0}};
    default:
      return {.taken = false, .failure = {FailureReason::kUnreachable, 0}};
  }
}

// For the metrics.
std::string_view ResultOf(const Attempt& attempt) {
  if (attempt.taken) return "DELIVERED";
  switch (attempt.failure.reason) {
    case domain::FailureReason::kStatus:
      return "STATUS";
    case domain::FailureReason::kTimeout:
      return "TIMEOUT";
    case domain::FailureReason::kAnswerTooLarge:
      return "ANSWER_TOO_LARGE";
    case domain::FailureReason::kAddressRefused:
      return "ADDRESS_REFUSED";
    default:
      return "UNREACHABLE";
  }
}

// The delivery after this attempt.
void NoteAttempt(const Attempt& attempt, absl::Time now, store::DeliveryRow& delivery) {
  if (delivery.attempts < INT32_MAX) ++delivery.attempts;
  delivery.last_attempt = now;
  if (attempt.taken) {
    delivery.state = domain::DeliveryState::kDelivered;
    return;
  }
  delivery.failure = attempt.failure;
  if (domain::BlameFor(attempt.failure) != domain::Blame::kMessage) return;
  ++delivery.refusals;
  const auto wait = domain::RetryAfter(delivery.refusals, delivery.uid);
  if (wait.has_value()) {
    delivery.next_attempt = now + *wait;
  } else {
    delivery.state = domain::DeliveryState::kRefused;
  }
}

}  // namespace

struct Sender::Impl {
  Impl(const Context& context, const EndpointSecrets& the_secrets, bool is_private)
      : store(context.store),
        writer(context.writer),
        clock(context.clock),
        metrics(context.metrics),
        secrets(the_secrets),
        outbound_private(is_private) {}

  Recurring::Rest Round() {
    if (stopping) return Recurring::kUntilWoken;
    const absl::StatusOr<Recurring::Rest> rest = ServeAll();
    if (rest.ok()) return stopping ? Recurring::kUntilWoken : *rest;
    obs::Log(obs::Level::kWarning, "outbound webhooks could not be looked at and will be again",
             {{"code", static_cast<int>(rest.status().code())}});
    return kAfterStoreTrouble;
  }

  absl::StatusOr<Recurring::Rest> ServeAll() {
    COMITY_RETURN_IF_ERROR(Settle());
    COMITY_RETURN_IF_ERROR(PruneNowAndThen());
    COMITY_ASSIGN_OR_RETURN(auto transaction, store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const auto endpoints, transaction->endpoints().LoadEndpoints());
    transaction.reset();
    bool more = false;
    for (const store::EndpointRow& row : endpoints) {
      metrics.SetOutboundWaiting(row.endpoint.id, row.waiting);
      COMITY_ASSIGN_OR_RETURN(const bool has_more, Serve(row.number));
      more = more || has_more;
    }
    if (more) return Recurring::Rest::zero();
    return endpoints.empty() ? kLookForEndpoints : kLookForMessages;
  }

  // False when nothing is due any more.
  absl::StatusOr<bool> Serve(int64_t number) {
    for (const auto end = steady_clock::now() + kTurn; !stopping && steady_clock::now() < end;) {
      if (const auto slow = slow_until.find(number); slow != slow_until.end() && steady_clock::now() < slow->second) return false;
      const absl::Time now = clock.Now();
      COMITY_ASSIGN_OR_RETURN(auto transaction, store.BeginRead());
      COMITY_ASSIGN_OR_RETURN(const auto endpoint, transaction->endpoints().FindEndpoint(number));
      if (!endpoint.has_value() || !domain::MayBeSentTo(endpoint->endpoint, now)) return false;
      COMITY_ASSIGN_OR_RETURN(const auto due, transaction->endpoints().DueDeliveries(number, now, 1));
      if (due.empty()) return false;
      transaction.reset();  // never open while somebody far away answers
      COMITY_RETURN_IF_ERROR(Send(*endpoint, due.front()));
    }
    return !stopping;
  }

  absl::Status Send(const store::EndpointRow& row, const store::DeliveryRow& delivery) {
    if (!secrets.Fits(row.endpoint)) return DisableForSecret(row);
    COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceOutboundSend));
    const auto begin = steady_clock::now();
    const std::optional<Attempt> attempt = Try(row.endpoint, delivery);
    if (!attempt.has_value()) return absl::OkStatus();
    COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceOutboundSent));
    const auto took = steady_clock::now() - begin;
    metrics.CountOutbound(row.endpoint.id, ResultOf(*attempt), std::chrono::duration<double>(took).count());
    if (took > kSlow) slow_until[row.number] = steady_clock::now() + kRestsAfterSlow * took;
    unsettled.emplace(Unsettled{row, delivery.uid, *attempt});
    return Settle();
  }

  // Notes what came of the last attempt, until that is stored: nothing is sent meanwhile, so that trouble of the store makes no copies.
  absl::Status Settle() {
    if (!unsettled.has_value()) return absl::OkStatus();
    COMITY_RETURN_IF_ERROR(Conclude(unsettled->sent_to, unsettled->uid, unsettled->attempt));
    unsettled.reset();
    return absl::OkStatus();
  }

  // None if it was given up because this process ends.
  std::optional<Attempt> Try(const domain::Endpoint& endpoint, const store::DeliveryRow& delivery) {
    {
      MutexLock lock(mutex);
      if (stopping) return std::nullopt;
      sending = true;
    }
    net::Headers headers = secrets.SignedHeaders(endpoint, delivery.uid, delivery.body, clock.Now());
    headers.emplace_back("Content-Type", "application/json");
    const bool secure = endpoint.url.starts_with("https://");
    const auto allow = [this, secure](std::string_view address) {
      if (!secure) return outbound_private && net::IsLoopbackAddress(address);
      return outbound_private || net::IsPublicAddress(address);
    };
    const net::FetchOptions options{.timeout = kAttemptLasts, .max_body_bytes = kMostAnswerBytes, .cancel = &cancel, .allow = allow};
    const absl::StatusOr<net::Response> answer = net::Fetch("POST", endpoint.url, headers, delivery.body, options);
    MutexLock lock(mutex);
    sending = false;
    idle.SignalAll();
    if (absl::IsCancelled(answer.status())) return std::nullopt;
    return AttemptOf(answer);
  }

  absl::Status Conclude(const store::EndpointRow& sent_to, domain::DeliveryUid uid, const Attempt& attempt) {
    const absl::Time now = clock.Now();
    domain::DisabledReason disabled = domain::DisabledReason::kNone;
    const absl::Status stored = writer.Run([&](store::Transaction& transaction) -> absl::Status {
      COMITY_ASSIGN_OR_RETURN(auto delivery, transaction.endpoints().FindDelivery(uid));
      if (delivery.has_value() && delivery->state == domain::DeliveryState::kWaiting) {
        NoteAttempt(attempt, now, *delivery);
        COMITY_RETURN_IF_ERROR(transaction.endpoints().UpdateDelivery(*delivery));
      }
      COMITY_ASSIGN_OR_RETURN(auto row, transaction.endpoints().FindEndpoint(sent_to.number));
      // Changed meanwhile: it may have another address, about which this attempt says nothing.
      if (!row.has_value() || row->endpoint.version != sent_to.endpoint.version) return absl::OkStatus();
      if (attempt.taken) {
        domain::NoteTaken(now, row->endpoint.health);
      } else {
        const absl::Time next = row->endpoint.health.next_attempt;
        domain::NoteFailed(row->endpoint.id, attempt.failure, attempt.asked, now, row->endpoint.health);
        // Somebody asked for a ping meanwhile, which need not rest.
        if (next != sent_to.endpoint.health.next_attempt) row->endpoint.health.next_attempt = next;
      }
      disabled = row->endpoint.health.disabled;
      return transaction.endpoints().UpdateEndpoint(row->number, row->endpoint);
    });
    if (stored.ok() && disabled != domain::DisabledReason::kNone) LogDisabled(sent_to.endpoint.id, disabled);
    return stored;
  }

  absl::Status DisableForSecret(const store::EndpointRow& lost) {
    const absl::Status stored = writer.Run([&](store::Transaction& transaction) -> absl::Status {
      COMITY_ASSIGN_OR_RETURN(auto row, transaction.endpoints().FindEndpoint(lost.number));
      if (!row.has_value() || secrets.Fits(row->endpoint)) return absl::OkStatus();
      row->endpoint.health.disabled = domain::DisabledReason::kSecretLost;
      return transaction.endpoints().UpdateEndpoint(row->number, row->endpoint);
    });
    if (stored.ok()) LogDisabled(lost.endpoint.id, domain::DisabledReason::kSecretLost);
    return stored;
  }

  static void LogDisabled(std::string_view id, domain::DisabledReason reason) {
    obs::Log(obs::Level::kWarning, "an outbound webhook is disabled until somebody enables it",
             {{"endpoint", id}, {"reason", static_cast<int>(reason)}});
  }

  // Writes only if there is something, so that a deployment without endpoints commits nothing for them.
  absl::Status PruneNowAndThen() {
    if (next_prune.has_value() && steady_clock::now() < *next_prune) return absl::OkStatus();
    COMITY_ASSIGN_OR_RETURN(auto transaction, store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const bool any, transaction->endpoints().AnyDeliveries());
    transaction.reset();
    const absl::Time now = clock.Now();
    store::EndpointStore::Pruning pruning{.after = 0,
                                          .sent_before = now - domain::kSentKept,
                                          .waiting_before = now - domain::kWaitingKept,
                                          .now = now,
                                          .limit = kDeliveriesPruned};
    for (bool more = any; more && !stopping; more = pruning.after != 0) {
      int64_t next = 0;
      const absl::Status pruned = writer.Run([&](store::Transaction& write) -> absl::Status {
        COMITY_ASSIGN_OR_RETURN(next, write.endpoints().PruneDeliveries(pruning));
        return absl::OkStatus();
      });
      COMITY_RETURN_IF_ERROR(pruned);
      pruning.after = next;
    }
    next_prune = steady_clock::now() + kPruneDeliveriesEvery;
    return absl::OkStatus();
  }

  void Stop(absl::Duration grace) {
    MutexLock lock(mutex);
    stopping = true;
    const auto end = steady_clock::now() + absl::ToChronoNanoseconds(grace);
    while (sending) {
      const auto left = end - steady_clock::now();
      if (left <= std::chrono::nanoseconds::zero()) break;
      idle.WaitFor(mutex, left);
    }
    cancel = true;
  }

  store::Store& store;
  Writer& writer;
  const obs::Clock& clock;
  obs::Metrics& metrics;
  const EndpointSecrets& secrets;
  const bool outbound_private;
  std::atomic<bool> stopping{false}, cancel{false};
  Mutex mutex;
  CondVar idle;
  bool sending ABSL_GUARDED_BY(mutex) = false;
  // The thread's own.
  struct Unsettled {
    store::EndpointRow sent_to;
    domain::DeliveryUid uid;
    Attempt attempt;
  };
  std::optional<Unsettled> unsettled;
  std::map<int64_t, steady_clock::time_point> slow_until;  // by number of the endpoint
  std::optional<steady_clock::time_point> next_prune;
  Recurring rounds{Recurring::Rest::zero(), [this] { return Round(); }};  // last: it uses the rest
};

Sender::Sender(const Context& context, const EndpointSecrets& secrets, bool outbound_private)
    : impl_(std::make_unique<Impl>(context, secrets, outbound_private)) {}
Sender::~Sender() { impl_->Stop(absl::ZeroDuration()); }

void Sender::Wake() { impl_->rounds.Wake(); }
void Sender::Stop(absl::Duration grace) { impl_->Stop(grace); }

}  // namespace comity::app
