#include "service/app/idempotency.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/domain/values.h"

namespace comity::app {
namespace {

constexpr size_t kMaxRequestIdBytes = 100;

std::string HashOf(std::string_view method, const google::protobuf::Message& request) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  domain::Hasher hasher("comity/request");
  const auto digest = hasher.Add(method).Add(std::string_view(bytes)).Digest();
  return std::string(digest.begin(), digest.end());
}

}  // namespace

absl::Status RunOnce(Context& context, const Caller& caller, std::string_view method, const google::protobuf::Message& request,
                     std::string_view request_id, google::protobuf::Message& answer,
                     const std::function<absl::Status(store::Transaction&)>& run) {
  const size_t bytes = 256 + request.ByteSizeLong();
  if (request_id.empty()) return context.writer.Run(run, bytes);
  if (request_id.size() > kMaxRequestIdBytes) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "request_id is too long",
                 {{"request_id", "send 1 to 100 characters, for example a UUID"}});
  }
  const std::string hash = HashOf(method, request);
  // A suite's token speaks for many: one person's answer is not another's.
  const std::string who = caller.within.empty() ? caller.token_id : caller.token_id + ' ' + caller.person.ToText();
  const absl::Time now = context.clock.Now();
  return context.writer.Run(
      [&](store::Transaction& transaction) -> absl::Status {
        COMITY_ASSIGN_OR_RETURN(const auto stored, transaction.admin().FindAnswer(who, request_id, now));
        if (stored.has_value()) {
          if (stored->request_hash == hash && answer.ParseFromString(stored->answer)) return absl::OkStatus();
          return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kRequestIdReused,
                       "this request_id was sent before with another request; send a new one",
                       {{"request_id", "use a new one for each request"}});
        }
        COMITY_RETURN_IF_ERROR(run(transaction));
        COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceAnswerKept));
        return transaction.admin().PutAnswer(who, request_id, {hash, answer.SerializeAsString()}, now);
      },
      bytes);
}

}  // namespace comity::app
