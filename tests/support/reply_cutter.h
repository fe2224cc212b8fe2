// A proxy in front of a gRPC server that cuts the connection exactly when the answer is on its way: what was asked has been done, and
// whoever asked does not know.
#ifndef COMITY_TESTS_SUPPORT_REPLY_CUTTER_H_
#define COMITY_TESTS_SUPPORT_REPLY_CUTTER_H_

#include <atomic>
#include <thread>
#include <vector>

#include "service/base/mutex.h"

namespace comity::testing {

class ReplyCutter {
 public:
  // In front of 127.0.0.1:`target`.
  explicit ReplyCutter(int target);
  ~ReplyCutter();
  ReplyCutter(const ReplyCutter&) = delete;
  ReplyCutter& operator=(const ReplyCutter&) = delete;

  int port() const { return port_; }
  // The next answer of the server is lost, with its connection.
  void CutNext() { ++armed_; }
  int cuts() const { return cuts_; }

 private:
  void Accept();
  void Serve(int client);

  const int target_;
  int listener_ = -1, port_ = 0;
  std::atomic<int> armed_{0}, cuts_{0};
  std::atomic<bool> stop_{false};
  Mutex mutex_;
  std::vector<std::thread> connections_ ABSL_GUARDED_BY(mutex_);
  std::thread acceptor_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_REPLY_CUTTER_H_
