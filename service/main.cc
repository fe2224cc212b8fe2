// comityd: config → store → use cases → gRPC and the door. The only file that knows them all.
#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "service/app/admin_app.h"
#include "service/app/audit_retention.h"
#include "service/app/backups.h"
#include "service/app/checkpoints.h"
#include "service/app/deed_app.h"
#include "service/app/directory_app.h"
#include "service/app/duty_app.h"
#include "service/app/duty_rounds.h"
#include "service/app/endpoint_app.h"
#include "service/app/endpoint_secret.h"
#include "service/app/event_app.h"
#include "service/app/recognition_app.h"
#include "service/app/rule_watch.h"
#include "service/app/sender.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/base/version.h"
#include "service/config.h"
#include "service/door/door.h"
#include "service/init.h"
#include "service/obs/log.h"
#include "service/restore.h"
#include "service/rpc/server.h"
#include "service/system_uids.h"

namespace comity {
namespace {

constexpr absl::Duration kDrain = absl::Seconds(30);
constexpr absl::Duration kSenderDrain = absl::Seconds(5);  // of one attempt at a webhook; it is made again after the next start

struct CommandLine {
  std::string config_file;
  ConfigFlags flags;
  bool init = false, pilot = false, failpoints = false;
  bool restore = false, replace = false, check_backup = false;
  std::string folder;  // of the backup
};

// Everything that runs, in the order in which it must be made; it is unmade the other way round.
struct Deployment {
  Deployment(std::unique_ptr<store::Store> opened, const Config& config) : store(std::move(opened)) {
    context.policy_approvals = config.policy_approvals;
    context.outbound_private = config.outbound_private;
  }

  std::unique_ptr<store::Store> store;
  obs::SystemClock clock;
  obs::Metrics metrics;
  SystemUids uids;
  app::Writer writer{*store, metrics};
  app::Snapshots snapshots{*store};
  app::Judging judging{snapshots, metrics};
  app::JobRunner jobs{*store, writer, judging, clock};
  app::Context context{*store, writer, snapshots, judging, jobs, clock, metrics, uids};
  app::AdminApp admin{context};
  app::DirectoryApp directory{context};
  app::EventApp events{context};
  app::DeedApp deeds{context};
  app::RecognitionApp recognition{context};
  app::EndpointApp endpoints{context};
  app::DutyApp duties{context};
  std::unique_ptr<app::Checkpoints> checkpoints;
  std::unique_ptr<app::Backups> backups;
  std::unique_ptr<app::EndpointSecrets> secrets;
  std::unique_ptr<app::Sender> sender;
  app::RuleWatch rules{context};
  app::DutyRounds duty_rounds{context};
};

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "comityd: %s\n", DescribeFaults(status).c_str());
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

// `127.0.0.1:0` with the port that was found.
std::string WithPort(const std::string& address, int port) { return address.substr(0, address.rfind(':') + 1) + std::to_string(port); }

absl::Status Serve(const Config& config, const sigset_t& stop_signals) {
  COMITY_ASSIGN_OR_RETURN(auto store, store::OpenStore(config.store, /*create=*/false));
  Deployment deployment(std::move(store), config);
  COMITY_ASSIGN_OR_RETURN(deployment.checkpoints, app::Checkpoints::Open(*deployment.store, deployment.writer, deployment.clock,
                                                                         config.data_dir + "/checkpoint.key"));
  deployment.backups = std::make_unique<app::Backups>(*deployment.store, *deployment.checkpoints, deployment.clock, config.data_dir);
  deployment.context.checkpoints = deployment.checkpoints.get();
  deployment.context.backups = deployment.backups.get();
  COMITY_ASSIGN_OR_RETURN(deployment.secrets, app::EndpointSecrets::Open(config.data_dir + "/endpoint.key"));
  deployment.context.endpoint_secrets = deployment.secrets.get();
  deployment.sender = std::make_unique<app::Sender>(deployment.context, *deployment.secrets, config.outbound_private);
  deployment.context.sender = deployment.sender.get();
  deployment.checkpoints->StartDaily();
  const app::AuditRetention retention(deployment.writer, deployment.clock, absl::Hours(24 * config.audit_days));
  const rpc::Apps apps{deployment.admin,       deployment.directory, deployment.events, deployment.deeds,
                       deployment.recognition, deployment.endpoints, deployment.duties};
  COMITY_ASSIGN_OR_RETURN(const auto server, rpc::Server::Start(config.listen, apps, deployment.context));
  COMITY_ASSIGN_OR_RETURN(const auto door, door::Door::Start({config.http_listen, [&server = *server] { return server.serving(); }},
                                                             server->InProcessChannel(), deployment.metrics));
  std::printf("comityd %s serves gRPC on %s and HTTP on http://%s\n", std::string(Version()).c_str(),
              WithPort(config.listen, server->port()).c_str(), WithPort(config.http_listen, door->port()).c_str());
  std::fflush(stdout);
  obs::Log(obs::Level::kInfo, "Ready", {{"listen", config.listen}, {"version", Version()}});
  int signal = 0;
  sigwait(&stop_signals, &signal);
  obs::Log(obs::Level::kInfo, "Stopping", {{"signal", signal}});
  server->Stop(kDrain);
  door->Stop(std::chrono::seconds(1));  // after the calls it had under way
  deployment.sender->Stop(kSenderDrain);
  obs::Log(obs::Level::kInfo, "Stopped");
  return absl::OkStatus();
}

int Run(const CommandLine& line, const sigset_t& stop_signals) {
  if (const absl::Status armed = failpoint::ArmFromEnvironment(line.failpoints); !armed.ok()) return Fail(armed);
  const char* home = std::getenv("HOME");
  const absl::StatusOr<Config> config = LoadConfig(line.config_file, line.flags, home == nullptr ? "" : home);
  if (!config.ok()) return Fail(config.status());
  if (line.init) {
    SystemUids uids;
    const absl::Status status = InitDeployment(*config, line.pilot, obs::SystemClock(), uids);
    if (!status.ok()) return Fail(status);
    std::printf("The store is ready. The first token (administrator and steward) is in %s\n", AdminTokenFile(*config).c_str());
    return 0;
  }
  if (line.restore || line.check_backup) {
    const auto done = line.restore ? RestoreBackup(*config, line.folder, line.replace) : CheckBackup(line.folder);
    if (!done.ok()) return Fail(done.status());
    std::printf("%s\n", done->c_str());
    return 0;
  }
  const absl::Status status = Serve(*config, stop_signals);
  return status.ok() ? 0 : Fail(status);
}

void AddFlag(CLI::App& app, const char* flag, const char* key, const char* help, CommandLine& line) {
  app.add_option_function<std::string>(
      flag, [&line, key](const std::string& text) { line.flags[key] = text; }, help);
}

}  // namespace
}  // namespace comity

int main(int argc, char** argv) {
  setenv("GRPC_VERBOSITY", "NONE", 0);  // gRPC's own lines are no JSON, and say nothing that the statuses do not
  comity::CommandLine line;
  CLI::App app{"The Comity service: takes facts in, credits help between teams, explains each credit, lets those concerned put it right."};
  app.set_version_flag("--version", "comityd " + std::string(comity::Version()));
  app.add_option(
      "--config", line.config_file,
      "YAML file with the keys listen, http_listen, store, data_dir, policy_approvals, audit_days, outbound_private; flags win over it");
  comity::AddFlag(app, "--listen", "listen", "gRPC address (127.0.0.1:7070)", line);
  comity::AddFlag(app, "--http-listen", "http_listen", "HTTP address (127.0.0.1:7080)", line);
  comity::AddFlag(app, "--store", "store", "sqlite:PATH (sqlite:DATA_DIR/comity.db)", line);
  comity::AddFlag(app, "--data-dir", "data_dir", "where everything is kept (~/.local/share/comity)", line);
  comity::AddFlag(app, "--policy-approvals", "policy_approvals", "stewards who have to approve a policy (2)", line);
  app.add_flag("--failpoints", line.failpoints)->group("");  // for tests, hidden: see service/base/failpoint.h
  comity::AddFlag(app, "--audit-days", "audit_days", "how long records of calls and reads are kept (400)", line);
  comity::AddFlag(app, "--outbound-private", "outbound_private", "true: webhooks may lead to private addresses too (false)", line);
  CLI::App* init = app.add_subcommand("init", "Create the store with policy 1 and the first token");
  init->fallthrough();
  init->add_flag("--pilot", line.pilot, "write policy 1 in SHADOW: judged and shown, credited to nobody");
  CLI::App* restore = app.add_subcommand("restore", "Put a backup's store in place, while no service runs on it");
  restore->fallthrough();
  restore->add_option("FOLDER", line.folder, "what `comity admin backup` made")->required();
  restore->add_flag("--replace", line.replace, "move a store that is there aside");
  CLI::App* check = app.add_subcommand("check-backup", "Check a backup's copy, its whole ledger and its signed checkpoint");
  check->add_option("FOLDER", line.folder, "what `comity admin backup` made")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;  // help and version are 0
  }
  line.init = init->parsed();
  line.restore = restore->parsed();
  line.check_backup = check->parsed();
  // Blocked before any thread is there, so that every thread inherits it and only sigwait sees them.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is a full disk, not a crash
  return comity::Run(line, stop_signals);
}
