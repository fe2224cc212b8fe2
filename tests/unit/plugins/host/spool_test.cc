#include "plugins/host/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <map>

#include "tests/unit/plugins/host/host_support.h"

namespace comity::host {
namespace {

using ::testing::ElementsAre;

class SpoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<Spool> Open(size_t segment_bytes = 4 << 20, size_t max_bytes = 64 << 20) {
    found_.clear();
    SpoolOptions options;
    options.dir = dir_ / "spool";
    options.segment_bytes = segment_bytes;
    options.max_bytes = max_bytes;
    auto spool = Spool::Open(options, disk_, [this](const Spool::Found& found) { found_[found.sequence] = std::string(found.payload); });
    EXPECT_TRUE(spool.ok()) << spool.status().ToString();
    return spool.ok() ? *std::move(spool) : nullptr;
  }
  std::vector<std::string> Left() const {
    std::vector<std::string> payloads;
    for (const auto& [sequence, payload] : found_) payloads.push_back(payload);
    return payloads;
  }
  uint64_t AppendOne(Spool& spool, const std::string& payload) {
    std::vector<uint64_t> sequences;
    EXPECT_TRUE(spool.Append({payload}, &sequences).ok());
    return sequences.empty() ? 0 : sequences[0];
  }

  comity::testing::TempDir dir_;
  FlakyDisk disk_;
  std::map<uint64_t, std::string> found_;
};

TEST_F(SpoolTest, GivesBackWhatWasAppendedAfterAnotherStart) {
  std::vector<uint64_t> sequences;
  {
    auto spool = Open();
    EXPECT_TRUE(spool->Append({"a", "b"}, &sequences).ok());
    EXPECT_TRUE(spool->Append({"c"}, &sequences).ok());
    EXPECT_EQ(spool->records(), 3);
  }
  auto spool = Open();
  EXPECT_THAT(Left(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(*spool->Read(sequences[0]), "c");
  EXPECT_EQ(AppendOne(*spool, "d"), 4u);  // numbers are never used again
}

TEST_F(SpoolTest, SyncsOnceForAGroup) {
  auto spool = Open();
  const int before = disk_.syncs;
  std::vector<uint64_t> sequences;
  EXPECT_TRUE(spool->Append(std::vector<std::string>(200, "payload"), &sequences).ok());
  EXPECT_EQ(disk_.syncs - before, 1);
  EXPECT_EQ(sequences.size(), 200u);
}

TEST_F(SpoolTest, KeepsNothingOfWhatWasReleased) {
  {
    auto spool = Open(200);
    std::vector<uint64_t> sequences;
    for (int i = 0; i < 20; ++i) sequences.push_back(AppendOne(*spool, "secret content " + std::to_string(i)));
    EXPECT_GT(FilesIn(dir_ / "spool", ".spool"), 3u);
    for (const uint64_t sequence : sequences) spool->Release(sequence);
    EXPECT_TRUE(spool->Tidy().ok());
    EXPECT_EQ(spool->records(), 0);
    EXPECT_EQ(FilesIn(dir_ / "spool", ".spool"), 1u);
    EXPECT_EQ(spool->bytes(), static_cast<int64_t>(kSegmentHeaderBytes));
    AppendOne(*spool, "after the file was emptied");
  }
  Open();
  EXPECT_THAT(Left(), ElementsAre("after the file was emptied"));
}

TEST_F(SpoolTest, MovesTheFewThatHoldALargeFile) {
  {
    auto spool = Open(2000);
    std::vector<uint64_t> sequences;
    for (int i = 0; i < 100; ++i) sequences.push_back(AppendOne(*spool, "body " + std::to_string(i)));
    for (size_t i = 0; i < sequences.size(); ++i) {
      if (i != 3) spool->Release(sequences[i]);
    }
    for (int i = 0; i < 10 && spool->WantsTidy(); ++i) EXPECT_TRUE(spool->Tidy().ok());
    EXPECT_EQ(*spool->Read(sequences[3]), "body 3");
    EXPECT_LT(spool->bytes(), 4000);
  }
  auto spool = Open(2000);
  EXPECT_THAT(Left(), ElementsAre("body 3"));
  spool->Release(found_.begin()->first);
  EXPECT_EQ(spool->records(), 0);
}

TEST_F(SpoolTest, CanBeReadByItsOwnerOnlyAndByOneProcess) {
  auto spool = Open();
  AppendOne(*spool, "private");
  struct stat info {};
  ASSERT_EQ(::stat((dir_ / "spool").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  for (const auto& entry : std::filesystem::directory_iterator(dir_ / "spool")) {
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << entry.path();
  }
  SpoolOptions options;
  options.dir = dir_ / "spool";
  EXPECT_EQ(Spool::Open(options, disk_, nullptr).status().code(), absl::StatusCode::kFailedPrecondition);
  spool.reset();
  ::chmod((dir_ / "spool").c_str(), 0755);
  EXPECT_EQ(Spool::Open(options, disk_, nullptr).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SpoolTest, RefusesMoreThanItsLimitAndTakesAgainWhenThereIsRoom) {
  auto spool = Open(4000, 10'000);
  std::vector<uint64_t> sequences, kept;
  const std::string payload(1000, 'x');
  absl::Status status;
  while ((status = spool->Append({payload}, &sequences)).ok()) kept.push_back(sequences[0]);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(spool->bytes(), 10'000);
  EXPECT_EQ(*spool->Read(kept.front()), payload);
  for (const uint64_t sequence : kept) spool->Release(sequence);
  EXPECT_TRUE(spool->Tidy().ok());
  EXPECT_TRUE(spool->Append({payload}, &sequences).ok());
}

TEST_F(SpoolTest, RefusesWhenTheDiskIsFullAndHealsWithoutLosingAnything) {
  {
    auto spool = Open();
    AppendOne(*spool, "before");
    std::vector<uint64_t> sequences;
    for (const int error : {ENOSPC, EDQUOT, EFBIG}) {
      disk_.write_error = error;
      EXPECT_EQ(spool->Append({std::string(5000, 'n')}, &sequences).code(), absl::StatusCode::kResourceExhausted);
      disk_.write_error = 0;
      AppendOne(*spool, "after");
    }
  }
  auto spool = Open();
  EXPECT_THAT(Left(), ElementsAre("before", "after", "after", "after"));
  EXPECT_EQ(spool->damaged(), 0);
}

TEST_F(SpoolTest, RefusesAtARealFileSizeLimit) {
  auto spool = Open();
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{20'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  std::vector<uint64_t> sequences;
  const absl::Status fits = spool->Append({std::string(10'000, 'a')}, &sequences);
  const absl::Status refused = spool->Append({std::string(15'000, 'b')}, &sequences);
  const absl::Status fits_again = spool->Append({std::string(5'000, 'c')}, &sequences);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_TRUE(fits.ok());
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(fits_again.ok());
  EXPECT_TRUE(spool->Append({std::string(15'000, 'd')}, &sequences).ok());
}

TEST_F(SpoolTest, SaysDataLossAfterAFailedSyncOrWrite) {
  auto spool = Open();
  std::vector<uint64_t> sequences;
  disk_.sync_error = EIO;
  EXPECT_EQ(spool->Append({"never acknowledged"}, &sequences).code(), absl::StatusCode::kDataLoss);
  disk_.sync_error = 0;
  disk_.write_error = EIO;
  EXPECT_EQ(spool->Append({"never acknowledged"}, &sequences).code(), absl::StatusCode::kDataLoss);
}

TEST_F(SpoolTest, SetsATornEndAsideAtAnyByteAndKeepsWhatIsBefore) {
  {
    auto spool = Open();
    AppendOne(*spool, "one");
    AppendOne(*spool, "two");
  }
  const std::string path = dir_ / "spool/0000000000000001.spool";
  const std::string bytes = comity::testing::ReadFile(path);
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::filesystem::remove_all(dir_ / "spool");
    ASSERT_EQ(::mkdir((dir_ / "spool").c_str(), 0700), 0);
    comity::testing::WriteFile(path, bytes.substr(0, size));
    auto spool = Open();
    const size_t one = kSegmentHeaderBytes + kRecordHeadBytes + 3;
    EXPECT_EQ(Left().size(), size < one ? 0u : 1u) << size;
    const bool whole = size == kSegmentHeaderBytes || size == one;
    EXPECT_EQ(spool->damaged(), whole ? 0 : 1) << size;
    if (size > one) {
      EXPECT_EQ(FilesIn(dir_ / "spool/cut", "." + std::to_string(one)), 1u);
    }
    spool.reset();
    EXPECT_EQ(Open()->damaged(), 0) << "cut once, sound afterwards";
  }
}

TEST_F(SpoolTest, SaysSoWhenARecordRotsWhileItWaits) {
  auto spool = Open();
  const uint64_t sequence = AppendOne(*spool, "will be changed");
  std::string path = dir_ / "spool/0000000000000001.spool";
  std::string bytes = comity::testing::ReadFile(path);
  bytes.back() ^= 1;
  comity::testing::WriteFile(path, bytes);
  EXPECT_EQ(spool->Read(sequence).status().code(), absl::StatusCode::kDataLoss);
  spool->Release(sequence);
  EXPECT_EQ(spool->Read(sequence).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace comity::host
