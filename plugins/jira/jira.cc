#include "plugins/jira/jira.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugins/jira/mapping.h"
#include "plugins/jira/polling.h"
#include "plugins/jira/reading.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "service/base/error.h"

namespace comity::jira {
namespace {

constexpr sdk::HmacHex kSignature{sdk::HashAlgorithm::kSha256, "sha256=", "X-Hub-Signature"};

constexpr std::string_view kSetup = R"(As a Jira administrator: Settings > System > WebHooks > Create a WebHook.
URL: https://YOUR-HOST/in/SOURCE-ID
Secret: the text of the source's secret file, at least 32 random characters (Cloud, and Data Center from version 10 on)
Events: Issue created, updated, deleted; Comment created; Issue link created, deleted
Exclude body: no
Only such webhooks are signed; those that apps register, and the action "Send web request" of automation rules, are not and are refused.

Besides, or instead: poll, with the keys of the projects in config.projects and this text in the file of poll.read_token_file:
Cloud: EMAIL:API-TOKEN of an account that may browse the projects (id.atlassian.com > Security > API tokens)
Data Center: a personal access token of such an account (Profile > Personal Access Tokens)
It needs no address that Jira can reach.)";

class Jira : public sdk::Connector {
 public:
  Jira() {
    manifest_.suite = "jira";
    manifest_.title = "Jira";
    manifest_.events = {"jira:issue_created", "jira:issue_updated", "jira:issue_deleted",
                        "comment_created",    "issuelink_created",  "issuelink_deleted"};
    manifest_.delivery_id_header = "X-Atlassian-Webhook-Identifier";
    manifest_.kept_headers = {"Content-Type", "X-Atlassian-Webhook-Identifier"};
    manifest_.classified = {"/issue/fields/description", "/comment/body", "/issue/fields/comment", "/issue/fields/environment"};
    manifest_.options = {
        {"projects", "poll these: keys such as SHOP, with commas between them", ""},
        {"deployment", "cloud or data_center: which API is asked; left out, .atlassian.net is the Cloud's", ""},
    };
    for (const sdk::Option& option : ReadingOptions()) manifest_.options.push_back(option);
    manifest_.scopes = {"read:jira-work", "read:jira-user"};
    manifest_.reconciles = true;
    manifest_.basic_token_with_colon = true;
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be a host name such as acme.atlassian.net, without https:// and path");
    }
    const Scope scope = ScopeOf(source, &faults);
    if (source.polls && scope.projects.empty()) faults.push_back("config names nothing to poll; give the keys of projects");
    if (!source.polls && !scope.projects.empty()) {
      faults.push_back("config.projects names what to poll, but the source has no poll block with a read_token_file");
    }
    for (std::string& fault : FaultsOf(ReadReading(manifest_, source, v1::ASSURANCE_SIGNED))) faults.push_back(std::move(fault));
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return kSignature.Verify(request, source);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (document.root().At("/webhookEvent").Text().empty()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                   "the delivery has no webhookEvent; let a webhook of Jira's settings send it, with its body",
                   {{"webhookEvent", "is missing"}});
    }
    return MapEvent(document.root(), source, ReadReading(manifest_, source, v1::ASSURANCE_SIGNED));
  }

  std::string ApiBase(const sdk::Source& source) const override { return "https://" + source.instance; }

  std::string Polled(const sdk::Source& source) const override {
    std::vector<std::string> faults;
    const Scope scope = ScopeOf(source, &faults);
    return absl::StrCat("tickets, their changes and comments of ", scope.projects.size(), " projects named, by the API of Jira ",
                        scope.cloud ? "Cloud" : "Data Center");
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll&) const override {
    std::vector<std::string> faults;
    return PlanPoll(ScopeOf(source, &faults));
  }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    std::vector<std::string> faults;
    return AbsorbPoll(manifest_, source, ReadReading(manifest_, source, v1::ASSURANCE_POLLED), ScopeOf(source, &faults), poll, fetch,
                      response);
  }

  // An administrator's webhook, as the REST API makes it: apps' webhooks are not signed.
  absl::StatusOr<std::string> AppManifest(const sdk::Source& source, std::string_view hook_url) const override {
    std::vector<std::string> faults;
    std::string events;
    for (const std::string_view event : manifest_.events) absl::StrAppend(&events, events.empty() ? "\"" : ",\"", std::string(event), "\"");
    sdk::JsonObject webhook;
    webhook.Text("name", "Comity " + source.id).Text("url", hook_url).Raw("events", "[" + events + "]").Raw("excludeBody", "false");
    const Scope scope = ScopeOf(source, &faults);
    if (!scope.projects.empty() && faults.empty()) {
      webhook.Raw(
          "filters",
          sdk::JsonObject().Text("issue-related-events-section", "project in (" + absl::StrJoin(scope.projects, ", ") + ")").Take());
    }
    return webhook.Take();
  }

 private:
  Scope ScopeOf(const sdk::Source& source, std::vector<std::string>* faults) const {
    return ReadScope(sdk::OptionOf(manifest_, source, "deployment"), sdk::OptionOf(manifest_, source, "projects"), source.instance, faults);
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Jira>(); }

}  // namespace comity::jira
