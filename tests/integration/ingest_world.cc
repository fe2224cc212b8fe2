#include "tests/integration/ingest_world.h"

#include <cstdlib>
#include <future>
#include <iostream>

namespace comity::testing {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'788'339'600);  // 2026-09-02 09:00 UTC
const absl::CivilDay kJoined(2026, 1, 1);

template <typename IdType>
IdType UidOf(std::string_view sort, std::string_view id) {
  domain::Hasher hasher(sort);
  return hasher.Add(id).Finish<IdType>();
}

void SetTime(google::protobuf::Timestamp* stamp, int minutes) { stamp->set_seconds(absl::ToUnixSeconds(kStart) + 60 * minutes); }

v1::Fact FactOf(v1::FactKind kind, const std::string& issue, const std::string& object, int at) {
  v1::Fact fact;
  fact.set_kind(kind);
  fact.set_suite("github");
  fact.set_instance("github.com");
  fact.mutable_subject()->set_kind(v1::SUBJECT_KIND_ISSUE);
  fact.mutable_subject()->set_id(issue);
  fact.mutable_subject()->set_key("acme/billing#" + issue);
  fact.mutable_subject()->set_uri("https://github.com/acme/billing/issues/" + issue);
  fact.mutable_subject()->set_title("Ticket " + issue);
  fact.set_object_id(object);
  SetTime(fact.mutable_occur_time(), at);
  v1::Place& place = *fact.add_places();
  place.set_kind("repo");
  place.set_value("acme/billing");
  fact.set_assurance(v1::ASSURANCE_SIGNED);
  return fact;
}

void SetAccount(v1::Account* account, const std::string& id) {
  account->set_id(id);
  account->set_login(id);
  account->set_kind(id == "robot" ? v1::ACCOUNT_KIND_BOT : v1::ACCOUNT_KIND_HUMAN);
}

domain::AccountName NameOf(const std::string& account) { return {.suite = "github", .instance = "github.com", .id = account}; }

}  // namespace

std::array<uint8_t, 16> HintUids::Next(std::string_view hint) {
  std::lock_guard lock(mutex_);
  const int64_t count = counts_[std::string(hint)]++;
  domain::Hasher hasher("test uid");
  return hasher.Add(hint).Add(count).Finish<domain::StatementUid>().bytes;
}

World::World() {
  store = std::make_unique<FaultyStore>(store::OpenStore("sqlite:" + (folder / "comity.db"), true).value());
  writer = std::make_unique<app::Writer>(*store, metrics);
  snapshots = std::make_unique<app::Snapshots>(*store);
  judging = std::make_unique<app::Judging>(*snapshots, metrics);
  jobs = std::make_unique<app::JobRunner>(*store, *writer, *judging, clock);
  context = std::make_unique<app::Context>(app::Context{*store, *writer, *snapshots, *judging, *jobs, clock, metrics, uids});
  events = std::make_unique<app::EventApp>(*context);
  deeds = std::make_unique<app::DeedApp>(*context);
  Fill();
}

World::~World() {
  jobs.reset();
  writer.reset();
}

void World::Die(const std::string& why) {
  std::cerr << "world: " << why << std::endl;
  std::abort();
}

void World::Fill() {
  const std::pair<const char*, const char*> members[] = {{"sam", "support"},   {"sue", "support"},   {"pia", "payments"},
                                                         {"paul", "payments"}, {"carl", "checkout"}, {"cleo", "checkout"}};
  Write([&](store::Transaction& transaction) -> absl::Status {
    auto status = transaction.deeds().PutPolicy(domain::FirstPolicy(false, kStart));
    status.Update(transaction.admin().CreateSource({.id = "hub", .suite = "github", .instance = "github.com", .created = kStart}));
    for (const char* id : {"support", "payments", "checkout"}) {
      status.Update(
          transaction.directory().PutTeam({.uid = team(id), .id = id, .display_name = id, .parent = {}, .function = {}, .end = {}}));
    }
    for (const auto& [id, of] : members) {
      status.Update(transaction.directory().PutPerson(
          {.uid = person(id), .id = id, .display_name = id, .salt = uids.Make<domain::Salt>("salt of person " + std::string(id))}));
      status.Update(transaction.directory().PutMemberships(
          person(id), {{.person = person(id), .team = team(of), .days = {.start = kJoined}, .primary = true}}));
      status.Update(transaction.directory().PutAccount({.uid = uids.Make<domain::AccountUid>(NameOf(id).ToText()),
                                                        .name = NameOf(id),
                                                        .login = id,
                                                        .kind = domain::AccountKind::kHuman,
                                                        .person = person(id)}));
    }
    status.Update(transaction.directory().PutOwnership(
        {{.order = 0, .match = "github:github.com:repo:acme/billing", .team = team("payments"), .days = {}}}));
    return status;
  });
}

domain::PersonUid World::person(const std::string& id) const { return UidOf<domain::PersonUid>("test person", id); }
domain::TeamUid World::team(const std::string& id) const { return UidOf<domain::TeamUid>("test team", id); }

v1::Fact World::Opened(const std::string& issue, const std::string& asker, int at) {
  v1::Fact fact = FactOf(v1::FACT_KIND_OPENED, issue, issue, at);
  SetAccount(fact.mutable_actor(), asker);
  SetAccount(fact.mutable_asker(), asker);
  return fact;
}

v1::Fact World::Resolved(const std::string& issue, const std::string& asker, const std::string& actor, int at) {
  v1::Fact fact = FactOf(v1::FACT_KIND_RESOLVED, issue, issue, at);
  SetAccount(fact.mutable_actor(), actor);
  SetAccount(fact.mutable_asker(), asker);
  fact.set_resolution(v1::RESOLUTION_DONE);
  return fact;
}

v1::Fact World::Reopened(const std::string& issue, const std::string& actor, int at) {
  v1::Fact fact = FactOf(v1::FACT_KIND_REOPENED, issue, issue, at);
  SetAccount(fact.mutable_actor(), actor);
  return fact;
}

v1::Fact World::Commented(const std::string& issue, const std::string& actor, int at) {
  v1::Fact fact = FactOf(v1::FACT_KIND_COMMENTED, issue, issue + "-comment-" + actor + std::to_string(at), at);
  SetAccount(fact.mutable_actor(), actor);
  return fact;
}

std::vector<v1::IngestResult> World::Ingest(const std::vector<v1::Fact>& facts) {
  v1::IngestEventBatchRequest request;
  request.set_source("sources/hub");
  for (const v1::Fact& fact : facts) *request.add_facts() = fact;
  app::Caller caller{.token_id = "hook", .roles = {v1::ROLE_CONNECTOR}, .person = {}, .sources = {"hub"}, .scope = v1::SCOPE_SOURCE};
  std::promise<absl::StatusOr<v1::IngestEventBatchResponse>> answered;
  events->IngestEventBatch(caller, std::move(request),
                           [&](absl::StatusOr<v1::IngestEventBatchResponse> response) { answered.set_value(std::move(response)); });
  const auto response = answered.get_future().get();
  if (!response.ok()) Die(response.status().ToString());
  return {response->results().begin(), response->results().end()};
}

void World::Help(const std::string& issue, const std::string& asker, const std::string& actor, int at) {
  Ingest({Opened(issue, asker, at - 60), Commented(issue, actor, at - 10), Resolved(issue, asker, actor, at)});
}

app::Caller World::Steward() const {
  return {.token_id = "steward", .roles = {v1::ROLE_STEWARD}, .person = {}, .sources = {}, .scope = v1::SCOPE_ORGANISATION};
}

app::Caller World::Member(const std::string& id, bool lead) const {
  std::vector<v1::Role> roles = {v1::ROLE_MEMBER};
  if (lead) roles.push_back(v1::ROLE_LEAD);
  return {.token_id = id, .roles = roles, .person = person(id), .sources = {}, .scope = v1::SCOPE_DEED_SIDE};
}

std::vector<v1::Deed> World::Deeds(const app::Caller& caller) {
  const auto response = deeds->ListDeeds(caller, {});
  if (!response.ok()) Die(response.status().ToString());
  return {response->deeds().begin(), response->deeds().end()};
}

absl::StatusOr<v1::ExplainSubjectResponse> World::Why(const app::Caller& caller, const std::string& issue) {
  v1::ExplainSubjectRequest request;
  request.set_subject("acme/billing#" + issue);
  return events->ExplainSubject(caller, request);
}

v1::Event World::EventOf(const std::string& issue, v1::FactKind kind) {
  const auto why = Why(issue);
  for (const v1::Event& event : why.events()) {
    if (event.fact().kind() == kind) return event;
  }
  Die("no such event of " + issue);
}

void World::JudgeSubjectsOf(const std::string& account, domain::ReasonCode cause) {
  Write([&](store::Transaction& transaction) -> absl::Status {
    const auto row = transaction.directory().FindAccount(NameOf(account)).value();
    const auto subjects = transaction.events().SubjectsOf(row->uid, {}).value();
    return jobs->Create(transaction, cause, subjects).status();
  });
  jobs->Wake();
  WaitForJobs();
}

void World::Link(const std::string& account, const std::string& id) {
  Write([&](store::Transaction& transaction) -> absl::Status {
    domain::AccountRow row = *transaction.directory().FindAccount(NameOf(account)).value();
    row.person = person(id);
    return transaction.directory().PutAccount(row);
  });
  JudgeSubjectsOf(account, domain::ReasonCode::kAccountLinked);
}

void World::SetTeam(const std::string& id, const std::string& of, absl::CivilDay start) {
  Write([&](store::Transaction& transaction) -> absl::Status {
    return transaction.directory().PutMemberships(person(id),
                                                  {{.person = person(id), .team = team(of), .days = {.start = start}, .primary = true}});
  });
  JudgeSubjectsOf(id, domain::ReasonCode::kMembershipCorrected);
}

void World::WaitForJobs() {
  const bool done = WaitUntil([&] { return store->BeginRead().value()->admin().RunningJobs().value().empty(); }, std::chrono::seconds(20));
  if (!done) Die("jobs do not end");
}

v1::VerifyLedgerResponse World::Verify() {
  auto response = app::VerifyLedger(*context, true);
  if (!response.ok()) Die(response.status().ToString());
  return *std::move(response);
}

}  // namespace comity::testing
