// comityd's configuration file, from a file in memory.
// Link: comity_service
#include <sys/mman.h>
#include <unistd.h>

#include "service/base/error.h"
#include "service/config.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int file = ::memfd_create("comityd.yaml", MFD_CLOEXEC);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) return 0;
  const auto config = comity::LoadConfig("/proc/self/fd/" + std::to_string(file), {}, "/home/nobody");
  if (config.ok()) {
    Require(!config->listen.empty() && !config->http_listen.empty() && !config->store.empty(), "what is taken is complete");
    return 0;
  }
  Require(!comity::DescribeFaults(config.status()).empty(), "a refusal says something");
  return 0;
}
