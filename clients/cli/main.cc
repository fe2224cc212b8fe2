// comity: the command line.
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "clients/cli/run.h"

namespace {

size_t TerminalColumns() {
  winsize size{};
  return isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

int main(int count, char** values) {
  std::signal(SIGPIPE, SIG_DFL);  // `comity … | head` ends quietly
  comity::cli::Environment environment{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .out_is_terminal = isatty(STDOUT_FILENO) == 1,
      .err_is_terminal = isatty(STDERR_FILENO) == 1,
      .variable =
          [](const char* name) {
            const char* value = std::getenv(name);
            return std::string(value == nullptr ? "" : value);
          },
      .connect = [](const comity::client::Options& options) { return comity::client::Client::Create(options); },
      .out_columns = TerminalColumns(),
      .in_is_terminal = isatty(STDIN_FILENO) == 1,
  };
  return comity::cli::Run(std::vector<std::string>(values + 1, values + count), environment);
}
