// What clients did and were told, and whether a service that keeps its promises can have told them that.
#ifndef COMITY_TESTS_SUPPORT_HISTORY_H_
#define COMITY_TESTS_SUPPORT_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "service/base/mutex.h"

namespace comity::testing {

// One call of one client. Times are places in the order in which all clients began and ended, not of a clock.
struct Operation {
  enum class Kind {
    kPut,      // facts by key: `keys` and, when OK, one of `answers` each
    kRead,     // everything that is there, by key, with how often: `seen`
    kHead,     // the ledger's `sequence` and `hash`
    kRequest,  // a write with an idempotency key: `id`, `body`, and when OK `answer`
    kSend,     // message `sequence` on stream `id`; OK when it was acknowledged, once for each acknowledgement
  };
  // kFailed: certainly without effect. kUnknown: with or without, and if with, at any time after it began.
  enum class Outcome { kPending, kOk, kFailed, kUnknown };
  enum class Answer { kStored, kDuplicate, kRefused };

  Kind kind = Kind::kPut;
  int client = 0;
  Outcome outcome = Outcome::kPending;
  uint64_t began = 0, ended = 0;
  std::vector<std::string> keys = {};
  std::vector<Answer> answers = {};
  std::map<std::string, int> seen = {};
  int64_t sequence = 0;
  std::string hash = {}, id = {}, body = {}, answer = {};
  int acknowledged = 0;  // of kSend
};

// Safe to call from any thread.
class History {
 public:
  // Gives the place of the operation, for End.
  size_t Begin(Operation operation);
  // The operation as it ended: what Begin was given, with its outcome and what was answered.
  void End(size_t place, Operation ended);
  // What has not ended has an unknown outcome.
  std::vector<Operation> Take() const;

 private:
  mutable Mutex mutex_;
  uint64_t now_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Operation> operations_ ABSL_GUARDED_BY(mutex_);
};

// Every way in which the history cannot be, a sentence each, at most twenty; none if all is well:
// acknowledged is there in every later read (durable, and read-your-acks), once; nothing is there that nobody sent, or that was refused;
// what a read saw no later read misses; a key is stored once, and a duplicate is one of something; the ledger's sequence never goes back
// and has one hash; an idempotency key has one body and one answer; each message of a stream has one acknowledgement. A history that no
// read follows proves nothing and is refused too.
std::vector<std::string> Violations(const std::vector<Operation>& history);

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_HISTORY_H_
