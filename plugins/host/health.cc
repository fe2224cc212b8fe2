#include "plugins/host/health.h"

#include "service/base/json_text.h"

namespace comity::host {
namespace {

// One flat JSON object, by hand: protobuf's Struct cannot be used in code built with ThreadSanitizer against Debian's library.
class Object {
 public:
  void Set(std::string_view key, std::string_view text) {
    Key(key);
    AppendJsonString(out_, text);
  }
  void Set(std::string_view key, int64_t number) {
    Key(key);
    out_ += std::to_string(number);
  }
  void Set(std::string_view key, absl::Time time) {
    if (time != absl::InfinitePast()) Set(key, std::string_view(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone())));
  }
  std::string Take() { return out_.empty() ? "{}" : out_ + "}"; }

 private:
  void Key(std::string_view key) {
    out_ += out_.empty() ? "{" : ", ";
    AppendJsonString(out_, key);
    out_ += ": ";
  }
  std::string out_;
};

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
  std::string list;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, state] : states_) {
      Object source;
      source.Set("id", std::string_view(id));
      source.Set("state", std::string_view(state.troubled ? "waiting for the service" : "ok"));
      source.Set("lastDelivery", state.last_delivery);
      source.Set("lastEvent", state.last_event);
      source.Set("backlog", state.backlog);
      source.Set("refused", state.refused);
      source.Set("facts", state.facts);
      source.Set("ignored", state.ignored);
      source.Set("deadLetters", state.dead);
      if (!state.last_error.empty()) source.Set("lastError", std::string_view(state.last_error));
      source.Set("lastErrorTime", state.last_error_time);
      list += (list.empty() ? "\n  " : ",\n  ") + source.Take();
    }
  }
  Object spool;
  spool.Set("bytes", spool_bytes);
  spool.Set("records", spool_records);
  spool.Set("damagedSegments", damaged_segments);
  return "{\"sources\": [" + list + "],\n \"spool\": " + spool.Take() + "}\n";
}

}  // namespace comity::host
