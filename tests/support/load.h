// Clients of a deployment that write down what they did and were told, for tests/support/history.h.
#ifndef COMITY_TESTS_SUPPORT_LOAD_H_
#define COMITY_TESTS_SUPPORT_LOAD_H_

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/deployment.h"
#include "tests/support/history.h"

namespace comity::testing {

// Sends until it is stopped: batches by call and by stream, webhooks (readable and not), an account linked and unlinked with idempotency
// keys, and reads. Whatever is in doubt is sent again until it is answered, as every connector does. A deed is known by its ticket's key.
class Load {
 public:
  explicit Load(Deployment& deployment);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // While resting webhooks come seldom: comity-connect is idle between them, and has something to tidy each time.
  void Rest(bool rest) { rest_ = rest; }
  // Ends the clients. Call it while both processes run.
  void Stop();
  // Waits until what the spool holds is delivered, reads everything for the last time, and gives the history. After Stop.
  std::vector<Operation> Conclude();

  size_t by_call() const { return by_call_; }
  size_t by_stream() const { return by_stream_; }
  size_t by_webhook() const;

 private:
  void Push(int worker);
  void Stream(int worker);
  void Hook(int worker);
  void Spoil();
  void Link();
  void Read();
  void ReadOnce(client::Client& steward);

  Deployment& deployment_;
  History history_;
  std::atomic<bool> stop_{false}, rest_{false};
  std::atomic<size_t> by_call_{0}, by_stream_{0};
  mutable Mutex mutex_;
  std::vector<std::pair<size_t, Operation>> hooks_ ABSL_GUARDED_BY(mutex_);  // acknowledged by comity-connect
  std::vector<std::thread> threads_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_LOAD_H_
