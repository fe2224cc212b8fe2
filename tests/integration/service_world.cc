#include "tests/integration/service_world.h"

#include <cstdlib>
#include <future>

#include "google/rpc/error_details.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "service/app/convert.h"
#include "service/base/secret_file.h"
#include "service/init.h"

namespace comity::test {
namespace {

constexpr char kDirectory[] = R"(
people:
  - {id: ana, name: Ana Example, accounts: ["github:github.com:1"]}
  - {id: bo, name: Bo Example, accounts: ["github:github.com:2"]}
  - {id: cara, name: Cara Example, accounts: ["github:github.com:3"]}
  - {id: erik, name: Erik Example, accounts: ["github:github.com:5"]}
teams:
  - {id: payments, name: Payments, function: engineering}
  - {id: checkout, name: Checkout, function: engineering}
  - {id: operations, name: Operations, function: operations}
memberships:
  - {person: ana, team: payments}
  - {person: cara, team: payments}
  - {person: bo, team: checkout}
  - {person: erik, team: operations}
ownership:
  - {match: "github:github.com:repo:acme/billing", team: payments}
)";

std::filesystem::path NewFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "comity-world-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

std::string ReasonOf(const google::rpc::Status& status) {
  google::rpc::ErrorInfo info;
  for (const auto& detail : status.details()) {
    if (detail.UnpackTo(&info)) return info.domain() == "comity" ? info.reason() : "";
  }
  return "";
}

}  // namespace

World::World() : folder(NewFolder()) {
  Config config;
  config.data_dir = folder.string();
  config.store = "sqlite:" + (folder / "comity.db").string();
  const absl::Status made = InitDeployment(config, /*pilot=*/false, clock, uids);
  if (!made.ok()) ADD_FAILURE() << made;
  admin_token = ReadSecretFile(AdminTokenFile(config)).value_or("");
  store = std::make_unique<testing::FaultyStore>(store::OpenStore(config.store, false).value());
  writer = std::make_unique<app::Writer>(*store, metrics);
  snapshots = std::make_unique<app::Snapshots>(*store);
  judging = std::make_unique<app::Judging>(*snapshots, metrics);
  jobs = std::make_unique<app::JobRunner>(*store, *writer, *judging, clock);
  context = std::make_unique<app::Context>(app::Context{*store, *writer, *snapshots, *judging, *jobs, clock, metrics, uids});
  checkpoints = app::Checkpoints::Open(*store, *writer, clock, folder / "checkpoint.key").value();
  backups = std::make_unique<app::Backups>(*store, *checkpoints, clock, folder);
  context->checkpoints = checkpoints.get();
  context->backups = backups.get();
  context->endpoint_secrets = &secrets;
  admin = std::make_unique<app::AdminApp>(*context);
  directory = std::make_unique<app::DirectoryApp>(*context);
  events = std::make_unique<app::EventApp>(*context);
  deeds = std::make_unique<app::DeedApp>(*context);
  recognition = std::make_unique<app::RecognitionApp>(*context);
  endpoints = std::make_unique<app::EndpointApp>(*context);
  checkins = std::make_unique<app::CheckInApp>(*context);
  duties = std::make_unique<app::DutyApp>(*context);
  Restart();
  ApplyDirectory();
}

World::~World() {
  door.reset();
  server.reset();
  backups.reset();
  checkpoints.reset();
  jobs.reset();
  writer.reset();
  std::filesystem::remove_all(folder);
}

void World::Restart() {
  door.reset();
  server.reset();
  server = rpc::Server::Start("127.0.0.1:0", {*admin, *directory, *events, *deeds, *recognition, *endpoints, *checkins, *duties}, *context)
               .value();
  door = door::Door::Start({"127.0.0.1:0", [this] { return server->serving(); }}, server->InProcessChannel(), metrics).value();
}

std::shared_ptr<grpc::Channel> World::Channel() const {
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(server->port()), grpc::InsecureChannelCredentials());
}

Reply World::CallWith(std::string_view method, const google::protobuf::Message& request, const rpc::Credentials& credentials) const {
  ++calls;
  static std::shared_ptr<grpc::Channel> channel;
  static int port = 0;
  if (port != server->port()) {
    channel = Channel();
    port = server->port();
  }
  std::promise<door::BridgeResult> promise;
  const auto* descriptor = door::UnaryMethodAt("/comity.v1." + std::string(method)).value();
  door::Bridge(channel).Call(*descriptor, request, credentials,
                             [&promise](door::BridgeResult result) { promise.set_value(std::move(result)); });
  door::BridgeResult result = promise.get_future().get();
  return {static_cast<absl::StatusCode>(result.status.code()), ReasonOf(result.status), result.status, std::move(result.response)};
}

std::string World::MakeToken(const std::vector<v1::Role>& roles, const std::string& person, const std::vector<std::string>& sources) {
  v1::CreateTokenRequest request;
  for (const v1::Role role : roles) request.mutable_token()->add_roles(role);
  if (!person.empty()) request.mutable_token()->set_person("people/" + person);
  for (const std::string& source : sources) request.mutable_token()->add_sources("sources/" + source);
  const Reply reply = Call("AdminService/CreateToken", request, admin_token);
  if (!reply.ok()) {
    ADD_FAILURE() << reply.status.DebugString();
    return "";
  }
  return static_cast<const v1::CreateTokenResponse&>(*reply.response).secret();
}

void World::ApplyDirectory() {
  v1::CreateSourceRequest source;
  source.set_source_id("github-acme");
  source.mutable_source()->set_suite("github");
  source.mutable_source()->set_instance("github.com");
  EXPECT_TRUE(Call("AdminService/CreateSource", source, admin_token).ok());
  v1::ApplyDirectoryRequest apply;
  apply.set_document(kDirectory);
  const Reply reply = Call("DirectoryService/ApplyDirectory", apply, admin_token);
  EXPECT_TRUE(reply.ok()) << reply.status.DebugString();
}

v1::IngestEventBatchRequest World::HelpOnTicket(int number) const {
  const std::string key = "acme/billing#" + std::to_string(number);
  v1::IngestEventBatchRequest batch;
  batch.set_source("sources/github-acme");
  int minutes = -60;
  for (const v1::FactKind kind : {v1::FACT_KIND_OPENED, v1::FACT_KIND_COMMENTED, v1::FACT_KIND_RESOLVED}) {
    v1::Fact* fact = batch.add_facts();
    fact->set_kind(kind);
    fact->set_suite("github");
    fact->set_instance("github.com");
    fact->mutable_subject()->set_kind(v1::SUBJECT_KIND_ISSUE);
    fact->mutable_subject()->set_id(std::to_string(1000 + number));
    fact->mutable_subject()->set_key(key);
    fact->mutable_subject()->set_uri("https://github.com/acme/billing/issues/" + std::to_string(number));
    fact->mutable_subject()->set_title("Refund <b>fails</b>");
    fact->set_object_id(std::to_string(1000 + number) + "/" + std::to_string(kind));
    *fact->mutable_occur_time() = app::ToTimestamp(clock.Now() + absl::Minutes(minutes += 10));
    fact->mutable_asker()->set_id("2");
    fact->mutable_actor()->set_id(kind == v1::FACT_KIND_OPENED ? "2" : "1");
    v1::Place* place = fact->add_places();
    place->set_kind("repo");
    place->set_value("acme/billing");
    if (kind == v1::FACT_KIND_RESOLVED) fact->set_resolution(v1::RESOLUTION_DONE);
    fact->set_assurance(v1::ASSURANCE_SIGNED);
  }
  return batch;
}

std::string World::MakeDeed(int number) {
  const Reply ingested = Call("EventService/IngestEventBatch", HelpOnTicket(number), admin_token);
  EXPECT_TRUE(ingested.ok()) << ingested.status.DebugString();
  v1::ExplainSubjectRequest why;
  why.set_subject("acme/billing#" + std::to_string(number));
  const auto answer = Get<v1::ExplainSubjectResponse>("EventService/ExplainSubject", why, admin_token);
  EXPECT_EQ(answer.deeds_size(), 1) << answer.DebugString();
  return answer.deeds_size() == 1 ? answer.deeds(0).deed() : "";
}

}  // namespace comity::test
