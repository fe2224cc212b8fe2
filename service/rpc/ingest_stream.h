// Streams of facts: batches come in, each is acknowledged after its commit, in any order.
#ifndef COMITY_SERVICE_RPC_INGEST_STREAM_H_
#define COMITY_SERVICE_RPC_INGEST_STREAM_H_

#include <functional>
#include <memory>
#include <set>

#include "comity/v1/event.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "service/base/mutex.h"
#include "service/rpc/binding.h"

namespace comity::rpc {

class IngestStream;

// All open streams. Outlives the server that opens them.
class IngestStreams {
 public:
  // Takes one batch in; answers on a thread that must not block.
  using Done = std::function<void(absl::StatusOr<v1::IngestEventBatchResponse>)>;
  using Ingest = std::function<void(const app::Caller&, v1::IngestEventBatchRequest, Done)>;
  // Reads pause while more than this is taken and not acknowledged: enough to fill a commit, little enough not to stall HTTP/2.
  static constexpr size_t kWindowBytes = 300 * 1024;

  IngestStreams(Runtime runtime, Ingest ingest) : runtime_(runtime), ingest_(std::move(ingest)) {}

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Open(const MethodRule& rule, grpc::CallbackServerContext& context);
  // Every stream takes nothing more, acknowledges what it took, and ends with UNAVAILABLE (STOPPING).
  void Stop();

 private:
  friend class IngestStream;
  void Forget(const std::shared_ptr<IngestStream>& stream);

  Runtime runtime_;
  Ingest ingest_;
  Mutex mutex_;
  std::set<std::shared_ptr<IngestStream>> open_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_INGEST_STREAM_H_
