#include "plugins/host/poller.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/host/retry.h"
#include "plugins/host/token_header.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kMaxAnswerBytes = 16 << 20;
constexpr size_t kMaxRemembered = 20'000;
constexpr int kRequestTries = 5;    // of one request, while others are answered
constexpr int kFailuresInARow = 3;  // then the round ends: it is more than one thing
constexpr int kVainWalks = 5;
constexpr auto kLongestRound = std::chrono::minutes(30);
constexpr std::chrono::seconds kLongestRequest{30};

std::string_view View(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace

// What one round has used of its bounds.
struct Poller::Round {
  std::string credential, token;  // what read_token_file holds; what the API is shown for it
  steady_clock::time_point end = steady_clock::now() + kLongestRound;
  int requests = 0, failures_in_a_row = 0;
  size_t bytes = 0;
  bool answered = false;
  bool failed = false;  // something, somewhere: not everything is up to date
  bool ended = false;   // by a fault that concerns every request
};

const char* Poller::NameOf(Ending ending) {
  switch (ending) {
    case Ending::kDone:
      return "done";
    case Ending::kPartly:
      return "partly";
    case Ending::kPaused:
      return "paused";
    default:
      return "failed";
  }
}

Poller::Poller(const sdk::Source& source, const PollConfig& config, const sdk::Connector& connector, client::EventSink& sink,
               Progress progress, const PollerOptions& options, PollerParts parts)
    : source_(source),
      config_(config),
      connector_(connector),
      sink_(sink),
      options_(options),
      parts_(std::move(parts)),
      access_(source_, connector_, parts_.fetch, parts_.clock),
      progress_(std::move(progress)),
      thread_([this] { Run(); }) {}

Poller::~Poller() { Stop(); }

void Poller::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    cancelled_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

bool Poller::WaitUntil(steady_clock::time_point until) {
  MutexLock lock(mutex_);
  while (!stopping_) {
    const auto now = steady_clock::now();
    if (now >= until) return true;
    changed_.WaitFor(mutex_, until - now);
  }
  return false;
}

void Poller::Wake() {
  MutexLock lock(mutex_);
  if (woken_) return;
  woken_ = steady_clock::now();
  changed_.SignalAll();
}

bool Poller::WaitForRound(steady_clock::time_point next, steady_clock::time_point earliest) {
  MutexLock lock(mutex_);
  while (!stopping_) {
    const auto now = steady_clock::now();
    const auto until = woken_ ? std::min(next, std::max(earliest, *woken_ + options_.wake_settle)) : next;
    if (now >= until) return true;
    changed_.WaitFor(mutex_, until - now);
  }
  return false;
}

void Poller::Run() {
  const auto every = absl::ToChronoMilliseconds(config_.every);
  milliseconds delay = options_.first_delay;
  while (true) {
    const auto began = steady_clock::now();
    const Ending ending = Walk();
    if (ending == Ending::kStopped) return;
    auto next = began + every, earliest = began + options_.wake_pause;
    if (options_.once && ending == Ending::kPartly) next = steady_clock::now() + Jittered(delay);
    if (ending == Ending::kFailed) {
      next = steady_clock::now() + Jittered(std::min(delay, std::max(every, options_.first_delay)));
      delay = std::min(delay * 2, options_.longest_delay);
      earliest = next;
    } else {
      delay = options_.first_delay;
      // What is tried again, and given up after some tries, is not to be hurried; nor is a walk that was cut off.
      if (ending == Ending::kPaused || (ending == Ending::kPartly && !only_unseen_)) earliest = next;
    }
    const auto pause = std::max(next - steady_clock::now(), steady_clock::duration::zero());
    parts_.health.PollPlanned(source_.id, parts_.clock.Now() + absl::FromChrono(pause));
    parts_.metrics.CountRound(source_.id, NameOf(ending));
    if (options_.once && IsOver(ending)) return;
    if (!WaitForRound(next, earliest)) return;
  }
}

bool Poller::IsOver(Ending ending) {
  if (ending == Ending::kPaused) return false;
  const bool complete = ending == Ending::kDone || (ending == Ending::kPartly && only_unseen_);
  if (!complete && ++vain_walks_ < kVainWalks) return false;
  Show([&](PollerGlimpse& glimpse) {
    glimpse.over = true;
    glimpse.complete = complete;
  });
  return true;
}

PollerGlimpse Poller::glimpse() const {
  MutexLock lock(mutex_);
  return glimpse_;
}

template <typename Change>
void Poller::Show(Change change) {
  MutexLock lock(mutex_);
  change(glimpse_);
}

void Poller::Begin() {
  {
    MutexLock lock(mutex_);
    woken_.reset();  // from here on this walk may have read what changes now
  }
  poll_ = {parts_.clock.Now(), progress_.begin, config_.overlap, progress_.cursors};
  blocked_.clear();
  settling_.clear();
  only_unseen_ = true;
  Push(connector_.Plan(source_, poll_).next);
}

Poller::Ending Poller::Walk() {
  Round round;
  if (!config_.read_token_file.empty()) {
    absl::StatusOr<std::string> token = ReadSecretFile(config_.read_token_file);
    if (!token.ok()) {
      Tell(std::string(token.status().message()));
      return Ending::kFailed;
    }
    round.credential = *std::move(token);
  }
  if (stack_.empty()) Begin();
  bool paused = false;
  while (!stack_.empty() && !round.ended && !paused) {
    if (cancelled_) return Ending::kStopped;
    Entry entry = std::move(stack_.back());
    stack_.pop_back();
    if (!entry.fetch) {
      commits_.push_back(std::move(entry.commit));
      continue;
    }
    paused = round.requests >= config_.max_requests || round.bytes >= config_.max_bytes || steady_clock::now() >= round.end;
    if (paused) {
      stack_.push_back(std::move(entry));
    } else if (!Ask(*entry.fetch, round)) {
      return Ending::kStopped;
    }
  }
  if (!Flush()) return Ending::kStopped;
  if (stack_.empty()) Settle();
  if (!round.failed) Tell("");
  const bool in_vain = round.ended || (round.failed && !round.answered);
  const absl::Time now = parts_.clock.Now();
  parts_.health.Polled(source_.id, std::exchange(found_, 0), std::exchange(missed_, 0), in_vain ? absl::InfinitePast() : now);
  if (in_vain) return Ending::kFailed;
  parts_.metrics.SetLastRound(source_.id, absl::ToDoubleSeconds(now - absl::UnixEpoch()));
  return paused ? Ending::kPaused : round.failed ? Ending::kPartly : Ending::kDone;
}

// Makes one request and takes in what it brings; false when it was stopped.
bool Poller::Ask(const sdk::Fetch& fetch, Round& round) {
  while (true) {
    if (!WaitUntil(parts_.gate.open_from())) return false;
    absl::StatusOr<std::string> token = access_.For(round.credential, &cancelled_);
    if (absl::IsCancelled(token.status())) return false;
    if (!token.ok()) {
      End(fetch, std::string(View(token.status().message())), round);
      return true;
    }
    round.token = *std::move(token);
    absl::StatusOr<net::Response> response = Request(fetch, round);
    if (absl::IsCancelled(response.status())) return false;
    if (!response.ok()) {
      Fail(fetch, response.status(), round);
      return true;
    }
    const absl::Time now = parts_.clock.Now();
    const RateAnswer rate = parts_.gate.Learn(*response, now, steady_clock::now());
    parts_.health.PollRate(source_.id, rate.remaining, rate.pause > absl::ZeroDuration() ? now + rate.pause : absl::InfinitePast());
    if (rate.refused) continue;  // it was not answered: after the pause, again
    if (response->status == 401) {
      if (access_.Refused()) continue;
      End(fetch, "the read token is refused (401); put a valid one into read_token_file, no restart is needed", round);
      return true;
    }
    access_.Accepted();
    if (response->status >= 500 || response->status == 408) {
      Fail(fetch, absl::UnavailableError(absl::StrCat("the API answers ", response->status)), round);
      return true;
    }
    ++answers_;
    round.answered = true;
    absl::StatusOr<sdk::Step> step = connector_.Absorb(source_, poll_, fetch, *response);
    if (!step.ok()) {
      Fail(fetch, step.status(), round);
      return true;
    }
    round.failures_in_a_row = 0;
    failures_.erase(fetch.Name());
    Take(fetch, *response, *std::move(step));
    const bool much = facts_.size() >= static_cast<size_t>(options_.max_facts) || fact_bytes_ >= options_.max_batch_bytes;
    return !much || Flush();
  }
}

absl::StatusOr<net::Response> Poller::Request(const sdk::Fetch& fetch, Round& round) {
  if (!fetch.path.starts_with('/')) return absl::InvalidArgumentError("a request does not begin with a slash");
  const sdk::Manifest& manifest = connector_.manifest();
  net::Headers headers = manifest.api_headers;
  headers.insert(headers.end(), fetch.headers.begin(), fetch.headers.end());
  if (!round.token.empty()) headers.push_back(TokenHeader(manifest, round.token));
  if (!fetch.accept.empty()) headers.emplace_back("Accept", fetch.accept);
  if (const auto etag = etags_.find(fetch.Name()); etag != etags_.end()) headers.emplace_back("If-None-Match", etag->second);
  net::FetchOptions options;
  options.timeout = kLongestRequest;
  options.max_body_bytes = kMaxAnswerBytes;
  options.cancel = &cancelled_;
  // The path begins with a slash, so whatever else is in it, the token goes to this host alone; redirects are not followed.
  absl::StatusOr<net::Response> response = parts_.fetch(fetch.method, config_.api_base + fetch.path, headers, fetch.body, options);
  ++round.requests;
  if (response.ok()) round.bytes += response->body.size();
  parts_.metrics.CountRequest(source_.id, response.ok() ? response->status : 0);
  Show([](PollerGlimpse& glimpse) { ++glimpse.requests; });
  return response;
}

void Poller::Take(const sdk::Fetch& fetch, const net::Response& response, sdk::Step step) {
  parts_.health.PollUnreadable(source_.id, step.unreadable);
  if (!step.facts.empty()) {
    const absl::Time position = absl::FromUnixSeconds(step.facts.back().occur_time().seconds());
    Show([&](PollerGlimpse& glimpse) { glimpse.position = position; });
  }
  for (v1::Fact& fact : step.facts) {
    fact_bytes_ += fact.ByteSizeLong();
    facts_.push_back(std::move(fact));
  }
  if (step.commit) stack_.push_back({std::nullopt, *std::move(step.commit)});
  Push(std::move(step.next));
  if (step.reached) stack_.push_back({std::nullopt, *std::move(step.reached)});
  const std::string etag(net::FindHeader(response.headers, "ETag"));
  if (step.settled && response.status == 200 && !etag.empty() && etag.size() <= 200) {
    settling_.push_back({fetch.stream, fetch.Name(), etag});
  }
}

// Depth first, so what waits is bounded by what single answers name.
void Poller::Push(std::vector<sdk::Fetch> next) {
  for (auto fetch = next.rbegin(); fetch != next.rend(); ++fetch) stack_.push_back({std::move(*fetch), {}});
}

// By what concerns every request; this one is made again in the next round.
void Poller::End(const sdk::Fetch& fetch, const std::string& why, Round& round) {
  stack_.push_back({fetch, {}});
  round.failed = round.ended = true;
  Tell(why);
}

// The stream of what failed stands still until the next walk; others go on. What fails again and again, while others are answered, is
// left out. Where much fails in a row, the round ends: it is the host or the way to it.
void Poller::Fail(const sdk::Fetch& fetch, const absl::Status& status, Round& round) {
  round.failed = true;
  only_unseen_ = only_unseen_ && absl::IsNotFound(status);
  const std::string why(View(status.message()));
  Failures& failures = failures_[fetch.Name()];
  if (failures.count == 0 || answers_ > failures.answers) ++failures.count;
  failures.answers = answers_;
  if (failures.count >= kRequestTries) {
    failures_.erase(fetch.Name());
    parts_.health.PollUnreadable(source_.id, 1);
    obs::Log(obs::Level::kError, "A request to a suite failed again and again; it is left out.", {{"source", source_.id}, {"error", why}});
    return;
  }
  if (failures_.size() > kMaxRemembered) failures_.clear();
  if (!absl::IsNotFound(status) && ++round.failures_in_a_row >= kFailuresInARow) round.ended = true;
  Tell(why);
  if (fetch.stream.empty()) return;
  blocked_.insert(fetch.stream);
  std::erase_if(stack_, [&](const Entry& entry) { return (entry.fetch ? entry.fetch->stream : entry.commit.stream) == fetch.stream; });
}

// Each trouble is logged once; an empty one ends it.
void Poller::Tell(const std::string& trouble) {
  parts_.health.PollTroubled(source_.id, trouble, parts_.clock.Now());
  Show([&](PollerGlimpse& glimpse) { glimpse.trouble = trouble; });
  if (trouble == told_) return;
  told_ = trouble;
  if (trouble.empty()) {
    obs::Log(obs::Level::kInfo, "Polling works again.", {{"source", source_.id}});
  } else {
    obs::Log(obs::Level::kWarning, "Polling does not work as it should.", {{"source", source_.id}, {"error", trouble}});
  }
}

// Hands over all facts, then moves the cursors. False when it was stopped before: then the cursors have not moved.
bool Poller::Flush() {
  milliseconds delay = options_.first_delay;
  std::string told;
  while (!facts_.empty()) {
    const size_t count = std::min<size_t>(facts_.size(), static_cast<size_t>(options_.max_facts));
    size_t bytes = 0, fitting = 0;
    while (fitting < count && (fitting == 0 || bytes + facts_[fitting].ByteSizeLong() <= options_.max_batch_bytes)) {
      bytes += facts_[fitting++].ByteSizeLong();
    }
    const absl::Status sent = SendOrIsolate({facts_.data(), fitting});
    if (sent.ok()) {
      facts_.erase(facts_.begin(), facts_.begin() + static_cast<ptrdiff_t>(fitting));
      delay = options_.first_delay;
      continue;
    }
    const std::string reason = DetailsOf(sent).reason.empty() ? absl::StatusCodeToString(sent.code()) : DetailsOf(sent).reason;
    parts_.health.Troubled(source_.id, reason, parts_.clock.Now());
    if (reason != told) {
      obs::Log(obs::Level::kWarning, "Polled facts wait: handing over does not work.", {{"source", source_.id}, {"reason", reason}});
      told = reason;
    }
    if (!WaitUntil(steady_clock::now() + Jittered(delay))) return false;
    delay = std::min(delay * 2, milliseconds(30'000));
  }
  fact_bytes_ = 0;
  MoveCursors();
  return true;
}

absl::Status Poller::Send(std::span<const v1::Fact> facts) {
  v1::IngestEventBatchRequest batch;
  const absl::Time now = parts_.clock.Now();
  batch.set_source(source_.id);
  *batch.mutable_receive_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(now));
  for (const v1::Fact& fact : facts) *batch.add_facts() = fact;
  COMITY_ASSIGN_OR_RETURN(const v1::IngestEventBatchResponse response, sink_.Push(batch));
  const auto stored = std::count_if(response.results().begin(), response.results().end(), [](const v1::IngestResult& result) {
    return result.disposition() == v1::IngestResult::DISPOSITION_STORED;
  });
  found_ += stored;
  Show([&](PollerGlimpse& glimpse) {
    glimpse.facts += batch.facts_size();
    glimpse.found += stored;
  });
  parts_.health.Accepted(source_.id, batch.facts_size(), now);
  if (parts_.gaps == nullptr || parts_.health.waiting(source_.id) > 0) return absl::OkStatus();  // what hooks brought may not be read yet
  int64_t missed = 0;
  for (const v1::Fact& fact : facts) missed += parts_.gaps->Missed(fact, now) ? 1 : 0;
  if (missed > 0) parts_.metrics.CountMissedByHooks(source_.id, missed);
  missed_ += missed;
  return absl::OkStatus();
}

// What the service will never take is found by halving and left out; the suite still has it.
absl::Status Poller::SendOrIsolate(std::span<const v1::Fact> facts) {
  const absl::Status sent = Send(facts);
  if (sent.ok() || !IsRefusal(sent)) return sent;
  if (facts.size() == 1) {
    obs::Log(obs::Level::kError, "The service refuses a polled fact; it is left out.",
             {{"source", source_.id}, {"reason", DetailsOf(sent).reason}});
    parts_.health.PollUnreadable(source_.id, 1);
    return absl::OkStatus();
  }
  COMITY_RETURN_IF_ERROR(SendOrIsolate(facts.first(facts.size() / 2)));
  return SendOrIsolate(facts.subspan(facts.size() / 2));
}

void Poller::MoveCursors() {
  bool moved = false;
  for (const sdk::Commit& commit : commits_) {
    if (!IsStreamText(commit.stream) || !IsCursorText(commit.cursor)) continue;
    std::string& cursor = progress_.cursors[commit.stream];
    moved |= cursor != commit.cursor;
    cursor = commit.cursor;
  }
  commits_.clear();
  if (!moved) return;
  const absl::Status saved = SaveProgress(parts_.cursor_dir, source_.id, progress_);
  // Harmless for now: they are saved with the next move, and after a crash some facts come twice.
  if (!saved.ok()) obs::Log(obs::Level::kError, "Cursors could not be saved.", {{"source", source_.id}, {"error", View(saved.message())}});
}

// The walk is over: what brought nothing new need not be read again until it changes.
void Poller::Settle() {
  if (etags_.size() + settling_.size() > kMaxRemembered) etags_.clear();
  for (Settled& settled : settling_) {
    if (!blocked_.contains(settled.stream)) etags_[settled.asked] = std::move(settled.etag);
  }
  settling_.clear();
}

}  // namespace comity::host
