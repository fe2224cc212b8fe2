#include "service/app/erasure.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "service/app/erased_names.h"
#include "service/app/erasure_words.h"
#include "service/base/error.h"
#include "service/domain/codec.h"

namespace comity::app {
namespace {

using store::ErasedPerson;
using store::Swept;
using store::SweptKey;

constexpr std::string_view kPlaceSetting = "erasure_sweep";
constexpr int32_t kRowsAtOnce = 2000;  // rows read at once
constexpr int kPartsAtOnce = 25;       // before the place is written down, if nothing is found
constexpr size_t kMaxKey = 10'000;

// Where the sweep stands.
struct SweepPlace {
  Swept table = Swept::kEvents;
  SweptKey after;
  bool done = false;

  std::string Encode() const {
    domain::ByteWriter out;
    out.Byte(static_cast<uint8_t>(table));
    out.Byte(done ? 1 : 0);
    out.Signed(after.number);
    out.Text(after.first);
    out.Text(after.second);
    return out.Take();
  }
  static absl::StatusOr<SweepPlace> Decode(std::string_view bytes) {
    domain::ByteReader in(bytes);
    SweepPlace place;
    place.table = in.Choice(store::kLastSwept);
    place.done = in.Byte() != 0;
    place.after.number = in.Signed();
    place.after.first = in.Text(kMaxKey);
    place.after.second = in.Text(kMaxKey);
    if (in.Finished()) return place;
    return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "the place of an erasure cannot be read; restore from a backup");
  }
  void NextTable() {
    done = table == store::kLastSwept;
    if (!done) table = static_cast<Swept>(static_cast<uint8_t>(table) + 1);
    after = {};
  }
};

int32_t& CountOf(ErasedPerson& person, ErasureCount count) {
  person.counts.resize(kErasureCounts);
  return person.counts[static_cast<size_t>(count)];
}

ErasureCount CountFor(Swept table) {
  switch (table) {
    case Swept::kEvents:
    case Swept::kObservations:
    case Swept::kDeeds:
      return ErasureCount::kFacts;
    case Swept::kSetAside:
      return ErasureCount::kSetAside;
    case Swept::kSubjects:
    case Swept::kPlaces:
      return ErasureCount::kSubjects;
    case Swept::kStatementTexts:
    case Swept::kProposalTexts:
    case Swept::kRecognitions:
    case Swept::kComments:
    case Swept::kReports:
    case Swept::kCheckIns:
      return ErasureCount::kTexts;
    case Swept::kAnswers:
      return ErasureCount::kAnswers;
    case Swept::kShared:
    case Swept::kReads:
      return ErasureCount::kReads;
    case Swept::kAudit:
      return ErasureCount::kAudit;
  }
  return ErasureCount::kFacts;
}

void CountOnce(std::vector<size_t>& owners, ErasureCount count, std::vector<ErasedPerson>& people) {
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  for (const size_t owner : owners) ++CountOf(people[owner], count);
}

// The entry that says so: of a line and subject of its own, so that no deed changes with it.
domain::Entry TombstoneOf(domain::PersonUid person, absl::Time now) {
  domain::Entry entry;
  entry.line = domain::Hasher("comity/erasure").Add(person.view()).Finish<domain::LineHash>();
  entry.revision = 1;
  entry.action = domain::EntryAction::kReverse;
  entry.day = domain::DayNumber(domain::DayOf(now));
  entry.content.person = person;
  entry.state = domain::DeedState::kReversed;
  entry.cause = domain::ReasonCode::kPersonErased;
  return entry;
}

// A person of a policy's list of bots must go on being none's helper.
bool IsNamedBot(const domain::AccountRow& account, const std::vector<domain::Policy>& policies) {
  const domain::AccountName by_login{account.name.suite, account.name.instance, account.login};
  return std::any_of(policies.begin(), policies.end(), [&](const domain::Policy& policy) {
    return std::any_of(policy.bot_accounts.begin(), policy.bot_accounts.end(),
                       [&](const std::string& bot) { return bot == account.name.ToText() || bot == by_login.ToText(); });
  });
}

v1::Erasure ErasureToApi(const ErasedPerson& person, bool job_ended) {
  ErasedPerson row = person;
  v1::Erasure erasure;
  erasure.set_job("jobs/" + row.job);
  erasure.set_done(row.stage == ErasedPerson::Stage::kDone && job_ended);
  erasure.set_account_count(CountOf(row, ErasureCount::kAccounts));
  erasure.set_token_count(CountOf(row, ErasureCount::kTokens));
  erasure.set_text_count(CountOf(row, ErasureCount::kTexts));
  erasure.set_fact_count(CountOf(row, ErasureCount::kFacts));
  erasure.set_subject_count(CountOf(row, ErasureCount::kSubjects));
  erasure.set_set_aside_count(CountOf(row, ErasureCount::kSetAside));
  erasure.set_answer_count(CountOf(row, ErasureCount::kAnswers));
  erasure.set_read_count(CountOf(row, ErasureCount::kReads));
  erasure.set_audit_record_count(CountOf(row, ErasureCount::kAudit));
  erasure.set_ownership_rule_count(CountOf(row, ErasureCount::kRules));
  return erasure;
}

absl::StatusOr<v1::Erasure> WhatWasDone(store::Transaction& transaction, const ErasedPerson& person) {
  COMITY_ASSIGN_OR_RETURN(const auto job, transaction.admin().FindJob(person.job));
  return ErasureToApi(person, !job.has_value() || job->ended != absl::InfiniteFuture());
}

absl::StatusOr<v1::Erasure> EraseNow(Context& context, store::Transaction& transaction, const domain::Directory& directory,
                                     const domain::PersonRow& person, const ErasedNames& names) {
  const absl::Time now = context.clock.Now();
  COMITY_ASSIGN_OR_RETURN(const auto policies, transaction.deeds().LoadPolicies());
  PersonalWords words{.id = person.id, .display_name = person.display_name, .accounts = {}};
  std::vector<store::ErasedAccount> accounts;
  for (const domain::AccountRow& account : directory.rows().accounts) {
    if (account.person != person.uid) continue;
    words.accounts.push_back({account.uid, account.name, account.login});
    const bool bot = account.declared_bot || account.kind == domain::AccountKind::kBot || IsNamedBot(account, policies);
    accounts.push_back({names.HashOfAccount(account.name), account.uid, person.uid, bot});
  }
  ErasedPerson erased{
      .uid = person.uid, .id_hash = names.HashOfId(person.id), .opted_out = person.opted_out, .job = {}, .words = {}, .counts = {}};
  COMITY_ASSIGN_OR_RETURN(const std::string job, context.jobs.CreateErasure(transaction));
  erased.job = job;
  erased.words = words.Encode();
  CountOf(erased, ErasureCount::kAccounts) = static_cast<int32_t>(accounts.size());
  COMITY_ASSIGN_OR_RETURN(const ErasureWords look, ErasureWords::Of({erased}, directory.rows().ownership));
  CountOf(erased, ErasureCount::kRules) = look.RulesNaming(0);
  COMITY_ASSIGN_OR_RETURN(const auto gone, transaction.privacy().Erase(erased, accounts));
  CountOf(erased, ErasureCount::kTokens) = gone.tokens;
  CountOf(erased, ErasureCount::kTexts) = gone.texts;
  COMITY_RETURN_IF_ERROR(transaction.privacy().UpdateErased(erased));
  COMITY_RETURN_IF_ERROR(transaction.deeds().LockHead().status());
  const domain::Entry tombstone = TombstoneOf(person.uid, now);
  const auto subject = domain::Hasher("comity/erasures").Add(person.uid.view()).Finish<domain::SubjectRef>();
  COMITY_RETURN_IF_ERROR(transaction.deeds().Append({tombstone}, subject, now).status());
  return ErasureToApi(erased, false);
}

// Reads one part; does what is to be done only if `write`. True if anything is.
absl::StatusOr<bool> SweepPart(store::Transaction& transaction, const ErasureWords& words, bool write, std::vector<ErasedPerson>& people,
                               SweepPlace& place) {
  COMITY_ASSIGN_OR_RETURN(auto rows, transaction.privacy().Sweep(place.table, place.after, kRowsAtOnce));
  bool any = false;
  for (store::SweptRow& row : rows) {
    std::vector<size_t> owners, openers;
    const domain::SubjectRef titled = words.TitleToWithhold(place.table, row, openers);
    const ErasureWords::Action action = words.Apply(place.table, row, owners);
    any = any || action != ErasureWords::Action::kKeep || !titled.empty();
    if (!write) continue;
    if (action == ErasureWords::Action::kRewrite) COMITY_RETURN_IF_ERROR(transaction.privacy().Rewrite(place.table, row));
    if (action == ErasureWords::Action::kRemove) COMITY_RETURN_IF_ERROR(transaction.privacy().Remove(place.table, row.key));
    CountOnce(owners, CountFor(place.table), people);
    if (titled.empty()) continue;
    COMITY_ASSIGN_OR_RETURN(const bool had_title, transaction.privacy().WithholdTitle(titled));
    if (had_title) CountOnce(openers, ErasureCount::kSubjects, people);
  }
  if (rows.size() < kRowsAtOnce) {
    place.NextTable();
  } else {
    place.after = rows.back().key;
  }
  return any;
}

// Marks all that wait as being swept; a sweep that goes on takes nobody in who came later.
absl::Status BeginSweep(Writer& writer) {
  return writer.Run([](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(auto waiting, transaction.privacy().WaitingErasures());
    for (ErasedPerson& person : waiting) {
      person.stage = ErasedPerson::Stage::kSweeping;
      COMITY_RETURN_IF_ERROR(transaction.privacy().UpdateErased(person));
    }
    return transaction.admin().PutSetting(kPlaceSetting, SweepPlace{}.Encode());
  });
}

// Everything was read through: the words are not needed any more.
absl::Status ForgetWords(Writer& writer) {
  return writer.Run([](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(auto waiting, transaction.privacy().WaitingErasures());
    for (ErasedPerson& person : waiting) {
      if (person.stage != ErasedPerson::Stage::kSweeping) continue;
      person.stage = ErasedPerson::Stage::kDone;
      person.words.clear();
      COMITY_RETURN_IF_ERROR(transaction.privacy().UpdateErased(person));
    }
    return absl::OkStatus();
  });
}

// Jobs of those who wait for nothing any more.
absl::StatusOr<std::vector<std::string>> JobsToEnd(store::Transaction& transaction, const std::vector<ErasedPerson>& waiting) {
  COMITY_ASSIGN_OR_RETURN(const auto running, transaction.admin().RunningJobs());
  std::vector<std::string> ended;
  for (const store::JobRow& job : running) {
    const auto waits = [&](const ErasedPerson& person) { return person.job == job.id; };
    if (job.cause == domain::ReasonCode::kPersonErased && std::none_of(waiting.begin(), waiting.end(), waits)) ended.push_back(job.id);
  }
  return ended;
}

// They end when what was deleted is not in the log either.
absl::Status EndJobs(store::Store& store, Writer& writer, const std::vector<std::string>& jobs, absl::Time now) {
  COMITY_RETURN_IF_ERROR(store.EmptyLog());
  return writer.Run([&](store::Transaction& transaction) -> absl::Status {
    for (const std::string& job : jobs) COMITY_RETURN_IF_ERROR(transaction.admin().FinishJobSubjects(job, {}, now));
    return absl::OkStatus();
  });
}

struct Sweeping {
  std::vector<ErasedPerson> waiting, people;  // all that are not done; those being swept
  SweepPlace place;
};

absl::StatusOr<Sweeping> Load(store::Transaction& transaction) {
  Sweeping sweeping;
  COMITY_ASSIGN_OR_RETURN(sweeping.waiting, transaction.privacy().WaitingErasures());
  for (const ErasedPerson& person : sweeping.waiting) {
    if (person.stage == ErasedPerson::Stage::kSweeping) sweeping.people.push_back(person);
  }
  COMITY_ASSIGN_OR_RETURN(const auto place, transaction.admin().FindSetting(kPlaceSetting));
  if (place.has_value()) {
    COMITY_ASSIGN_OR_RETURN(sweeping.place, SweepPlace::Decode(*place));
  }
  return sweeping;
}

}  // namespace

absl::StatusOr<v1::Erasure> ErasePerson(Context& context, const std::string& id) {
  v1::Erasure erasure;
  const absl::Status status = context.writer.Run([&](store::Transaction& transaction) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(const ErasedNames names, ErasedNames::WithKey(transaction));
    COMITY_ASSIGN_OR_RETURN(const auto directory, context.snapshots.DirectoryIn(transaction));
    if (const domain::PersonRow* person = directory->FindPersonById(id); person != nullptr) {
      COMITY_ASSIGN_OR_RETURN(erasure, EraseNow(context, transaction, *directory, *person, names));
      return absl::OkStatus();
    }
    COMITY_ASSIGN_OR_RETURN(const auto erased, names.FindPerson(id));
    if (!erased.has_value()) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kPersonNotFound,
                   "the directory has no person of this id, and never erased one");
    }
    COMITY_ASSIGN_OR_RETURN(erasure, WhatWasDone(transaction, *erased));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  context.jobs.Wake();
  return erasure;
}

absl::Status SweepErasures(store::Store& store, Writer& writer, Snapshots& snapshots, absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(auto reading, store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(Sweeping sweeping, Load(*reading));
  COMITY_ASSIGN_OR_RETURN(const auto jobs, JobsToEnd(*reading, sweeping.waiting));
  if (!jobs.empty()) {
    reading.reset();
    return EndJobs(store, writer, jobs, now);
  }
  if (sweeping.people.empty()) return BeginSweep(writer);
  if (sweeping.place.done) {
    reading.reset();
    return ForgetWords(writer);
  }
  COMITY_ASSIGN_OR_RETURN(const auto directory, snapshots.DirectoryIn(*reading));
  COMITY_ASSIGN_OR_RETURN(const ErasureWords words, ErasureWords::Of(sweeping.people, directory->rows().ownership));
  SweepPlace before = sweeping.place;
  bool found = false;
  for (int part = 0; part < kPartsAtOnce && !found && !sweeping.place.done; ++part) {
    before = sweeping.place;
    COMITY_ASSIGN_OR_RETURN(found, SweepPart(*reading, words, /*write=*/false, sweeping.people, sweeping.place));
  }
  reading.reset();
  if (!found) {
    return writer.Run(
        [&](store::Transaction& transaction) { return transaction.admin().PutSetting(kPlaceSetting, sweeping.place.Encode()); });
  }
  // Read once more where nobody else writes: rows may have changed.
  return writer.Run([&](store::Transaction& transaction) -> absl::Status {
    std::vector<ErasedPerson> people = sweeping.people;
    SweepPlace place = before;
    COMITY_RETURN_IF_ERROR(SweepPart(transaction, words, /*write=*/true, people, place).status());
    for (size_t i = 0; i < people.size(); ++i) {
      if (people[i].counts != sweeping.people[i].counts) COMITY_RETURN_IF_ERROR(transaction.privacy().UpdateErased(people[i]));
    }
    return transaction.admin().PutSetting(kPlaceSetting, place.Encode());
  });
}

}  // namespace comity::app
