#include "clients/cpp/client.h"

#include <fstream>
#include <future>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/address.h"
#include "clients/cpp/retry.h"
#include "clients/cpp/stream.h"
#include "comity/v1/event.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"

namespace comity::client {
namespace {

using google::protobuf::Message;

constexpr int kMaxResponseBytes = 32 * 1024 * 1024;

class GrpcClient : public Client {
 public:
  GrpcClient(const Options& options, std::string token, const std::shared_ptr<grpc::Channel>& channel)
      : options_(options), token_(std::move(token)), generic_(channel), events_(v1::EventService::NewStub(channel)) {}

  absl::StatusOr<v1::IngestEventBatchResponse> Push(const v1::IngestEventBatchRequest& batch) override {
    v1::IngestEventBatchResponse response;
    COMITY_RETURN_IF_ERROR(Call("/comity.v1.EventService/IngestEventBatch", batch, &response));
    return response;
  }

  absl::Status Call(std::string_view method, const Message& request, Message* response) override {
    const std::unique_ptr<Message> identified = WithRequestId(request);
    const Message& sent = identified != nullptr ? *identified : request;
    RetryPolicy policy;
    policy.max_attempts = options_.max_attempts;
    policy.deadline = options_.deadline;
    return RunWithRetries(policy, [&](std::chrono::milliseconds left) { return CallOnce(std::string(method), sent, response, left); });
  }

  std::unique_ptr<EventStream> OpenStream() override { return NewGrpcStream(*events_, NewContext(), options_.deadline); }

 private:
  std::unique_ptr<grpc::ClientContext> NewContext() const {
    auto context = std::make_unique<grpc::ClientContext>();
    if (!token_.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
    return context;
  }

  absl::Status CallOnce(const std::string& method, const Message& request, Message* response, std::chrono::milliseconds left) {
    const std::unique_ptr<grpc::ClientContext> context = NewContext();
    context->set_deadline(std::chrono::system_clock::now() + left);
    std::promise<grpc::Status> finished;
    generic_.UnaryCall(context.get(), method, {}, &request, response,
                       [&finished](grpc::Status status) { finished.set_value(std::move(status)); });
    return FromGrpc(finished.get_future().get());
  }

  const Options options_;
  const std::string token_;
  grpc::TemplatedGenericStub<Message, Message> generic_;
  const std::unique_ptr<v1::EventService::Stub> events_;
};

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsFor(const Options& options, bool tls) {
  if (!tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions ssl;
  if (!options.tls_ca_file.empty()) {
    std::ifstream file(options.tls_ca_file);
    std::stringstream content;
    content << file.rdbuf();
    if (!file || content.str().empty()) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kConfigInvalid,
                   absl::StrCat(options.tls_ca_file, " cannot be read; name a PEM file of the authorities to trust"));
    }
    ssl.pem_root_certs = content.str();
  }
  return grpc::SslCredentials(ssl);
}

// The channel's own retries are off: ours know when repeating is safe. It reconnects quickly, or they would be spent on one back-off.
grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetMaxReceiveMessageSize(kMaxResponseBytes);
  arguments.SetUserAgentPrefix("comity-client");
  return arguments;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Create(const Options& options) {
  COMITY_ASSIGN_OR_RETURN(const Address address, ParseAddress(options.server));
  std::string token;
  if (!options.token_file.empty()) {
    COMITY_ASSIGN_OR_RETURN(token, ReadSecretFile(options.token_file));
    if (token.find_first_of(" \t\r\n") != std::string::npos) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kTokenInvalid,
                   absl::StrCat(options.token_file, " holds more than one word; a token file holds the token and nothing else"));
    }
  }
  COMITY_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ChannelCredentials> credentials, CredentialsFor(options, address.tls));
  return std::make_unique<GrpcClient>(options, std::move(token), grpc::CreateCustomChannel(address.target, credentials, Arguments()));
}

}  // namespace comity::client
