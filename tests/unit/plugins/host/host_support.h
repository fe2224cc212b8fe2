// Shared by the host's tests: a connector with a body of plain lines, a clock to set, a disk that fails when told.
#ifndef COMITY_TESTS_UNIT_PLUGINS_HOST_HOST_SUPPORT_H_
#define COMITY_TESTS_UNIT_PLUGINS_HOST_HOST_SUPPORT_H_

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>

#include "clients/cpp/fake.h"
#include "plugins/connectors.h"
#include "plugins/host/delivery.h"
#include "plugins/host/disk.h"
#include "plugins/sdk/connector.h"
#include "service/base/mutex.h"
#include "service/obs/clock.h"
#include "tests/support/process.h"

namespace comity::host {

// Each line of the body is a fact with that id; `unreadable` and `nothing` speak for themselves. The secret comes in a header.
class LineConnector : public sdk::Connector {
 public:
  explicit LineConnector(bool replies = false) {
    manifest_.replies = replies;
    manifest_.suite = "lines";
    manifest_.title = "Lines";
    manifest_.delivery_id_header = "X-Delivery";
    manifest_.kept_headers = {"X-Kind"};
    manifest_.options = {{"colour", "for tests", ""}};
  }
  const sdk::Manifest& manifest() const override { return manifest_; }
  std::vector<std::string> Check(const sdk::Source& source) const override {
    return source.instance == "wrong" ? std::vector<std::string>{"instance must not be wrong"} : std::vector<std::string>{};
  }
  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    const std::string_view secret = request.Header("X-Secret");
    if (secret == "stale") return sdk::Auth::kStale;
    if (secret.empty() || secret != source.secrets.at(0)) return sdk::Auth::kUnauthenticated;
    return request.body == "handshake" ? sdk::Auth::kHandshake : sdk::Auth::kOk;
  }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    sdk::Parsed parsed;
    if (request.body == "handshake") {
      parsed.reply = {200, {{"X-Echo", "yes"}}, "hello"};
      return parsed;
    }
    if (request.body == "unreadable") return absl::InvalidArgumentError("these are no lines");
    parsed.reply.body = manifest_.replies ? "noted" : "";
    parsed.reply.status = manifest_.replies ? 200 : 204;
    if (request.body == "nothing") {
      parsed.ignored = "nothing in it";
      return parsed;
    }
    std::string_view rest = request.body;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      v1::Fact fact;
      fact.set_kind(v1::FACT_KIND_RESOLVED);
      fact.set_suite("lines");
      fact.set_instance(source.instance);
      fact.mutable_subject()->set_kind(v1::SUBJECT_KIND_ISSUE);
      fact.mutable_subject()->set_id(std::string(rest.substr(0, end)));
      fact.set_object_id(std::string(rest.substr(0, end)));
      parsed.facts.push_back(fact);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return parsed;
  }

 private:
  sdk::Manifest manifest_;
};

inline Connectors LineConnectors(bool replies = false) {
  Connectors connectors;
  connectors["lines"] = std::make_unique<LineConnector>(replies);
  return connectors;
}

inline sdk::Source LineSource(std::string id = "lines-a") { return {std::move(id), "lines", "example.org", {"open sesame"}, {}}; }

inline Delivery LineDelivery(std::string body, std::string delivery_id = "") {
  Delivery delivery;
  delivery.source = "lines-a";
  delivery.delivery_id = std::move(delivery_id);
  delivery.receive_time = absl::FromUnixSeconds(1'790'000'000);
  delivery.headers = {{"X-Kind", "test"}};
  delivery.body = std::move(body);
  return delivery;
}

class TestClock : public obs::Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMicros(micros_.load()); }
  void Advance(absl::Duration by) { micros_ += absl::ToInt64Microseconds(by); }

 private:
  std::atomic<int64_t> micros_{int64_t{1'790'000'000} * 1'000'000};
};

// Counts syncs; fails them, or writes, when told.
class FlakyDisk : public Disk {
 public:
  ssize_t WriteAt(int file, const void* bytes, size_t size, off_t offset) override {
    if (const int error = write_error; error != 0) {
      Disk::WriteAt(file, bytes, size / 2, offset);  // as a full disk does: the first half fits
      errno = error;
      return -1;
    }
    return Disk::WriteAt(file, bytes, size, offset);
  }
  int Sync(int file) override {
    ++syncs;
    while (hold) {
      if (hold_reached) *hold_reached = true;
    }
    if (const int error = sync_error; error != 0) {
      errno = error;
      return -1;
    }
    return Disk::Sync(file);
  }
  std::atomic<int> syncs{0}, write_error{0}, sync_error{0};
  std::atomic<bool> hold{false};
  std::atomic<bool>* hold_reached = nullptr;
};

// Hands on to a fake that the test keeps.
class BorrowedSink : public client::EventSink {
 public:
  explicit BorrowedSink(client::FakeSink& lent) : sink_(lent) {}
  absl::StatusOr<v1::IngestEventBatchResponse> Push(const v1::IngestEventBatchRequest& batch) override { return sink_.Push(batch); }

 private:
  client::FakeSink& sink_;
};

inline size_t FilesIn(const std::string& dir, std::string_view suffix) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) count += entry.path().string().ends_with(suffix) ? 1 : 0;
  return count;
}

inline constexpr auto kSoon = std::chrono::milliseconds(20'000);

}  // namespace comity::host

#endif  // COMITY_TESTS_UNIT_PLUGINS_HOST_HOST_SUPPORT_H_
