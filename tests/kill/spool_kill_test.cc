// kill -9 of a process that does nothing but append, release and tidy, with files so small that most kills meet the change of a file.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <random>
#include <set>
#include <thread>

#include "plugins/host/spool.h"
#include "tests/support/process.h"

namespace comity::host {
namespace {

constexpr int kKills = 40;

SpoolOptions OptionsFor(const std::string& dir) {
  SpoolOptions options;
  options.dir = dir;
  options.segment_bytes = 600;
  return options;
}

std::string PayloadOf(uint64_t sequence) { return "body " + std::to_string(sequence) + std::string(sequence % 90, '.'); }

// What the child did, told after an append is durable and before something is released, so that a kill between leaves no doubt.
struct Note {
  enum Kind : uint64_t { kDurable, kReleasing } kind;
  uint64_t sequence;
};

[[noreturn]] void AppendForEver(const std::string& dir, int notes, unsigned seed) {
  Disk disk;
  std::vector<uint64_t> kept;
  auto spool = Spool::Open(OptionsFor(dir), disk, [&](const Spool::Found& found) { kept.push_back(found.sequence); });
  if (!spool.ok()) ::_exit(1);
  uint64_t next = kept.empty() ? 1 : *std::max_element(kept.begin(), kept.end()) + 1;
  const auto tell = [&](Note note) {
    if (::write(notes, &note, sizeof note) != sizeof note) ::_exit(2);
  };
  std::mt19937 random(seed);
  while (true) {
    std::vector<uint64_t> sequences;
    std::vector<std::string> payloads;
    for (unsigned i = 0; i <= random() % 3; ++i) payloads.push_back(PayloadOf(next + i));
    if (!(*spool)->Append(payloads, &sequences).ok() || sequences[0] < next) ::_exit(3);
    if (sequences[0] != next) ::_exit(4);
    next += sequences.size();
    for (const uint64_t sequence : sequences) tell({Note::kDurable, sequence});
    kept.insert(kept.end(), sequences.begin(), sequences.end());
    while (kept.size() > 20 || (!kept.empty() && random() % 2 == 0)) {
      const size_t place = random() % kept.size();
      tell({Note::kReleasing, kept[place]});
      (*spool)->Release(kept[place]);
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(place));
    }
    if (random() % 4 == 0 && !(*spool)->Tidy().ok()) ::_exit(5);
  }
}

TEST(ASpoolKilledAtAnyMoment, HasEveryDurableRecordUnchangedAndNoneThatWasNeverThere) {
  const comity::testing::TempDir dir;
  std::mt19937 random(20261123);
  std::set<uint64_t> durable;  // and not being released
  size_t appended = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    int notes[2];
    ASSERT_EQ(::pipe(notes), 0);
    const unsigned seed = random();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) AppendForEver(dir / "spool", notes[1], seed);
    ::close(notes[1]);
    const size_t wanted = 1 + random() % 400;  // the kill comes after so many notes: at any moment of the child's
    Note note{};
    for (size_t seen = 0; ::read(notes[0], &note, sizeof note) == sizeof note; ++seen) {
      if (seen == wanted) ::kill(child, SIGKILL);
      appended += note.kind == Note::kDurable ? 1 : 0;
      note.kind == Note::kDurable ? (void)durable.insert(note.sequence) : (void)durable.erase(note.sequence);
    }
    ::close(notes[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);

    Disk disk;
    std::map<uint64_t, std::string> found;
    auto spool = Spool::Open(OptionsFor(dir / "spool"), disk, [&](const Spool::Found& one) {
      EXPECT_TRUE(found.emplace(one.sequence, one.payload).second) << "given twice: " << one.sequence;
    });
    ASSERT_TRUE(spool.ok()) << spool.status().ToString();
    for (const uint64_t sequence : durable) ASSERT_EQ(found.count(sequence), 1u) << "lost " << sequence << " at kill " << kill;
    for (const auto& [sequence, payload] : found) {
      ASSERT_EQ(payload, PayloadOf(sequence));
      durable.insert(sequence);  // appended or not yet released when it was killed: from now on it must stay
    }
  }
  EXPECT_GT(appended, 1000u);
}

}  // namespace
}  // namespace comity::host
