#include "clients/cli/endpoint_text.h"

#include <ostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/names.h"

namespace comity::cli {
namespace {

std::string EndpointTypesText(const v1::Endpoint& endpoint) {
  std::vector<std::string> types;
  for (const int type : endpoint.types()) types.push_back(EnumWords(*v1::MessageType_descriptor(), type));
  return absl::StrJoin(types, ", ");
}

// What has to be done about it; empty if nothing.
std::string EndpointRemedy(const v1::Endpoint& endpoint) {
  const std::string id = BareName(endpoint.name());
  switch (endpoint.disabled()) {
    case v1::Endpoint::DISABLED_FAILING:
      return absl::StrCat("It took nothing for 5 days. Put it right, then: comity endpoints resume ", id);
    case v1::Endpoint::DISABLED_GONE:
      return absl::StrCat("It answered that it wants no more (410). If it does after all: comity endpoints resume ", id);
    case v1::Endpoint::DISABLED_SECRET_LOST:
      return absl::StrCat("The key of secrets here is not the one it was made with: comity endpoints rotate ", id, " --out FILE");
    default:
      return "";
  }
}

}  // namespace

std::string EndpointTeamsText(const v1::Endpoint& endpoint) {
  std::vector<std::string> teams;
  for (const std::string& team : endpoint.teams()) teams.push_back(BareName(team));
  return absl::StrJoin(teams, ", ");
}

std::string DeliveryFailureText(const v1::Failure& failure) {
  switch (failure.reason()) {
    case v1::Failure::REASON_UNSPECIFIED:
      return "";
    case v1::Failure::REASON_UNREACHABLE:
      return "no connection, or its certificate cannot be trusted";
    case v1::Failure::REASON_TIMEOUT:
      return "no answer in 10 seconds";
    case v1::Failure::REASON_STATUS:
      return absl::StrCat("it answered ", failure.http_status());
    case v1::Failure::REASON_ANSWER_TOO_LARGE:
      return "its answer had more than 64 KiB";
    case v1::Failure::REASON_ADDRESS_REFUSED:
      return "its name leads to an address that comityd does not send to (see outbound_private)";
    default:
      return absl::StrCat("reason ", failure.reason());
  }
}

std::string EndpointStateText(const v1::Endpoint& endpoint) {
  if (endpoint.disabled() != v1::Endpoint::DISABLED_UNSPECIFIED) {
    return absl::StrCat("disabled: ", EnumWords(*v1::Endpoint::Disabled_descriptor(), endpoint.disabled()));
  }
  if (endpoint.paused()) return "paused";
  if (endpoint.health().consecutive_failure_count() > 0) return "failing";
  return endpoint.health().has_last_success_time() ? "well" : "not tried yet";
}

void PrintEndpoint(std::ostream& out, const Style& style, const v1::Endpoint& endpoint) {
  const v1::Endpoint::Health& health = endpoint.health();
  out << style.Bold(Printable(endpoint.name())) << "\n";
  PrintField(out, style, "State", EndpointStateText(endpoint));
  PrintField(out, style, "Leads to", endpoint.url());
  PrintField(out, style, "Is told", EndpointTypesText(endpoint));
  PrintField(out, style, "Teams", endpoint.teams().empty() ? "of every deed, without its teams" : EndpointTeamsText(endpoint));
  PrintField(out, style, "Took last", Instant(health.last_success_time()));
  if (health.consecutive_failure_count() > 0) {
    PrintField(out, style, "Failed",
               absl::StrCat(Count(health.consecutive_failure_count(), "time", "times"), " since, last ",
                            Instant(health.last_failure_time()), ": ", DeliveryFailureText(health.last_failure())));
  }
  PrintField(out, style, "Next", Instant(health.next_attempt_time()));
  if (health.waiting_count() > 0) PrintField(out, style, "Waiting", Count(health.waiting_count(), "message", "messages"));
  if (health.missed_count() > 0) {
    PrintField(out, style, "Missed",
               absl::StrCat(Count(health.missed_count(), "message", "messages"), " since ", Instant(health.missed_since_time()),
                            "; what it knows may be incomplete"));
  }
  const std::string remedy = EndpointRemedy(endpoint);
  if (!remedy.empty()) out << style.Bad(Printable(remedy)) << "\n";
}

}  // namespace comity::cli
