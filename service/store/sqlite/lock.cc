#include "service/store/sqlite/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "service/base/error.h"
#include "service/store/sqlite/errors.h"

namespace comity::store::sqlite {
namespace {

constexpr auto kWait = std::chrono::seconds(2);
constexpr auto kPause = std::chrono::milliseconds(20);

}  // namespace

absl::StatusOr<std::unique_ptr<StoreLock>> StoreLock::Take(const std::string& path) {
  const int file = open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0 && (errno == ENOSPC || errno == EDQUOT)) return Full();
  if (file < 0) return Busy((path + ".lock cannot be opened: " + std::strerror(errno) + "; check its owner and permissions").c_str());
  std::unique_ptr<StoreLock> lock(new StoreLock(file));
  const auto end = std::chrono::steady_clock::now() + kWait;
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return Busy((path + ".lock cannot be locked: " + std::strerror(errno) + "; keep the store on a local disk").c_str());
    }
    if (std::chrono::steady_clock::now() >= end) {
      return Busy("another process serves this store; stop it first, or give this one another store");
    }
    std::this_thread::sleep_for(kPause);
  }
  return lock;
}

StoreLock::~StoreLock() { close(file_); }

}  // namespace comity::store::sqlite
