#include "plugins/host/health.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

namespace comity::host {
namespace {

using google::protobuf::Struct;

void Set(Struct& object, const char* key, std::string_view text) { (*object.mutable_fields())[key].set_string_value(std::string(text)); }
void Set(Struct& object, const char* key, int64_t number) { (*object.mutable_fields())[key].set_number_value(static_cast<double>(number)); }
void Set(Struct& object, const char* key, absl::Time time) {
  if (time != absl::InfinitePast()) Set(object, key, absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone()));
}

}  // namespace

Health::Health(const std::vector<std::string>& sources) {
  MutexLock lock(mutex_);
  for (const std::string& source : sources) states_[source];
}

template <typename Change>
void Health::Update(std::string_view source, Change change) {
  MutexLock lock(mutex_);
  const auto state = states_.find(source);
  if (state != states_.end()) change(state->second);
}

void Health::Delivered(std::string_view source, absl::Time now) {
  Update(source, [&](State& state) { state.last_delivery = now; });
}
void Health::Refused(std::string_view source) {
  Update(source, [&](State& state) { ++state.refused; });
}
void Health::Waiting(std::string_view source, int64_t change) {
  Update(source, [&](State& state) { state.backlog += change; });
}
void Health::Accepted(std::string_view source, int64_t facts, absl::Time now) {
  Update(source, [&](State& state) {
    state.facts += facts;
    state.last_event = now;
    state.troubled = false;
  });
}
void Health::Ignored(std::string_view source) {
  Update(source, [&](State& state) { ++state.ignored; });
}
void Health::Died(std::string_view source, std::string_view reason, absl::Time now) {
  Update(source, [&](State& state) {
    ++state.dead;
    state.last_error = std::string(reason);
    state.last_error_time = now;
  });
}
void Health::Troubled(std::string_view source, std::string_view reason, absl::Time now) {
  Update(source, [&](State& state) {
    state.troubled = true;
    state.last_error = std::string(reason);
    state.last_error_time = now;
  });
}

int64_t Health::waiting(std::string_view source) const {
  MutexLock lock(mutex_);
  const auto state = states_.find(source);
  return state == states_.end() ? 0 : state->second.backlog;
}

std::string Health::trouble(std::string_view source) const {
  MutexLock lock(mutex_);
  const auto state = states_.find(source);
  return state == states_.end() || !state->second.troubled ? "" : state->second.last_error;
}

std::string Health::Json(int64_t spool_bytes, int64_t spool_records, int64_t damaged_segments) const {
  Struct root;
  auto& sources = *(*root.mutable_fields())["sources"].mutable_list_value();
  {
    MutexLock lock(mutex_);
    for (const auto& [id, state] : states_) {
      Struct& source = *sources.add_values()->mutable_struct_value();
      Set(source, "id", id);
      Set(source, "state", state.troubled ? "waiting for the service" : "ok");
      Set(source, "lastDelivery", state.last_delivery);
      Set(source, "lastEvent", state.last_event);
      Set(source, "backlog", state.backlog);
      Set(source, "refused", state.refused);
      Set(source, "facts", state.facts);
      Set(source, "ignored", state.ignored);
      Set(source, "deadLetters", state.dead);
      if (!state.last_error.empty()) Set(source, "lastError", state.last_error);
      Set(source, "lastErrorTime", state.last_error_time);
    }
  }
  Struct& spool = *(*root.mutable_fields())["spool"].mutable_struct_value();
  Set(spool, "bytes", spool_bytes);
  Set(spool, "records", spool_records);
  Set(spool, "damagedSegments", damaged_segments);
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  const auto printed = google::protobuf::util::MessageToJsonString(root, &json, options);
  return printed.ok() ? json : "{}\n";
}

}  // namespace comity::host
