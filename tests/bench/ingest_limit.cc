// The limit of rows 1 and 2: the same rows of the real schema, written with nothing but prepared statements, one durable transaction a
// batch; and beside it the store's way of writing them through its interfaces. Prints `NAME MEDIAN [MIN..MAX] facts/s`, and the ratio.
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <unordered_map>

#include "service/store/sql/deed_codec.h"
#include "service/store/sql/run.h"
#include "service/store/sql/value_codec.h"
#include "service/store/sqlite/connection.h"
#include "tests/bench/ingest_rows.h"
#include "tests/support/process.h"

namespace comity::bench {
namespace {

using store::sql::Sql;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << "\n";
  std::exit(1);
}

// One prepared statement, without anything between it and SQLite.
class Bare {
 public:
  Bare(sqlite3* database, std::string_view text) : database_(database) {
    if (sqlite3_prepare_v3(database, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) !=
        SQLITE_OK)
      Fail();
  }
  ~Bare() { sqlite3_finalize(statement_); }
  template <typename... Values>
  void Run(const Values&... values) {
    RunReturning(values...);
  }
  // The first column of the last row; 0 without one.
  template <typename... Values>
  int64_t RunReturning(const Values&... values) {
    int place = 0;
    (Bind(++place, values), ...);
    int64_t returned = 0;
    int code = sqlite3_step(statement_);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement_)) returned = sqlite3_column_int64(statement_, 0);
    if (code != SQLITE_DONE) Fail();
    sqlite3_reset(statement_);
    return returned;
  }

 private:
  void Fail() {
    std::cerr << sqlite3_errmsg(database_) << "\n";
    std::exit(1);
  }
  void Bind(int place, int64_t value) { sqlite3_bind_int64(statement_, place, value); }
  void Bind(int place, const std::string& text) {
    sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void Bind(int place, store::sql::Blob blob) {
    sqlite3_bind_blob(statement_, place, blob.bytes.data(), static_cast<int>(blob.bytes.size()), SQLITE_STATIC);
  }
  void Bind(int place, std::nullptr_t) { sqlite3_bind_null(statement_, place); }
  template <typename Tag>
  void Bind(int place, const domain::Id<Tag>& id) {
    Bind(place, store::sql::Blob{id.view()});
  }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

// What encoding and hashing make of a batch; made beforehand, since the limit is about writing.
struct Encoded {
  Rows rows;
  std::vector<domain::SubjectRef> aliases;
  std::vector<std::string> parameters, deeds, leaves, leaf_hashes, chain_hashes;
};

std::string Bytes(const domain::Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

Encoded Encode(const Rows& rows, domain::Digest& chain) {
  Encoded encoded{rows, {}, {}, {}, {}, {}, {}};
  Rows& sorted = encoded.rows;
  std::sort(sorted.events.begin(), sorted.events.end(), [](const auto& a, const auto& b) { return a.observation.key < b.observation.key; });
  std::sort(sorted.subjects.begin(), sorted.subjects.end(), [](const auto& a, const auto& b) { return a.subject < b.subject; });
  std::sort(sorted.participants.begin(), sorted.participants.end());
  for (const auto& event : sorted.events) encoded.parameters.push_back(store::sql::EncodeParameters(event.verdict.reason.parameters));
  for (const auto& subject : sorted.subjects)
    encoded.aliases.push_back(domain::SubjectAliasOf(subject.suite, subject.instance, subject.key));
  for (size_t i = 0; i < rows.deeds.size(); ++i) {
    encoded.deeds.push_back(store::sql::EncodeDeed(rows.deeds[i].deed));
    encoded.leaves.push_back(domain::EncodeEntry(rows.entries[i]));
    const domain::Digest leaf_hash = domain::LeafHash(encoded.leaves.back());
    chain = domain::ChainHash(chain, leaf_hash);
    encoded.leaf_hashes.push_back(Bytes(leaf_hash));
    encoded.chain_hashes.push_back(Bytes(chain));
  }
  return encoded;
}

// The statements of the store, for one connection.
class Limit {
 public:
  explicit Limit(sqlite3* database) : database_(database) {
    for (size_t number = 0; number < store::sql::kSqlCount; ++number) {
      statements_.push_back(std::make_unique<Bare>(database, store::sql::TextOf(static_cast<Sql>(number))));
    }
  }
  // The same events again: nothing but the insertion that finds each of them there already.
  void Replay(const Encoded& batch) {
    begin_.Run();
    for (size_t i = 0; i < batch.rows.events.size(); ++i) {
      const store::Observation& seen = batch.rows.events[i].observation;
      const store::sql::Blob none{""}, bytes{seen.bytes};
      replay_.Run(seen.key.day, seen.key.hash, int64_t{1}, absl::ToUnixMicros(seen.stored), seen.source, seen.content, bytes, int64_t{0},
                  int64_t{0}, none);
    }
    commit_.Run();
  }
  void Write(const Encoded& batch) {
    begin_.Run();
    numbers_.clear();
    WriteEvents(batch);
    WriteSubjects(batch);
    WriteDeeds(batch);
    WriteRollups(batch.rows.rollups);
    commit_.Run();
  }

 private:
  Bare& Of(Sql sql) { return *statements_[static_cast<size_t>(sql)]; }

  // A subject's or uid's number; found once a batch, made when it is new.
  int64_t NumberOf(Sql add, const store::sql::Blob& id) {
    const auto [known, added] = numbers_.try_emplace(std::string(id.bytes), 0);
    if (added) known->second = Of(add).RunReturning(id);
    return known->second;
  }
  int64_t SubjectNumber(const domain::SubjectRef& subject) { return NumberOf(Sql::kAddSubjectNumber, {subject.view()}); }
  template <typename Tag>
  int64_t UidNumber(const domain::Id<Tag>& uid) {
    return NumberOf(Sql::kAddUidNumber, {uid.view()});
  }

  void WriteEvents(const Encoded& batch) {
    for (size_t i = 0; i < batch.rows.events.size(); ++i) {
      const auto& [seen, subject, first, verdict] = batch.rows.events[i];
      const int64_t outcome = static_cast<int64_t>(verdict.outcome), reason = static_cast<int64_t>(verdict.reason.code);
      const int64_t stored = absl::ToUnixMicros(seen.stored), number = SubjectNumber(subject);
      const store::sql::Blob bytes{seen.bytes}, parameters{batch.parameters[i]};
      if (verdict.deed) {
        Of(Sql::kInsertEvent)
            .Run(seen.key.day, seen.key.hash, number, stored, seen.source, seen.content, bytes, outcome, reason, parameters, *verdict.deed);
      } else {
        Of(Sql::kInsertEvent)
            .Run(seen.key.day, seen.key.hash, number, stored, seen.source, seen.content, bytes, outcome, reason, nullptr, nullptr);
      }
    }
    Of(Sql::kAddToCounter).Run(std::string("events"), static_cast<int64_t>(batch.rows.events.size()));
  }
  void WriteSubjects(const Encoded& batch) {
    for (size_t i = 0; i < batch.rows.subjects.size(); ++i) {
      const store::SubjectDetails& subject = batch.rows.subjects[i];
      const int64_t number = SubjectNumber(subject.subject);
      Of(Sql::kPutSubject)
          .Run(number, subject.suite, subject.instance, static_cast<int64_t>(subject.kind), subject.id, subject.key, subject.uri,
               subject.title);
      Of(Sql::kPutAlias).Run(batch.aliases[i], number);
      Of(Sql::kInsertSubjectPlace).Run(int64_t{1}, number);
    }
    for (const auto& row : batch.rows.participants) {
      Of(Sql::kInsertParticipant).Run(row.day, UidNumber(row.account), SubjectNumber(row.subject));
    }
  }
  void WriteDeeds(const Encoded& batch) {
    for (size_t i = 0; i < batch.rows.deeds.size(); ++i) {
      const domain::Deed& deed = batch.rows.deeds[i].deed;
      const domain::Entry& entry = batch.rows.entries[i];
      const int64_t day = deed.made_by.day, now = absl::ToUnixMicros(Now()), subject = SubjectNumber(deed.key.subject);
      Of(Sql::kInsertLedger)
          .Run(++sequence_, now, subject, entry.deed, entry.line, entry.revision, store::sql::Blob{batch.leaves[i]},
               store::sql::Blob{batch.leaf_hashes[i]}, store::sql::Blob{batch.chain_hashes[i]});
      const int64_t number = Of(Sql::kPutDeed).RunReturning(entry.deed, day, subject, now, sequence_, store::sql::Blob{batch.deeds[i]});
      for (const auto& person : {deed.asker, deed.lines[0].person}) Of(Sql::kInsertDeedPerson).Run(day, UidNumber(person), number);
      for (const auto& team : {deed.helped_team, deed.lines[0].team}) Of(Sql::kInsertDeedTeam).Run(day, UidNumber(team), number);
    }
    Of(Sql::kUpdateHead).Run(sequence_, store::sql::Blob{batch.chain_hashes.back()});
  }
  void WriteRollups(const domain::Rollups& rollups) {
    for (const auto& [key, delta] : rollups.cells) {
      Of(Sql::kAddToRollup)
          .Run(int64_t{key.week}, key.start_day, UidNumber(key.helper_team), UidNumber(key.helped_team), static_cast<int64_t>(key.kind),
               static_cast<int64_t>(key.stance), delta.line_count, delta.share_ppm);
    }
    for (const auto& [key, count] : rollups.people) {
      Of(Sql::kAddToWeekPerson)
          .Run(key.week_start_day, UidNumber(key.helper_team), UidNumber(key.helped_team), int64_t{key.helper_side}, UidNumber(key.person),
               count);
    }
  }

  sqlite3* database_;
  Bare begin_{database_, "BEGIN IMMEDIATE"}, commit_{database_, "COMMIT"};
  Bare replay_{database_,
               "INSERT INTO events (day, hash, subject, stored, source, content, bytes, further, outcome, reason, parameters) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10) ON CONFLICT (day, hash) DO NOTHING"};
  std::vector<std::unique_ptr<Bare>> statements_;
  int64_t sequence_ = 0;
  std::unordered_map<std::string, int64_t> numbers_;
};

// The same through the interfaces, in the order in which ingest calls them.
absl::Status WriteThrough(store::Store& store, const Rows& rows) {
  COMITY_ASSIGN_OR_RETURN(const auto transaction, store.BeginWrite());
  store::EventStore& events = transaction->events();
  store::DeedStore& deeds = transaction->deeds();
  std::vector<domain::EventKey> keys;
  for (const auto& added : rows.events) keys.push_back(added.observation.key);
  COMITY_RETURN_IF_ERROR(events.KnownContents(keys).status());
  COMITY_RETURN_IF_ERROR(events.InsertObservations(rows.events));
  COMITY_RETURN_IF_ERROR(events.PutSubjects(rows.subjects));
  COMITY_RETURN_IF_ERROR(events.PutParticipants(rows.participants));
  for (const auto& subject : rows.subjects) COMITY_RETURN_IF_ERROR(events.PutPlaces(subject.subject, "github", "github.com", {Place()}));
  COMITY_ASSIGN_OR_RETURN(store::LedgerHead head, deeds.LockHead());
  for (size_t i = 0; i < rows.deeds.size(); ++i) {
    COMITY_ASSIGN_OR_RETURN(head.sequence, deeds.Append({rows.entries[i]}, rows.deeds[i].deed.key.subject, Now()));
    store::DeedRow row = rows.deeds[i];
    row.last_sequence = head.sequence;
    COMITY_RETURN_IF_ERROR(deeds.PutDeed(row));
  }
  COMITY_RETURN_IF_ERROR(deeds.AddRollups(rows.rollups));
  return transaction->Commit();
}

// What one way of writing cost: the rate swings with the machine's neighbours, CPU time and bytes written hardly do.
struct Cost {
  std::vector<double> rates, cpu, written;
};

double CpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Log, checkpoints and all.
double BytesWritten() {
  std::ifstream io("/proc/self/io");
  std::string name;
  double value = 0;
  while (io >> name >> value) {
    if (name == "wchar:") return value;
  }
  return 0;
}

void Measure(int64_t facts, Cost& cost, const std::function<void()>& write) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu = CpuSeconds(), written = BytesWritten(), count = static_cast<double>(facts);
  write();
  cost.rates.push_back(count / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  cost.cpu.push_back((CpuSeconds() - cpu) / count * 1e6);
  cost.written.push_back((BytesWritten() - written) / count / 1000);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double Print(const std::string& name, Cost cost) {
  std::sort(cost.rates.begin(), cost.rates.end());
  std::printf("%s %.0f [%.0f..%.0f] facts/s, %.1f us CPU and %.1f kB written a fact\n", name.c_str(), Median(cost.rates),
              cost.rates.front(), cost.rates.back(), Median(cost.cpu), Median(cost.written));
  std::fflush(stdout);
  return Median(cost.rates);
}

void Compare(int64_t facts, int facts_a_batch, int repeats) {
  const std::vector<Rows> batches = MakeBatches(facts, facts_a_batch);
  std::vector<Encoded> encoded;
  domain::Digest chain{};
  for (const Rows& rows : batches) encoded.push_back(Encode(rows, chain));
  Cost limit, replay, through;
  double store_bytes = 0;
  for (int repeat = 0; repeat < repeats; ++repeat) {  // one after the other, so that both meet the same neighbours
    const testing::TempDir folder;
    const std::string bare = folder / "bare.db", real = folder / "real.db";
    Check(store::OpenStore("sqlite:" + bare, true).status());
    auto connection = store::sqlite::SqliteConnection::Open(bare, store::sqlite::SqliteConnection::Mode::kWrite);
    Check(connection.status());
    Limit writer((*connection)->handle());
    Measure(facts, limit, [&] {
      for (const Encoded& batch : encoded) writer.Write(batch);
    });
    Measure(facts, replay, [&] {
      for (const Encoded& batch : encoded) writer.Replay(batch);
    });
    {
      auto store = store::OpenStore("sqlite:" + real, true);
      Check(store.status());
      Measure(facts, through, [&] {
        for (const Rows& rows : batches) Check(WriteThrough(**store, rows));
      });
    }
    store_bytes = static_cast<double>(std::filesystem::file_size(real));  // closed, so that nothing is left in the log
  }
  const std::string batch = "/batch=" + std::to_string(facts_a_batch);
  const double limit_rate = Print("ingest_limit/bare" + batch, limit), store_rate = Print("ingest_limit/store" + batch, through);
  Print("ingest_limit/replay" + batch, replay);
  std::printf("ingest_limit/ratio%s %.2f of the limit\n", batch.c_str(), store_rate / limit_rate);
  std::printf("ingest_limit/size%s %.0f bytes of store a fact\n", batch.c_str(), store_bytes / static_cast<double>(facts));
  std::fflush(stdout);
}

}  // namespace
}  // namespace comity::bench

int main(int argc, char** argv) {
  const int64_t facts = argc > 1 ? std::atoll(argv[1]) : 100'000;
  comity::bench::Compare(facts, 1000, 5);
  comity::bench::Compare(facts, 100, 5);
  return 0;
}
