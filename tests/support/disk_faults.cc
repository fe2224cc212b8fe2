// A library for LD_PRELOAD that makes the disk fail: the n-th write, sync, rename or truncation on chosen paths. What it is to do stands in
// COMITY_DISK_FAULTS, words with commas between them:
//   call=write|sync|rename|truncate  nth=N (from 1)  error=EIO|ENOSPC|SHORT  path=TEXT (paths that contain it)  but=TEXT (not these)
//   control=FILE (a DiskFaultControl that the test maps too)  count=N (so many from the n-th on; 1 if not said)
// SHORT writes the first half and says so, as a full pipe or a signal does. Nothing here may allocate or lock: it runs inside of anything.
#include "tests/support/disk_faults.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

using comity::testing::DiskFaultControl;

struct Plan {
  char call[16] = "", path[256] = "", but[256] = "";
  long nth = 0, count = 1;
  int error = EIO;
  bool is_short = false;
  DiskFaultControl* control = nullptr;
};

void TakeWord(Plan& plan, const char* name, const char* value) {
  if (std::strcmp(name, "call") == 0) std::snprintf(plan.call, sizeof plan.call, "%s", value);
  if (std::strcmp(name, "path") == 0) std::snprintf(plan.path, sizeof plan.path, "%s", value);
  if (std::strcmp(name, "but") == 0) std::snprintf(plan.but, sizeof plan.but, "%s", value);
  if (std::strcmp(name, "nth") == 0) plan.nth = std::atol(value);
  if (std::strcmp(name, "count") == 0) plan.count = std::atol(value);
  if (std::strcmp(name, "error") == 0) {
    plan.is_short = std::strcmp(value, "SHORT") == 0;
    plan.error = std::strcmp(value, "ENOSPC") == 0 ? ENOSPC : EIO;
  }
  if (std::strcmp(name, "control") == 0) {
    const int file = ::open(value, O_RDWR | O_CLOEXEC);
    void* const mapped = ::mmap(nullptr, sizeof(DiskFaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) plan.control = static_cast<DiskFaultControl*>(mapped);
    ::close(file);
  }
}

Plan ReadPlan() {
  Plan plan;
  const char* const text = std::getenv("COMITY_DISK_FAULTS");
  if (text == nullptr) return plan;
  char words[1024];
  std::snprintf(words, sizeof words, "%s", text);
  char* rest = words;
  while (char* const word = ::strsep(&rest, ",")) {
    char* const equals = std::strchr(word, '=');
    if (equals == nullptr) continue;
    *equals = '\0';
    TakeWord(plan, word, equals + 1);
  }
  return plan;
}

// Made before the program's own code runs, so that no thread ever waits for another to make it.
Plan plan;
__attribute__((constructor)) void Prepare() { plan = ReadPlan(); }

bool Fails(const char* call, const char* path) {
  if (plan.control == nullptr || std::strcmp(plan.call, call) != 0) return false;
  if (std::strstr(path, plan.path) == nullptr || (plan.but[0] != '\0' && std::strstr(path, plan.but) != nullptr)) return false;
  if (!plan.control->enabled.load()) return false;
  const long seen = ++plan.control->seen;
  if (seen < plan.nth || seen >= plan.nth + plan.count) return false;
  ++plan.control->fired;
  return true;
}

bool Fails(const char* call, int file) {
  if (std::strcmp(plan.call, call) != 0) return false;
  char link[64], path[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = ::readlink(link, path, sizeof path - 1);
  if (size < 0) return false;
  path[size] = '\0';
  return Fails(call, path);
}

template <typename Function>
Function Real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

int Failed() {
  errno = plan.error;
  return -1;
}

using WriteFunction = ssize_t (*)(int, const void*, size_t);
using PwriteFunction = ssize_t (*)(int, const void*, size_t, off_t);
using SyncFunction = int (*)(int);
using RenameFunction = int (*)(const char*, const char*);
using TruncateFunction = int (*)(int, off_t);

ssize_t WriteAt(const char* name, int file, const void* bytes, size_t size, off_t offset) {
  const auto real = Real<PwriteFunction>(name);
  if (!Fails("write", file)) return real(file, bytes, size, offset);
  if (plan.is_short && size > 1) return real(file, bytes, size / 2, offset);
  return Failed();
}

int Truncate(const char* name, int file, off_t size) {
  return Fails("truncate", file) ? Failed() : Real<TruncateFunction>(name)(file, size);
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  static const auto real = Real<WriteFunction>("write");
  if (!Fails("write", file)) return real(file, bytes, size);
  if (plan.is_short && size > 1) return real(file, bytes, size / 2);
  return Failed();
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) { return WriteAt("pwrite", file, bytes, size, offset); }
ssize_t pwrite64(int file, const void* bytes, size_t size, off_t offset) { return WriteAt("pwrite64", file, bytes, size, offset); }
int fsync(int file) { return Fails("sync", file) ? Failed() : Real<SyncFunction>("fsync")(file); }
int fdatasync(int file) { return Fails("sync", file) ? Failed() : Real<SyncFunction>("fdatasync")(file); }
int ftruncate(int file, off_t size) noexcept { return Truncate("ftruncate", file, size); }
int ftruncate64(int file, off_t size) noexcept { return Truncate("ftruncate64", file, size); }
int rename(const char* from, const char* to) noexcept { return Fails("rename", to) ? Failed() : Real<RenameFunction>("rename")(from, to); }

}  // extern "C"
