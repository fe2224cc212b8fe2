// The table of the API: which method is which use case.
#ifndef COMITY_SERVICE_RPC_BIND_API_H_
#define COMITY_SERVICE_RPC_BIND_API_H_

#include "absl/status/status.h"
#include "grpcpp/server_builder.h"
#include "service/rpc/binding.h"
#include "service/rpc/ingest_stream.h"
#include "service/rpc/server.h"

namespace comity::rpc {

// All services of comity.v1. Outlives the server it is registered with.
class BoundApi {
 public:
  BoundApi(const Apps& apps, Runtime runtime);

  // Errors: FAILED_PRECONDITION for methods without an access rule, without a use case or of other types.
  absl::Status Check() const;
  void Register(grpc::ServerBuilder& builder);
  void StopStreams() { streams_.Stop(); }

 private:
  IngestStreams streams_;
  ServiceBinding admin_, directory_, events_, deeds_, recognition_, endpoints_, checkins_, duties_;
};

}  // namespace comity::rpc

#endif  // COMITY_SERVICE_RPC_BIND_API_H_
