// The rows that facts of a busy tracker make, ready to be written: one ticket = two facts, one deed of one helper, as in support/traffic.h.
#ifndef COMITY_TESTS_BENCH_INGEST_ROWS_H_
#define COMITY_TESTS_BENCH_INGEST_ROWS_H_

#include <cstdint>
#include <vector>

#include "service/store/store.h"

namespace comity::bench {

// Everything one batch writes.
struct Rows {
  std::vector<store::EventStore::NewObservation> events;
  std::vector<store::SubjectDetails> subjects;
  std::vector<store::ParticipantRow> participants;
  std::vector<store::DeedRow> deeds;
  std::vector<domain::Entry> entries;  // one a deed, in the same order
  domain::Rollups rollups;
};

// Batches of `facts_a_batch` facts; the same in every run.
std::vector<Rows> MakeBatches(int64_t facts, int facts_a_batch);
// Whose the accounts in them are, and where those people belong.
domain::DirectoryRows MakeDirectory();
// Where all subjects live.
domain::PlaceName Place();
absl::Time Now();

}  // namespace comity::bench

#endif  // COMITY_TESTS_BENCH_INGEST_ROWS_H_
