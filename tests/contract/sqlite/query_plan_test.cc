// Each read of several rows has an index: SQLite's own plan of every statement, once, over the real schema.
#include <set>

#include "service/store/sqlite/connection.h"
#include "tests/contract/contract.h"

namespace comity::store::sqlite {
namespace {

// Meant to read a whole table: either it is small, or the whole is what is asked for.
const std::set<std::string_view>& WholeReads() {
  static const std::set<std::string_view> kWholeReads = {
      "AllErasedPeople",
      "AllErasedAccounts",
      "AnyErased",  // of all who were ever erased; the first
      "AllPeople",
      "AllTeams",
      "AllMemberships",
      "AllOwnership",  // a snapshot of the directory
      "AllBots",       // over the partial index of those that a snapshot holds
      "AllInstances",  // a few suites
      "AllPlaces",     // repositories and projects
      "AllRollups",
      "AllWeekPeople",  // a rebuild compares all
      "AllPolicies",
      "AllPolicyRecords",
      "AllRestatements",  // a few versions
      "AllProgrammes",
      "AllCriteria",  // a few of each
      "LatestCheckInTemplates",
      "CheckInTemplatesInForce",
      "LatestNormSets",     // a few of each, in a few versions
      "RunningRotations",   // over the partial index of those that go on
      "AllEndpoints",       // at most twenty
      "AllCheckpointKeys",  // a few, one for each rotation
      "CountSetAside",      // kept small by people who replay or let go
      "RunningJobs",        // over the partial index of jobs that run
  };
  return kWholeReads;
}

class EachStatement : public ::testing::Test {
 protected:
  EachStatement() {
    Ok(OpenStore("sqlite:" + folder_ / "store.db", true)).reset();
    connection_ = Ok(SqliteConnection::Open(folder_ / "store.db", SqliteConnection::Mode::kWrite));
  }
  // The plan, one step a line.
  std::vector<std::string> PlanOf(sql::Sql sql) {
    std::vector<std::string> steps;
    sqlite3_stmt* plan = nullptr;
    const std::string text = "EXPLAIN QUERY PLAN " + std::string(sql::TextOf(sql));
    sqlite3* const database = connection_->handle();
    EXPECT_EQ(sqlite3_prepare_v2(database, text.c_str(), -1, &plan, nullptr), SQLITE_OK)
        << sql::NameOf(sql) << ": " << sqlite3_errmsg(database);
    while (sqlite3_step(plan) == SQLITE_ROW) steps.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(plan, 3)));
    sqlite3_finalize(plan);
    return steps;
  }

  comity::testing::TempDir folder_;
  std::unique_ptr<SqliteConnection> connection_;
};

TEST_F(EachStatement, UsesAnIndexUnlessItIsMeantToReadAWholeTable) {
  for (size_t number = 0; number < sql::kSqlCount; ++number) {
    const auto sql = static_cast<sql::Sql>(number);
    const bool whole = WholeReads().contains(sql::NameOf(sql));
    bool scans = false;
    for (const std::string& step : PlanOf(sql)) {
      scans = scans || step.starts_with("SCAN");
      EXPECT_TRUE(whole || !step.starts_with("SCAN")) << sql::NameOf(sql) << " reads every row: " << step;
    }
    EXPECT_TRUE(scans || !whole) << sql::NameOf(sql) << " no longer reads a whole table; take it off the list";
  }
}

TEST_F(EachStatement, SortsNothingButTheHashesOfOneDay) {
  for (size_t number = 0; number < sql::kSqlCount; ++number) {
    const auto sql = static_cast<sql::Sql>(number);
    const bool by_day = sql::NameOf(sql).starts_with("DeedsOfDay");
    for (const std::string& step : PlanOf(sql)) {
      if (!step.starts_with("USE TEMP B-TREE")) continue;
      // What one subject or deed has is few; deeds are sorted by hash within one day.
      const bool few = sql::NameOf(sql).find("OfSubject") != std::string_view::npos || sql::NameOf(sql) == "ProposalsOfDeed";
      EXPECT_TRUE(few || by_day) << sql::NameOf(sql) << ": " << step;
    }
  }
}

}  // namespace
}  // namespace comity::store::sqlite
