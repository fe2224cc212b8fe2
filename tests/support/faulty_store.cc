#include "tests/support/faulty_store.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "service/base/error.h"

namespace comity::testing {
namespace {

absl::Status Ask(const std::function<absl::Status()>& fault) { return fault ? fault() : absl::OkStatus(); }

class FaultyEvents : public store::EventStore {
 public:
  FaultyEvents(store::EventStore& real, const Faults& faults) : real_(real), faults_(faults) {}

  absl::StatusOr<std::vector<std::vector<domain::FactHash>>> KnownContents(const std::vector<domain::EventKey>& keys) override {
    return real_.KnownContents(keys);
  }
  absl::Status InsertObservations(const std::vector<NewObservation>& observations) override {
    if (faults_.insert) {
      for (const NewObservation& one : observations) COMITY_RETURN_IF_ERROR(faults_.insert(one.observation.key));
    }
    return real_.InsertObservations(observations);
  }
  absl::Status UpdateVerdicts(const std::vector<std::pair<domain::EventKey, domain::FactVerdict>>& verdicts) override {
    return real_.UpdateVerdicts(verdicts);
  }
  absl::StatusOr<std::map<domain::SubjectRef, std::vector<store::StoredEvent>>> EventsOf(
      const std::vector<domain::SubjectRef>& subjects) override {
    return real_.EventsOf(subjects);
  }
  absl::StatusOr<std::optional<store::StoredEvent>> FindEvent(const domain::EventKey& key) override { return real_.FindEvent(key); }
  absl::Status PutSubjects(const std::vector<store::SubjectDetails>& subjects) override { return real_.PutSubjects(subjects); }
  absl::StatusOr<std::vector<store::SubjectDetails>> FindSubjects(const std::vector<domain::SubjectRef>& subjects) override {
    return real_.FindSubjects(subjects);
  }
  absl::StatusOr<std::vector<domain::SubjectRef>> FindSubjectsByText(std::string_view uri_or_key) override {
    return real_.FindSubjectsByText(uri_or_key);
  }
  absl::StatusOr<std::map<domain::SubjectRef, domain::SubjectRef>> ResolveAliases(const std::vector<domain::SubjectRef>& refs) override {
    return real_.ResolveAliases(refs);
  }
  absl::StatusOr<std::map<domain::SubjectRef, std::vector<domain::SubjectRef>>> AliasesOf(
      const std::vector<domain::SubjectRef>& subjects) override {
    return real_.AliasesOf(subjects);
  }
  absl::Status PutLinks(const std::vector<store::LinkRow>& links) override { return real_.PutLinks(links); }
  absl::StatusOr<std::vector<store::LinkRow>> LinksFrom(const std::vector<domain::SubjectRef>& subjects) override {
    return real_.LinksFrom(subjects);
  }
  absl::StatusOr<std::vector<store::LinkRow>> LinksTo(const std::vector<domain::SubjectRef>& targets) override {
    return real_.LinksTo(targets);
  }
  absl::Status PutParticipants(const std::vector<store::ParticipantRow>& participants) override {
    return real_.PutParticipants(participants);
  }
  absl::StatusOr<std::vector<domain::SubjectRef>> SubjectsOf(domain::AccountUid account, domain::DayRange days) override {
    return real_.SubjectsOf(account, days);
  }
  absl::Status PutPlaces(domain::SubjectRef subject, std::string_view suite, std::string_view instance,
                         const std::vector<domain::PlaceName>& places) override {
    return real_.PutPlaces(subject, suite, instance, places);
  }
  absl::StatusOr<std::vector<PlaceRow>> AllPlaces() override { return real_.AllPlaces(); }
  absl::StatusOr<std::vector<domain::SubjectRef>> SubjectsIn(const PlaceRow& place) override { return real_.SubjectsIn(place); }
  absl::StatusOr<int64_t> AddResolutions(domain::AccountUid account, int64_t window, int64_t count,
                                         const std::vector<domain::SubjectRef>& subjects) override {
    return real_.AddResolutions(account, window, count, subjects);
  }
  absl::StatusOr<std::optional<std::vector<domain::SubjectRef>>> ResolvedSubjects(domain::AccountUid account, int64_t window) override {
    return real_.ResolvedSubjects(account, window);
  }
  absl::Status SetAside(const store::SetAsideRow& row) override { return real_.SetAside(row); }
  absl::StatusOr<std::optional<store::SetAsideRow>> FindSetAside(const domain::EventKey& key) override { return real_.FindSetAside(key); }
  absl::Status RemoveSetAside(const domain::EventKey& key) override { return real_.RemoveSetAside(key); }
  absl::StatusOr<std::vector<store::EventListing>> List(domain::Outcome outcome, std::optional<domain::EventKey> before,
                                                        int32_t limit) override {
    return real_.List(outcome, before, limit);
  }
  absl::StatusOr<Counts> Count() override { return real_.Count(); }
  absl::StatusOr<std::vector<domain::SubjectRef>> AllSubjects(domain::SubjectRef after, int32_t limit) override {
    return real_.AllSubjects(after, limit);
  }
  absl::StatusOr<int32_t> ScanFacts(domain::EventKey after, int32_t end_day, int32_t limit,
                                    const std::function<void(const domain::EventKey&, std::string_view bytes)>& visit) override {
    return real_.ScanFacts(after, end_day, limit, visit);
  }

 private:
  store::EventStore& real_;
  const Faults& faults_;
};

class FaultyAdmin : public store::AdminStore {
 public:
  FaultyAdmin(store::AdminStore& real, const Faults& faults) : real_(real), faults_(faults) {}

  absl::Status CreateSource(const store::SourceRow& source) override { return real_.CreateSource(source); }
  absl::StatusOr<std::optional<store::SourceRow>> FindSource(std::string_view id) override { return real_.FindSource(id); }
  absl::StatusOr<std::vector<store::SourceRow>> ListSources(std::string_view after, int32_t limit) override {
    return real_.ListSources(after, limit);
  }
  absl::Status TouchSource(std::string_view id, absl::Time last_event) override { return real_.TouchSource(id, last_event); }
  absl::Status PutToken(const store::TokenRow& token) override { return real_.PutToken(token); }
  absl::StatusOr<std::optional<store::TokenRow>> FindTokenByHash(std::string_view secret_hash) override {
    return real_.FindTokenByHash(secret_hash);
  }
  absl::StatusOr<std::optional<store::TokenRow>> FindToken(std::string_view id) override { return real_.FindToken(id); }
  absl::StatusOr<std::vector<store::TokenRow>> ListTokens(std::string_view after, int32_t limit) override {
    return real_.ListTokens(after, limit);
  }
  absl::StatusOr<bool> HasRole(domain::PersonUid person, int32_t role, absl::Time now) override { return real_.HasRole(person, role, now); }
  absl::Status AppendAudit(const std::vector<store::AuditRow>& rows) override {
    COMITY_RETURN_IF_ERROR(Ask(faults_.audit));
    return real_.AppendAudit(rows);
  }
  absl::StatusOr<int64_t> CountAudit() override { return real_.CountAudit(); }
  absl::Status AppendReads(const std::vector<store::ReadRow>& rows) override { return real_.AppendReads(rows); }
  absl::StatusOr<std::vector<ReadListing>> ListReads(domain::PersonUid about, int64_t before, int32_t limit) override {
    return real_.ListReads(about, before, limit);
  }
  absl::StatusOr<std::optional<store::StoredAnswer>> FindAnswer(std::string_view caller, std::string_view request_id,
                                                                absl::Time now) override {
    return real_.FindAnswer(caller, request_id, now);
  }
  absl::Status PutAnswer(std::string_view caller, std::string_view request_id, const store::StoredAnswer& answer, absl::Time now) override {
    return real_.PutAnswer(caller, request_id, answer, now);
  }
  absl::Status CreateJob(const store::JobRow& job, const std::vector<domain::SubjectRef>& subjects) override {
    return real_.CreateJob(job, subjects);
  }
  absl::StatusOr<int32_t> CreateJobForDays(const store::JobRow& job, int32_t first_day, int32_t last_day) override {
    return real_.CreateJobForDays(job, first_day, last_day);
  }
  absl::StatusOr<std::optional<store::JobRow>> FindJob(std::string_view id) override { return real_.FindJob(id); }
  absl::StatusOr<std::vector<store::JobRow>> RunningJobs() override { return real_.RunningJobs(); }
  absl::StatusOr<std::vector<domain::SubjectRef>> NextJobSubjects(std::string_view job, int32_t limit) override {
    return real_.NextJobSubjects(job, limit);
  }
  absl::Status FinishJobSubjects(std::string_view job, const std::vector<domain::SubjectRef>& subjects, absl::Time now) override {
    return real_.FinishJobSubjects(job, subjects, now);
  }
  absl::Status SetOptOut(domain::PersonUid person, bool opted_out, absl::Time now) override {
    return real_.SetOptOut(person, opted_out, now);
  }
  absl::StatusOr<OptOutRow> FindOptOut(domain::PersonUid person) override { return real_.FindOptOut(person); }
  absl::StatusOr<std::optional<std::string>> FindSetting(std::string_view name) override { return real_.FindSetting(name); }
  absl::Status PutSetting(std::string_view name, std::string_view value) override { return real_.PutSetting(name, value); }

 private:
  store::AdminStore& real_;
  const Faults& faults_;
};

class FaultyTransaction : public store::Transaction {
 public:
  FaultyTransaction(std::unique_ptr<store::Transaction> real, std::shared_ptr<const Faults> faults)
      : real_(std::move(real)), faults_(std::move(faults)), events_(real_->events(), *faults_), admin_(real_->admin(), *faults_) {}

  store::DirectoryStore& directory() override { return real_->directory(); }
  store::EventStore& events() override { return events_; }
  store::DeedStore& deeds() override { return real_->deeds(); }
  store::PolicyStore& policies() override { return real_->policies(); }
  store::AdminStore& admin() override { return admin_; }
  store::CheckpointStore& checkpoints() override { return real_->checkpoints(); }
  store::PrivacyStore& privacy() override { return real_->privacy(); }
  store::RecognitionStore& recognition() override { return real_->recognition(); }
  store::EndpointStore& endpoints() override { return real_->endpoints(); }
  store::CheckInStore& checkins() override { return real_->checkins(); }
  store::DutyStore& duties() override { return real_->duties(); }
  absl::Status Commit() override {
    COMITY_RETURN_IF_ERROR(Ask(faults_->commit));
    return real_->Commit();
  }
  absl::Status Mark() override { return real_->Mark(); }
  absl::Status Rollback() override {
    COMITY_RETURN_IF_ERROR(Ask(faults_->rollback));
    return real_->Rollback();
  }
  absl::Status Release() override { return real_->Release(); }

 private:
  const std::unique_ptr<store::Transaction> real_;
  const std::shared_ptr<const Faults> faults_;
  FaultyEvents events_;
  FaultyAdmin admin_;
};

}  // namespace

void FaultyStore::Set(Faults faults) {
  MutexLock lock(mutex_);
  faults_ = std::make_shared<const Faults>(std::move(faults));
}

absl::StatusOr<std::unique_ptr<store::Transaction>> FaultyStore::BeginWrite() {
  std::shared_ptr<const Faults> faults;
  {
    MutexLock lock(mutex_);
    faults = faults_;
  }
  COMITY_RETURN_IF_ERROR(Ask(faults->begin_write));
  COMITY_ASSIGN_OR_RETURN(std::unique_ptr<store::Transaction> real, real_->BeginWrite());
  return std::make_unique<FaultyTransaction>(std::move(real), std::move(faults));
}

}  // namespace comity::testing
