#include "tests/contract/contract.h"

namespace comity::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

COMITY_CONTRACT(APolicyStore);

domain::PolicyRecord Record(int32_t number) {
  domain::PolicyRecord record;
  record.policy = domain::FirstPolicy(false, At(number));
  record.policy.number = number;
  record.policy.active_time = absl::InfiniteFuture();
  record.because = "why " + std::to_string(number);
  return record;
}

domain::Restatement Restated(int32_t number) {
  domain::Restatement restatement;
  restatement.number = number;
  restatement.range = {At(10), At(20), 1};
  restatement.created = At(30);
  return restatement;
}

domain::AccuracyKey AKey(int32_t policy) { return {domain::DeedKind::kReviewed, policy, "github", "github.com"}; }

TEST_P(APolicyStore, GivesEachNumberOnceAndAboveEveryPolicyThatIsThere) {
  EXPECT_OK(Write([&](Transaction& t) { return t.deeds().PutPolicy(domain::FirstPolicy(false, At(1))); }));
  std::vector<int32_t> numbers;
  for (int i = 0; i < 2; ++i) {
    EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
      numbers.push_back(Ok(t.policies().TakeNumber()));
      COMITY_RETURN_IF_ERROR(t.policies().PutRecord(Record(numbers.back())));
      return t.policies().DeleteRecord(numbers.back());
    }));
  }
  EXPECT_THAT(numbers, ElementsAre(2, 3));
}

TEST_P(APolicyStore, GivesBackRecordsInOrderOfNumberAsTheyWereLastPut) {
  domain::PolicyRecord changed = Record(2);
  changed.because = "better";
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    for (const int32_t number : {3, 2, 1}) COMITY_RETURN_IF_ERROR(t.policies().PutRecord(Record(number)));
    COMITY_RETURN_IF_ERROR(t.policies().PutRecord(changed));
    return t.policies().DeleteRecord(3);
  }));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->policies().LoadRecords()), ElementsAre(Record(1), changed));
}

TEST_P(APolicyStore, GivesBackRestatementsInOrderOfNumber) {
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    EXPECT_EQ(Ok(t.policies().TakeRestatementNumber()), 1);
    EXPECT_EQ(Ok(t.policies().TakeRestatementNumber()), 2);
    for (const int32_t number : {2, 1, 3}) COMITY_RETURN_IF_ERROR(t.policies().PutRestatement(Restated(number)));
    return t.policies().DeleteRestatement(3);
  }));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->policies().LoadRestatements()), ElementsAre(Restated(1), Restated(2)));
}

TEST_P(APolicyStore, AddsAccuracyAndDropsWhatBecomesZero) {
  domain::AccuracyDeltas up, down;
  up.counts[AKey(1)] = {.untouched = 2, .corrected = 1};
  up.people[{AKey(1), Person(1)}] = 2;
  up.people[{AKey(1), Person(2)}] = 1;
  down.counts[AKey(1)] = {.untouched = -2, .corrected = -1};
  down.people[{AKey(1), Person(1)}] = -2;
  const auto rows = [&] { return Ok(Ok(store_->BeginRead())->policies().AccuracyOf(domain::DeedKind::kReviewed, 1)); };
  const auto people = [&](int32_t limit) { return Ok(Ok(store_->BeginRead())->policies().AccuracyPeople(AKey(1), limit)); };
  EXPECT_OK(Write([&](Transaction& t) { return t.policies().AddAccuracy(up); }));
  ASSERT_THAT(rows(), SizeIs(1));
  EXPECT_EQ(rows()[0].counts, (domain::AccuracyCounts{.untouched = 2, .corrected = 1}));
  EXPECT_EQ(rows()[0].key, AKey(1));
  EXPECT_THAT(people(5), UnorderedElementsAre(Person(1), Person(2)));
  EXPECT_THAT(people(1), SizeIs(1));
  EXPECT_OK(Write([&](Transaction& t) { return t.policies().AddAccuracy(down); }));
  EXPECT_THAT(rows(), IsEmpty());
  EXPECT_THAT(people(5), ElementsAre(Person(2)));
}

TEST_P(APolicyStore, KeepsTheAccuracyOfPoliciesAndSourcesApart) {
  domain::AccuracyDeltas deltas;
  domain::AccuracyKey other = AKey(1);
  other.instance = "git.example";
  deltas.counts[AKey(1)].untouched = 1;
  deltas.counts[other].untouched = 2;
  deltas.counts[AKey(2)].untouched = 4;
  EXPECT_OK(Write([&](Transaction& t) { return t.policies().AddAccuracy(deltas); }));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->policies().AccuracyOf(domain::DeedKind::kReviewed, 1)), SizeIs(2));
  EXPECT_THAT(Ok(Ok(store_->BeginRead())->policies().AccuracyOf(domain::DeedKind::kResolved, 1)), IsEmpty());
}

EventStore::NewObservation Seen(int day, int number, int subject, const std::string& bytes) {
  EventStore::NewObservation seen;
  seen.observation = {.key = Key(day, number), .content = IdOf<domain::FactHash>(number), .bytes = bytes, .source = "s", .stored = At(1)};
  seen.subject = Subject(subject);
  return seen;
}

TEST_P(APolicyStore, ScansFactsInOrderOfTheirKeysByPagesUpToADay) {
  EXPECT_OK(Write([&](Transaction& t) {
    return t.events().InsertObservations({Seen(12, 1, 1, "d"), Seen(10, 2, 1, "b"), Seen(10, 1, 2, "a"), Seen(11, 1, 1, "c")});
  }));
  const auto transaction = Ok(store_->BeginRead());
  std::string seen;
  domain::EventKey last{9, {}};
  const auto visit = [&](const domain::EventKey& key, std::string_view bytes) {
    seen += bytes;
    last = key;
  };
  EXPECT_EQ(Ok(transaction->events().ScanFacts(last, 12, 2, visit)), 2);
  EXPECT_EQ(seen, "ab");
  EXPECT_EQ(Ok(transaction->events().ScanFacts(last, 12, 2, visit)), 1);
  EXPECT_EQ(seen, "abc");
  EXPECT_EQ(Ok(transaction->events().ScanFacts(last, 12, 2, visit)), 0);
}

TEST_P(APolicyStore, MakesAJobOfTheSubjectsOfSomeDays) {
  int32_t total = 0, none = -1;
  EXPECT_OK(Write([&](Transaction& t) -> absl::Status {
    COMITY_RETURN_IF_ERROR(
        t.events().InsertObservations({Seen(9, 1, 3, "x"), Seen(10, 1, 1, "x"), Seen(10, 2, 1, "x"), Seen(11, 1, 2, "x")}));
    JobRow job{.id = "j", .cause = domain::ReasonCode::kPolicyRestated, .created = At(5)};
    total = Ok(t.admin().CreateJobForDays(job, 10, 11));
    job.id = "empty";
    none = Ok(t.admin().CreateJobForDays(job, 20, 30));
    return absl::OkStatus();
  }));
  EXPECT_EQ(total, 2);
  EXPECT_EQ(none, 0);
  const auto transaction = Ok(store_->BeginRead());
  ASSERT_THAT(Ok(transaction->admin().RunningJobs()), SizeIs(1));
  EXPECT_EQ(Ok(transaction->admin().RunningJobs())[0].total, 2);
  EXPECT_THAT(Ok(transaction->admin().NextJobSubjects("j", 10)), UnorderedElementsAre(Subject(1), Subject(2)));
}

}  // namespace
}  // namespace comity::store
