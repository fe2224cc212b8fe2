#include "plugins/rt/rt.h"

#include <algorithm>
#include <string>
#include <utility>

#include "plugins/rt/mapping.h"
#include "plugins/rt/polling.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::rt {
namespace {

constexpr std::string_view kSetup = R"(Make a user of its own for Comity: Admin > Users > Create; tick "Let this user be granted rights".
Admin > Global > User Rights: give it SeeQueue and ShowTicket, and ShowTicketComments, which are not sent but leave no gaps in the lists.
(For some queues only: the same rights at these queues.)
As an administrator: Admin > Users > the user > Auth Tokens > Create; write the token (1-14-…) into the file of poll.read_token_file (mode 0600).
comity-connect shows it as `Authorization: token …`. For polling RT needs no way to Comity.

Besides, or instead, the extension inside RT: plugins/rt/inside/RT-Extension-Comity (its README), with in RT's configuration:
Set($ComityURL, 'https://YOUR-HOST/in/SOURCE-ID');
Set($ComitySecret, 'the text of the source's secret file (whsec_...)');)";

class Rt : public sdk::Connector {
 public:
  Rt() {
    manifest_.suite = "rt";
    manifest_.title = "Request Tracker";
    manifest_.options = {
        {"address", "where RT is, if not at https://INSTANCE: https://tools.acme.example/rt", ""},
        {"resolved_statuses", "statuses that mean done", "resolved"},
        {"wont_do_statuses", "statuses that mean that it will not be done", "rejected"},
        {"cancelled_statuses", "statuses that mean that it was thrown away", "deleted"},
        {"confidential_queues", "queues whose titles are not sent to the service, by name", ""},
    };
    manifest_.events = {kTransaction};
    manifest_.delivery_id_header = "webhook-id";
    manifest_.kept_headers = {"Content-Type", "webhook-id", "webhook-timestamp"};
    manifest_.scopes = {"SeeQueue", "ShowTicket", "ShowTicketComments"};
    manifest_.classified = {"/CustomFields", "RealName"};
    manifest_.reconciles = true;
    manifest_.standard_secret = true;
    manifest_.token_prefix = "token ";
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be a host name such as rt.acme.example; a path goes into config.address");
    }
    const std::string_view address = Option(source, "address");
    if (!address.empty() && !sdk::IsAddressOption(address)) {
      faults.push_back(
          "config.address must be such as https://tools.acme.example/rt, without a slash at the end; http:// is for this machine alone");
    }
    const std::vector<std::string> resolved = List(source, "resolved_statuses");
    if (resolved.empty()) faults.push_back("config.resolved_statuses is empty: without a status that means done, nobody is ever credited");
    for (const std::string_view other : {"wont_do_statuses", "cancelled_statuses"}) {
      for (const std::string& status : List(source, other)) {
        if (std::find(resolved.begin(), resolved.end(), status) != resolved.end()) {
          faults.push_back("config." + std::string(other) + " and config.resolved_statuses name the same status; take it out of one");
        }
      }
    }
    for (const std::string& secret : source.secrets) {
      if (!secret.empty() && !sdk::StandardWebhooks::KeyOf(secret)) {
        faults.push_back("a secret is not `whsec_` and base64 of at least 16 bytes; make one with: echo whsec_$(openssl rand -base64 32)");
      }
    }
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    return sdk::StandardWebhooks::Verify(request, source, now);
  }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (!document.root().is_object()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid,
                   "the body is not a JSON object as the extension sends it");
    }
    return MapDelivery(document.root(), source, ReadingOf(source, v1::ASSURANCE_SIGNED));
  }

  std::string ApiBase(const sdk::Source& source) const override { return AddressOf(source); }
  std::string Polled(const sdk::Source&) const override { return "all transactions of tickets that the token may see"; }
  sdk::Step Plan(const sdk::Source&, const sdk::Poll&) const override { return PlanPoll(); }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(manifest_, source, ReadingOf(source, v1::ASSURANCE_POLLED), poll, fetch, response);
  }

 private:
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance) const {
    return {.address = AddressOf(source),
            .resolved = List(source, "resolved_statuses"),
            .wont_do = List(source, "wont_do_statuses"),
            .cancelled = List(source, "cancelled_statuses"),
            .confidential_queues = List(source, "confidential_queues"),
            .assurance = assurance};
  }
  std::string_view Option(const sdk::Source& source, std::string_view name) const { return sdk::OptionOf(manifest_, source, name); }
  std::vector<std::string> List(const sdk::Source& source, std::string_view name) const { return sdk::SplitList(Option(source, name)); }
  std::string AddressOf(const sdk::Source& source) const {
    const std::string_view address = Option(source, "address");
    return address.empty() ? "https://" + source.instance : std::string(address);
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Rt>(); }

}  // namespace comity::rt
