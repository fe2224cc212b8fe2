// A5: ten times more than the service can take. What it takes it takes in time, the rest it refuses at once and says when to come again.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "comity/v1/admin.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "service/base/mutex.h"
#include "service/base/secret_file.h"
#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"
#include "tests/support/figures.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;

constexpr int kTickets = 50, kFacts = 2 * kTickets;  // in a batch
constexpr int kTimes = 10;
constexpr int kConnections = 16;  // one would let only 256 calls through at a time

grpc::ByteBuffer Serialized(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

struct Call {
  grpc::ClientContext context;
  grpc::ByteBuffer request, response;
  steady_clock::time_point began = steady_clock::now();
};

// Sends batches and counts what becomes of them. What was refused is sent again later, as a caller would.
class Callers {
 public:
  explicit Callers(const Deployment& deployment) : token_(ReadSecretFile(deployment.dir() / "connector.token").value()) {
    for (int i = 0; i < kConnections; ++i) {
      grpc::ChannelArguments own;
      own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      stubs_.push_back(std::make_unique<Stub>(grpc::CreateCustomChannel(deployment.server(), grpc::InsecureChannelCredentials(), own)));
    }
  }

  // Nobody waits for longer than 1.5 s.
  void Send() {
    auto* call = new Call;
    call->request = Next();
    call->context.AddMetadata("authorization", "Bearer " + token_);
    call->context.set_deadline(std::chrono::system_clock::now() + milliseconds(1500));
    ++under_way;
    stubs_[static_cast<size_t>(sent++) % kConnections]->UnaryCall(
        &call->context, "/comity.v1.EventService/IngestEventBatch", grpc::StubOptions(), &call->request, &call->response,
        [this, call](const grpc::Status& status) { End(std::unique_ptr<Call>(call), status); });
  }
  bool AwaitNone() {
    return WaitUntil([this] { return under_way == 0; }, milliseconds(10'000));
  }
  double P99() {
    MutexLock lock(mutex_);
    std::sort(millis_.begin(), millis_.end());
    return millis_.empty() ? 1e9 : millis_[millis_.size() * 99 / 100];
  }
  void Forget() {
    sent = taken = refused = without_pushback = other = 0;
    MutexLock lock(mutex_);
    millis_.clear();
  }

  std::atomic<int64_t> sent{0}, taken{0}, refused{0}, without_pushback{0}, other{0}, under_way{0};

 private:
  grpc::ByteBuffer Next() {
    {
      MutexLock lock(mutex_);
      if (!again_.empty()) {
        grpc::ByteBuffer request = again_.front();
        again_.pop_front();
        return request;
      }
    }
    return Serialized(TicketBatch(next_.fetch_add(kTickets), kTickets));
  }
  void End(std::unique_ptr<Call> call, const grpc::Status& status) {
    if (status.ok()) {
      ++taken;
      MutexLock lock(mutex_);
      millis_.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - call->began).count());
    } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      ++refused;
      if (call->context.GetServerTrailingMetadata().count("grpc-retry-pushback-ms") == 0) ++without_pushback;
      MutexLock lock(mutex_);
      again_.push_back(call->request);
    } else {
      ++other;
    }
    --under_way;
  }

  const std::string token_;
  std::vector<std::unique_ptr<Stub>> stubs_;
  std::atomic<int64_t> next_{10'000'000};
  Mutex mutex_;
  std::deque<grpc::ByteBuffer> again_ ABSL_GUARDED_BY(mutex_);
  std::vector<double> millis_ ABSL_GUARDED_BY(mutex_);  // of those that were taken
};

int64_t EventsIn(const Deployment& deployment) {
  v1::Status status;
  EXPECT_TRUE(deployment.Steward()->Call("/comity.v1.AdminService/GetStatus", v1::GetStatusRequest(), &status).ok());
  return status.event_count();
}

TEST(A5AnOverload, IsShedWhileWhatIsTakenIsTakenInTime) {
  const std::chrono::seconds length(Figure("A5"));
  Deployment deployment;
  Callers callers(deployment);
  // The peak: as many under way as keep it busy, and no more.
  const auto begun = steady_clock::now();
  while (steady_clock::now() - begun < std::min(length, std::chrono::seconds(10))) {
    while (callers.under_way < 8) callers.Send();
    std::this_thread::sleep_for(milliseconds(1));  // the senders' own pace
  }
  ASSERT_TRUE(callers.AwaitNone());
  const double peak = static_cast<double>(callers.taken) / std::chrono::duration<double>(steady_clock::now() - begun).count();
  EXPECT_EQ(callers.refused, 0);
  const int64_t before = callers.taken;
  callers.Forget();

  size_t most_resident = 0;
  const auto start = steady_clock::now();
  while (steady_clock::now() - start < length) {
    const auto due = static_cast<int64_t>(std::chrono::duration<double>(steady_clock::now() - start).count() * peak * kTimes);
    while (callers.sent < due) callers.Send();
    most_resident = std::max(most_resident, ResidentBytes(deployment.service().pid()) >> 20);
    std::this_thread::sleep_for(milliseconds(1));  // the senders' own pace
  }
  const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  const double goodput = static_cast<double>(callers.taken) / seconds;
  ASSERT_TRUE(callers.AwaitNone());
  const double p99 = callers.P99(), offered = static_cast<double>(callers.sent) / seconds / peak;
  // How much and how soon needs a machine that does nothing else; the everyday run asks for what holds on any.
  if (IsSoak()) {
    EXPECT_GE(goodput, 0.8 * peak);
    EXPECT_LE(p99, 1000);
  }
  EXPECT_GT(callers.taken, 0);
  EXPECT_LE(most_resident, 512u);
  EXPECT_GT(callers.refused, 0);
  EXPECT_EQ(callers.without_pushback, 0);
  EXPECT_TRUE(deployment.service().Running());
  const int64_t events = EventsIn(deployment);
  EXPECT_GE(events, (before + callers.taken) * kFacts);
  EXPECT_LE(events, (before + callers.taken + callers.other) * kFacts);
  char text[300];
  std::snprintf(
      text, sizeof text,
      "%.1f times the peak of %.0f batches of %d facts/s for %d s: goodput %.0f %% of it, p99 of what was taken %.0f ms, %lld refused "
      "(each told when to come again), %lld given up, %zu MiB",
      offered, peak, kFacts, static_cast<int>(length.count()), 100 * goodput / peak, p99, static_cast<long long>(callers.refused),
      static_cast<long long>(callers.other), most_resident);
  Report("A5", text);
}

}  // namespace
}  // namespace comity::testing
