// Judging with a store: loads what judging a subject looks at, judges, appends the difference, and keeps everything derived in step.
#ifndef COMITY_SERVICE_APP_JUDGING_H_
#define COMITY_SERVICE_APP_JUDGING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/app/judging_load.h"
#include "service/app/writer.h"
#include "service/domain/deeds/ledger.h"
#include "service/store/store.h"

namespace comity::app {

// Snapshots of directory and policies, reloaded when the store's versions say so. Safe to share between threads.
class Snapshots {
 public:
  explicit Snapshots(store::Store& store);
  ~Snapshots();
  // As of this transaction.
  absl::StatusOr<std::shared_ptr<const domain::Directory>> DirectoryIn(store::Transaction& transaction);
  absl::StatusOr<std::shared_ptr<const domain::Policies>> PoliciesIn(store::Transaction& transaction);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What judging a set of subjects did, or would do.
struct JudgingEffect {
  int64_t entries = 0;
  int32_t changed_deeds = 0;
  std::vector<domain::SubjectRef> subjects;  // judged, groups and dependents included
};

class Judging {
 public:
  Judging(Snapshots& snapshots, obs::Metrics& metrics);
  Snapshots& snapshots() const { return snapshots_; }

  // Judges these subjects, the groups they belong to, and the subjects that depend on them (tickets closed by a change, tickets that
  // waited for one); appends entries and updates deeds, verdicts, rollups and participants in `transaction`.
  absl::StatusOr<JudgingEffect> JudgeSubjects(store::Transaction& transaction, const std::vector<domain::SubjectRef>& subjects,
                                              const domain::Occasion& occasion, absl::Time now);
  // Stores these facts with what is made of them, everything kept beside them (subjects, links, places, participants, resolution counts),
  // and judges what they touch. Each of `fresh` is new content, `first` set as the store needs it. One load and one set of writes for all.
  absl::StatusOr<JudgingEffect> Ingest(store::Transaction& transaction, const std::vector<NewFact>& fresh, absl::Time now);
  // The same as JudgeSubjects without writing, by another directory: what a correction of it would change.
  absl::StatusOr<JudgingEffect> Preview(store::Transaction& transaction, const std::vector<domain::SubjectRef>& subjects,
                                        const domain::Directory& directory);

  // Judges the person's subjects again after their choice: one entry for each of their standing lines says that their name is hidden (or
  // shown again) from now on. Sets the choice too, if this transaction has not yet.
  absl::Status AppendConsentEntries(store::Transaction& transaction, domain::PersonUid person, bool opted_out, absl::Time now);

 private:
  Snapshots& snapshots_;
  obs::Metrics& metrics_;
};

// Works jobs off in small parts through the writer, so that callers are not held up; goes on with what a restart left. One thread.
class JobRunner {
 public:
  JobRunner(store::Store& store, Writer& writer, Judging& judging, const obs::Clock& clock);
  ~JobRunner();
  // Makes a job in `transaction` and returns its name `jobs/{id}`; it starts after the commit (call Wake then). Empty for no subjects.
  absl::StatusOr<std::string> Create(store::Transaction& transaction, domain::ReasonCode cause,
                                     const std::vector<domain::SubjectRef>& subjects);
  // The same for the subjects of all facts of these days.
  absl::StatusOr<std::string> CreateForDays(store::Transaction& transaction, domain::ReasonCode cause, int32_t first_day, int32_t last_day);
  // A job that looks through everything kept for people who are erased in `transaction`; returns its bare id. Wake as above.
  absl::StatusOr<std::string> CreateErasure(store::Transaction& transaction);
  void Wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_JUDGING_H_
