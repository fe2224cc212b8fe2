// What an earlier process left in the spool's folder: its lock, the files' names, and reading back what is sound in them.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <optional>

#include "plugins/host/files.h"
#include "plugins/host/spool.h"
#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

constexpr std::string_view kSegmentSuffix = ".spool";
constexpr size_t kMaxSegmentFileBytes = size_t{256} << 20;

std::string NameOf(uint64_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "%016llx%s", static_cast<unsigned long long>(number), kSegmentSuffix.data());
  return name;
}

std::optional<uint64_t> NumberOf(std::string_view name) {
  uint64_t number = 0;
  if (name.size() != 16 + kSegmentSuffix.size() || name.substr(16) != kSegmentSuffix) return std::nullopt;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + 16, number, 16);
  if (failure != std::errc{} || end != name.data() + 16) return std::nullopt;
  return number;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Spool>> Spool::Open(const SpoolOptions& options, Disk& disk,
                                                   const std::function<void(const Found&)>& on_record) {
  COMITY_RETURN_IF_ERROR(MakePrivateDir(options.dir));
  std::unique_ptr<Spool> spool(new Spool(options, disk));
  const std::string lock = options.dir + "/lock";
  spool->lock_file_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (spool->lock_file_ < 0) return FileError("open", lock);
  if (::flock(spool->lock_file_, LOCK_EX | LOCK_NB) != 0) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kConfigInvalid,
                 "another process uses the spool in " + options.dir + "; stop it or give this one a folder of its own");
  }
  COMITY_RETURN_IF_ERROR(spool->Recover(on_record));
  return spool;
}

std::string Spool::PathOf(uint64_t number) const { return options_.dir + "/" + NameOf(number); }

absl::Status Spool::Recover(const std::function<void(const Found&)>& on_record) {
  COMITY_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(options_.dir));
  for (const std::string& name : names) {
    if (const auto number = NumberOf(name)) COMITY_RETURN_IF_ERROR(RecoverSegment(*number, on_record));
  }
  const absl::Status started = StartSegment();
  // A full disk must not keep what is spooled from being delivered: appending will say so until there is room.
  return absl::IsResourceExhausted(started) ? absl::OkStatus() : started;
}

absl::Status Spool::RecoverSegment(uint64_t number, const std::function<void(const Found&)>& on_record) {
  COMITY_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(PathOf(number), kMaxSegmentFileBytes));
  Segment segment;
  std::vector<std::pair<uint64_t, Place>> found;
  const Scan scan = ScanSegment(bytes, number, [&](const Record& record) {
    found.emplace_back(record.sequence, Place{number, record.offset, kRecordHeadBytes + record.payload.size()});
  });
  if (!scan.whole) COMITY_RETURN_IF_ERROR(SetAside(number, bytes, scan));
  next_sequence_ = std::max(next_sequence_, scan.greatest_sequence + 1);
  segment.bytes = scan.valid_bytes;
  segment.records = scan.records;
  {
    MutexLock lock(mutex_);
    active_ = std::max(active_, number);
    // A record that was moved before a crash is there twice: the first copy counts.
    std::erase_if(found, [this](const auto& one) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !places_.emplace(one).second; });
    segment.live = found.size();
    segments_[number] = segment;
    total_bytes_ += segment.bytes;
    if (segment.live == 0) Forget(number);
  }
  for (const auto& [sequence, place] : found) {
    if (on_record) on_record({sequence, std::string_view(bytes).substr(place.offset + kRecordHeadBytes, place.size - kRecordHeadBytes)});
  }
  return absl::OkStatus();
}

// What follows the sound beginning is kept for people to look at, and cut off. A torn end was never answered; rot is an error.
absl::Status Spool::SetAside(uint64_t number, std::string_view bytes, const Scan& scan) {
  const std::string dir = options_.dir + "/cut";
  COMITY_RETURN_IF_ERROR(MakePrivateDir(dir));
  COMITY_RETURN_IF_ERROR(WriteWholeFile(dir, NameOf(number) + "." + std::to_string(scan.valid_bytes), bytes.substr(scan.valid_bytes)));
  if (::truncate(PathOf(number).c_str(), static_cast<off_t>(scan.valid_bytes)) != 0) return FileError("cut", PathOf(number));
  ++damaged_;
  obs::Log(scan.records_after ? obs::Level::kError : obs::Level::kWarning,
           scan.records_after ? "A spool file is damaged; its sound beginning is used, the rest was set aside."
                              : "A spool file ends in a torn record; it was set aside.",
           {{"segment", number}, {"offset", scan.valid_bytes}, {"bytes", bytes.size() - scan.valid_bytes}});
  return absl::OkStatus();
}

}  // namespace comity::host
