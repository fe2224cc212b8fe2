// Erasing somebody, use case by use case: everything goes on being judged as before, and nothing brings them back. L4.
#include "service/app/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "service/app/admin_app.h"
#include "service/app/directory_app.h"
#include "service/app/names.h"
#include "service/base/error.h"
#include "service/store/sqlite/connection.h"
#include "tests/integration/ingest_world.h"

namespace comity::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kCanary[] = "zqcanary";

class AnErasure : public ::testing::Test {
 protected:
  v1::Erasure Erase(const std::string& id) {
    auto erasure = app::ErasePerson(*world_.context, id);
    if (!erasure.ok()) ADD_FAILURE() << erasure.status();
    world_.WaitForJobs();
    return app::ErasePerson(*world_.context, id).value();
  }
  app::Caller Admin() const {
    return {.token_id = "admin", .roles = {v1::ROLE_ADMIN}, .person = {}, .sources = {}, .scope = v1::SCOPE_ORGANISATION};
  }
  std::string DispositionOf(const v1::Fact& fact) {
    return v1::IngestResult::Disposition_Name(world_.Ingest({fact}).front().disposition());
  }

  World world_;
};

TEST_F(AnErasure, LeavesStandingAndRollupsAsTheyWere) {
  world_.Help("1", "carl", "pia");
  world_.Help("2", "sam", "pia");
  world_.Help("3", "carl", "sam");
  world_.Ingest({World::Resolved("4", "cleo", "sam", 90)});  // waits for a yes
  const auto before = world_.Verify();
  ASSERT_TRUE(before.ok());
  const v1::Erasure done = Erase("sam");
  EXPECT_TRUE(done.done());
  EXPECT_EQ(done.account_count(), 1);
  const auto after = world_.Verify();
  EXPECT_TRUE(after.ok()) << after.DebugString();
  EXPECT_EQ(after.standing_digest(), before.standing_digest());
  EXPECT_EQ(after.rollup_digest(), before.rollup_digest());
  EXPECT_EQ(after.entry_count(), before.entry_count() + 1);  // the one that says so
  EXPECT_GT(after.erased_commitment_count(), before.erased_commitment_count());
}

TEST_F(AnErasure, AppendsOneEntryWithItsOwnReason) {
  world_.Help("1", "carl", "sam");
  Erase("sam");
  const auto transaction = world_.store->BeginRead().value();
  const auto head = transaction->deeds().Head().value();
  const auto rows = transaction->deeds().ReadLedger(head.sequence, 1).value();
  const auto entry = domain::DecodeEntry(rows.front().leaf).value();
  EXPECT_EQ(entry.cause, domain::ReasonCode::kPersonErased);
  EXPECT_EQ(entry.content.person, world_.person("sam"));
  EXPECT_EQ(entry.content.share_ppm, 0);
}

TEST_F(AnErasure, ShowsSomebodyWhoWasErased) {
  world_.Help("1", "carl", "sam");
  Erase("sam");
  const v1::Deed deed = world_.Deeds().front();
  EXPECT_TRUE(deed.helpers(0).erased());
  EXPECT_THAT(deed.helpers(0).person(), IsEmpty());
  EXPECT_FALSE(deed.asker_erased());
  const auto why = world_.Why("1");
  EXPECT_THAT(why.summary(), HasSubstr("omebody who was erased"));
  EXPECT_THAT(why.DebugString(), Not(HasSubstr("\"sam\"")));
  EXPECT_THAT(world_.Why(world_.Member("carl"), "1").value().summary(), HasSubstr("omebody who was erased"));
}

TEST_F(AnErasure, KnowsAnOldFactThatComesOnceMore) {
  const std::vector<v1::Fact> facts = {World::Opened("1", "sam", 0), World::Commented("1", "pia", 50),
                                       World::Resolved("1", "sam", "pia", 60), World::Commented("1", "sam", 70)};
  world_.Ingest(facts);
  const auto before = world_.Verify();
  Erase("sam");
  for (const v1::Fact& fact : facts) EXPECT_EQ(DispositionOf(fact), "DISPOSITION_DUPLICATE") << fact.DebugString();
  // A poll knows more of the same fact: it stays theirs, whoever they were.
  v1::Fact polled = World::Resolved("1", "sam", "pia", 60);
  polled.set_assurance(v1::ASSURANCE_POLLED);
  polled.set_object_version(7);
  EXPECT_EQ(DispositionOf(polled), "DISPOSITION_STORED");
  EXPECT_EQ(DispositionOf(polled), "DISPOSITION_DUPLICATE");
  const auto after = world_.Verify();
  EXPECT_TRUE(after.ok()) << after.DebugString();
  EXPECT_EQ(after.standing_digest(), before.standing_digest());
  EXPECT_EQ(after.rollup_digest(), before.rollup_digest());
}

TEST_F(AnErasure, MakesALaterActNobodys) {
  world_.Help("1", "carl", "sam");
  Erase("sam");
  const auto before = world_.Verify();
  world_.Help("2", "carl", "sam", 120);
  EXPECT_THAT(world_.Deeds(), ::testing::SizeIs(1));
  const v1::Event event = world_.EventOf("2", v1::FACT_KIND_RESOLVED);
  EXPECT_EQ(event.outcome(), v1::Event::OUTCOME_PARKED);
  EXPECT_EQ(event.reason(), "ERASED_ACCOUNT");
  EXPECT_THAT(event.fact().actor().id(), IsEmpty());
  EXPECT_THAT(event.fact().actor().login(), IsEmpty());
  EXPECT_EQ(DispositionOf(World::Resolved("2", "carl", "sam", 120)), "DISPOSITION_DUPLICATE");
  const auto after = world_.Verify();
  EXPECT_TRUE(after.ok()) << after.DebugString();
  EXPECT_EQ(after.standing_digest(), before.standing_digest());
}

TEST_F(AnErasure, TakesAccountIdsOutOfNewFactsToo) {
  Erase("sam");
  v1::Fact assigned = World::Commented("5", "pia", 10);
  assigned.set_kind(v1::FACT_KIND_ASSIGNED);
  assigned.set_object_id("5/sam");
  assigned.mutable_target()->set_id("sam");
  assigned.mutable_target()->set_login("sam");
  assigned.add_labels("for sam");
  EXPECT_EQ(DispositionOf(assigned), "DISPOSITION_STORED");
  EXPECT_EQ(DispositionOf(assigned), "DISPOSITION_DUPLICATE");
  const v1::Event event = world_.EventOf("5", v1::FACT_KIND_ASSIGNED);
  EXPECT_THAT(event.fact().labels(0), HasSubstr("for erased-"));
  EXPECT_THAT(event.fact().object_id(), HasSubstr("5/erased-"));
  EXPECT_THAT(event.fact().target().DebugString(), Not(HasSubstr("sam")));
  EXPECT_THAT(event.semantic_id(), HasSubstr("5/erased-"));
}

TEST_F(AnErasure, KeepsNothingOfAFactThatIsSetAside) {
  Erase("sam");
  v1::Fact future = World::Opened("6", "sam", 60 * 24 * 365);
  EXPECT_EQ(DispositionOf(future), "DISPOSITION_SET_ASIDE");
  const auto transaction = world_.store->BeginRead().value();
  const auto listed = transaction->events().List(domain::Outcome::kSetAside, std::nullopt, 10).value();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_THAT(transaction->events().FindSetAside(listed.front().key).value()->request, IsEmpty());
}

TEST_F(AnErasure, IsDoneOnceAndSaysWhatItDid) {
  world_.Help("1", "sam", "pia");
  const v1::Erasure first = Erase("sam"), second = Erase("sam");
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(first.subject_count(), 1);  // its title
  const auto nobody = app::ErasePerson(*world_.context, "nobody");
  EXPECT_EQ(DetailsOf(nobody.status()).reason, "PERSON_NOT_FOUND");
}

TEST_F(AnErasure, OfSeveralAtOnceReadsTheStoreOnce) {
  world_.Help("1", "sam", "pia");
  world_.Help("2", "sue", "paul");
  const auto before = world_.Verify();
  for (const char* id : {"sam", "sue", "paul"}) ASSERT_TRUE(app::ErasePerson(*world_.context, id).ok());
  world_.WaitForJobs();
  for (const char* id : {"sam", "sue", "paul"}) EXPECT_TRUE(app::ErasePerson(*world_.context, id)->done()) << id;
  const auto after = world_.Verify();
  EXPECT_TRUE(after.ok()) << after.DebugString();
  EXPECT_EQ(after.standing_digest(), before.standing_digest());
}

TEST_F(AnErasure, KeepsSomebodyWhoOptedOutNameless) {
  world_.Help("1", "carl", "sam");
  world_.Write([&](store::Transaction& transaction) {
    return world_.judging->AppendConsentEntries(transaction, world_.person("sam"), true, world_.clock.Now());
  });
  const auto before = world_.Verify();
  Erase("sam");
  const auto after = world_.Verify();
  EXPECT_TRUE(after.ok()) << after.DebugString();
  EXPECT_EQ(after.standing_digest(), before.standing_digest());
}

TEST_F(AnErasure, IsNotUndoneByADirectoryFile) {
  Erase("sam");
  app::DirectoryApp directory(*world_.context);
  v1::ApplyDirectoryRequest apply;
  apply.set_document("people:\n  - {id: sam, name: Sam}\n  - {id: new, name: New, accounts: [\"github:github.com:sam\"]}\n");
  const auto refused = directory.ApplyDirectory(Admin(), apply);
  EXPECT_EQ(DetailsOf(refused.status()).reason, "DIRECTORY_INVALID");
  std::vector<std::string> fields;
  for (const FieldFault& fault : DetailsOf(refused.status()).faults) fields.push_back(fault.field);
  EXPECT_THAT(fields, ::testing::ElementsAre("line 2: people[0].id", "line 3: people[1].accounts"));
  v1::LinkAccountRequest link;
  link.set_account("accounts/github:github.com:sam");
  link.set_person("people/sue");
  EXPECT_EQ(DetailsOf(directory.LinkAccount(Admin(), link).status()).reason, "ACCOUNT_ERASED");
}

// Where each column that can hold text stands with respect to erasure. A column that is not here fails the test below: say first what an
// erasure does to it.
const std::map<std::string, std::string>& Columns() {
  static const std::map<std::string, std::string> kColumns = [] {
    std::map<std::string, std::string> columns;
    const auto add = [&](const char* why, std::initializer_list<const char*> names) {
      for (const char* name : names) columns[name] = why;
    };
    add("deleted at once", {"people.id", "people.display_name", "people.salt", "accounts.name", "accounts.login", "accounts.salt",
                            "tokens.id", "tokens.secret_hash", "tokens.roles", "tokens.sources", "tokens.person", "opt_outs.person",
                            "people.uid", "accounts.uid", "accounts.person"});
    add("swept", {"events.bytes",
                  "events.parameters",
                  "observations.bytes",
                  "deeds.bytes",
                  "set_aside.request",
                  "set_aside.detail",
                  "subject_details.id",
                  "subject_details.subject_key",
                  "subject_details.uri",
                  "subject_details.title",
                  "places.value",
                  "statement_texts.because",
                  "proposal_texts.because",
                  "answers.answer",
                  "answers.request_id",
                  "shared_deeds.person",
                  "person_reads.about",
                  "person_reads.reader",
                  "person_reads.reader_token",
                  "person_reads.target",
                  "audit.target"});
    add("words until the sweep is done", {"erased_people.words"});
    add("keyed hash", {"erased_people.id_hash", "erased_accounts.name_hash"});
    add("random uid", {"uids.uid",           "memberships.person",    "memberships.team",
                       "erased_people.uid",  "erased_accounts.uid",   "erased_accounts.person",
                       "audit.person",       "statements.author",     "statements.deed_person",
                       "statements.shares",  "statements.uid",        "proposals.uid",
                       "proposals.author",   "proposals.deed_person", "proposals.shares",
                       "proposals.pending",  "statement_texts.uid",   "statement_texts.author",
                       "proposal_texts.uid", "proposal_texts.author", "ledger.leaf",
                       "teams.uid",          "teams.parent",          "ownership.team"});
    add("hash over a subject, fact or deed", {"subjects.subject",
                                              "events.hash",
                                              "events.content",
                                              "events.deed",
                                              "observations.hash",
                                              "observations.content",
                                              "set_aside.hash",
                                              "aliases.alias",
                                              "former_aliases.alias",
                                              "links.target",
                                              "resolutions.subjects",
                                              "ledger.deed",
                                              "ledger.line",
                                              "ledger.leaf_hash",
                                              "ledger.chain_hash",
                                              "ledger_head.chain_hash",
                                              "deeds.hash",
                                              "statements.subject",
                                              "statements.deed_subject",
                                              "proposals.deed",
                                              "proposals.deed_subject",
                                              "shared_deeds.deed",
                                              "answers.request_hash",
                                              "job_subjects.subject"});
    add("the deployment's own words", {"teams.id",          "teams.display_name",    "teams.function",
                                       "ownership.pattern", "events.source",         "observations.source",
                                       "set_aside.source",  "subject_details.suite", "subject_details.instance",
                                       "instances.suite",   "instances.instance",    "places.suite",
                                       "places.instance",   "places.kind",           "sources.id",
                                       "sources.suite",     "sources.instance",      "policies.bytes",
                                       "counters.name",     "settings.name",         "settings.value"});
    add("the deployment's own words", {"accuracy.suite", "accuracy.instance", "accuracy_people.suite", "accuracy_people.instance"});
    add("redacted", {"recognitions.saw", "recognitions.evidence", "recognitions.taken_down", "recognition_comments.words",
                     "recognition_reports.because", "recognition_reports.decision_because"});
    add("random uid", {"recognitions.uid", "recognition_comments.uid", "recognition_reports.uid", "recognition_reports.recognition",
                       "programmes.owner", "programmes.audience"});
    add("hash over a subject, fact or deed", {"recognitions.deed", "asks.about", "checkins.uid", "checkins.about", "checkins.same",
                                              "checkins.pool", "checkin_occurrences.about"});
    add("redacted", {"checkin_answers.words"});
    add("numbers from 1 to 5", {"checkin_answers.choices"});
    add("random uid", {"checkin_templates.team", "checkin_templates.teams", "checkins.team", "norm_sets.team"});
    add("published by a team", {"checkin_templates.id", "checkin_templates.title", "checkin_templates.series", "checkin_templates.label",
                                "checkin_templates.questions", "norm_sets.id", "norm_sets.title", "norm_sets.norms", "checkins.template"});
    add("published by stewards", {"programmes.id", "programmes.purpose", "programmes.behaviours", "criteria.behaviour", "criteria.title",
                                  "criteria.criteria", "recognitions.behaviour"});
    add("published by stewards, with random uids of who said yes", {"policy_records.bytes", "restatements.bytes"});
    add("random uid", {"endpoints.teams"});
    add("the deployment's own words", {"endpoints.id", "endpoints.url"});
    add("types of messages; what secrets are made from, and a hash of one",
        {"endpoints.types", "endpoints.secrets", "endpoints.secret_check"});
    add("names of deeds, recognitions, policies and teams, and no word of anybody's", {"deliveries.uid", "deliveries.body"});
    add("random uid", {"rotations.team", "duty_absences.uid"});
    add("the deployment's own words", {"rotations.id", "rotations.title"});
    add("random bytes that decide ties; numbers of seats, which name nobody", {"rotations.seed", "duty_turns.present"});
    add("hashes and public keys", {"checkpoints.note", "checkpoint_keys.verifier", "ledger_nodes.hash"});
    add("names of jobs, methods and tokens that are gone",
        {"jobs.id", "job_subjects.job", "audit.method", "audit.token", "person_reads.method", "answers.caller", "erased_people.job"});
    add("numbers", {"erased_people.counts"});
    return columns;
  }();
  return kColumns;
}

// Every text and blob of the store, by column.
std::map<std::string, std::vector<std::string>> EveryCell(const std::string& path) {
  std::map<std::string, std::vector<std::string>> cells;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const auto each = [&](const std::string& sql, const auto& row) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql << sqlite3_errmsg(database);
    while (sqlite3_step(statement) == SQLITE_ROW) row(statement);
    sqlite3_finalize(statement);
  };
  const auto text = [](sqlite3_stmt* row, int column) {
    const void* bytes = sqlite3_column_blob(row, column);
    return std::string(static_cast<const char*>(bytes), static_cast<size_t>(sqlite3_column_bytes(row, column)));
  };
  std::vector<std::string> tables;
  each("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
       [&](sqlite3_stmt* row) { tables.push_back(text(row, 0)); });
  for (const std::string& table : tables) {
    std::vector<std::string> columns;
    each("SELECT name, type FROM pragma_table_info('" + table + "')", [&](sqlite3_stmt* row) {
      const std::string type = text(row, 1);
      if (type != "BIGINT" && type != "INTEGER") columns.push_back(text(row, 0));
    });
    for (const std::string& column : columns) {
      std::vector<std::string>& found = cells[table + "." + column];
      each("SELECT " + column + " FROM " + table, [&](sqlite3_stmt* row) { found.push_back(text(row, 0)); });
    }
  }
  sqlite3_close(database);
  return cells;
}

class EveryColumn : public AnErasure {
 protected:
  // Somebody whose every word holds the canary, in every table that may hold one.
  void MakeCanary() {
    const std::string id = std::string(kCanary) + "-id", login = std::string(kCanary) + "-login", number = "770771234567";
    const auto uid = world_.uids.Make<domain::PersonUid>("canary");
    const auto now = world_.clock.Now();
    world_.Write([&](store::Transaction& t) -> absl::Status {
      auto status = t.directory().PutPerson({.uid = uid, .id = id, .display_name = "Zqcanary Öberg", .salt = domain::Salt{{7}}});
      status.Update(t.directory().PutMemberships(uid, {{.person = uid, .team = world_.team("support"), .days = {}, .primary = true}}));
      status.Update(t.directory().PutAccount({.uid = world_.uids.Make<domain::AccountUid>("canary account"),
                                              .name = {"github", "github.com", number},
                                              .login = login,
                                              .kind = domain::AccountKind::kHuman,
                                              .person = uid,
                                              .salt = domain::Salt{{8}}}));
      status.Update(t.admin().SetOptOut(uid, false, now));
      status.Update(t.admin().PutToken(
          {.id = "t1", .secret_hash = std::string(32, 'h'), .roles = {1}, .person = uid, .sources = {}, .created = now}));
      return status;
    });
    const auto by_canary = [&](v1::Account* account) {
      account->set_id(number);
      account->set_login(login);
      account->set_kind(v1::ACCOUNT_KIND_HUMAN);
    };
    v1::Fact opened = World::Opened("10", "carl", 0);
    by_canary(opened.mutable_actor());
    by_canary(opened.mutable_asker());
    opened.mutable_subject()->set_title("My printer is on fire, " + login);
    opened.mutable_subject()->set_key(login + "/tools#10");
    opened.mutable_subject()->set_uri("https://github.com/" + login + "/tools/10");
    v1::Place& place = *opened.add_places();
    place.set_kind("repo");
    place.set_value(login + "/tools");
    v1::Fact assigned = World::Commented("10", "pia", 5);
    assigned.set_kind(v1::FACT_KIND_ASSIGNED);
    assigned.set_object_id("10/" + number);
    assigned.add_labels("owner: " + login);
    *assigned.mutable_subject() = opened.subject();
    by_canary(assigned.mutable_target());
    v1::Fact seen_twice = assigned;
    seen_twice.set_object_version(3);
    v1::Fact helped = World::Resolved("11", "carl", "pia", 60), commented = World::Commented("11", "pia", 40);
    by_canary(helped.mutable_actor());
    by_canary(commented.mutable_actor());
    v1::Fact unowned = World::Resolved("12", "carl", "sue", 61);  // a place that nobody owns is kept with the verdict
    unowned.mutable_places(0)->set_value(login + "/attic");
    v1::Fact page = World::Opened("13", "carl", 3);  // an id that is a name
    page.mutable_subject()->set_id(login + "-home");
    v1::Fact future = World::Opened("14", "carl", 60 * 24 * 365);
    by_canary(future.mutable_actor());
    world_.Ingest({opened, assigned, seen_twice, World::Opened("11", "carl", 0), commented, helped, unowned, page, future});
    const std::string deed = world_.Why("11").deeds(0).deed();
    const auto hash = *app::DeedHashFromName(deed);
    world_.Write([&](store::Transaction& t) -> absl::Status {
      auto status = t.deeds().SetShared(hash, uid, true);
      const domain::DeedKey key = t.deeds().FindDeed(hash).value()->deed.key;
      domain::Statement said;
      said.uid = world_.uids.Make<domain::StatementUid>("s");
      said.deed = key;
      said.by = world_.person("carl");
      said.time = now;
      status.Update(t.deeds().PutStatement(key.subject, said, "thank you, Zqcanary Öberg"));
      status.Update(
          world_.judging->JudgeSubjects(t, {key.subject}, {.code = domain::ReasonCode::kConfirmed, .event = {}, .statement = said.uid}, now)
              .status());
      status.Update(t.deeds().PutProposal({.uid = world_.uids.Make<domain::StatementUid>("p"),
                                           .deed = key,
                                           .by = world_.person("carl"),
                                           .created = now,
                                           .shares = {{uid, 1'000'000}},
                                           .pending = {uid},
                                           .because = login + " did it"}));
      auto row = *t.deeds().FindDeed(hash).value();
      row.deed.because.parameters.emplace_back("place", "github:github.com:repo:" + login + "/attic");
      status.Update(t.deeds().PutDeed(row));
      status.Update(t.admin().AppendAudit({{now, "DirectoryService/GetPerson", "x", {}, 0, "people/" + id},
                                           {now, "DirectoryService/LinkAccount", "x", uid, 0, "accounts/github:github.com:" + number}}));
      status.Update(t.admin().AppendReads({{uid, now, world_.person("carl"), "x", "GetDeed", deed},
                                           {world_.person("carl"), now, uid, "zqcanary-token", "GetDeed", login + "/tools#10"}}));
      domain::Recognition thanks;
      thanks.uid = world_.uids.Make<domain::RecognitionUid>("r");
      thanks.author = world_.person("carl");
      thanks.saw = "Zqcanary Öberg was there when we needed somebody";
      thanks.evidence = {"https://github.com/" + login};
      thanks.created = now;
      thanks.taken_down_because = login + " asked for it";
      thanks.recipients = {{.person = uid}, {.person = world_.person("pia")}};
      status.Update(t.recognition().Insert(thanks));
      status.Update(t.recognition().InsertComment(
          thanks.uid, {world_.uids.Make<domain::CommentUid>("c"), world_.person("pia"), "so say I, " + login, now}));
      domain::Report report;
      report.uid = world_.uids.Make<domain::ReportUid>("report");
      report.recognition = thanks.uid;
      report.reporter = world_.person("pia");
      report.because = "it names " + login;
      report.decision_because = login + " is right";
      status.Update(t.recognition().PutReport(report));
      const domain::CheckIn checkin{.uid = domain::CheckInUidOf("weekly", domain::OccurrenceKind::kMeeting, {}),
                                    .template_id = "weekly",
                                    .template_version = 1,
                                    .team = world_.team("payments"),
                                    .trigger = domain::CheckInTrigger::kMeetingEnd,
                                    .kind = domain::OccurrenceKind::kMeeting,
                                    .about = domain::OccurrenceId{hash.bytes},
                                    .same = domain::OccurrenceId{hash.bytes},
                                    .pool = domain::PoolId{hash.bytes},
                                    .opened = now,
                                    .closes = now + absl::Hours(48)};
      status.Update(t.checkins().Open(checkin).status());
      status.Update(t.checkins().PutAnswer(checkin.uid, {.person = uid, .choices = {0}, .words = {"I, " + login}}));
      status.Update(t.checkins().PutAnswer(checkin.uid, {.person = world_.person("pia"), .choices = {0}, .words = {"ask " + login}}));
      status.Update(t.admin().PutAnswer("x", "request-of-" + login, {"h", "plain"}, now));
      status.Update(t.admin().PutAnswer("x", "r2", {"h", std::string("\x0a\x0b") + id}, now));
      return status;
    });
  }
  std::string database() const { return world_.folder / "comity.db"; }
};

bool HoldsCanary(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text.find(kCanary) != std::string::npos || text.find("770771234567") != std::string::npos ||
         text.find("Öberg") != std::string::npos;
}

TEST_F(EveryColumn, IsKnownToTheErasure) {
  std::set<std::string> there, known;
  for (const auto& [column, cells] : EveryCell(database())) there.insert(column);
  for (const auto& [column, why] : Columns()) known.insert(column);
  for (const std::string& column : there) {
    EXPECT_TRUE(known.contains(column) || column == "schema_version.version")
        << column << " is new: say in Columns() what an erasure does to it, and do it (service/app/erasure*.cc)";
  }
  for (const std::string& column : known) EXPECT_TRUE(there.contains(column)) << column << " is gone; take it off Columns()";
}

TEST_F(EveryColumn, HoldsNothingOfSomebodyWhoWasErased) {
  MakeCanary();
  std::set<std::string> before, after;
  for (const auto& [column, cells] : EveryCell(database())) {
    for (const std::string& cell : cells) {
      if (HoldsCanary(cell)) before.insert(column);
    }
  }
  // The canary was wherever a word of somebody's may be: else the second half of this test would prove nothing.
  for (const char* column : {"people.id",
                             "people.display_name",
                             "accounts.name",
                             "accounts.login",
                             "events.bytes",
                             "events.parameters",
                             "observations.bytes",
                             "deeds.bytes",
                             "set_aside.request",
                             "subject_details.id",
                             "subject_details.subject_key",
                             "subject_details.uri",
                             "subject_details.title",
                             "places.value",
                             "statement_texts.because",
                             "proposal_texts.because",
                             "answers.answer",
                             "answers.request_id",
                             "person_reads.reader_token",
                             "person_reads.target",
                             "audit.target",
                             "recognitions.saw",
                             "recognitions.evidence",
                             "recognitions.taken_down",
                             "recognition_comments.words",
                             "recognition_reports.because",
                             "recognition_reports.decision_because",
                             "checkin_answers.words"}) {
    EXPECT_TRUE(before.contains(column)) << column;
  }
  const v1::Erasure done = Erase(std::string(kCanary) + "-id");
  for (const auto& [column, cells] : EveryCell(database())) {
    for (const std::string& cell : cells) {
      if (HoldsCanary(cell)) after.insert(column);
    }
  }
  EXPECT_THAT(after, IsEmpty());
  for (const std::string& file : {database(), database() + "-wal"}) EXPECT_FALSE(HoldsCanary(ReadFile(file))) << file;
  EXPECT_EQ(done.token_count(), 1);
  EXPECT_EQ(done.text_count(), 7);
  EXPECT_EQ(done.set_aside_count(), 1);
  EXPECT_EQ(done.answer_count(), 2);
  EXPECT_EQ(done.audit_record_count(), 2);
  EXPECT_GE(done.read_count(), 3);
  EXPECT_GE(done.fact_count(), 4);
  EXPECT_GE(done.subject_count(), 2);
  // Later facts by others about the same things do not bring the words back.
  v1::Fact later = World::Commented("10", "paul", 80);
  later.mutable_subject()->set_title("My printer is on fire, zqcanary-login");
  world_.Ingest({later});
  EXPECT_THAT(world_.EventOf("10", v1::FACT_KIND_COMMENTED).fact().subject().title(), IsEmpty());
  const auto verified = world_.Verify();
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
}

}  // namespace
}  // namespace comity::testing
