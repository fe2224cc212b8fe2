// comity-connect: receives webhooks, keeps them safe, asks suites for what they did not send, and hands all facts to comityd.
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "clients/cpp/client.h"
#include "plugins/host/backfill.h"
#include "plugins/host/dead_command.h"
#include "plugins/host/host.h"
#include "plugins/host/publish_command.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

constexpr std::string_view kUsage =
    R"(Usage: comity-connect --config FILE             runs until SIGTERM or Ctrl-C
       comity-connect --config FILE --check     checks the file, prints what is in force (secrets as ***)
       comity-connect backfill SOURCE --since 90d [--restart] --config FILE   reads what the suite knows of the past; beside the running one
       comity-connect publish SOURCE FILE [--dry-run] --config FILE   puts what FILE holds into the suite; each thing once
       comity-connect dead list --config FILE   deliveries that could not be read, with their reasons
       comity-connect dead replay WHICH --config FILE
       comity-connect dead drop WHICH --config FILE   (WHICH: ID…, --all, --source ID, --naming WORD)
       comity-connect --version | --help

FILE is YAML with server, token_file, listen, spool_dir, spool_max_mib and sources; plugins/host/README.md shows one.
)";
constexpr auto kGrace = std::chrono::seconds(10);
constexpr int kExpireMillis = 3600 * 1000;

int Fail(const absl::Status& status) {
  std::cerr << "comity-connect: " << status.message() << "\n";
  for (const FieldFault& fault : DetailsOf(status).faults) std::cerr << "  " << fault.field << " " << fault.description << "\n";
  return 2;
}

// Nothing may be answered after this: the process must be gone at once, not tidied up.
void EndAtOnce(const absl::Status& status) {
  obs::Log(obs::Level::kError, "The spool cannot be trusted any more; ending. Start again after looking at its disk.",
           {{"error", std::string_view(status.message().data(), status.message().size())}});
  ::_exit(70);
}

// More connections than the usual soft limit of 1024 descriptors allows.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 16'384);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

auto SinkMaker(const Config& config) {
  return [server = config.server](const std::string& token_file) -> absl::StatusOr<std::unique_ptr<client::EventSink>> {
    client::Options options;
    options.server = server;
    options.token_file = token_file;
    options.deadline = std::chrono::seconds(10);
    options.max_attempts = 1;  // the host waits and repeats by itself, for as long as it takes
    COMITY_ASSIGN_OR_RETURN(std::unique_ptr<client::Client> made, client::Client::Create(options));
    return std::unique_ptr<client::EventSink>(std::move(made));
  };
}

// SIGTERM and Ctrl-C as a descriptor to wait for; call it before any thread is there.
int SignalFile() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return ::signalfd(-1, &signals, SFD_CLOEXEC);
}

int Backfill(const std::vector<std::string>& words, const Config& config, const Connectors& connectors) {
  BackfillRequest request{"", absl::Hours(24) * 90, false};
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--restart") {
      request.restart = true;
    } else if (words[i] == "--since" && i + 1 < words.size()) {
      const auto since = ParseSince(words[++i]);
      if (!since.ok()) return Fail(since.status());
      request.since = *since;
    } else if (request.source.empty() && !words[i].starts_with('-')) {
      request.source = words[i];
    } else {
      std::cerr << kUsage;
      return 2;
    }
  }
  if (request.source.empty()) {
    std::cerr << kUsage;
    return 2;
  }
  const int signal_file = SignalFile();
  obs::SystemClock clock;
  BackfillParts parts{.make_sink = SinkMaker(config),
                      .wait =
                          [signal_file](std::chrono::milliseconds pause) {
                            pollfd wait{signal_file, POLLIN, 0};
                            return ::poll(&wait, 1, static_cast<int>(pause.count())) > 0;
                          },
                      .clock = clock,
                      .fetch = nullptr,
                      .poller = {},
                      .terminal = ::isatty(STDOUT_FILENO) != 0};
  const absl::Status read = RunBackfill(config, connectors, request, std::move(parts), std::cout);
  return read.ok() ? 0 : Fail(read);
}

int Publish(const std::vector<std::string>& words, const Config& config, const Connectors& connectors) {
  PublishRequest request;
  std::vector<std::string> names;
  for (const std::string& word : words) {
    if (word == "--dry-run") {
      request.dry_run = true;
    } else if (!word.starts_with('-')) {
      names.push_back(word);
    } else {
      names.clear();
      break;
    }
  }
  if (names.size() != 2) {
    std::cerr << kUsage;
    return 2;
  }
  request.source = names[0];
  request.file = names[1];
  const int signal_file = SignalFile();
  obs::SystemClock clock;
  PublisherParts parts{.fetch = nullptr, .clock = clock, .wait = [signal_file](std::chrono::milliseconds pause) {
                         pollfd wait{signal_file, POLLIN, 0};
                         return ::poll(&wait, 1, static_cast<int>(pause.count())) > 0;
                       }};
  const absl::Status published = RunPublish(config, connectors, request, std::move(parts), std::cout);
  return published.ok() ? 0 : Fail(published);
}

int RunHost(const Config& config, const Connectors& connectors) {
  const int signal_file = SignalFile();
  obs::SystemClock clock;
  obs::Metrics metrics;
  HostParts parts;
  parts.make_sink = SinkMaker(config);
  parts.on_failure = EndAtOnce;
  parts.clock = &clock;
  parts.metrics = &metrics;
  auto host = Host::Start(config, connectors, std::move(parts));
  if (!host.ok()) return Fail(host.status());
  obs::Log(obs::Level::kInfo, "Ready for webhooks.",
           {{"port", (*host)->port()}, {"sources", config.sources.size()}, {"backlog", (*host)->spool().records()}});
  pollfd wait{signal_file, POLLIN, 0};
  while (::poll(&wait, 1, kExpireMillis) <= 0) (*host)->Expire();
  obs::Log(obs::Level::kInfo, "Stopping.");
  (*host)->Stop(kGrace);
  obs::Log(obs::Level::kInfo, "Stopped.", {{"backlog", (*host)->spool().records()}});
  return 0;
}

int Main(std::vector<std::string> words) {
  std::string config_path;
  bool check = false, dead = false, backfill = false, publish = false, failpoints = false;
  std::vector<std::string> rest;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--help" || words[i] == "-h") {
      std::cout << kUsage;
      return 0;
    }
    if (words[i] == "--version") {
      std::cout << "comity-connect " COMITY_VERSION "\n";
      return 0;
    }
    if (words[i] == "--config" && i + 1 < words.size()) {
      config_path = words[++i];
    } else if (words[i].starts_with("--config=")) {
      config_path = words[i].substr(9);
    } else if (words[i] == "--check") {
      check = true;
    } else if (words[i] == "--failpoints") {  // for tests: see service/base/failpoint.h
      failpoints = true;
    } else if (words[i] == "dead" && i == 0) {
      dead = true;
    } else if (words[i] == "backfill" && i == 0) {
      backfill = true;
    } else if (words[i] == "publish" && i == 0) {
      publish = true;
    } else {
      rest.push_back(words[i]);
    }
  }
  if (config_path.empty() || (!dead && !backfill && !publish && !rest.empty())) {
    std::cerr << kUsage;
    return 2;
  }
  if (const absl::Status armed = failpoint::ArmFromEnvironment(failpoints); !armed.ok()) return Fail(armed);
  const Connectors connectors = MakeConnectors();
  const auto config = ReadConfig(config_path, connectors);
  if (!config.ok()) return Fail(config.status());
  if (check) {
    std::cout << Describe(*config, connectors);
    return 0;
  }
  if (dead) {
    auto letters = DeadLetters::Open(config->spool_dir);
    if (!letters.ok()) return Fail(letters.status());
    return RunDeadCommand(rest, *config, connectors, **letters, SinkMaker(*config), std::cout, std::cerr);
  }
  if (backfill) return Backfill(rest, *config, connectors);
  if (publish) return Publish(rest, *config, connectors);
  return RunHost(*config, connectors);
}

}  // namespace
}  // namespace comity::host

int main(int argc, char** argv) {
  ::umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is a full disk, not a crash
  comity::host::RaiseDescriptorLimit();
  return comity::host::Main(std::vector<std::string>(argv + 1, argv + argc));
}
