// Pushes JSON lines as facts through the stream.
#ifndef COMITY_CLIENTS_CLI_PUSH_H_
#define COMITY_CLIENTS_CLI_PUSH_H_

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/client.h"

namespace comity::cli {

inline constexpr size_t kMaxLineBytes = 1024 * 1024;

struct PushReport {
  struct Problem {
    int64_t line = 0;
    std::string event;   // empty if it could not be read
    std::string reason;  // its code, if it has one
    std::string words;
  };
  int64_t stored = 0, duplicates = 0;
  std::vector<Problem> set_aside;   // kept by the service with their reason
  std::vector<Problem> unreadable;  // not sent
};

// One fact a line, in the protobuf JSON of comity.v1.Fact; empty lines are skipped, unreadable ones reported. A broken stream is opened
// again, and what was not acknowledged is sent again. Errors: UNAVAILABLE after `max_streams` in a row without an acknowledgement, and
// what the service answers to a whole batch (PERMISSION_DENIED …).
class Pusher {
 public:
  Pusher(client::Client& client, std::string source, int max_streams = 4);
  absl::StatusOr<PushReport> Push(std::istream& lines);

 private:
  struct Batch {
    v1::IngestEventBatchRequest request;
    std::vector<int64_t> lines;
    size_t bytes = 0;
  };
  absl::Status ReadFacts(std::istream& lines);
  absl::Status AddLine(std::string_view text, int64_t line);
  absl::Status SendBatch();
  absl::Status ReceiveOne();
  absl::Status Reopen(absl::Status why);
  void Take(const Batch& batch, const v1::IngestEventsResponse& answer);

  client::Client& client_;
  const std::string source_;
  const int max_streams_;
  std::unique_ptr<client::EventStream> stream_;
  Batch next_;
  int64_t sequence_ = 0;
  std::map<int64_t, Batch> outstanding_;
  int failures_ = 0;
  PushReport report_;
};

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_PUSH_H_
