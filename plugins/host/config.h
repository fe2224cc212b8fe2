// comity-connect's configuration file: YAML, read once, every fault reported at once.
#ifndef COMITY_PLUGINS_HOST_CONFIG_H_
#define COMITY_PLUGINS_HOST_CONFIG_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plugins/connectors.h"
#include "plugins/sdk/connector.h"

namespace comity::host {

// How a source's suite is asked for what hooks did not bring: `poll` in the file.
struct PollConfig {
  std::string read_token_file;  // read at the start of each round, so that a new token needs no restart; empty: none is shown
  std::string api_base;         // without a slash at its end
  absl::Duration every = absl::Minutes(5);
  absl::Duration overlap = absl::Minutes(5);
  absl::Duration back_fill = absl::Hours(24);  // before the first round
  int max_requests = 400;                      // of one round; the next one goes on. GitHub allows 5,000 an hour
  size_t max_bytes = size_t{256} << 20;        // of one round: max_mib
};

// What may be published into a source's suite, and how: `publish` in the file.
struct PublishConfig {
  std::string token_file;  // of an account that may write, and of no other use; read for each run
  std::string api_base;    // without a slash at its end; nothing is sent elsewhere
  std::vector<sdk::ArtifactKind> kinds;
};

struct SourceConfig {
  sdk::Source source;      // with its secrets, read from their files
  std::string token_file;  // its own, or the common one
  std::optional<PollConfig> poll = std::nullopt;
  std::string hook_url{};  // where its hooks arrive, as suites see it: its own, or the common one with /in/ID; empty: nobody said
  std::optional<PublishConfig> publish = std::nullopt;  // none: nothing is ever written there
};

struct Config {
  std::string server = "127.0.0.1:7070";
  std::string listen = "127.0.0.1:7090";
  std::string spool_dir;
  size_t spool_max_bytes = size_t{1} << 30;  // spool_max_mib in the file
  std::vector<SourceConfig> sources;
};

// File names are relative to `base_dir`. Errors: INVALID_ARGUMENT (CONFIG_INVALID) with one fault for each thing wrong: its field is
// `line 12: sources[0].id`, its description says what to do.
absl::StatusOr<Config> ParseConfig(std::string_view text, const std::string& base_dir, const Connectors& connectors);
// Errors: NOT_FOUND, and those of ParseConfig; file names are relative to the file's folder.
absl::StatusOr<Config> ReadConfig(const std::string& path, const Connectors& connectors);

// What is odd about the public address of a source's hooks, in plain words; empty: nothing.
std::string HookAddressDoubt(const SourceConfig& source);

// What is in force, for people: secrets print as ***.
std::string Describe(const Config& config, const Connectors& connectors);

// `90s`, `5m`, `24h`, `30d`; nullopt for anything else.
std::optional<absl::Duration> ParseSpan(std::string_view text);

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_CONFIG_H_
