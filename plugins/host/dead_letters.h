// Authentic deliveries that could not be read or were refused: kept encrypted (AES-256-GCM) for seven days, listed with their reasons,
// replayed or dropped by an operator. Files only, so that the command works beside a running host.
#ifndef COMITY_PLUGINS_HOST_DEAD_LETTERS_H_
#define COMITY_PLUGINS_HOST_DEAD_LETTERS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/host/delivery.h"

namespace comity::host {

struct DeadLetter {
  std::string id;
  absl::Time died;
  std::string reason;
  Delivery delivery;
};

// Safe to call from any thread.
class DeadLetters {
 public:
  static constexpr absl::Duration kKept = absl::Hours(24 * 7);

  // Opens `spool_dir`/dead with the key in `spool_dir`/dead.key (0600), which the first start makes.
  // Errors: those of ReadSecretFile; INVALID_ARGUMENT when the key file holds none; UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<DeadLetters>> Open(const std::string& spool_dir, size_t max_bytes = size_t{256} << 20);

  // Durable when it returns OK; the same delivery again replaces its letter. Errors: RESOURCE_EXHAUSTED when there is no room.
  absl::Status Put(const Delivery& delivery, std::string_view reason, absl::Time now);
  // Oldest first. Letters that cannot be decrypted are counted in `unreadable`, if it is given.
  absl::StatusOr<std::vector<DeadLetter>> List(int* unreadable = nullptr) const;
  // Errors: NOT_FOUND; DATA_LOSS when it was changed or the key is another.
  absl::StatusOr<DeadLetter> Read(const std::string& id) const;
  absl::Status Drop(const std::string& id);
  // Deletes what is older than kKept.
  void Expire(absl::Time now);

 private:
  DeadLetters(std::string dir, std::string key, size_t max_bytes) : dir_(std::move(dir)), key_(std::move(key)), max_bytes_(max_bytes) {}

  const std::string dir_, key_;
  const size_t max_bytes_;
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_DEAD_LETTERS_H_
