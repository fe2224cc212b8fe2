// D3 and D4 on real processes: the n-th write, sync, rename or truncation fails, for each n until nothing is left to fail.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <set>

#include "comity/v1/admin.pb.h"
#include "tests/kill/kill_support.h"
#include "tests/support/deployment.h"
#include "tests/support/disk_faults.h"
#include "tests/support/figures.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kSends = 6;
constexpr milliseconds kDeadline(2000);

// The file that the test and the failing process share.
class Control {
 public:
  explicit Control(const std::string& path) : path_(path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ::ftruncate(file, sizeof(DiskFaultControl)) != 0) std::abort();
    mapped_ = static_cast<DiskFaultControl*>(::mmap(nullptr, sizeof(DiskFaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    ::close(file);
  }
  ~Control() { ::munmap(mapped_, sizeof(DiskFaultControl)); }
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  void Reset() {
    mapped_->seen = mapped_->fired = 0;
    mapped_->enabled = true;
  }
  void Heal() { mapped_->enabled = false; }
  void Break() { mapped_->enabled = true; }
  long fired() const { return mapped_->fired; }
  std::vector<std::string> Environment(const std::string& plan) const {
    return {"LD_PRELOAD=" COMITY_BIN_DIR "/comity_disk_faults.so", "COMITY_DISK_FAULTS=" + plan + ",control=" + path_};
  }

 private:
  const std::string path_;
  DiskFaultControl* mapped_;
};

class ADiskThatFails : public ::testing::Test {
 protected:
  void Start(bool service, const std::vector<std::string>& environment = {}) {
    service ? deployment.StartService(environment) : deployment.StartConnect(environment);
  }
  void Kill(bool service) { service ? deployment.KillService() : deployment.KillConnect(); }
  bool Ready(bool service, milliseconds deadline) {
    return (service ? deployment.AwaitService(deadline) : deployment.AwaitConnect(deadline)) < deadline;
  }
  Process& Victim(bool service) { return service ? deployment.service() : deployment.connect(); }
  // What counts are the files that must last: the log of comityd is none, nor are the lock and the ids of deliveries.
  static std::string Paths(bool service) { return service ? ",path=/data/comity.db" : ",path=/spool,but=/deliveries"; }

  // One ticket, acknowledged or not.
  bool Send(bool service) {
    const int64_t ticket = next++;
    bool acknowledged = false;
    if (service) {
      acknowledged = deployment.ConnectorOfOneAttempt(kDeadline)->Push(TicketBatch(ticket, 1)).ok();
    } else {
      acknowledged = SendHook(deployment.hook_url(), ticket).status == 204;
    }
    if (acknowledged) acked.insert(ticket);
    return acknowledged;
  }

  // Sends while `call` fails at its n-th time. False when there was no n-th time.
  bool FailAt(bool service, const std::string& call, const std::string& error, long n) {
    SCOPED_TRACE((service ? "comityd, " : "comity-connect, ") + call + " " + std::to_string(n) + " " + error);
    Kill(service);
    control.Reset();
    Start(service, control.Environment("call=" + call + ",nth=" + std::to_string(n) + ",error=" + error + Paths(service)));
    Process& process = Victim(service);
    WaitUntil([&] { return !process.Running() || Ready(service, milliseconds(100)); }, milliseconds(10'000));
    for (int i = 0; i < kSends && process.Running(); ++i) {
      const bool failed_before = control.fired() > 0;
      const bool acknowledged = Send(service);
      if (call == "sync" && failed_before) {
        EXPECT_FALSE(acknowledged) << "acknowledged after a failed sync";
      }
      if (call == "sync" && control.fired() > 0) break;
    }
    const bool fired = control.fired() > 0;
    if (call == "sync" && fired) {
      const auto failed = steady_clock::now();
      EXPECT_TRUE(WaitUntil([&] { return !process.Running(); }, milliseconds(1000))) << "still running 1 s after a failed sync";
      slowest_end = std::max(slowest_end, std::chrono::duration_cast<milliseconds>(steady_clock::now() - failed));
      EXPECT_GT(process.Wait(), 0) << "it ended as if all were well, or crashed";
    }
    faults += fired ? 1 : 0;
    return fired;
  }

  // Both processes on a sound disk: everything that was ever acknowledged is there, once.
  void ExpectNothingLost() {
    for (const bool service : {true, false}) {
      Kill(service);
      Start(service);
      ASSERT_TRUE(Ready(service, milliseconds(20'000))) << ReadFile(deployment.log());
    }
    const auto steward = deployment.Steward();
    std::multiset<std::string> subjects;
    std::vector<int64_t> lost;
    WaitUntil(
        [&] {
          subjects = DeedSubjects(*steward);
          lost.clear();
          for (const int64_t one : acked) {
            if (subjects.count(TicketKey(one)) == 0) lost.push_back(one);
          }
          return lost.empty();
        },
        milliseconds(30'000));
    EXPECT_TRUE(lost.empty()) << lost.size() << " of " << acked.size() << " lost, first " << lost.front();
    for (auto it = subjects.begin(); it != subjects.end(); it = subjects.upper_bound(*it)) EXPECT_EQ(subjects.count(*it), 1u) << *it;
    v1::VerifyLedgerRequest verify;
    verify.set_rebuild(true);
    v1::VerifyLedgerResponse verified;
    ASSERT_TRUE(steward->Call("/comity.v1.AdminService/VerifyLedger", verify, &verified).ok());
    EXPECT_TRUE(verified.ok()) << verified.ShortDebugString();
  }

  Deployment deployment;
  Control control{deployment.dir() / "faults"};
  int64_t next = 8'000'000;
  std::set<int64_t> acked;
  int faults = 0;
  milliseconds slowest_end{0};
};

using D3ADiskThatFails = ADiskThatFails;

TEST_F(D3ADiskThatFails, EndsWhoeverCannotSyncAndLosesNothingAcknowledged) {
  const long most = Figure("D3");
  std::string swept;
  for (const bool service : {true, false}) {
    for (const std::string call : {"sync", "write", "truncate", "rename"}) {
      for (const std::string error : {"EIO", "SHORT"}) {
        if (error == "SHORT" && call != "write") continue;
        long n = 1;
        while (n <= most && FailAt(service, call, error, n)) ++n;
        if (n <= most)
          swept += (swept.empty() ? "" : ", ") + std::string(service ? "comityd " : "connect ") + call + " " + std::to_string(n - 1);
      }
    }
  }
  ExpectNothingLost();
  EXPECT_GT(faults, 0);
  EXPECT_GT(acked.size(), 0u);
  Report("D3", std::to_string(faults) + " failed calls, one a run" +
                   (swept.empty() ? "" : " (swept until a run was clean: " + swept + ")") +
                   ": nothing acknowledged after a failed sync, ended " + std::to_string(slowest_end.count()) +
                   " ms after it at the latest, " + std::to_string(acked.size()) + " tickets acknowledged, 0 lost");
}

using D4ADiskThatIsFull = ADiskThatFails;

// One write that finds no space, wherever it comes: the process goes on, and what it said yes to is there.
TEST_F(D4ADiskThatIsFull, AtAnyWriteEndsNobodyAndLosesNothingAcknowledged) {
  const long most = IsSoak() ? 200 : Figure("D4");
  for (const bool service : {true, false}) {
    for (long n = 1; n <= most; ++n) {
      Kill(service);
      control.Reset();
      control.Heal();  // until it serves: whoever cannot start says so, and is started again
      Start(service, control.Environment("call=write,error=ENOSPC,nth=" + std::to_string(n) + Paths(service)));
      ASSERT_TRUE(Ready(service, milliseconds(10'000))) << "write " << n << ": " << ReadFile(deployment.log());
      control.Break();
      for (int i = 0; i < kSends; ++i) Send(service);
      EXPECT_TRUE(Victim(service).Running()) << "a full disk is no reason to end; write " << n;
      EXPECT_TRUE(WaitUntil([&] { return Send(service); }, milliseconds(5000))) << "still refused 5 s after there was space; write " << n;
      if (control.fired() == 0) break;
      ++faults;
    }
  }
  ExpectNothingLost();
  Report("D4", std::to_string(faults) + " single writes without space: nobody ended, taken again at once, " + std::to_string(acked.size()) +
                   " tickets acknowledged, 0 lost");
}

}  // namespace
}  // namespace comity::testing
