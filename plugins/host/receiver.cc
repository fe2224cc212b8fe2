#include "plugins/host/receiver.h"

#include <utility>

#include "service/base/failpoint.h"

namespace comity::host {
namespace {

constexpr std::string_view kHooks = "/in/";

net::Response Plain(int status, std::string_view text) { return {status, {{"Content-Type", "text/plain"}}, std::string(text)}; }

}  // namespace

Receiver::Receiver(const std::vector<Route>& routes, Intake& intake, const Spool& spool, Health& health, const obs::Clock& clock,
                   obs::Metrics& metrics, const obs::PollMetrics& poll_metrics, HookEars ears)
    : intake_(intake),
      spool_(spool),
      health_(health),
      clock_(clock),
      metrics_(metrics),
      poll_metrics_(poll_metrics),
      ears_(std::move(ears)) {
  for (const Route& route : routes) routes_[route.source->id] = route;
}

void Receiver::Handle(net::Request request, net::Responder respond) {
  const std::string_view path = request.path;
  if (!path.starts_with(kHooks)) return respond(Observe(request));
  const auto route = routes_.find(path.substr(kHooks.size()));
  if (route == routes_.end()) {
    metrics_.CountDelivery("unknown", 404, 0);
    return respond(Plain(404, "No source has this id.\n"));
  }
  if (request.method == "POST") return TakeIn(route->second, std::move(request), std::move(respond));
  // Suites and people look whether something is here.
  if (request.method == "GET" || request.method == "HEAD") return respond(Plain(200, "Webhooks for this source arrive here, by POST.\n"));
  net::Response refused = Plain(405, "Send webhooks by POST.\n");
  refused.headers.emplace_back("Allow", "POST, GET, HEAD");
  respond(std::move(refused));
}

// Never 410 or a redirect: some suites end the subscription for good.
void Receiver::TakeIn(const Route& route, net::Request request, net::Responder respond) {
  const absl::Time now = clock_.Now();
  const std::string& id = route.source->id;
  const auto answer = [this, &id, now, respond = std::move(respond)](net::Response response) {
    metrics_.CountDelivery(id, response.status, absl::ToDoubleSeconds(clock_.Now() - now));
    respond(std::move(response));
  };
  const sdk::Request raw{request.method, request.path, request.query, &request.headers, request.body};
  if (route.connector->subscriber() != nullptr && ears_.handshake) {
    // The text is what somebody unknown has sent: no browser may take it for more than text.
    if (std::optional<std::string> text = ears_.handshake(id, raw)) {
      return answer({200,
                     {{"Content-Type", "text/plain; charset=utf-8"}, {"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-store"}},
                     *std::move(text)});
    }
  }
  const sdk::Auth auth = route.connector->Verify(raw, *route.source, now);
  if (auth == sdk::Auth::kUnauthenticated || auth == sdk::Auth::kStale) {
    health_.Refused(id);
    return answer(
        Plain(401, auth == sdk::Auth::kStale ? "The signed time is too far from now.\n" : "The signature is missing or wrong.\n"));
  }
  health_.Delivered(id, now);
  metrics_.SetSourceLastDelivery(id, absl::ToDoubleSeconds(now - absl::UnixEpoch()));
  if (auth == sdk::Auth::kHandshake) {
    auto parsed = route.connector->Parse(raw, *route.source, now);
    if (!parsed.ok()) return answer(Plain(400, "The handshake cannot be read.\n"));
    return answer({parsed->reply.status, std::move(parsed->reply.headers), std::move(parsed->reply.body)});
  }
  const sdk::Manifest& manifest = route.connector->manifest();
  if (manifest.hooks_wake) return answer(TakeWake(route, raw, now));
  failpoint::PassOnly(Failpoint::kConnectVerified);
  Delivery delivery;
  delivery.source = id;
  delivery.receive_time = now;
  if (!manifest.delivery_id_header.empty())
    delivery.delivery_id = std::string(net::FindHeader(request.headers, manifest.delivery_id_header));
  for (const std::string_view name : manifest.kept_headers) {
    const std::string_view value = net::FindHeader(request.headers, name);
    if (!value.empty()) delivery.headers.emplace_back(std::string(name), std::string(value));
  }
  net::Response taken{204, {}, ""};
  if (manifest.replies) {
    // Who asks in a chat waits for an answer in words. What cannot be read becomes a dead letter, as ever.
    if (auto parsed = route.connector->Parse(raw, *route.source, now); parsed.ok()) {
      taken = {parsed->reply.status, std::move(parsed->reply.headers), std::move(parsed->reply.body)};
      if (parsed->facts.empty()) return answer(std::move(taken));
    }
  }
  delivery.body = std::move(request.body);
  intake_.Submit(std::move(delivery), [answer, taken = std::move(taken)](Intake::Outcome outcome) {
    if (outcome == Intake::Outcome::kStored || outcome == Intake::Outcome::kDuplicate) return answer(taken);
    net::Response busy = Plain(503, "There is no room to keep this delivery just now; send it again later.\n");
    busy.headers.emplace_back("Retry-After", "60");
    answer(std::move(busy));
  });
}

// Nothing is kept: what it says is acted on, and after a crash the poll begins with a round of its own.
net::Response Receiver::TakeWake(const Route& route, const sdk::Request& raw, absl::Time now) {
  auto parsed = route.connector->Parse(raw, *route.source, now);
  if (!parsed.ok() || (!parsed->wake && parsed->notices.empty())) {
    health_.Ignored(route.source->id);
    return {204, {}, ""};
  }
  if (ears_.heard) ears_.heard(route.source->id, *parsed);
  return {parsed->reply.status, std::move(parsed->reply.headers), std::move(parsed->reply.body)};
}

net::Response Receiver::Observe(const net::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return Plain(404, "Nothing is here.\n");
  if (request.path == "/healthz") return draining_ ? Plain(503, "stopping\n") : Plain(200, "ok\n");
  if (request.path == "/metrics" && request.loopback) {
    metrics_.SetSpoolBytes(spool_.bytes());
    metrics_.SetSpoolRecords(spool_.records());
    return {200, {{"Content-Type", "text/plain; version=0.0.4"}}, metrics_.Text() + poll_metrics_.Text()};
  }
  if (request.path == "/health" && request.loopback) {
    return {200, {{"Content-Type", "application/json"}}, health_.Json(spool_.bytes(), spool_.records(), spool_.damaged())};
  }
  return Plain(404, "Nothing is here.\n");
}

}  // namespace comity::host
