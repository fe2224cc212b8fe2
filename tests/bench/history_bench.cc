// What a fact costs with much history as a share of what it costs with little. Two services take the same batches in turn, one on a store
// of 100 thousand events, one on a store of the number given (10 million); CPU time and bytes written are compared, since both hardly
// depend on the machine's neighbours. Prints a line: `history/events=N …`. 10 million need 10 GB of disk.
//
// Both stores take their first 100 thousand events through the service. The further millions are copies of those rows, made inside the
// database with new random keys and earlier days: tables and indexes are as large, as deep and as scattered as if the service had written
// them, in minutes instead of an hour.
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/process_cost.h"
#include "tests/support/deployment.h"
#include "tests/support/traffic.h"

namespace comity::bench {
namespace {

using Clock = std::chrono::steady_clock;
using testing::Deployment;

constexpr int kFactsABatch = 1000;
constexpr int kMeasuredBatches = 60;  // several checkpoints of the store's log

class History {
 public:
  // Sends `batches` batches over one stream and waits for all acknowledgements.
  void Send(int64_t batches) {
    const auto client = deployment_.Connector();
    const auto stream = client->OpenStream();
    std::thread sender([&] {
      for (int64_t i = 0; i < batches; ++i) {
        if (!stream->Send(i, testing::TicketBatch(next_ticket_ + i * kFactsABatch / 2, kFactsABatch / 2)).ok()) return;
      }
    });
    int64_t acknowledged = 0;
    while (acknowledged < batches) {
      const auto answer = stream->Receive();
      if (!answer.ok() || answer->status().code() != 0) break;
      ++acknowledged;
    }
    sender.join();
    if (!stream->Finish().ok() || acknowledged != batches) {
      std::cerr << "a batch was not taken\n" << testing::ReadFile(deployment_.log());
      std::exit(1);
    }
    next_ticket_ += batches * kFactsABatch / 2;
    events_ += batches * kFactsABatch;
  }
  int64_t events() const { return events_; }
  // Adds `copies` times what is there now.
  void Multiply(int64_t copies);

  struct Batch {
    double cpu_us = 0, written_kb = 0, wall_us = 0;  // for each fact
  };
  Batch Measured() {
    const auto start = Clock::now();
    const ProcessCost before = CostOf(deployment_.service().pid());
    Send(1);
    const ProcessCost used = CostOf(deployment_.service().pid()) - before;
    const double wall = std::chrono::duration<double, std::micro>(Clock::now() - start).count();
    return {used.cpu_us / kFactsABatch, used.written_bytes / 1000 / kFactsABatch, wall / kFactsABatch};
  }
  double BytesAFact() const {
    return static_cast<double>(std::filesystem::file_size(deployment_.store_path())) / static_cast<double>(events());
  }

 private:
  Deployment deployment_;
  int64_t next_ticket_ = 1, events_ = 0;
};

// A database without a service.
class Database {
 public:
  explicit Database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) Fail("open");
    Run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000");
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void Run(const std::string& sql) {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) Fail(sql);
  }
  std::vector<std::string> Texts(const std::string& sql) {
    std::vector<std::string> texts;
    const auto add = [](void* list, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(list)->emplace_back(values[0] == nullptr ? "" : values[0]);
      return 0;
    };
    if (sqlite3_exec(database_, sql.c_str(), add, &texts, nullptr) != SQLITE_OK) Fail(sql);
    return texts;
  }
  int64_t Number(const std::string& sql) { return std::atoll(Texts(sql).front().c_str()); }

 private:
  [[noreturn]] void Fail(const std::string& what) {
    std::cerr << what << ": " << sqlite3_errmsg(database_) << "\n";
    std::exit(1);
  }
  sqlite3* database_ = nullptr;
};

// What differs between a row and its copy; every other column is the same.
struct CopiedTable {
  const char* name;
  std::map<std::string, std::string> columns;
};

void History::Multiply(int64_t copies) {
  if (copies <= 0) return;
  deployment_.service().Terminate();
  {
    Database database(deployment_.store_path());
    const std::string random = "randomblob(16)";
    const auto shifted = [](const char* column, int64_t by) { return std::string(column) + " + ?k * " + std::to_string(by); };
    const int64_t subjects = database.Number("SELECT MAX(number) FROM subjects"), deeds = database.Number("SELECT MAX(number) FROM deeds");
    const int64_t days = database.Number("SELECT MIN(day) - MAX(day) - 1 FROM events");  // back into the past
    const int64_t windows = days * 86'400 / 300, events = database.Number("SELECT MAX(number) FROM events");
    const CopiedTable tables[] = {{"subjects", {{"number", shifted("number", subjects)}, {"subject", random}}},
                                  {"aliases", {{"alias", random}, {"subject", shifted("subject", subjects)}}},
                                  {"subject_details", {{"subject", shifted("subject", subjects)}}},
                                  {"subject_places", {{"subject", shifted("subject", subjects)}}},
                                  {"events",
                                   {{"number", shifted("number", events)},
                                    {"day", shifted("day", days)},
                                    {"hash", random},
                                    {"subject", shifted("subject", subjects)}}},
                                  {"participants", {{"day", shifted("day", days)}, {"subject", shifted("subject", subjects)}}},
                                  {"resolutions", {{"time_window", shifted("time_window", windows)}}},
                                  {"ledger",
                                   {{"sequence", shifted("sequence", database.Number("SELECT MAX(sequence) FROM ledger"))},
                                    {"subject", shifted("subject", subjects)},
                                    {"deed", random},
                                    {"line", random}}},
                                  {"deeds",
                                   {{"number", shifted("number", deeds)},
                                    {"hash", random},
                                    {"day", shifted("day", days)},
                                    {"subject", shifted("subject", subjects)}}},
                                  {"deed_people", {{"day", shifted("day", days)}, {"deed", shifted("deed", deeds)}}},
                                  {"deed_teams", {{"day", shifted("day", days)}, {"deed", shifted("deed", deeds)}}}};
    std::vector<std::string> statements;
    for (const CopiedTable& table : tables) {
      const std::string name = table.name;
      database.Run("CREATE TEMP TABLE first_" + name + " AS SELECT * FROM " + name);
      std::string columns, values;
      for (const std::string& column : database.Texts("SELECT name FROM pragma_table_info('" + name + "')")) {
        const auto changed = table.columns.find(column);
        columns += (columns.empty() ? "" : ", ") + column;
        values += (values.empty() ? "" : ", ") + (changed == table.columns.end() ? column : changed->second);
      }
      statements.push_back("INSERT INTO " + name + " (" + columns + ") SELECT " + values + " FROM first_" + name);
    }
    for (int64_t copy = 1; copy <= copies; ++copy) {
      database.Run("BEGIN");
      for (std::string sql : statements) {
        for (size_t at = sql.find("?k"); at != std::string::npos; at = sql.find("?k")) sql.replace(at, 2, std::to_string(copy));
        database.Run(sql);
      }
      database.Run("COMMIT");
    }
    database.Run("UPDATE ledger_head SET sequence = (SELECT MAX(sequence) FROM ledger)");
  }
  events_ *= copies + 1;
  deployment_.StartService();
  deployment_.AwaitService(std::chrono::minutes(1));
}

struct Costs {
  std::vector<double> cpu, written, wall;
  void Add(const History::Batch& batch) {
    cpu.push_back(batch.cpu_us);
    written.push_back(batch.written_kb);
    wall.push_back(batch.wall_us);
  }
};
double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}
// Checkpoints come once in several batches, so what is written is a mean.
double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

void Compare(History& little, History& much) {
  const int64_t events = much.events();
  Costs small, large;
  for (int i = 0; i < kMeasuredBatches; ++i) {  // in turns, so that both meet the same neighbours
    small.Add(little.Measured());
    large.Add(much.Measured());
  }
  std::printf(
      "history/events=%lld cpu %.1f us of %.1f = %.2f times, written %.2f kB of %.2f = %.2f times, wall %.1f us of %.1f = %.2f times, "
      "%.0f bytes of store a fact\n",
      static_cast<long long>(events), Median(large.cpu), Median(small.cpu), Median(large.cpu) / Median(small.cpu), Mean(large.written),
      Mean(small.written), Mean(large.written) / Mean(small.written), Median(large.wall), Median(small.wall),
      Median(large.wall) / Median(small.wall), much.BytesAFact());
  std::fflush(stdout);
}

int Main(int64_t most_events, int64_t little_events) {
  History little, much;
  little.Send(little_events / kFactsABatch);
  much.Send(little_events / kFactsABatch);
  much.Multiply(most_events / little_events - 1);
  little.Measured();  // what a fresh connection costs
  much.Measured();
  Compare(little, much);
  return 0;
}

}  // namespace
}  // namespace comity::bench

int main(int argc, char** argv) {
  const int64_t most = argc > 1 ? std::atoll(argv[1]) : 10'000'000;
  const int64_t little = argc > 2 ? std::atoll(argv[2]) : 100'000;
  return comity::bench::Main(most, little);
}
