#include "service/app/writer.h"

#include <chrono>
#include <deque>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/base/mutex.h"
#include "service/obs/log.h"

namespace comity::app {
namespace {

constexpr size_t kGroupBytes = 300 * 1000;
constexpr size_t kGroupWorks = 64;
constexpr size_t kWaitingBytes = size_t{64} << 20;

// What a work throws is its own error: nothing else may die of it.
absl::Status RunGuarded(const Writer::Work& work, store::Transaction& transaction) {
  try {
    return work.run(transaction);
  } catch (const std::exception&) {
    obs::Log(obs::Level::kError, "a work of the writer threw");
    return Error(absl::StatusCode::kInternal, ErrorReason::kStoreFailed, "the change could not be worked out; nothing of it was stored");
  }
}

}  // namespace

struct Writer::Impl {
  using Group = std::vector<Work*>;

  Impl(store::Store& the_store, obs::Metrics& the_metrics) : store(the_store), metrics(the_metrics) {
    thread = std::thread([this] { Loop(); });
  }

  ~Impl() {
    {
      MutexLock lock(mutex);
      stopping = true;
      wake.SignalAll();
    }
    thread.join();
  }

  void Submit(Work work) {
    {
      MutexLock lock(mutex);
      if (waiting_bytes + work.bytes <= kWaitingBytes) {
        waiting_bytes += work.bytes;
        queue.push_back(std::move(work));
        wake.Signal();
        return;
      }
    }
    work.done(Error(absl::StatusCode::kResourceExhausted, ErrorReason::kOverloaded,
                    "more is waiting to be written than this service holds; send it again in a moment"));
  }

  void Loop() {
    for (;;) {
      std::vector<Work> works;
      {
        MutexLock lock(mutex);
        while (queue.empty() && !stopping) wake.Wait(mutex);
        if (queue.empty()) return;
        size_t bytes = 0;
        while (!queue.empty() && works.size() < kGroupWorks && (works.empty() || bytes + queue.front().bytes <= kGroupBytes)) {
          bytes += queue.front().bytes;
          works.push_back(std::move(queue.front()));
          queue.pop_front();
        }
      }
      Group group;
      size_t bytes = 0;
      for (Work& work : works) {
        group.push_back(&work);
        bytes += work.bytes;
      }
      Write(group);
      MutexLock lock(mutex);
      waiting_bytes -= bytes;
    }
  }

  static void Answer(const Group& group, const absl::Status& status) {
    for (const Work* work : group) work->done(status);
  }

  // Writes the group in one transaction and answers each of its works once. Nearly always each of them goes well, so the first try is
  // without marks: a mark makes the engine keep a copy of every page that changes after it (with SQLite half of all the time went there).
  void Write(const Group& group) {
    failpoint::PassOnly(Failpoint::kServiceGroup);
    const auto start = std::chrono::steady_clock::now();
    auto transaction = store.BeginWrite();
    if (!transaction.ok()) return Answer(group, transaction.status());
    for (const Work* work : group) {
      if (RunGuarded(*work, **transaction).ok()) continue;
      transaction->reset();
      return WriteMarked(group);
    }
    failpoint::PassOnly(Failpoint::kServiceGroupRun);
    Commit(group, *std::move(transaction), start);
  }

  // The same with a mark before each work, so that one which fails is undone and answered alone.
  void WriteMarked(const Group& group) {
    const auto start = std::chrono::steady_clock::now();
    auto transaction = store.BeginWrite();
    if (!transaction.ok()) return Answer(group, transaction.status());

    Group good;
    for (size_t i = 0; i < group.size(); ++i) {
      absl::Status broken = (*transaction)->Mark();
      if (broken.ok()) {
        const absl::Status status = RunGuarded(*group[i], **transaction);
        const absl::Status ended = status.ok() ? (*transaction)->Release() : (*transaction)->Rollback();
        if (ended.ok()) {
          if (status.ok()) {
            good.push_back(group[i]);
          } else {
            group[i]->done(status);
          }
          continue;
        }
        broken = status.ok() ? ended : status;
      }
      // The engine has given the whole transaction up (a full disk does that), so what went before it is undone as well.
      transaction->reset();
      good.insert(good.end(), group.begin() + static_cast<std::ptrdiff_t>(i) + 1, group.end());
      group[i]->done(broken);
      if (IsBackendsOwn(broken)) return Answer(good, broken);
      if (!good.empty()) WriteMarked(good);
      return;
    }
    if (!good.empty()) Commit(good, *std::move(transaction), start);
  }

  // Commits what the group did, and answers it. If the commit fails for a reason that one work may have caused, the group is halved.
  void Commit(const Group& group, std::unique_ptr<store::Transaction> transaction, std::chrono::steady_clock::time_point start) {
    absl::Status committed = failpoint::Pass(Failpoint::kServiceBeforeCommit);
    if (committed.ok()) committed = transaction->Commit();
    transaction.reset();
    failpoint::PassOnly(Failpoint::kServiceAfterCommit);
    if (committed.ok()) {
      int64_t facts = 0;
      for (const Work* work : group) facts += work->facts;
      metrics.ObserveCommit(facts, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      Answer(group, committed);
      return failpoint::PassOnly(Failpoint::kServiceAnswered);
    }
    if (IsBackendsOwn(committed) || group.size() == 1) return Answer(group, committed);
    const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
    Write(Group(group.begin(), middle));
    Write(Group(middle, group.end()));
  }

  store::Store& store;
  obs::Metrics& metrics;
  Mutex mutex;
  CondVar wake;
  std::deque<Work> queue ABSL_GUARDED_BY(mutex);
  size_t waiting_bytes ABSL_GUARDED_BY(mutex) = 0;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  std::thread thread;
};

Writer::Writer(store::Store& store, obs::Metrics& metrics) : impl_(std::make_unique<Impl>(store, metrics)) {}
Writer::~Writer() = default;

void Writer::Submit(Work work) { impl_->Submit(std::move(work)); }

absl::Status Writer::Run(std::function<absl::Status(store::Transaction&)> run, size_t bytes) {
  struct Waiting {
    Mutex mutex;
    CondVar answered;
    bool is_answered ABSL_GUARDED_BY(mutex) = false;
    absl::Status status ABSL_GUARDED_BY(mutex);
  } waiting;
  Submit({.bytes = bytes, .run = std::move(run), .done = [&waiting](absl::Status status) {
            MutexLock lock(waiting.mutex);
            waiting.status = std::move(status);
            waiting.is_answered = true;
            waiting.answered.Signal();
          }});
  MutexLock lock(waiting.mutex);
  while (!waiting.is_answered) waiting.answered.Wait(waiting.mutex);
  return waiting.status;
}

}  // namespace comity::app
