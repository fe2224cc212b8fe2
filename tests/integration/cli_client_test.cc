// The C++ client against real gRPC servers in this process.
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cpp/client.h"
#include "comity/v1/deed.grpc.pb.h"
#include "comity/v1/event.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "service/base/error.h"

namespace comity::client {
namespace {

std::string Authorization(grpc::ServerContext* context) {
  const auto found = context->client_metadata().find("authorization");
  return found == context->client_metadata().end() ? "" : std::string(found->second.data(), found->second.size());
}

// Unavailable for the first calls, then confirms; remembers what it was given.
class Deeds : public v1::DeedService::Service {
 public:
  grpc::Status ConfirmDeed(grpc::ServerContext* context, const v1::ConfirmDeedRequest* request, v1::Deed* response) override {
    authorization = Authorization(context);
    has_deadline = context->deadline() < std::chrono::system_clock::now() + std::chrono::hours(1);
    request_ids.insert(request->request_id());
    if (calls++ < unavailable_calls) return {grpc::StatusCode::UNAVAILABLE, "busy"};
    response->set_name(request->name());
    return grpc::Status::OK;
  }
  grpc::Status GetDeed(grpc::ServerContext*, const v1::GetDeedRequest*, v1::Deed*) override {
    google::rpc::Status status;
    status.set_code(5);
    google::rpc::ErrorInfo info;
    info.set_domain("comity");
    info.set_reason("DEED_NOT_FOUND");
    status.add_details()->PackFrom(info);
    return {grpc::StatusCode::NOT_FOUND, "there is no such deed", status.SerializeAsString()};
  }
  int calls = 0, unavailable_calls = 0;
  bool has_deadline = false;
  std::string authorization;
  std::set<std::string> request_ids;
};

// Acknowledges in pairs and backwards; goes silent after `answers` acknowledgements if asked to.
class Events : public v1::EventService::Service {
 public:
  grpc::Status IngestEvents(grpc::ServerContext* context,
                            grpc::ServerReaderWriter<v1::IngestEventsResponse, v1::IngestEventsRequest>* stream) override {
    v1::IngestEventsRequest request;
    std::vector<int64_t> waiting;
    while (stream->Read(&request)) {
      if (silent) continue;
      waiting.push_back(request.sequence());
      if (waiting.size() == 2) Acknowledge(waiting, *stream);
    }
    if (!context->IsCancelled()) Acknowledge(waiting, *stream);
    return grpc::Status::OK;
  }
  bool silent = false;

 private:
  static void Acknowledge(std::vector<int64_t>& waiting,
                          grpc::ServerReaderWriter<v1::IngestEventsResponse, v1::IngestEventsRequest>& stream) {
    for (; !waiting.empty(); waiting.pop_back()) {
      v1::IngestEventsResponse response;
      response.set_sequence(waiting.back());
      response.add_results()->set_disposition(v1::IngestResult::DISPOSITION_STORED);
      stream.Write(response);
    }
  }
};

class ClientOverGrpc : public testing::Test {
 protected:
  ClientOverGrpc() {
    std::string pattern = testing::TempDir() + "/comity-client-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    options_.token_file = folder_ + "/token";
    std::ofstream(options_.token_file) << "the-token\n";
    chmod(options_.token_file.c_str(), 0600);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&deeds_);
    builder.RegisterService(&events_);
    server_ = builder.BuildAndStart();
    options_.server = absl::StrCat("127.0.0.1:", port);
  }
  ~ClientOverGrpc() override {
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
    std::filesystem::remove_all(folder_);
  }
  std::unique_ptr<Client> Connect() { return *Client::Create(options_); }
  static v1::IngestEventBatchRequest BatchOf(size_t bytes) {
    v1::IngestEventBatchRequest batch;
    batch.add_facts()->mutable_subject()->set_title(std::string(bytes, 'x'));
    return batch;
  }
  std::string folder_;
  Options options_;
  Deeds deeds_;
  Events events_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(ClientOverGrpc, RepeatsAWriteWithOneRequestIdUntilItIsAnswered) {
  deeds_.unavailable_calls = 2;
  v1::ConfirmDeedRequest request;
  request.set_name("deeds/1");
  v1::Deed deed;
  ASSERT_TRUE(Connect()->Call("/comity.v1.DeedService/ConfirmDeed", request, &deed).ok());
  EXPECT_EQ(deed.name(), "deeds/1");
  EXPECT_EQ(deeds_.calls, 3);
  ASSERT_EQ(deeds_.request_ids.size(), 1u);
  EXPECT_NE(*deeds_.request_ids.begin(), "");
  EXPECT_EQ(deeds_.authorization, "Bearer the-token");
  EXPECT_TRUE(deeds_.has_deadline);
}

TEST_F(ClientOverGrpc, GivesBackTheServicesReason) {
  v1::Deed deed;
  const absl::Status status = Connect()->Call("/comity.v1.DeedService/GetDeed", v1::GetDeedRequest(), &deed);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(DetailsOf(status).reason, "DEED_NOT_FOUND");
}

TEST_F(ClientOverGrpc, IsUnavailableWhenNobodyAnswers) {
  server_->Shutdown();
  v1::Deed deed;
  EXPECT_TRUE(absl::IsUnavailable(Connect()->Call("/comity.v1.DeedService/GetDeed", v1::GetDeedRequest(), &deed)));
}

TEST_F(ClientOverGrpc, RefusesATokenFileThatOthersCanRead) {
  chmod(options_.token_file.c_str(), 0644);
  const auto client = Client::Create(options_);
  EXPECT_EQ(DetailsOf(client.status()).reason, "SECRET_FILE_UNSAFE");
}

TEST_F(ClientOverGrpc, StreamsMoreThanItsWindowAndHandsBackEveryAcknowledgement) {
  const auto client = Connect();
  const auto stream = client->OpenStream();
  for (int64_t sequence = 1; sequence <= 41; ++sequence) ASSERT_TRUE(stream->Send(sequence, BatchOf(50'000)).ok());
  ASSERT_TRUE(stream->Finish().ok());
  std::set<int64_t> acknowledged;
  while (true) {
    const auto answer = stream->Receive();
    if (!answer.ok()) {
      EXPECT_EQ(answer.status().code(), absl::StatusCode::kOutOfRange);
      break;
    }
    acknowledged.insert(answer->sequence());
  }
  EXPECT_EQ(acknowledged.size(), 41u);
}

TEST_F(ClientOverGrpc, GivesUpAStreamThatAcknowledgesNothing) {
  events_.silent = true;
  options_.deadline = std::chrono::milliseconds(300);
  const auto client = Connect();
  const auto stream = client->OpenStream();
  ASSERT_TRUE(stream->Send(1, BatchOf(10)).ok());
  EXPECT_EQ(stream->Send(1, BatchOf(10)).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::IsUnavailable(stream->Receive().status()));
  EXPECT_TRUE(absl::IsUnavailable(stream->Send(2, BatchOf(10))));
}

}  // namespace
}  // namespace comity::client
