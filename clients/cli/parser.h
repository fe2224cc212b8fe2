// Arguments to a verb with its values. The one place that knows CLI11.
#ifndef COMITY_CLIENTS_CLI_PARSER_H_
#define COMITY_CLIENTS_CLI_PARSER_H_

#include <string>
#include <vector>

#include "clients/cli/verb.h"

namespace comity::cli {

struct Parsed {
  const Verb* verb = nullptr;  // nullptr: print `text` and stop
  Arguments arguments;         // with the options every verb has: server, token-file, tls-ca-file, output
  std::string text;
  bool ok = true;  // false: `text` is a usage error
};

Parsed Parse(const std::vector<Verb>& verbs, const std::vector<std::string>& arguments);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_PARSER_H_
