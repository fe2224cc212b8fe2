// comity-connect's configuration file. Whatever is wrong is said with its place; nothing in it reaches outside of the folder it names.
// Link: comity_host
#include "plugins/host/config.h"
#include "service/base/error.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const comity::Connectors connectors = comity::MakeConnectors();
  const auto config = comity::host::ParseConfig(comity::fuzz::Text(data, size), "/nonexistent", connectors);
  if (!config.ok()) {
    Require(!comity::DetailsOf(config.status()).faults.empty(), "a refusal names a fault");
    return 0;
  }
  (void)comity::host::Describe(*config, connectors);
  return 0;
}
