// The C++ client: channel, credentials, deadlines, retries, paging, and a stream that pushes facts and hands back acknowledgements.
#ifndef COMITY_CLIENTS_CPP_CLIENT_H_
#define COMITY_CLIENTS_CPP_CLIENT_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "comity/v1/event.pb.h"
#include "google/protobuf/message.h"

namespace comity::client {

struct Options {
  // `host:port` on loopback or `unix:PATH` in plain text, `https://host:port` with TLS anywhere.
  std::string server = "127.0.0.1:7070";
  std::string tls_ca_file;                     // PEM; empty = the system's authorities
  std::string token_file;                      // 0600, or refused; empty = no token
  std::chrono::milliseconds deadline{30'000};  // of a call with all its attempts; of a stream without an acknowledgement
  int max_attempts = 4;                        // UNAVAILABLE only; 0.1 s, doubling to 5 s, with jitter
};

// Where facts go. `Client` is one; `FakeSink` (fake.h) is for users' tests.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // Blocks until the batch is committed. Safe to repeat. Errors: UNAVAILABLE after the last attempt; PERMISSION_DENIED and others at once.
  virtual absl::StatusOr<v1::IngestEventBatchResponse> Push(const v1::IngestEventBatchRequest& batch) = 0;
};

// A stream of batches with acknowledgements, in any order. One thread may send while another receives.
class EventStream {
 public:
  virtual ~EventStream() = default;
  // Waits while more than about 300 KB are unacknowledged. Errors: UNAVAILABLE when the stream broke: open another, send what has no
  // acknowledgement again; INVALID_ARGUMENT when `sequence` is outstanding.
  virtual absl::Status Send(int64_t sequence, const v1::IngestEventBatchRequest& batch) = 0;
  // Waits for the next acknowledgement. They are kept until they are received, also after Finish; then OUT_OF_RANGE.
  virtual absl::StatusOr<v1::IngestEventsResponse> Receive() = 0;
  // Half-closes and waits for what is outstanding.
  virtual absl::Status Finish() = 0;
};

// Safe to call from any thread.
class Client : public EventSink {
 public:
  // Does not connect yet. Errors: INVALID_ARGUMENT (CONFIG_INVALID) for the address; NOT_FOUND, PERMISSION_DENIED (SECRET_FILE_UNSAFE)
  // for the token file.
  static absl::StatusOr<std::unique_ptr<Client>> Create(const Options& options);

  // Calls any unary method by its full name, for example `/comity.v1.DeedService/GetDeed`. Retries are safe: a `request_id` field that is
  // there and empty is filled once for all attempts. Errors carry the server's reason and fields (service/base/error.h).
  virtual absl::Status Call(std::string_view method, const google::protobuf::Message& request, google::protobuf::Message* response) = 0;
  virtual std::unique_ptr<EventStream> OpenStream() = 0;  // cancelled when destroyed without Finish
};

}  // namespace comity::client

#endif  // COMITY_CLIENTS_CPP_CLIENT_H_
