// A whole service in this process, on a real store and a real socket, with a small organisation in it.
#ifndef COMITY_TESTS_INTEGRATION_SERVICE_WORLD_H_
#define COMITY_TESTS_INTEGRATION_SERVICE_WORLD_H_

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "grpcpp/channel.h"
#include "service/app/backups.h"
#include "service/app/checkpoints.h"
#include "service/app/endpoint_secret.h"
#include "service/door/bridge.h"
#include "service/door/door.h"
#include "service/rpc/server.h"
#include "service/system_uids.h"
#include "tests/support/faulty_store.h"

namespace comity::test {

// Stands still until it is moved.
class MovableClock : public obs::Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMicros(micros_); }
  void Advance(absl::Duration duration) { micros_ += absl::ToInt64Microseconds(duration); }

 private:
  std::atomic<int64_t> micros_{absl::ToUnixMicros(absl::FromCivil(absl::CivilSecond(2026, 3, 2, 12, 0, 0), absl::UTCTimeZone()))};
};

// What a call came to: a response, or a code with its reason.
struct Reply {
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string reason;  // of ErrorInfo; empty when OK
  google::rpc::Status status;
  std::unique_ptr<google::protobuf::Message> response;
  bool ok() const { return code == absl::StatusCode::kOk; }
};

// The organisation: ana and cara are payments, bo is checkout, erik is operations. Payments own acme/billing. Bo asks there, ana helps.
class World {
 public:
  World();
  ~World();

  Reply Call(std::string_view method, const google::protobuf::Message& request, std::string_view token) const {
    return CallWith(method, request, {token.empty() ? "" : "Bearer " + std::string(token), ""});
  }
  Reply CallWith(std::string_view method, const google::protobuf::Message& request, const rpc::Credentials& credentials) const;
  template <typename Response>
  Response Get(std::string_view method, const google::protobuf::Message& request, std::string_view token) const {
    Reply reply = Call(method, request, token);
    return reply.ok() ? static_cast<const Response&>(*reply.response) : Response();
  }
  // A token of these roles; `person` and `sources` as bare ids.
  std::string MakeToken(const std::vector<v1::Role>& roles, const std::string& person, const std::vector<std::string>& sources = {});
  // Bo's ticket number `number` in acme/billing, commented and resolved by ana.
  v1::IngestEventBatchRequest HelpOnTicket(int number) const;
  // Ingests it and returns the deed's name.
  std::string MakeDeed(int number);

  std::shared_ptr<grpc::Channel> Channel() const;
  void Restart();  // of the server alone, on the same store

  std::filesystem::path folder;
  MovableClock clock;
  mutable std::atomic<int64_t> calls{0};        // made through Call; tests that call otherwise add theirs
  std::string admin_token;                      // administrator and steward
  std::unique_ptr<testing::FaultyStore> store;  // fails when told to
  obs::Metrics metrics;
  SystemUids uids;
  std::unique_ptr<app::Writer> writer;
  std::unique_ptr<app::Snapshots> snapshots;
  std::unique_ptr<app::Judging> judging;
  std::unique_ptr<app::JobRunner> jobs;
  std::unique_ptr<app::Context> context;
  std::unique_ptr<app::Checkpoints> checkpoints;
  std::unique_ptr<app::Backups> backups;
  std::unique_ptr<app::AdminApp> admin;
  std::unique_ptr<app::DirectoryApp> directory;
  std::unique_ptr<app::EventApp> events;
  std::unique_ptr<app::DeedApp> deeds;
  std::unique_ptr<app::RecognitionApp> recognition;
  app::EndpointSecrets secrets{std::string(32, 'k')};  // nothing is sent in this world
  std::unique_ptr<app::EndpointApp> endpoints;
  std::unique_ptr<app::CheckInApp> checkins;
  std::unique_ptr<app::DutyApp> duties;
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<door::Door> door;

 private:
  void ApplyDirectory();
};

}  // namespace comity::test

#endif  // COMITY_TESTS_INTEGRATION_SERVICE_WORLD_H_
