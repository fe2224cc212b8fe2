#include "plugins/generic/cloud_events.h"

#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "plugins/generic/generic.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/times.h"
#include "service/base/error.h"

namespace comity::generic {
namespace {

using sdk::Json;

constexpr size_t kMaxFields = 100;  // looked at when a fact cannot be read

absl::Status Fault(const std::string& path, std::string_view what) {
  const std::string field = path.empty() ? "/" : path;  // "/" stands for the body itself
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, field + " " + std::string(what),
               {{field, std::string(what)}});
}

// Unknown fields are no fault. The parser's own messages may quote the content, so none is passed on.
bool ReadFact(const std::string& json, v1::Fact& fact) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage(json, &fact, options).ok();
}

// The field of `data` that keeps it from being a fact.
std::string FieldAtFault(Json data) {
  for (const auto& [name, value] : data.Members(kMaxFields)) {
    v1::Fact alone;
    const std::string text = "{\"" + std::string(name) + "\":" + value.ToText() + "}";
    if (!ReadFact(text, alone)) return "/" + std::string(name);
  }
  return "";
}

// One fact, with what the envelope and the source say where it is silent.
absl::StatusOr<v1::Fact> FactOf(Json data, const std::string& path, Json envelope, const sdk::Source& source) {
  if (!data.is_object()) return Fault(path, "must be a JSON object: a comity.v1.Fact");
  v1::Fact fact;
  if (!ReadFact(data.ToText(), fact)) {
    return Fault(path + FieldAtFault(data), "has a value that comity.v1.Fact does not take; see the generic connector's README");
  }
  if (fact.suite().empty()) fact.set_suite(source.suite);
  if (fact.instance().empty()) fact.set_instance(source.instance);
  if (fact.suite() != source.suite) return Fault(path + "/suite", "must be the source's own suite, or be left out");
  if (fact.instance() != source.instance) return Fault(path + "/instance", "must be the source's own instance, or be left out");
  if (fact.object_id().empty()) fact.set_object_id(fact.subject().id());
  if (!fact.has_occur_time()) {
    const auto time = sdk::TimeOf(envelope.At("/time"));
    if (!time) return Fault(path + "/occurTime", "is missing, and the event has no `time` to stand in for it");
    *fact.mutable_occur_time() = sdk::ToTimestamp(*time);
    fact.set_occur_time_text(std::string(envelope.At("/time").Text()));
  }
  fact.set_assurance(v1::ASSURANCE_SIGNED);  // the host's to say, not the sender's
  return fact;
}

// Why this is not an envelope to read, if so.
absl::Status CheckEnvelope(Json event, const std::string& path) {
  if (!event.is_object()) return Fault(path, "must be a JSON object: a CloudEvent");
  if (event.At("/specversion").Text() != "1.0") return Fault(path + "/specversion", "must be \"1.0\"");
  for (const std::string_view name : {"/id", "/source", "/type"}) {
    if (event.At(name).Text().empty()) return Fault(path + std::string(name), "must be a text that is not empty");
  }
  return absl::OkStatus();
}

absl::Status ReadEvent(Json event, const std::string& path, const sdk::Source& source, std::vector<v1::Fact>& facts) {
  if (event.At("/data_base64").exists()) return Fault(path + "/data_base64", "is not read; put the fact into `data` as JSON");
  const Json data = event.At("/data");
  std::vector<Json> items = {data};
  const bool several = data.At("/facts").exists();
  if (several) {
    if (!data.At("/facts").is_array()) return Fault(path + "/data/facts", "must be an array");
    items = data.At("/facts").Items(kMaxFacts + 1);
  }
  for (size_t i = 0; i < items.size(); ++i) {
    if (facts.size() >= kMaxFacts) return Fault(path + "/data", "takes the delivery beyond 1000 facts; send less at a time");
    const std::string place = path + "/data" + (several ? "/facts/" + std::to_string(i) : "");
    COMITY_ASSIGN_OR_RETURN(v1::Fact fact, FactOf(items[i], place, event, source));
    facts.push_back(std::move(fact));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<sdk::Parsed> ParseCloudEvents(std::string_view body, const sdk::Source& source) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(body));
  const Json root = document.root();
  const bool batch = root.is_array();
  const std::vector<Json> events = batch ? root.Items(kMaxEvents + 1) : std::vector<Json>{root};
  if (events.size() > kMaxEvents) return Fault("/", "holds more than 1000 events; send less at a time");
  sdk::Parsed parsed;
  bool used = false;
  for (size_t i = 0; i < events.size(); ++i) {
    const std::string path = batch ? "/" + std::to_string(i) : "";
    COMITY_RETURN_IF_ERROR(CheckEnvelope(events[i], path));
    if (events[i].At("/type").Text() != kFactType) continue;
    used = true;
    COMITY_RETURN_IF_ERROR(ReadEvent(events[i], path, source, parsed.facts));
  }
  if (parsed.facts.empty()) parsed.ignored = used || events.empty() ? "no facts" : "event type not used";
  return parsed;
}

}  // namespace comity::generic
