// A deployment of real processes that can be killed: comityd on a store of its own, comity-connect in front of it.
#ifndef COMITY_TESTS_SUPPORT_DEPLOYMENT_H_
#define COMITY_TESTS_SUPPORT_DEPLOYMENT_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "clients/cpp/client.h"
#include "tests/support/process.h"

namespace comity::testing {

class Deployment {
 public:
  // `wrapper` = a command that is given the data folder and then the service's own command, to run it in a namespace of its own, say.
  explicit Deployment(std::vector<std::string> wrapper = {});
  ~Deployment();

  // `environment` = `NAME=VALUE`s for the process. COMITY_FAILPOINTS among them is allowed. `flags` go behind the service's own.
  void StartService(const std::vector<std::string>& environment = {}, const std::vector<std::string>& flags = {});
  void StartConnect(const std::vector<std::string>& environment = {});
  void KillService();
  void KillConnect();
  // Time until the service answers calls again, or more than the deadline.
  std::chrono::milliseconds AwaitService(std::chrono::milliseconds deadline);
  std::chrono::milliseconds AwaitConnect(std::chrono::milliseconds deadline);

  // With the steward's rights; a new channel each time.
  std::unique_ptr<client::Client> Steward() const;
  // As a connector, for source `load`.
  std::unique_ptr<client::Client> Connector() const;
  // The same, with this one attempt and this deadline for each call: for tests that count what became of it.
  std::unique_ptr<client::Client> ConnectorOfOneAttempt(std::chrono::milliseconds deadline, int port = 0) const;
  std::unique_ptr<client::Client> StewardOfOneAttempt(std::chrono::milliseconds deadline) const;
  // As this person, with the role of a member.
  std::unique_ptr<client::Client> Member(const std::string& person) const;
  std::string hook_url() const { return HookUrl("hooks"); }  // of the deployment's own source
  std::string HookUrl(const std::string& source) const;
  // Registers a source and leaves a connector's token for it in `ID.token` of dir(). False: refused.
  bool AddSource(const std::string& id, const std::string& suite, const std::string& instance) const;
  // Applies a whole directory document. False: refused.
  bool Apply(const std::string& directory) const;
  // Adds lines to connect.yaml, below `sources:`, and stops comity-connect, which reads them when it is started again.
  void Configure(const std::string& yaml);
  int hook_port() const { return hook_port_; }
  pid_t connect_pid() const { return connect_->pid(); }
  std::string http_url() const;  // of the service's door
  std::string server() const;    // its gRPC address
  int grpc_port() const { return grpc_port_; }
  Process& service() { return *service_; }
  Process& connect() { return *connect_; }
  std::string store_path() const { return dir_ / "data/comity.db"; }
  const TempDir& dir() const { return dir_; }
  std::string log() const { return dir_ / "log"; }

 private:
  std::unique_ptr<client::Client> Connect(client::Options options) const;
  void SetUp();

  const std::vector<std::string> wrapper_;
  TempDir dir_;
  int grpc_port_, http_port_, hook_port_;
  std::unique_ptr<Process> service_, connect_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_DEPLOYMENT_H_
