#include "plugins/host/delivery_index.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "plugins/host/files.h"
#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

int64_t DayOf(absl::Time time) { return absl::ToUnixSeconds(time) / 86400; }

}  // namespace

absl::StatusOr<std::unique_ptr<DeliveryIndex>> DeliveryIndex::Open(const std::string& dir, size_t max_entries, absl::Time now) {
  COMITY_RETURN_IF_ERROR(MakePrivateDir(dir));
  std::unique_ptr<DeliveryIndex> index(new DeliveryIndex(dir, std::max<size_t>(max_entries, 8)));
  COMITY_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir));
  for (const std::string& name : names) COMITY_RETURN_IF_ERROR(index->Load(name));
  index->Expire(DayOf(now));
  return index;
}

DeliveryIndex::~DeliveryIndex() {
  if (file_ >= 0) ::close(file_);
}

absl::Status DeliveryIndex::Load(const std::string& name) {
  Generation generation;
  long long day = 0, number = 0;
  int length = 0;
  if (std::sscanf(name.c_str(), "%6lld-%6lld.ids%n", &day, &number, &length) != 2 || static_cast<size_t>(length) != name.size())
    return absl::OkStatus();
  generation.day = day;
  generation.number = number;
  generation.path = dir_ + "/" + name;
  COMITY_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(generation.path, max_entries_ * 2 * sizeof(DeliveryKey)));
  for (size_t at = 0; at + sizeof(DeliveryKey) <= bytes.size(); at += sizeof(DeliveryKey)) {
    DeliveryKey key;
    std::memcpy(key.data(), bytes.data() + at, key.size());
    generation.keys.insert(key);
  }
  generations_.push_back(std::move(generation));  // names sort by day and number
  return absl::OkStatus();
}

bool DeliveryIndex::Contains(const DeliveryKey& key) const {
  for (auto generation = generations_.rbegin(); generation != generations_.rend(); ++generation) {
    if (generation->keys.contains(key)) return true;
  }
  return false;
}

void DeliveryIndex::Add(const std::vector<DeliveryKey>& keys, absl::Time now) {
  const int64_t day = DayOf(now);
  // A fresh file after each start too, so that a torn end never shifts what follows it.
  if (file_ < 0 || generations_.back().day != day || generations_.back().keys.size() >= max_entries_ / 4) Begin(day);
  std::string bytes;
  for (const DeliveryKey& key : keys) {
    if (generations_.back().keys.insert(key).second) bytes.append(key.data(), key.size());
  }
  if (file_ >= 0 && ::write(file_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    obs::Log(obs::Level::kWarning, "The index of deliveries could not be written; redeliveries may be done again after a restart.");
    ::close(file_);
    file_ = -1;
  }
}

void DeliveryIndex::Begin(int64_t day) {
  if (file_ >= 0) {
    ::fdatasync(file_);
    ::close(file_);
  }
  Generation generation;
  generation.day = day;
  for (const Generation& other : generations_) {
    if (other.day == day) generation.number = std::max(generation.number, other.number + 1);
  }
  char name[40];
  std::snprintf(name, sizeof name, "%06lld-%06lld.ids", static_cast<long long>(day), static_cast<long long>(generation.number));
  generation.path = dir_ + "/" + name;
  file_ = ::open(generation.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  generations_.push_back(std::move(generation));
  Expire(day);
}

void DeliveryIndex::Expire(int64_t day) {
  while (generations_.size() > 1 || (file_ < 0 && !generations_.empty())) {
    if (generations_.front().day > day - kDays && size() <= max_entries_ - max_entries_ / 4) return;
    ::unlink(generations_.front().path.c_str());
    generations_.pop_front();
  }
}

size_t DeliveryIndex::size() const {
  size_t total = 0;
  for (const Generation& generation : generations_) total += generation.keys.size();
  return total;
}

}  // namespace comity::host
