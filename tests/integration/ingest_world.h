// A service without its doors: the real use cases on a real SQLite store in a folder of their own, with a clock and ids that tests command.
#ifndef COMITY_TESTS_INTEGRATION_INGEST_WORLD_H_
#define COMITY_TESTS_INTEGRATION_INGEST_WORLD_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/event.pb.h"
#include "service/app/deed_app.h"
#include "service/app/event_app.h"
#include "service/app/verify.h"
#include "service/domain/values.h"
#include "service/store/store.h"
#include "tests/support/faulty_store.h"
#include "tests/support/process.h"

namespace comity::testing {

class HandClock : public obs::Clock {
 public:
  absl::Time Now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration duration) {
    std::lock_guard lock(mutex_);
    now_ += duration;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_ = absl::FromUnixSeconds(1'788'350'400);  // 2026-09-02 12:00 UTC
};

// The same hint gives the same ids in the same order, in every store.
class HintUids : public domain::UidSource {
 public:
  std::array<uint8_t, 16> Next(std::string_view hint) override;

 private:
  std::mutex mutex_;
  std::map<std::string, int64_t, std::less<>> counts_;
};

// Three teams: support (sam, sue), payments (pia, paul), checkout (carl, cleo). payments owns acme/billing. Accounts bear their persons'
// names; `robot` is a bot, `stranger` is linked to nobody. Everybody joined on 2026-01-01.
class World {
 public:
  World();
  ~World();

  // Facts, by account. `at` is minutes after 2026-09-02 09:00 UTC.
  static v1::Fact Opened(const std::string& issue, const std::string& asker, int at = 0);
  static v1::Fact Resolved(const std::string& issue, const std::string& asker, const std::string& actor, int at = 60);
  static v1::Fact Reopened(const std::string& issue, const std::string& actor, int at);
  static v1::Fact Commented(const std::string& issue, const std::string& actor, int at);

  // Ingests and waits for the commit; dies on an error.
  std::vector<v1::IngestResult> Ingest(const std::vector<v1::Fact>& facts);
  // The usual story: asker opens, actor comments and resolves.
  void Help(const std::string& issue, const std::string& asker, const std::string& actor, int at = 60);

  app::Caller Steward() const;
  app::Caller Member(const std::string& person, bool lead = false) const;
  std::vector<v1::Deed> Deeds(const app::Caller& caller);
  std::vector<v1::Deed> Deeds() { return Deeds(Steward()); }
  v1::ExplainSubjectResponse Why(const std::string& issue) { return Why(Steward(), issue).value(); }
  absl::StatusOr<v1::ExplainSubjectResponse> Why(const app::Caller& caller, const std::string& issue);
  // The event of this kind of the issue.
  v1::Event EventOf(const std::string& issue, v1::FactKind kind);

  // Changes the directory and judges again what it touches, as the directory's use cases do.
  void Link(const std::string& account, const std::string& person);
  void SetTeam(const std::string& person, const std::string& team, absl::CivilDay start);
  void WaitForJobs();

  v1::VerifyLedgerResponse Verify();  // with a rebuild

  domain::PersonUid person(const std::string& id) const;
  domain::TeamUid team(const std::string& id) const;
  template <typename Work>
  void Write(Work work) {
    const absl::Status status = writer->Run(work);
    if (!status.ok()) Die(status.ToString());
  }

  TempDir folder;
  HandClock clock;
  HintUids uids;
  obs::Metrics metrics;
  std::unique_ptr<FaultyStore> store;  // fails when told to
  std::unique_ptr<app::Writer> writer;
  std::unique_ptr<app::Snapshots> snapshots;
  std::unique_ptr<app::Judging> judging;
  std::unique_ptr<app::JobRunner> jobs;
  std::unique_ptr<app::Context> context;
  std::unique_ptr<app::EventApp> events;
  std::unique_ptr<app::DeedApp> deeds;

 private:
  [[noreturn]] static void Die(const std::string& why);
  void Fill();
  void JudgeSubjectsOf(const std::string& account, domain::ReasonCode cause);
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_INTEGRATION_INGEST_WORLD_H_
