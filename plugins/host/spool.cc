#include "plugins/host/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "plugins/host/files.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"

namespace comity::host {
namespace {

constexpr size_t kKeptGroupBytes = size_t{8} << 20;

absl::Status Fatal(std::string_view what, const std::string& path) {
  return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed,
               "cannot " + std::string(what) + " " + path + ": " + std::strerror(errno));
}

absl::Status FullError(std::string_view why) {
  return Error(absl::StatusCode::kResourceExhausted, ErrorReason::kStoreFull, "the spool is full: " + std::string(why));
}

}  // namespace

Spool::~Spool() {
  if (active_file_ >= 0) ::close(active_file_);
  if (lock_file_ >= 0) ::close(lock_file_);
}

absl::Status Spool::StartSegment() {
  uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    number = active_ + 1;
  }
  const std::string path = PathOf(number), header = SegmentHeader(number);
  File file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.ok()) return FileError("create", path);
  if (disk_.WriteAt(file.get(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size())) {
    const absl::Status failed = FileError("write", path);
    ::unlink(path.c_str());
    return failed;
  }
  if (disk_.Sync(file.get()) != 0) return Fatal("make durable", path);
  failpoint::PassOnly(Failpoint::kConnectSegmentMade);
  if (!SyncDir(options_.dir).ok()) return Fatal("make durable", options_.dir);
  if (active_file_ >= 0) ::close(active_file_);
  active_file_ = file.Take();
  chain_ = FirstChain(number);
  MutexLock lock(mutex_);
  const uint64_t before = active_;
  active_ = number;
  segments_[number] = {kSegmentHeaderBytes, 0, 0};
  total_bytes_ += kSegmentHeaderBytes;
  const auto old = segments_.find(before);
  if (old != segments_.end() && old->second.live == 0) Forget(before);
  return absl::OkStatus();
}

absl::Status Spool::Append(const std::vector<std::string>& payloads, std::vector<uint64_t>* sequences) {
  sequences->clear();
  for (size_t i = 0; i < payloads.size(); ++i) sequences->push_back(next_sequence_ + i);
  size_t bytes = 0;
  for (const std::string& payload : payloads) bytes += kRecordHeadBytes + payload.size();
  {
    MutexLock lock(mutex_);
    if (total_bytes_ + bytes > options_.max_bytes) return FullError("its limit of bytes is reached");
    if (places_.size() + payloads.size() > options_.max_records) return FullError("its limit of records is reached");
  }
  COMITY_RETURN_IF_ERROR(AppendAs(payloads, *sequences, false));
  next_sequence_ += payloads.size();
  return absl::OkStatus();
}

// `moving`: they have a place already, unless they were released meanwhile.
absl::Status Spool::AppendAs(const std::vector<std::string>& payloads, const std::vector<uint64_t>& sequences, bool moving) {
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kConnectSpoolAppend));
  uint64_t number = 0;
  size_t offset = 0;
  {
    MutexLock lock(mutex_);
    number = active_;
    offset = active_file_ < 0 ? options_.segment_bytes : segments_[number].bytes;
  }
  if (offset >= options_.segment_bytes) {
    COMITY_RETURN_IF_ERROR(StartSegment());
    MutexLock lock(mutex_);
    number = active_;
    offset = kSegmentHeaderBytes;
  }
  group_.clear();
  Chain chain = chain_;
  std::vector<Place> places;
  for (size_t i = 0; i < payloads.size(); ++i) {
    const size_t start = group_.size();
    AppendRecord(group_, sequences[i], payloads[i], chain);
    places.push_back({number, offset + start, group_.size() - start});
  }
  COMITY_RETURN_IF_ERROR(WriteGroup(group_, offset));
  chain_ = chain;
  const size_t written = group_.size();
  if (group_.capacity() > kKeptGroupBytes) std::string().swap(group_);
  MutexLock lock(mutex_);
  Segment& segment = segments_[number];
  segment.bytes += written;
  segment.records += places.size();
  total_bytes_ += written;
  for (size_t i = 0; i < places.size(); ++i) {
    if (moving && !places_.contains(sequences[i])) continue;
    places_[sequences[i]] = places[i];
    ++segment.live;
  }
  return absl::OkStatus();
}

absl::Status Spool::WriteGroup(std::string_view bytes, size_t offset) {
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t put = disk_.WriteAt(active_file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && MeansFull(errno)) {
      if (::ftruncate(active_file_, static_cast<off_t>(offset)) != 0) return Fatal("take back a half-written group in", options_.dir);
      return FullError("no space is left on its disk");
    }
    if (put <= 0) return Fatal("write to", options_.dir);
    done += static_cast<size_t>(put);
  }
  failpoint::PassOnly(Failpoint::kConnectSpoolWritten);
  // After a failed sync the kernel may have dropped the pages and say yes the next time: never ask twice.
  if (disk_.Sync(active_file_) != 0) return Fatal("make durable", options_.dir);
  failpoint::PassOnly(Failpoint::kConnectSpoolSynced);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Spool::Read(uint64_t sequence) {
  Place place;
  {
    MutexLock lock(mutex_);
    const auto found = places_.find(sequence);
    if (found == places_.end()) return absl::NotFoundError("the record was released");
    place = found->second;
  }
  const std::string path = PathOf(place.segment);
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return FileError("open", path);
  std::string bytes(place.size, '\0');
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t got = ::pread(file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(place.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError("read", path);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  std::string_view payload;
  if (!ReadRecord(bytes, sequence, &payload)) {
    return Error(absl::StatusCode::kDataLoss, ErrorReason::kStoreFailed, "a record in " + path + " is no longer what was written");
  }
  return std::string(payload);
}

void Spool::Release(uint64_t sequence) {
  MutexLock lock(mutex_);
  const auto place = places_.find(sequence);
  if (place == places_.end()) return;
  const uint64_t number = place->second.segment;
  places_.erase(place);
  Segment& segment = segments_[number];
  if (--segment.live == 0 && number != active_) Forget(number);
}

void Spool::Forget(uint64_t number) {
  const auto segment = segments_.find(number);
  if (segment == segments_.end()) return;
  if (::unlink(PathOf(number).c_str()) != 0 && errno != ENOENT) return;  // found again at the next start; its records are harmless
  total_bytes_ -= segment->second.bytes;
  segments_.erase(segment);
}

bool Spool::WantsTidy() const {
  MutexLock lock(mutex_);
  const auto active = segments_.find(active_);
  if (active != segments_.end() && active->second.live == 0 && active->second.records > 0) return true;
  return segments_.size() > 1 && segments_.begin()->second.live * 4 <= segments_.begin()->second.records;
}

absl::Status Spool::Tidy() {
  COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kConnectTidy));
  COMITY_RETURN_IF_ERROR(EmptyActive());
  return MoveStragglers();
}

absl::Status Spool::EmptyActive() {
  if (active_file_ < 0) return absl::OkStatus();
  MutexLock lock(mutex_);
  const auto active = segments_.find(active_);
  if (active == segments_.end() || active->second.live > 0 || active->second.records == 0) return absl::OkStatus();
  if (::ftruncate(active_file_, kSegmentHeaderBytes) != 0) return FileError("empty", PathOf(active_));
  total_bytes_ -= active->second.bytes - kSegmentHeaderBytes;
  active->second = {kSegmentHeaderBytes, 0, 0};
  chain_ = FirstChain(active_);
  return absl::OkStatus();
}

// A record that cannot be delivered must not hold the bodies of all others in its file: few of them are copied to the file in use.
absl::Status Spool::MoveStragglers() {
  std::vector<uint64_t> sequences;
  uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    if (segments_.size() < 2) return absl::OkStatus();
    const auto& [oldest, segment] = *segments_.begin();
    if (oldest == active_ || segment.live * 4 > segment.records) return absl::OkStatus();
    number = oldest;
    for (const auto& [sequence, place] : places_) {
      if (place.segment == number) sequences.push_back(sequence);
    }
  }
  std::vector<std::string> payloads;
  for (const uint64_t sequence : sequences) {
    auto payload = Read(sequence);
    if (absl::IsNotFound(payload.status())) return absl::OkStatus();  // released meanwhile: look again next time
    if (!payload.ok()) return payload.status();
    payloads.push_back(*std::move(payload));
  }
  if (!payloads.empty()) COMITY_RETURN_IF_ERROR(AppendAs(payloads, sequences, true));
  MutexLock lock(mutex_);
  Forget(number);
  return absl::OkStatus();
}

bool Spool::Full() const {
  MutexLock lock(mutex_);
  return total_bytes_ >= options_.max_bytes || places_.size() >= options_.max_records;
}
int64_t Spool::bytes() const {
  MutexLock lock(mutex_);
  return static_cast<int64_t>(total_bytes_);
}
int64_t Spool::records() const {
  MutexLock lock(mutex_);
  return static_cast<int64_t>(places_.size());
}

}  // namespace comity::host
