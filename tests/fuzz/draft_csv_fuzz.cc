// The table of people and teams that `comity directory draft` reads. What it writes of it is a directory file, whatever stood in the cells.
// Link: comity_cli comity_app
#include "clients/cli/draft.h"
#include "service/app/directory_file.h"
#include "service/base/error.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto draft = comity::cli::DraftFromCsv(comity::fuzz::Text(data, size));
  if (!draft.ok()) {
    Require(!draft.status().message().empty(), "a refusal says something");
    return 0;
  }
  const std::string yaml = comity::cli::WriteDraft(*draft);
  Require(comity::cli::WriteDraft(*draft) == yaml, "the same table gives the same file");
  // What the people who review it have to mend is theirs; that it can be read at all is not.
  const auto file = comity::app::ParseDirectoryFile(yaml, {}, false);
  if (!file.ok()) {
    for (const auto& fault : comity::DetailsOf(file.status()).faults)
      Require(fault.description.find("YAML") == std::string::npos, "no cell breaks out of its value");
  }
  return 0;
}
