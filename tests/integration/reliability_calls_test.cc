// Rows A1, A8 and S7 of the reliability figures, on a whole service behind its doors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <random>
#include <thread>

#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "service/net/http.h"
#include "tests/integration/api_methods.h"
#include "tests/integration/service_world.h"
#include "tests/support/figures.h"
#include "tests/support/process.h"
#include "tests/unit/service/net/raw_client.h"

namespace comity::test {
namespace {

using google::protobuf::MethodDescriptor;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::Figure;
using testing::Report;
using testing::ResidentBytes;

constexpr size_t kMebibyte = 1 << 20;

// Any bytes to any method, with a deadline or cancelled after a while.
grpc::Status CallRaw(const World& world, const std::string& path, const std::string& bytes, milliseconds deadline,
                     milliseconds cancel_after = milliseconds(0)) {
  ++world.calls;
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + world.admin_token);
  if (deadline.count() > 0) context.set_deadline(std::chrono::system_clock::now() + deadline);
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::CompletionQueue queue;
  grpc::Status status;
  grpc::GenericStub stub(world.Channel());
  const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag;
  bool ok;
  if (cancel_after.count() > 0 &&
      queue.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + cancel_after) == grpc::CompletionQueue::TIMEOUT) {
    context.TryCancel();
    queue.Next(&tag, &ok);
  } else if (cancel_after.count() == 0) {
    queue.Next(&tag, &ok);
  }
  return status;
}

std::string PathOf(const MethodDescriptor& method) { return "/" + method.service()->full_name() + "/" + method.name(); }

// How often calls of this method ended with one of these codes, by the service's own count.
int CountOf(const World& world, const std::string& method, const std::vector<std::string>& codes) {
  const std::string text = world.metrics.Text();
  int count = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.find("_seconds") != std::string::npos || line.find("method=\"" + method + "\"") == std::string::npos) continue;
    for (const std::string& code : codes) {
      if (line.find("code=\"" + code + "\"") != std::string::npos) count += std::atoi(line.c_str() + line.rfind(' '));
    }
  }
  return count;
}

std::string MethodLabel(const MethodDescriptor& method) { return method.service()->name() + "/" + method.name(); }

class A8ADeadline : public ::testing::Test {
 protected:
  // Nobody gets further than the writer, and soon all who work for calls wait there.
  void HoldTheWriter() {
    std::promise<void> running;
    world.writer->Submit({.bytes = 1,
                          .run =
                              [&running, released = release_.get_future().share(), first = true](store::Transaction&) mutable {
                                if (std::exchange(first, false)) running.set_value();
                                released.wait();
                                return absl::CancelledError("only held the writer");
                              },
                          .done = [](const absl::Status&) {}});
    running.get_future().wait();
    const int threads = std::max(8, 2 * static_cast<int>(std::thread::hardware_concurrency()));
    for (int i = 0; i < threads; ++i) {
      waiting_.push_back(std::async(std::launch::async, [this] {
        v1::CreateTokenRequest create;
        create.mutable_token()->add_roles(v1::ROLE_AUDITOR);
        CallRaw(world, "/comity.v1.AdminService/CreateToken", create.SerializeAsString(), milliseconds(60'000));
      }));
    }
    // A call that finds a thread is answered at once.
    EXPECT_TRUE(testing::WaitUntil(
        [&] {
          return CallRaw(world, "/comity.v1.DeedService/GetPolicy", "", milliseconds(200)).error_code() ==
                 grpc::StatusCode::DEADLINE_EXCEEDED;
        },
        milliseconds(20'000)));
  }
  void Release() {
    release_.set_value();
    waiting_.clear();  // waits
  }

  World world;

 private:
  std::promise<void> release_;
  std::vector<std::future<void>> waiting_;
};

TEST_F(A8ADeadline, IsKeptByEveryCallAndNothingIsDoneAfterIt) {
  const auto methods = UnaryMethods();
  HoldTheWriter();
  int64_t slowest = 0;
  std::map<std::string, int> before;
  for (const MethodDescriptor* method : methods) {
    before[MethodLabel(*method)] = CountOf(world, MethodLabel(*method), {"CANCELLED", "DEADLINE_EXCEEDED"});
    const auto begun = steady_clock::now();
    const grpc::Status status = CallRaw(world, PathOf(*method), "", milliseconds(30));
    const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun).count();
    slowest = std::max<int64_t>(slowest, took);
    // What is refused before any thread is needed may be told at once.
    EXPECT_NE(status.error_code(), grpc::StatusCode::OK) << method->full_name();
    EXPECT_LT(took, 2000) << method->full_name();
  }
  Release();
  // Those that had to wait for a thread were dropped when their turn came: the service says so by itself.
  int kept = 0;
  for (const MethodDescriptor* method : methods) {
    if (method->name() == "IngestEventBatch") continue;  // another pool: refused at once for an empty batch
    EXPECT_TRUE(testing::WaitUntil(
        [&] {
          return CountOf(world, MethodLabel(*method), {"CANCELLED", "DEADLINE_EXCEEDED"}) > before[MethodLabel(*method)];
        },
        milliseconds(10'000)))
        << method->full_name() << " was worked off though nobody waited any more";
    ++kept;
  }
  Report("A8", std::to_string(kept) +
                   " methods keep their deadline and drop what nobody waits for; slowest answer to a deadline of 30 ms: " +
                   std::to_string(slowest) + " ms");
}

TEST_F(A8ADeadline, CancelledWorkStops) {
  for (int ticket = 0; ticket < 600; ticket += 60) {
    v1::IngestEventBatchRequest batch;
    for (int i = 0; i < 60; ++i) {
      const auto one = world.HelpOnTicket(1000 + ticket + i);
      batch.set_source(one.source());
      batch.mutable_facts()->MergeFrom(one.facts());
    }
    ASSERT_TRUE(world.Call("EventService/IngestEventBatch", batch, world.admin_token).ok());
  }
  v1::VerifyLedgerRequest verify;
  verify.set_rebuild(true);
  const std::string path = "/comity.v1.AdminService/VerifyLedger";
  const auto whole_begun = steady_clock::now();
  ASSERT_TRUE(CallRaw(world, path, verify.SerializeAsString(), milliseconds(60'000)).ok());
  const auto whole = std::chrono::duration_cast<milliseconds>(steady_clock::now() - whole_begun);
  const int before = CountOf(world, "AdminService/VerifyLedger", {"CANCELLED"});
  int64_t slowest = 0;
  int stopped = 0;
  for (int i = 0; i < 5; ++i) {
    const auto cancel_after = std::max(milliseconds(1), whole / 5);
    const grpc::Status status = CallRaw(world, path, verify.SerializeAsString(), milliseconds(60'000), cancel_after);
    if (status.error_code() != grpc::StatusCode::CANCELLED) continue;
    const auto cancelled = steady_clock::now();
    EXPECT_TRUE(testing::WaitUntil([&] { return CountOf(world, "AdminService/VerifyLedger", {"CANCELLED"}) > before + stopped; },
                                   milliseconds(2000)))
        << "goes on though it was cancelled";
    slowest = std::max<int64_t>(slowest, std::chrono::duration_cast<milliseconds>(steady_clock::now() - cancelled).count());
    ++stopped;
  }
  EXPECT_GT(stopped, 0);
  Report("A8", "a verification of " + std::to_string(whole.count()) + " ms, cancelled " + std::to_string(stopped) +
                   " times, stopped within " + std::to_string(slowest) + " ms");
}

// What a limit is met with: just below, at it, and just above.
struct Limit {
  std::string name;
  size_t limit;
  std::function<std::string(const World&, size_t size)> send;  // "" if it was not refused for its size
};

std::string Refusal(const std::string& answer) {
  return answer.find(" 413") != std::string::npos || answer.find(" 431") != std::string::npos ? "too large" : "";
}

std::string DoorAnswer(const World& world, const std::string& method, const std::string& more, const std::string& body) {
  ++world.calls;
  net::RawClient client(world.door->port());
  client.Send("POST /comity.v1." + method + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + world.admin_token +
              "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
              "\r\n" + body);
  return client.ReadAll();
}

// One fact of `size` somewhere: the reason that it was set aside for, if it was.
std::string FactRefusal(const World& world, const std::function<void(v1::Fact&)>& spoil, const std::string& reason) {
  v1::IngestEventBatchRequest batch = world.HelpOnTicket(5);
  spoil(*batch.mutable_facts(0));
  Reply reply = world.Call("EventService/IngestEventBatch", batch, world.admin_token);
  if (!reply.ok()) return reply.reason;
  const auto& result = static_cast<const v1::IngestEventBatchResponse&>(*reply.response).results(0);
  return result.status().code() == 0 ? "" : reason + ": " + result.status().message();
}

std::vector<Limit> Limits() {
  const auto text = [](void (*set)(v1::Fact&, const std::string&)) {
    return [set](const World& world, size_t size) {
      return FactRefusal(
          world, [&](v1::Fact& fact) { set(fact, std::string(size, 'x')); }, "set aside");
    };
  };
  return {
      {"door body of 4 MiB", 4 * kMebibyte,
       [](const World& world, size_t size) {
         return Refusal(DoorAnswer(world, "AdminService/GetStatus", "", "{}" + std::string(size - 2, ' ')));
       }},
      {"JSON nested 64 deep", 64,
       [](const World& world, size_t size) {
         std::string body;
         for (size_t i = 0; i < size; ++i) body += "{\"a\":";
         body += "1" + std::string(size, '}');
         const std::string answer = DoorAnswer(world, "AdminService/GetStatus", "", body);
         return answer.find("nested") != std::string::npos || answer.find("deep") != std::string::npos ? "too deep" : "";
       }},
      {"gRPC message of 4 MiB", 4 * kMebibyte,
       [](const World& world, size_t size) {
         // An unknown field of so many bytes: read and passed over.
         std::string bytes = "\xfa\x7f";
         const size_t content = size - 2 - 4;
         for (size_t left = content;; left >>= 7) {
           bytes += static_cast<char>((left & 0x7f) | (left >= 0x80 ? 0x80 : 0));
           if (left < 0x80) break;
         }
         bytes += std::string(content, 'x');
         const grpc::Status status = CallRaw(world, "/comity.v1.AdminService/GetStatus", bytes, milliseconds(20'000));
         return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ? "too large" : "";
       }},
      {"1000 facts in a batch", 1000,
       [](const World& world, size_t size) {
         v1::IngestEventBatchRequest batch = world.HelpOnTicket(6);
         const v1::Fact fact = batch.facts(0);
         while (static_cast<size_t>(batch.facts_size()) < size) *batch.add_facts() = fact;
         return world.Call("EventService/IngestEventBatch", batch, world.admin_token).reason;
       }},
      {"request_id of 100 bytes", 100,
       [](const World& world, size_t size) {
         v1::CreateTokenRequest create;
         create.mutable_token()->add_roles(v1::ROLE_AUDITOR);
         create.set_request_id(std::string(size, 'r'));
         return world.Call("AdminService/CreateToken", create, world.admin_token).reason;
       }},
      {"object_id of 400 bytes", 400, text([](v1::Fact& fact, const std::string& value) { fact.set_object_id(value); })},
      {"revision of 200 bytes", 200, text([](v1::Fact& fact, const std::string& value) { fact.set_revision(value); })},
      {"100 labels", 100,
       [](const World& world, size_t size) {
         return FactRefusal(
             world,
             [&](v1::Fact& fact) {
               for (size_t i = 0; i < size; ++i) fact.add_labels("l" + std::to_string(i));
             },
             "set aside");
       }},
  };
}

TEST(A1Limits, TakeWhatIsJustWithinAndRefuseWhatIsJustBeyondAtOnceWithLittleMemory) {
  World world;
  int64_t slowest = 0;
  size_t most = 0;
  for (const Limit& limit : Limits()) {
    SCOPED_TRACE(limit.name);
    EXPECT_EQ(limit.send(world, limit.limit - 1), "");
    EXPECT_EQ(limit.send(world, limit.limit), "");
    const size_t before = ResidentBytes(getpid());
    const auto begun = steady_clock::now();
    EXPECT_NE(limit.send(world, limit.limit + 1), "");
    slowest = std::max<int64_t>(slowest, std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun).count());
    const size_t after = ResidentBytes(getpid());
    most = std::max(most, after > before ? after - before : 0);
  }
  EXPECT_TRUE(world.Call("AdminService/GetStatus", v1::GetStatusRequest(), world.admin_token).ok());
  Report("A1", std::to_string(Limits().size()) + " limits at -1, 0 and +1: taken, taken, refused within " + std::to_string(slowest) +
                   " ms and " + std::to_string(most / kMebibyte) + " MiB");
}

TEST(S7Audit, HasExactlyOneRecordOfEachCallWhateverBecameOfIt) {
  World world;
  const int64_t wanted = Figure("S7");
  const std::string member = world.MakeToken({v1::ROLE_MEMBER}, "ana");
  const auto methods = UnaryMethods();
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      std::mt19937 random(static_cast<unsigned>(thread));
      for (int64_t i = thread; i < wanted; i += kThreads) {
        const MethodDescriptor& method = *methods[random() % methods.size()];
        if (method.name() == "VerifyLedger" && random() % 10 != 0) continue;
        const std::string tokens[] = {"", "cmt_guess", member, world.admin_token};
        // Nothing in it, or bytes that are no message.
        const std::string& token = tokens[random() % 4];
        ++world.calls;
        grpc::ClientContext context;
        if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
        const std::string bytes = random() % 4 == 0 ? "\xff\xff\xff" : "";
        const grpc::Slice slice(bytes);
        const grpc::ByteBuffer request(&slice, 1);
        grpc::ByteBuffer response;
        grpc::CompletionQueue queue;
        grpc::Status status;
        grpc::GenericStub stub(world.Channel());
        const auto call = stub.PrepareUnaryCall(&context, PathOf(method), request, &queue);
        call->StartCall();
        call->Finish(&response, &status, nullptr);
        void* tag;
        bool ok;
        queue.Next(&tag, &ok);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto records = [&] { return world.store->BeginRead().value()->admin().CountAudit().value(); };
  EXPECT_TRUE(testing::WaitUntil([&] { return records() >= world.calls; }, milliseconds(20'000)));
  EXPECT_EQ(records(), world.calls);
  Report("S7", std::to_string(world.calls) + " calls with every sort of token and content, over 4 threads: " + std::to_string(records()) +
                   " records");
}

}  // namespace
}  // namespace comity::test
