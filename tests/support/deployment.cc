#include "tests/support/deployment.h"

#include <filesystem>
#include <stdexcept>

#include "comity/v1/admin.pb.h"
#include "comity/v1/directory.pb.h"
#include "service/net/http.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStart(30'000);  // more than enough under a sanitizer on a busy machine

std::string DirectoryDocument() {
  std::string people = "people:\n", memberships = "memberships:\n";
  for (int i = 0; i < kPeople; ++i) {
    const std::string id = "p" + std::to_string(i);
    people += "  - {id: " + id + ", name: Person " + std::to_string(i) + ", accounts: [\"github:github.com:" + std::to_string(1000 + i) +
              "\"]}\n";
    memberships += "  - {person: " + id + ", team: " + (i % 2 == 0 ? "alpha" : "beta") + "}\n";
  }
  return people + "teams:\n  - {id: alpha, name: Alpha}\n  - {id: beta, name: Beta}\n" + memberships +
         "ownership:\n  - {match: \"github:github.com:repo:acme/*\", team: beta}\n";
}

void Must(const absl::Status& status, const char* what) {
  if (!status.ok()) throw std::runtime_error(std::string(what) + ": " + status.ToString());
}

milliseconds Await(const std::function<bool()>& ready, milliseconds deadline) {
  const auto start = steady_clock::now();
  WaitUntil(ready, deadline);
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

// `env` becomes what it runs: the process keeps its id.
void AddEnvironment(const std::vector<std::string>& environment, std::vector<std::string>& command) {
  if (environment.empty()) return;
  command.emplace_back("/usr/bin/env");
  command.insert(command.end(), environment.begin(), environment.end());
}

client::Options Patient(const std::string& token_file) {
  client::Options options;
  options.server = "";
  options.token_file = token_file;
  options.deadline = std::chrono::minutes(5);
  return options;
}

client::Options Hasty(const std::string& token_file, milliseconds deadline) {
  client::Options options = Patient(token_file);
  options.deadline = deadline;
  options.max_attempts = 1;
  return options;
}

bool Answers(int port) {
  const auto response = net::Fetch("GET", "http://127.0.0.1:" + std::to_string(port) + "/healthz", {}, "", {std::chrono::seconds(2)});
  return response.ok() && response->status == 200;
}

}  // namespace

Deployment::Deployment(std::vector<std::string> wrapper)
    : wrapper_(std::move(wrapper)), grpc_port_(FreePort()), http_port_(FreePort()), hook_port_(FreePort()) {
  Process init({COMITY_BIN_DIR "/comityd", "init", "--data-dir", dir_ / "data"}, log());
  if (init.Wait() != 0) throw std::runtime_error("comityd init failed: " + ReadFile(log()));
  StartService();
  if (AwaitService(kStart) > kStart) throw std::runtime_error("comityd does not answer: " + ReadFile(log()));
  SetUp();
  StartConnect();
  if (AwaitConnect(kStart) > kStart) throw std::runtime_error("comity-connect does not answer: " + ReadFile(log()));
}

Deployment::~Deployment() = default;

void Deployment::StartService(const std::vector<std::string>& environment, const std::vector<std::string>& flags) {
  std::vector<std::string> command = wrapper_;
  if (!command.empty()) command.push_back(dir_ / "data");
  AddEnvironment(environment, command);
  for (const std::string& word :
       {std::string(COMITY_BIN_DIR "/comityd"), std::string("--data-dir"), dir_ / "data", std::string("--listen"),
        "127.0.0.1:" + std::to_string(grpc_port_), std::string("--http-listen"), "127.0.0.1:" + std::to_string(http_port_)}) {
    command.push_back(word);
  }
  if (!environment.empty()) command.emplace_back("--failpoints");
  command.insert(command.end(), flags.begin(), flags.end());
  service_ = std::make_unique<Process>(std::move(command), log());
}
void Deployment::StartConnect(const std::vector<std::string>& environment) {
  std::vector<std::string> command;
  AddEnvironment(environment, command);
  for (const std::string& word : {std::string(COMITY_BIN_DIR "/comity-connect"), std::string("--config"), dir_ / "connect.yaml"})
    command.push_back(word);
  if (!environment.empty()) command.emplace_back("--failpoints");
  connect_ = std::make_unique<Process>(std::move(command), log());
}
void Deployment::KillService() { service_->Kill(); }
void Deployment::KillConnect() { connect_->Kill(); }
milliseconds Deployment::AwaitService(milliseconds deadline) {
  return Await([this] { return Answers(http_port_); }, deadline);
}
milliseconds Deployment::AwaitConnect(milliseconds deadline) {
  return Await([this] { return Answers(hook_port_); }, deadline);
}

std::string Deployment::HookUrl(const std::string& source) const {
  return "http://127.0.0.1:" + std::to_string(hook_port_) + "/in/" + source;
}
bool Deployment::AddSource(const std::string& id, const std::string& suite, const std::string& instance) const {
  const std::unique_ptr<client::Client> steward = Steward();
  v1::CreateSourceRequest source;
  source.set_source_id(id);
  source.mutable_source()->set_suite(suite);
  source.mutable_source()->set_instance(instance);
  v1::Source created;
  v1::CreateTokenRequest token;
  v1::CreateTokenResponse made;
  if (!steward->Call("/comity.v1.AdminService/CreateSource", source, &created).ok()) return false;
  token.mutable_token()->add_roles(v1::ROLE_CONNECTOR);
  token.mutable_token()->add_sources(created.name());
  if (!steward->Call("/comity.v1.AdminService/CreateToken", token, &made).ok()) return false;
  WriteFile(dir_ / (id + ".token"), made.secret());
  return true;
}
void Deployment::Configure(const std::string& yaml) {
  WriteFile(dir_ / "connect.yaml", ReadFile(dir_ / "connect.yaml") + yaml);
  KillConnect();
}
bool Deployment::Apply(const std::string& directory) const {
  v1::ApplyDirectoryRequest apply;
  apply.set_document(directory);
  v1::ApplyDirectoryResponse applied;
  return Steward()->Call("/comity.v1.DirectoryService/ApplyDirectory", apply, &applied).ok();
}
std::string Deployment::server() const { return "127.0.0.1:" + std::to_string(grpc_port_); }
std::string Deployment::http_url() const { return "http://127.0.0.1:" + std::to_string(http_port_); }

std::unique_ptr<client::Client> Deployment::Connect(client::Options options) const {
  if (options.server.empty()) options.server = server();
  auto client = client::Client::Create(options);
  Must(client.status(), "client");
  return *std::move(client);
}
std::unique_ptr<client::Client> Deployment::Steward() const { return Connect(Patient(dir_ / "data/admin.token")); }
std::unique_ptr<client::Client> Deployment::Connector() const { return Connect(Patient(dir_ / "connector.token")); }
std::unique_ptr<client::Client> Deployment::ConnectorOfOneAttempt(milliseconds deadline, int port) const {
  client::Options options = Hasty(dir_ / "connector.token", deadline);
  if (port != 0) options.server = "127.0.0.1:" + std::to_string(port);
  return Connect(options);
}
std::unique_ptr<client::Client> Deployment::StewardOfOneAttempt(milliseconds deadline) const {
  return Connect(Hasty(dir_ / "data/admin.token", deadline));
}

std::unique_ptr<client::Client> Deployment::Member(const std::string& person) const {
  v1::CreateTokenRequest token;
  token.mutable_token()->add_roles(v1::ROLE_MEMBER);
  token.mutable_token()->set_person("people/" + person);
  v1::CreateTokenResponse made;
  Must(Steward()->Call("/comity.v1.AdminService/CreateToken", token, &made), "token");
  WriteFile(dir_ / (person + ".token"), made.secret());
  return Connect(Patient(dir_ / (person + ".token")));
}

void Deployment::SetUp() {
  const auto admin = Steward();
  v1::ApplyDirectoryRequest apply;
  apply.set_document(DirectoryDocument());
  v1::ApplyDirectoryResponse applied;
  Must(admin->Call("/comity.v1.DirectoryService/ApplyDirectory", apply, &applied), "directory");
  v1::CreateTokenRequest token;
  token.mutable_token()->add_roles(v1::ROLE_CONNECTOR);
  for (const char* id : {"load", "hooks"}) {
    v1::CreateSourceRequest source;
    source.set_source_id(id);
    source.mutable_source()->set_suite("github");
    source.mutable_source()->set_instance("github.com");
    v1::Source created;
    Must(admin->Call("/comity.v1.AdminService/CreateSource", source, &created), "source");
    token.mutable_token()->add_sources(created.name());
  }
  v1::CreateTokenResponse made;
  Must(admin->Call("/comity.v1.AdminService/CreateToken", token, &made), "token");
  WriteFile(dir_ / "connector.token", made.secret());
  WriteFile(dir_ / "hook.secret", kHookSecret);
  WriteFile(dir_ / "connect.yaml", "server: 127.0.0.1:" + std::to_string(grpc_port_) + "\ntoken_file: " + (dir_ / "connector.token") +
                                       "\nlisten: 127.0.0.1:" + std::to_string(hook_port_) + "\nspool_dir: " + (dir_ / "spool") +
                                       "\nsources:\n  - id: hooks\n    suite: github\n    instance: github.com\n    secret_files: [" +
                                       (dir_ / "hook.secret") + "]\n");
}

}  // namespace comity::testing
