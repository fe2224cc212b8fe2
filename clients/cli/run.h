// The command line as a whole: parse, run, print errors in plain words.
#ifndef COMITY_CLIENTS_CLI_RUN_H_
#define COMITY_CLIENTS_CLI_RUN_H_

#include <string>
#include <vector>

#include "clients/cli/session.h"

namespace comity::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitRefused = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitUnavailable = 3;

// `arguments` without the program's name. Returns the exit code.
int Run(const std::vector<std::string>& arguments, Environment& environment);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_RUN_H_
