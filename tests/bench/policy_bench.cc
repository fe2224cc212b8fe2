// Compares policies over a made history: how many facts a second of those at hand, beside decoding them alone, and of those in a store,
// beside reading and decoding them alone. Two drafts: one that only one rule reads (reviews on trial), so that most subjects cannot differ,
// and one that every ticket reads (a word less that means done), so that most are judged by both policies.
// Usage: policy_bench [SUBJECTS]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/app/judging.h"
#include "service/app/policy_compare.h"
#include "tests/support/process.h"

namespace {

namespace app = comity::app;
namespace domain = comity::domain;
namespace store = comity::store;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kSuite = "github", kInstance = "github.com";
constexpr int kPeople = 300, kTeams = 30, kSubjectsADay = 2000;
const absl::Time kStart = absl::FromUnixSeconds(1'780'000'000);

double SecondsSince(SteadyClock::time_point start) { return std::chrono::duration<double>(SteadyClock::now() - start).count(); }

template <typename IdType>
IdType Made(std::string_view what, int number) {
  return domain::Hasher("comity/bench").Add(what).Add(static_cast<int64_t>(number)).Finish<IdType>();
}
domain::Party Who(int number) { return {Made<domain::AccountUid>("account", number % kPeople), domain::AccountKind::kHuman}; }

domain::DirectoryRows Rows() {
  domain::DirectoryRows rows;
  for (int team = 0; team < kTeams; ++team) {
    rows.teams.push_back({Made<domain::TeamUid>("team", team), absl::StrCat("t", team), "", {}, "", {}});
    rows.ownership.push_back({team, absl::StrCat("github:github.com:repo:acme/r", team), Made<domain::TeamUid>("team", team), {}});
  }
  for (int person = 0; person < kPeople; ++person) {
    const auto uid = Made<domain::PersonUid>("person", person);
    rows.people.push_back({uid, absl::StrCat("p", person), "", false, false});
    rows.memberships.push_back({uid, Made<domain::TeamUid>("team", person % kTeams), {}, true});
    domain::AccountRow account;
    account.uid = Who(person).account;
    account.name = {std::string(kSuite), std::string(kInstance), absl::StrCat(person)};
    account.kind = domain::AccountKind::kHuman;
    account.person = uid;
    rows.accounts.push_back(account);
  }
  return rows;
}

domain::Fact MakeFact(domain::FactKind kind, int subject, absl::Duration after, domain::Party actor, std::string_view object) {
  const bool change = subject % 3 == 0;
  domain::Fact fact;
  fact.kind = kind;
  fact.suite = kSuite;
  fact.instance = kInstance;
  fact.subject_kind = change ? domain::SubjectKind::kChange : domain::SubjectKind::kIssue;
  fact.subject = domain::SubjectRefOf(kSuite, kInstance, fact.subject_kind, absl::StrCat(subject));
  fact.object_id = absl::StrCat(subject, std::string(object));
  fact.occur_time = kStart + absl::Hours(24) / kSubjectsADay * subject + after;
  fact.key = domain::EventKeyOf(kSuite, kInstance, kind, fact.object_id, fact.occur_time, "");
  fact.actor = actor;
  fact.places = {{"repo", absl::StrCat("acme/r", subject % kTeams)}};
  return fact;
}

// A third are changes that are reviewed and merged, the others tickets that are commented on and closed.
std::vector<domain::Fact> FactsOf(int subject) {
  const domain::Party asker = Who(subject), helper = Who(subject * 7 + 3);
  std::vector<domain::Fact> facts = {MakeFact(domain::FactKind::kOpened, subject, absl::ZeroDuration(), asker, "")};
  facts.back().asker = asker;
  if (subject % 3 == 0) {
    facts.push_back(MakeFact(domain::FactKind::kChangeReviewed, subject, absl::Hours(1), helper, "-r"));
    facts.back().review_state = domain::ReviewState::kApproved;
    facts.push_back(MakeFact(domain::FactKind::kChangeMerged, subject, absl::Hours(2), asker, ""));
    facts.back().default_branch = true;
    for (domain::Fact& fact : facts) fact.author = asker;
  } else {
    facts.push_back(MakeFact(domain::FactKind::kCommented, subject, absl::Hours(1), helper, "-c"));
    facts.push_back(MakeFact(domain::FactKind::kCommented, subject, absl::Hours(2), asker, "-d"));
    facts.push_back(MakeFact(domain::FactKind::kResolved, subject, absl::Hours(3), helper, ""));
    if (subject % 5 == 0) {
      facts.back().resolution = domain::Resolution::kUnknown;
      facts.back().resolution_text = "solved";
    }
  }
  return facts;
}

domain::Policy OneRule() {
  domain::Policy policy = domain::FirstPolicy(false, absl::UnixEpoch());
  policy.number = 2;
  policy.rules[static_cast<size_t>(domain::DeedKind::kReviewed)].mode = domain::RuleMode::kShadow;
  return policy;
}
domain::Policy EveryTicket() {
  domain::Policy policy = domain::FirstPolicy(false, absl::UnixEpoch());
  policy.number = 2;
  std::erase(policy.done_resolutions, "solved");
  return policy;
}

void Print(std::string_view what, int64_t facts, double seconds, const app::PolicyComparison* compared = nullptr) {
  std::printf("%-34s %9.0f facts/s", std::string(what).c_str(), static_cast<double>(facts) / seconds);
  if (compared != nullptr) {
    std::printf("  %lld subjects judged twice, %lld come out otherwise", static_cast<long long>(compared->judged),
                static_cast<long long>(compared->total.counts.Sum()));
  }
  std::printf("\n");
  std::fflush(stdout);
}

// Of facts that are decoded and at hand by subject.
void CompareAtHand(std::string_view what, const std::vector<std::vector<std::string>>& history, const domain::Directory& directory,
                   const domain::Policies& policies, const domain::Policy& candidate, const app::CompareRange& range) {
  std::vector<domain::SubjectInput> inputs;
  int64_t facts = 0;
  for (const auto& subject : history) {
    domain::SubjectInput& input = inputs.emplace_back();
    for (const std::string& bytes : subject) {
      domain::Fact fact = domain::DecodeFact(bytes).value();
      input.subject = fact.subject;
      input.events.push_back({fact, fact.occur_time});
      ++facts;
    }
  }
  app::Comparer comparer(directory, policies, candidate, range);
  const auto start = SteadyClock::now();
  for (domain::SubjectInput& input : inputs) {
    bool can_differ = false;
    for (const domain::Event& event : input.events) {
      comparer.CountFact(event.fact);
      can_differ = can_differ || comparer.CanDiffer(event.fact);
    }
    if (can_differ && !comparer.Add(input, nullptr).ok()) std::abort();
  }
  Print(what, facts, SecondsSince(start), &comparer.result());
}

void Fill(store::Store& store, const std::vector<std::vector<std::string>>& history) {
  {
    const auto transaction = store.BeginWrite().value();
    const domain::DirectoryRows rows = Rows();
    for (const auto& team : rows.teams) (void)transaction->directory().PutTeam(team);
    for (const auto& person : rows.people) (void)transaction->directory().PutPerson(person);
    for (const auto& membership : rows.memberships) (void)transaction->directory().PutMemberships(membership.person, {membership});
    for (const auto& account : rows.accounts) (void)transaction->directory().PutAccount(account);
    (void)transaction->directory().PutOwnership(rows.ownership);
    (void)transaction->deeds().PutPolicy(domain::FirstPolicy(false, absl::UnixEpoch()));
    if (!transaction->Commit().ok()) std::abort();
  }
  app::Snapshots snapshots(store);
  comity::obs::Metrics metrics;
  app::Judging judging(snapshots, metrics);
  constexpr size_t kBatch = 300;
  for (size_t first = 0; first < history.size(); first += kBatch) {
    std::vector<app::NewFact> fresh;
    for (size_t i = first; i < std::min(history.size(), first + kBatch); ++i) {
      for (const std::string& bytes : history[i]) {
        app::NewFact& next = fresh.emplace_back();
        next.fact = domain::DecodeFact(bytes).value();
        next.content = domain::ContentHashOf(next.fact);
        next.source = "hub";
        next.details = {.subject = next.fact.subject,
                        .suite = next.fact.suite,
                        .instance = next.fact.instance,
                        .kind = next.fact.subject_kind,
                        .id = std::to_string(i),
                        .key = {},
                        .uri = {},
                        .title = {}};
      }
    }
    const auto transaction = store.BeginWrite().value();
    if (!judging.Ingest(*transaction, fresh, kStart + absl::Hours(24 * 365)).ok() || !transaction->Commit().ok()) std::abort();
  }
}

void CompareInStore(std::string_view what, store::Store& store, const domain::Policy& candidate, const app::CompareRange& range) {
  app::Snapshots snapshots(store);
  const auto transaction = store.BeginRead().value();
  const auto directory = snapshots.DirectoryIn(*transaction).value();
  const auto policies = snapshots.PoliciesIn(*transaction).value();
  const auto start = SteadyClock::now();
  const auto compared = app::ComparePolicies(*transaction, *directory, *policies, candidate, range, comity::obs::SystemClock());
  if (!compared.ok()) std::abort();
  Print(what, compared->facts, SecondsSince(start), &*compared);
}

int64_t ReadInStore(store::Store& store, const app::CompareRange& range) {
  const auto transaction = store.BeginRead().value();
  int64_t facts = 0;
  const auto visit = [&](const domain::EventKey&, std::string_view bytes) { facts += domain::DecodeFact(bytes).ok() ? 1 : 0; };
  domain::EventKey after{domain::DayNumber(domain::DayOf(range.start)) - 1, {}};
  if (!transaction->events().ScanFacts(after, INT32_MAX, INT32_MAX, visit).ok()) std::abort();
  return facts;
}

}  // namespace

int main(int argc, char** argv) {
  const int subjects = argc > 1 ? std::atoi(argv[1]) : 60'000;
  std::vector<std::vector<std::string>> history;
  int64_t facts = 0;
  for (int subject = 0; subject < subjects; ++subject) {
    auto& bytes = history.emplace_back();
    for (const domain::Fact& fact : FactsOf(subject)) bytes.push_back(domain::EncodeFact(fact));
    facts += static_cast<int64_t>(bytes.size());
  }
  const domain::Directory directory(Rows());
  const domain::Policies policies = domain::Policies::Create({domain::FirstPolicy(false, absl::UnixEpoch())}).value();
  const app::CompareRange range{.start = kStart, .end = kStart + absl::Hours(24 * 3650), .examples = 5};

  auto start = SteadyClock::now();
  int64_t decoded = 0;
  for (const auto& subject : history) {
    for (const std::string& bytes : subject) decoded += domain::DecodeFact(bytes).ok() ? 1 : 0;
  }
  Print("policy_limit/decode", decoded, SecondsSince(start));
  CompareAtHand("policy/at_hand/one_rule", history, directory, policies, OneRule(), range);
  CompareAtHand("policy/at_hand/every_ticket", history, directory, policies, EveryTicket(), range);

  const comity::testing::TempDir folder;
  const auto opened = store::OpenStore("sqlite:" + folder.path() + "/comity.db", true).value();
  Fill(*opened, history);
  start = SteadyClock::now();
  const int64_t read = ReadInStore(*opened, range);
  Print("policy_limit/read", read, SecondsSince(start));
  CompareInStore("policy/store/one_rule", *opened, OneRule(), range);
  CompareInStore("policy/store/every_ticket", *opened, EveryTicket(), range);
  return read == facts ? 0 : 1;
}
