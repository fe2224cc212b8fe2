// Rows 5 and 6: authenticated unary reads per second with 16 outstanding, beside a bare echo by gRPC's callback API in a process of its
// own; and durable unary writes with 64 outstanding, beside one fdatasync a call. `unary_bench echo PORT` is that bare server.
#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "comity/v1/deed.pb.h"
#include "comity/v1/directory.pb.h"
#include "tests/support/deployment.h"
#include "tests/support/traffic.h"

namespace comity::bench {
namespace {

using Clock = std::chrono::steady_clock;
using testing::Deployment;

constexpr auto kRound = std::chrono::milliseconds(1500);
constexpr int kRounds = 5;

// Sends back what it is sent.
class Echo : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* /*context*/) override { return new Call; }

 private:
  class Call : public grpc::ServerGenericBidiReactor {
   public:
    Call() { StartRead(&bytes_); }
    void OnReadDone(bool ok) override { ok ? StartWriteAndFinish(&bytes_, {}, grpc::Status::OK) : Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }

   private:
    grpc::ByteBuffer bytes_;
  };
};

int ServeEcho(const std::string& port) {
  Echo echo;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + port, grpc::InsecureServerCredentials());
  builder.RegisterCallbackGenericService(&echo);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  server->Wait();
  return 0;
}

grpc::ByteBuffer BytesOf(const std::string& text) {
  const grpc::Slice slice(text);
  return {&slice, 1};
}

double Percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
}

struct Result {
  double per_second = 0, p50_ms = 0, p99_ms = 0;
};

// Keeps `outstanding` calls of one method under way on one connection.
class Load {
 public:
  using MakeRequest = std::function<std::string(int64_t)>;
  Load(const std::string& address, std::string method, std::string token, MakeRequest make_request)
      : stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())),
        method_(std::move(method)),
        token_(std::move(token)),
        make_request_(std::move(make_request)) {}

  Result Run(int outstanding, std::chrono::milliseconds duration) {
    std::vector<std::vector<double>> times(static_cast<size_t>(outstanding));
    const auto start = Clock::now();
    until_ = start + duration;
    running_ = outstanding;
    for (auto& own : times) Next(own);
    {
      std::unique_lock lock(mutex_);
      ended_.wait(lock, [this] { return running_ == 0; });
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::vector<double> all;
    for (const auto& own : times) all.insert(all.end(), own.begin(), own.end());
    Result result;
    result.per_second = static_cast<double>(all.size()) / seconds;
    result.p50_ms = Percentile(all, 0.5);
    result.p99_ms = Percentile(all, 0.99);
    return result;
  }

 private:
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer request, response;
    Clock::time_point sent;
  };
  void Next(std::vector<double>& times) {
    auto call = std::make_shared<Call>();
    if (!token_.empty()) call->context.AddMetadata("authorization", "Bearer " + token_);
    call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    call->request = BytesOf(make_request_(next_++));
    call->sent = Clock::now();
    stub_.UnaryCall(&call->context, method_, {}, &call->request, &call->response, [this, call, &times](const grpc::Status& status) {
      if (!status.ok()) {
        std::cerr << method_ << ": " << status.error_message() << "\n";
        std::_Exit(1);
      }
      const auto now = Clock::now();
      times.push_back(std::chrono::duration<double, std::milli>(now - call->sent).count());
      if (now < until_) return Next(times);
      std::lock_guard lock(mutex_);
      if (--running_ == 0) ended_.notify_one();
    });
  }

  grpc::GenericStub stub_;
  const std::string method_, token_;
  const MakeRequest make_request_;
  std::atomic<int64_t> next_{0};
  Clock::time_point until_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;
};

// A call a sync: what a service without group commit could do.
double SyncsPerSecond(const std::string& path, std::chrono::milliseconds duration) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string block(4096, 'x');
  int64_t done = 0;
  const auto start = Clock::now();
  for (; Clock::now() - start < duration; ++done) {
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) || ::fdatasync(file) != 0) std::exit(1);
  }
  ::close(file);
  return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - start).count();
}

double Median(std::vector<double> values) { return Percentile(values, 0.5); }

struct Row {
  const char* name;
  int outstanding;
  Load load;
  std::vector<double> rates = {}, p50 = {}, p99 = {};
};

void Print(const Row& row) {
  std::printf("%s %.0f /s p50 %.2f p99 %.2f ms\n", row.name, Median(row.rates), Median(row.p50), Median(row.p99));
}

std::string Trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// `only`: part of the name of the one row to run, for a profiler; empty for all.
int Main(const std::string& self, const std::string& only) {
  Deployment deployment;
  const std::string echo_port = std::to_string(testing::FreePort());
  testing::Process echo({self, "echo", echo_port}, deployment.log());
  // Fifty deeds for each helper, as somebody has after a busy year.
  for (int64_t first = 1; first <= 1000; first += 500) {
    if (!deployment.Connector()->Push(testing::TicketBatch(first, 500)).ok()) return 1;
  }
  const auto member = deployment.Member("p1");
  const std::string service = deployment.server(), token = Trimmed(testing::ReadFile(deployment.dir() / "p1.token"));
  const std::string connector = Trimmed(testing::ReadFile(deployment.dir() / "connector.token"));
  v1::GetPersonRequest person;
  person.set_name("people/p1");
  const std::string person_bytes = person.SerializeAsString();
  const auto one_fact = [](int64_t number) {
    v1::IngestEventBatchRequest batch = testing::TicketBatch(10'000 + number / 2, 1);
    batch.mutable_facts()->DeleteSubrange(number % 2 == 0 ? 1 : 0, 1);
    return batch.SerializeAsString();
  };
  Row reads[] = {
      {"unary/echo/outstanding=16", 16, Load("127.0.0.1:" + echo_port, "/echo/Echo", "", [](int64_t) { return std::string(100, 'x'); })},
      {"unary/GetPerson/outstanding=16", 16,
       Load(service, "/comity.v1.DirectoryService/GetPerson", token, [&](int64_t) { return person_bytes; })},
      {"unary/GetMyNumbers/outstanding=16", 16,
       Load(service, "/comity.v1.DeedService/GetMyNumbers", token, [](int64_t) { return std::string(); })}};
  Row write{"unary/IngestEventBatch/outstanding=64", 64, Load(service, "/comity.v1.EventService/IngestEventBatch", connector, one_fact)};
  const auto measure = [&](Row& row) {
    if (std::string_view(row.name).find(only) == std::string_view::npos) return;
    const Result result = row.load.Run(row.outstanding, kRound);
    row.rates.push_back(result.per_second);
    row.p50.push_back(result.p50_ms);
    row.p99.push_back(result.p99_ms);
  };
  for (int round = 0; round < kRounds; ++round) {  // in turns, so that a noisy neighbour disturbs all of them alike
    for (Row& row : reads) measure(row);
  }
  std::vector<double> syncs;  // after the reads, since what is written gives the person more deeds
  for (int round = 0; round < kRounds; ++round) {
    measure(write);
    syncs.push_back(SyncsPerSecond(deployment.dir() / "sync", kRound / 2));
  }
  for (const Row& row : reads) Print(row);
  Print(write);
  std::printf("append_fdatasync/bytes=4096 %.0f /s\n", Median(syncs));
  return 0;
}

}  // namespace
}  // namespace comity::bench

int main(int argc, char** argv) {
  if (argc > 2 && std::string_view(argv[1]) == "echo") return comity::bench::ServeEcho(argv[2]);
  return comity::bench::Main(argv[0], argc > 1 ? argv[1] : "");
}
