#include "service/app/outbox.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "comity/v1/deed.pb.h"
#include "service/app/names.h"
#include "service/app/recognition_access.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/base/failpoint.h"
#include "service/base/json_text.h"
#include "service/domain/time_text.h"

namespace comity::app {
namespace {

using domain::DeedMessage;
using domain::MessageType;

// One level of JSON, in the sequence in which it is said; what is empty is left out.
class JsonObject {
 public:
  void Add(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    Begin(name);
    AppendJsonString(out_, text);
  }
  void AddList(std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    Begin(name);
    out_ += '[';
    for (const std::string& text : texts) {
      if (out_.back() != '[') out_ += ',';
      AppendJsonString(out_, text);
    }
    out_ += ']';
  }
  void AddIf(std::string_view name, bool value) {
    if (!value) return;
    Begin(name);
    out_ += "true";
  }
  void AddObject(std::string_view name, const std::string& object) {
    Begin(name);
    out_ += object;
  }
  std::string Take() { return std::move(out_ += '}'); }

 private:
  void Begin(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    AppendJsonString(out_, name);
    out_ += ':';
  }
  std::string out_ = "{";
};

std::string BodyOf(MessageType type, absl::Time now, JsonObject data) {
  JsonObject body;
  body.Add("type", domain::MessageTypeName(type));
  body.Add("timestamp", domain::TimeText(now));
  body.AddObject("data", data.Take());
  return body.Take();
}

std::string BodyOf(const DeedMessage& message, const domain::Directory& directory, bool with_teams, absl::Time now) {
  const domain::DeedOutline& deed = message.deed;
  JsonObject data;
  data.Add("deed", DeedName(deed.day, deed.deed));
  if (!message.former_deed.empty()) data.Add("former_deed", DeedName(message.former_day, message.former_deed));
  data.Add("kind", v1::Deed::Kind_Name(static_cast<v1::Deed::Kind>(deed.kind)));
  if (deed.stance != domain::Stance::kNone) data.Add("stance", v1::Deed::Stance_Name(static_cast<v1::Deed::Stance>(deed.stance)));
  data.Add("state", v1::Deed::State_Name(static_cast<v1::Deed::State>(deed.state)));
  data.AddIf("awaits_confirmation", deed.awaits_yes);
  if (with_teams) {
    std::vector<std::string> helpers;
    for (const domain::TeamUid team : deed.helper_teams) {
      std::string name = TeamName(directory, team);
      if (!name.empty()) helpers.push_back(std::move(name));
    }
    std::sort(helpers.begin(), helpers.end());
    data.AddList("helper_teams", helpers);
    data.Add("helped_team", TeamName(directory, deed.helped_team));
  }
  return BodyOf(message.type, now, std::move(data));
}

// The same for the same endpoint, message and time: a group of the writer that runs once more writes the same.
domain::DeliveryUid UidFor(const store::EndpointRow& endpoint, MessageType type, std::string_view about, int64_t sequence, absl::Time now) {
  domain::Hasher hasher("comity/delivery");
  return hasher.Add(endpoint.number)
      .Add(static_cast<int64_t>(type))
      .Add(about)
      .Add(sequence)
      .Add(static_cast<int64_t>(absl::ToUnixMicros(now)))
      .Finish<domain::DeliveryUid>();
}

store::DeliveryRow DeliveryFor(const store::EndpointRow& endpoint, domain::DeliveryUid uid, MessageType type, std::string body,
                               absl::Time now) {
  store::DeliveryRow delivery;
  delivery.uid = uid;
  delivery.endpoint = endpoint.number;
  delivery.type = type;
  delivery.created = now;
  delivery.next_attempt = absl::UnixEpoch();  // at once, whatever becomes of the clock
  delivery.body = std::move(body);
  return delivery;
}

// One that is not about a deed, for all endpoints that want it; once for what it is about and `at`.
absl::Status TellAll(store::Transaction& transaction, MessageType type, std::string_view about, absl::Time at, const std::string& body,
                     absl::Time now) {
  COMITY_ASSIGN_OR_RETURN(const auto endpoints, transaction.endpoints().LoadEndpoints());
  for (const store::EndpointRow& row : endpoints) {
    if (!row.endpoint.Wants(type)) continue;
    COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceOutboundQueue));
    COMITY_RETURN_IF_ERROR(
        transaction.endpoints().AddDeliveries({DeliveryFor(row, UidFor(row, type, about, 0, at), type, body, now)}, now).status());
  }
  return absl::OkStatus();
}

}  // namespace

void Outbox::Tell(const domain::Deed* before, const domain::Deed* after, int64_t sequence) {
  Change change{.before = domain::OutlineOf(before), .after = domain::OutlineOf(after), .sequence = sequence};
  if (change.before != change.after) changes_.push_back(std::move(change));
}

absl::Status Outbox::Write(store::Transaction& transaction, const domain::Directory& directory, absl::Time now) const {
  if (changes_.empty()) return absl::OkStatus();
  COMITY_ASSIGN_OR_RETURN(const auto endpoints, transaction.endpoints().LoadEndpoints());
  for (const store::EndpointRow& row : endpoints) {
    std::vector<store::DeliveryRow> deliveries;
    for (const Change& change : changes_) {
      const auto message = row.endpoint.MessageFor(change.before.has_value() ? &*change.before : nullptr,
                                                   change.after.has_value() ? &*change.after : nullptr);
      if (!message.has_value()) continue;
      const bool with_teams = !row.endpoint.teams.empty();
      deliveries.push_back(DeliveryFor(row, UidFor(row, message->type, message->deed.deed.view(), change.sequence, now), message->type,
                                       BodyOf(*message, directory, with_teams, now), now));
    }
    if (deliveries.empty()) continue;
    COMITY_RETURN_IF_ERROR(failpoint::Pass(Failpoint::kServiceOutboundQueue));
    COMITY_RETURN_IF_ERROR(transaction.endpoints().AddDeliveries(deliveries, now).status());
  }
  return absl::OkStatus();
}

absl::Status TellPolicyActivated(store::Transaction& transaction, const domain::Policy& policy, absl::Time now) {
  const std::string name = NameOf("policies", std::to_string(policy.number));
  JsonObject data;
  data.Add("policy", name);
  data.Add("active_time", domain::TimeText(policy.active_time));
  return TellAll(transaction, MessageType::kPolicyActivated, name, now, BodyOf(MessageType::kPolicyActivated, now, std::move(data)), now);
}

bool IsOpenToAll(const domain::Recognition& recognition, const domain::Directory& directory) {
  if (recognition.taken_down() || recognition.withdrawn || directory.IsOptedOut(recognition.author)) return false;
  domain::Onlooker onlooker;
  for (const domain::Recipient& recipient : recognition.recipients) {
    onlooker.ties.push_back({.shares_team = false, .opted_out = directory.IsOptedOut(recipient.person)});
  }
  return domain::ReachOf(recognition, onlooker) == domain::Visibility::kOrganisation;
}

absl::Status TellRecognitionOpened(store::Transaction& transaction, const domain::Recognition& recognition, absl::Time now) {
  JsonObject data;
  data.Add("recognition", RecognitionName(recognition.uid));
  data.Add("behaviour", NameOf("behaviours", recognition.behaviour));
  return TellAll(transaction, MessageType::kRecognitionOpened, recognition.uid.view(), absl::UnixEpoch(),
                 BodyOf(MessageType::kRecognitionOpened, now, std::move(data)), now);
}

store::DeliveryRow PingFor(const store::EndpointRow& endpoint, domain::DeliveryUid uid, absl::Time now) {
  JsonObject data;
  data.Add("endpoint", NameOf("endpoints", endpoint.endpoint.id));
  store::DeliveryRow ping =
      DeliveryFor(endpoint, uid, MessageType::kEndpointPing, BodyOf(MessageType::kEndpointPing, now, std::move(data)), now);
  ping.next_attempt = absl::UnixEpoch() - absl::Seconds(1);
  return ping;
}

}  // namespace comity::app
