// The service's configuration: one struct, read once, every fault reported at once.
#ifndef COMITY_SERVICE_CONFIG_H_
#define COMITY_SERVICE_CONFIG_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace comity {

struct Config {
  std::string listen = "127.0.0.1:7070";       // gRPC
  std::string http_listen = "127.0.0.1:7080";  // the door
  std::string data_dir;                        // ~/.local/share/comity
  std::string store;                           // sqlite:DATA_DIR/comity.db
  int audit_days = 400;                        // records of calls and reads are kept so long
  int policy_approvals = 2;                    // distinct stewards whose yes a policy needs
  bool outbound_private = false;               // outbound webhooks may lead to private addresses, and to loopback without TLS
};

// By key as in the file (`listen`, `http_listen`, `store`, `data_dir`, `policy_approvals`, `audit_days`, `outbound_private`); what is not
// there keeps its default.
using ConfigFlags = std::map<std::string, std::string>;

// Reads the YAML file at `path` (none if empty); flags win over it. `home` is where the default data directory lies.
// Errors: INVALID_ARGUMENT (CONFIG_INVALID) with a fault for each wrong line: its place (`comityd.yaml:3 listen`) and the remedy;
//         NOT_FOUND if the file is not there.
absl::StatusOr<Config> LoadConfig(const std::string& path, const ConfigFlags& flags, std::string_view home);

// A fault a line, for people: `comityd.yaml:3 listen: must be host:port, for example 127.0.0.1:7070`.
std::string DescribeFaults(const absl::Status& status);

}  // namespace comity

#endif  // COMITY_SERVICE_CONFIG_H_
