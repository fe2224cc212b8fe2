// Which deliveries have been spooled in the last 30 days, so that a redelivery is answered without doing it again. Forgetting one is
// harmless (the service knows its facts), so it is bounded and synced lazily.
#ifndef COMITY_PLUGINS_HOST_DELIVERY_INDEX_H_
#define COMITY_PLUGINS_HOST_DELIVERY_INDEX_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/host/delivery.h"

namespace comity::host {

// For one thread.
class DeliveryIndex {
 public:
  static constexpr int kDays = 30;

  // `dir` is made if it is not there. At most `max_entries` are kept (about 30 bytes of memory each): the oldest go first.
  static absl::StatusOr<std::unique_ptr<DeliveryIndex>> Open(const std::string& dir, size_t max_entries, absl::Time now);
  ~DeliveryIndex();

  bool Contains(const DeliveryKey& key) const;
  // Survives kill -9 from here on. A full disk costs the memory of these after a restart, nothing else.
  void Add(const std::vector<DeliveryKey>& keys, absl::Time now);
  size_t size() const;

 private:
  // One file: what was added from one day on, or since the one before grew too large.
  struct Generation {
    int64_t day = 0, number = 0;
    std::string path;
    absl::flat_hash_set<DeliveryKey> keys;
  };
  DeliveryIndex(std::string dir, size_t max_entries) : dir_(std::move(dir)), max_entries_(max_entries) {}
  absl::Status Load(const std::string& name);
  void Begin(int64_t day);
  void Expire(int64_t day);

  const std::string dir_;
  const size_t max_entries_;
  std::deque<Generation> generations_;  // oldest first
  int file_ = -1;                       // of the newest
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_DELIVERY_INDEX_H_
