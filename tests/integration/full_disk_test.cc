// A full disk under a real service: refused with a reason, read on, nothing acknowledged lost, healed without a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>

#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "google/protobuf/util/json_util.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"
#include "service/net/http.h"
#include "tests/support/deployment.h"
#include "tests/support/figures.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AnyOf;
using ::testing::HasSubstr;

const int kPhases = static_cast<int>(Figure("D4"));
constexpr int kTicketsInBatch = 20;
constexpr int kTicketsInLargeBatch = 300;  // never fits into what a refused batch leaves
constexpr size_t kRoomBytes = 1 << 20;     // left on a disk that is to be full soon: for some batches
constexpr int kMaxBatches = 4000;          // more than any of these disks holds

std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }

std::string JsonOf(const google::protobuf::Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

class D4AFullDisk : public ::testing::Test {
 protected:
  // Three times: fills the disk, looks at what is answered, frees it. `fill` and `free` act on the running service's disk.
  void GoThrough(Deployment& deployment, const std::function<void()>& fill, const std::function<void()>& free) {
    connector = deployment.Connector();
    steward = deployment.Steward();
    helper = deployment.Member("p1");
    ASSERT_TRUE(PushNext().ok());
    v1::ListDeedsResponse once;  // makes the key of page tokens, once for the store
    ASSERT_TRUE(helper->Call("/comity.v1.DeedService/ListDeeds", v1::ListDeedsRequest(), &once).ok());
    milliseconds slowest(0);
    for (int phase = 0; phase < kPhases; ++phase) {
      SCOPED_TRACE("phase " + std::to_string(phase + 1));
      fill();
      ExpectRefusal(PushUntilRefused());
      ExpectStreamRefused();
      ExpectReadsGoOn();
      ExpectRefusal(PushUntilRefused());
      ExpectTheDoorSaysTheSame(deployment);
      free();
      const auto freed = std::chrono::steady_clock::now();
      EXPECT_TRUE(WaitUntil([&] { return PushNext().ok(); }, seconds(5))) << "still refused 5 s after there was space";
      slowest = std::max(slowest, std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - freed));
      EXPECT_TRUE(deployment.service().Running());
    }
    ExpectEverythingAcknowledgedIsThere();
    Report("D4", std::to_string(kPhases) + " full disks: " + std::to_string(acknowledged.size()) +
                     " tickets acknowledged, none lost; writable " + std::to_string(slowest.count()) +
                     " ms after there was space at the latest");
  }

  absl::Status PushNext() {
    const int64_t first = next;
    next += kTicketsInBatch;
    const auto response = connector->Push(TicketBatch(first, kTicketsInBatch));
    if (!response.ok()) return response.status();
    EXPECT_EQ(response->results_size(), 2 * kTicketsInBatch);
    for (int64_t ticket = first; ticket < next; ++ticket) acknowledged.insert(TicketKey(ticket));
    return absl::OkStatus();
  }

  // A quota leaves room once more when the store begins its log anew meanwhile.
  absl::Status PushUntilRefused() {
    absl::Status status;
    for (int batch = 0; status.ok() && batch < kMaxBatches; ++batch) status = PushNext();
    return status;
  }

  static void ExpectRefusal(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_EQ(ReasonOf(status), "STORE_FULL");
    EXPECT_THAT(std::string(status.message()), HasSubstr("free space"));
  }

  void ExpectStreamRefused() {
    const auto stream = connector->OpenStream();
    stream->Send(1, TicketBatch(next, kTicketsInLargeBatch)).IgnoreError();
    const auto acknowledgement = stream->Receive();
    const absl::Status ended = stream->Finish();
    if (acknowledgement.ok()) {
      EXPECT_EQ(acknowledgement->status().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
    } else {
      EXPECT_EQ(ReasonOf(ended), "STORE_FULL") << ended;
    }
  }

  void ExpectReadsGoOn() {
    v1::Status status;
    EXPECT_TRUE(steward->Call("/comity.v1.AdminService/GetStatus", v1::GetStatusRequest(), &status).ok());
    EXPECT_GE(status.event_count(), static_cast<int64_t>(acknowledged.size()) * 2);
    v1::ListDeedsResponse own;
    const absl::Status read = helper->Call("/comity.v1.DeedService/ListDeeds", v1::ListDeedsRequest(), &own);
    EXPECT_TRUE(read.ok()) << read;
    EXPECT_GT(own.deeds_size(), 0);
    // Reading about other people leaves a record that they can see: if that does not fit any more, there is no answer.
    v1::ListDeedsResponse of_others;
    const absl::Status unrecorded = steward->Call("/comity.v1.DeedService/ListDeeds", v1::ListDeedsRequest(), &of_others);
    EXPECT_THAT(ReasonOf(unrecorded), AnyOf("", "STORE_FULL", "AUDIT_UNAVAILABLE")) << unrecorded;
  }

  void ExpectTheDoorSaysTheSame(const Deployment& deployment) {
    const auto post = [&](const std::string& method, const std::string& body) {
      const auto response = net::Fetch("POST", deployment.http_url() + "/comity.v1." + method,
                                       {{"Authorization", "Bearer " + ReadSecretFile(deployment.dir() / "data/admin.token").value()},
                                        {"Content-Type", "application/json"}},
                                       body, {});
      EXPECT_TRUE(response.ok()) << response.status();
      return response.ok() ? *response : net::Response{};
    };
    const net::Response refused = post("EventService/IngestEventBatch", JsonOf(TicketBatch(next, kTicketsInLargeBatch)));
    EXPECT_EQ(refused.status, 429);
    EXPECT_THAT(refused.body, HasSubstr("\"STORE_FULL\""));
    EXPECT_THAT(refused.body, HasSubstr("free space"));
    EXPECT_EQ(post("AdminService/GetStatus", "{}").status, 200);
    EXPECT_EQ(net::Fetch("GET", deployment.http_url() + "/healthz", {}, "", {})->status, 200);
  }

  void ExpectEverythingAcknowledgedIsThere() {
    std::multiset<std::string> subjects;
    v1::ListDeedsRequest request;
    request.set_page_size(1000);
    do {
      v1::ListDeedsResponse page;
      ASSERT_TRUE(steward->Call("/comity.v1.DeedService/ListDeeds", request, &page).ok());
      for (const v1::Deed& deed : page.deeds()) subjects.insert(deed.subject());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    for (const std::string& ticket : acknowledged) EXPECT_EQ(subjects.count(ticket), 1u) << ticket;
    v1::VerifyLedgerRequest verify;
    verify.set_rebuild(true);
    v1::VerifyLedgerResponse verified;
    ASSERT_TRUE(steward->Call("/comity.v1.AdminService/VerifyLedger", verify, &verified).ok());
    EXPECT_TRUE(verified.ok()) << verified.ShortDebugString();
  }

  int64_t next = 0;
  std::set<std::string> acknowledged;
  std::unique_ptr<client::Client> connector, steward, helper;
};

TEST_F(D4AFullDisk, AsAQuotaLeavesItRefusesWritesReadsOnAndHeals) {
  Deployment deployment;
  const auto limit_files_to = [&](rlim_t bytes) {
    const rlimit limit{bytes, RLIM_INFINITY};
    ASSERT_EQ(prlimit(deployment.service().pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  };
  GoThrough(
      deployment, [&] { limit_files_to(std::filesystem::file_size(deployment.store_path() + "-wal") + kRoomBytes); },
      [&] { limit_files_to(RLIM_INFINITY); });
}

// The service's data on a small file system of its own, which nobody but it (and who looks through /proc) sees.
TEST_F(D4AFullDisk, OfAFileSystemWithoutSpaceRefusesWritesReadsOnAndHeals) {
  const std::string on_tmpfs = "set -e; mkdir \"$0.small\"; mount -t tmpfs -o size=" + std::to_string(10 + 2 * kPhases) +
                               "m,mode=700 tmpfs \"$0.small\"; cp -a \"$0/.\" \"$0.small\";"
                               "mount --bind \"$0.small\" \"$0\"; exec \"$@\"";
  {
    const TempDir trial;
    Process probe({"/usr/bin/unshare", "-Urm", "/bin/mount", "-t", "tmpfs", "tmpfs", trial.path()}, trial / "log");
    if (probe.Wait() != 0) GTEST_SKIP() << "no user namespaces here";
  }
  Deployment deployment({"/usr/bin/unshare", "-Urm", "/bin/sh", "-c", on_tmpfs});
  const std::string filler = "/proc/" + std::to_string(deployment.service().pid()) + "/root" + deployment.store_path() + ".filler";
  GoThrough(
      deployment,
      [&] {
        std::ofstream file(filler, std::ios::binary);
        ASSERT_TRUE(file.good()) << filler;
        const std::string block(64 * 1024, 'f');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
        file.close();
        std::filesystem::resize_file(filler, std::filesystem::file_size(filler) - kRoomBytes);
      },
      [&] { std::filesystem::remove(filler); });
}

}  // namespace
}  // namespace comity::testing
