#include "plugins/github/github.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "plugins/github/mapping.h"
#include "plugins/github/polling.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/markup.h"
#include "plugins/sdk/notes.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "service/base/error.h"

namespace comity::github {
namespace {

constexpr sdk::HmacHex kSignature{sdk::HashAlgorithm::kSha256, "sha256=", "X-Hub-Signature-256"};
constexpr std::string_view kDefaultInstance = "github.com";

constexpr std::string_view kSetup = R"(In the organisation (or repository): Settings > Webhooks > Add webhook.
Payload URL: https://YOUR-HOST/in/SOURCE-ID
Content type: application/json (the form type is refused)
Secret: the text of the source's secret file, at least 32 random characters
Events: select individual events: Issues, Issue comments, Issue dependencies, Pull requests, Pull request reviews, Discussions, Wiki.

Besides, or instead: a fine-grained token that may read Metadata, Issues and Pull requests of the repositories, in the file of
poll.read_token_file; config.organisation or config.repositories says which. It needs no address that GitHub can reach.
With config.recover_deliveries what the hooks could not deliver is read too; the token must then also read Webhooks, of the organisation
and of each repository that is named.)";

class GitHub : public sdk::Connector {
 public:
  GitHub() {
    manifest_.suite = "github";
    manifest_.title = "GitHub";
    manifest_.events = {"issues", "issue_comment", "issue_dependencies", "pull_request", "pull_request_review", "discussion", "gollum"};
    manifest_.delivery_id_header = "X-GitHub-Delivery";
    manifest_.kept_headers = {"Content-Type", "X-GitHub-Event", "X-GitHub-Delivery"};
    manifest_.classified = {"/issue/body", "/comment/body", "/pull_request/body", "/review/body", "/discussion/body", "/answer/body"};
    manifest_.options = {
        {"wiki_tentative", "wiki edits wait for somebody's yes, since GitHub names only the pusher", "true"},
        {"private_is_confidential", "titles and labels of private repositories are not sent to the service", "true"},
        {"app_is_automation", "what a person opened or commented through an app counts as the app's", "true"},
        {"organisation", "poll all its repositories", ""},
        {"repositories", "poll these: owner/name, with commas between them", ""},
        {"recover_deliveries", "read what the hooks could not deliver; the token must be allowed to read Webhooks too", "false"},
    };
    manifest_.scopes = {"metadata:read", "issues:read", "pull_requests:read"};
    manifest_.reconciles = true;
    manifest_.publishes = {sdk::ArtifactKind::kNote};
    manifest_.api_headers = {{"X-GitHub-Api-Version", "2022-11-28"}};
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, WithInstance(source));
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be a host name such as github.com, without https:// and path");
    }
    const Scope scope = ScopeOf(source, &faults);
    const bool scoped = !scope.organisation.empty() || !scope.repositories.empty();
    if (source.polls && !scoped) faults.push_back("config names nothing to poll; give organisation or repositories");
    if (!source.polls && (scoped || scope.recovers_deliveries)) {
      faults.push_back("config names what to poll, but the source has no poll block with a read_token_file");
    }
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return kSignature.Verify(request, source);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time receive_time) const override {
    const std::string_view event = request.Header("X-GitHub-Event");
    const std::string_view type = request.Header("Content-Type");
    if (absl::StartsWithIgnoreCase({type.data(), type.size()}, "application/x-www-form-urlencoded")) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                   "the hook sends a form; set its content type to application/json in GitHub",
                   {{"Content-Type", "must be application/json"}});
    }
    if (event.empty()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                   "the delivery has no X-GitHub-Event header; let the proxy in front pass it on", {{"X-GitHub-Event", "is missing"}});
    }
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (!document.root().is_object()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, "the body is not a JSON object as GitHub sends it");
    }
    return MapEvent(event, document.root(), WithInstance(source), ReadingOf(source, v1::ASSURANCE_SIGNED), receive_time);
  }

  std::string ApiBase(const sdk::Source& source) const override {
    if (source.instance.empty() || source.instance == kDefaultInstance) return "https://api.github.com";
    return "https://" + source.instance + "/api/v3";
  }

  std::string Polled(const sdk::Source& source) const override {
    std::vector<std::string> faults;
    const Scope scope = ScopeOf(source, &faults);
    std::string text = "tickets, pull requests, comments and reviews of ";
    if (!scope.organisation.empty()) text += "all repositories of " + scope.organisation;
    if (scope.organisation.empty() || !scope.repositories.empty()) {
      text += (scope.organisation.empty() ? "" : " and ") + std::to_string(scope.repositories.size()) + " repositories named";
    }
    if (scope.recovers_deliveries) text += ", and deliveries of their webhooks that failed";
    return text;
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll&) const override {
    std::vector<std::string> faults;
    return PlanPoll(ScopeOf(source, &faults));
  }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(WithInstance(source), ReadingOf(source, v1::ASSURANCE_POLLED), poll, fetch, response);
  }

  absl::StatusOr<sdk::PublishStep> Publish(const sdk::Source&, const sdk::Publication& publication) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::NoteApi api, NotesOf(publication.artifact));
    return sdk::PublishNote(api, publication);
  }
  absl::StatusOr<sdk::PublishStep> GoOn(const sdk::Source&, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                        const net::Response& response) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::NoteApi api, NotesOf(publication.artifact));
    return sdk::GoOnWithNote(api, publication, fetch, response);
  }

  // What its events and its poll need, read alone. Who registers the app comes back to where hooks arrive, with the code for the app's
  // secret.
  absl::StatusOr<std::string> AppManifest(const sdk::Source& source, std::string_view hook_url) const override {
    std::string events;
    for (const std::string_view event : manifest_.events) events += (events.empty() ? "\"" : ",\"") + std::string(event) + "\"";
    return sdk::JsonObject()
        .Text("name", "Comity " + source.id)
        .Text("url", hook_url.substr(0, hook_url.find('/', hook_url.find("//") + 2)))
        .Raw("hook_attributes", sdk::JsonObject().Text("url", hook_url).Raw("active", "true").Take())
        .Text("redirect_url", hook_url)
        .Raw("public", "false")
        .Raw("default_permissions", R"({"metadata":"read","issues":"read","pull_requests":"read","discussions":"read","contents":"read"})")
        .Raw("default_events", "[" + events + "]")
        .Take();
  }

 private:
  static absl::StatusOr<sdk::NoteApi> NotesOf(const sdk::Artifact& artifact) {
    COMITY_ASSIGN_OR_RETURN(const sdk::TicketKey key, sdk::ReadTicketKey(artifact.subject, "#", true));
    sdk::NoteApi api;
    api.title = "GitHub";
    api.ticket = artifact.subject;
    api.who_path = "/user";
    api.create_path = "/repos/" + key.project + "/issues/" + key.number + "/comments";
    api.list_path = api.create_path;
    api.pages = true;
    api.change_path = "/repos/" + key.project + "/issues/comments/";
    api.create_body = api.change_body = sdk::JsonTextOf("body");
    api.render = sdk::MarkdownText;
    return api;
  }
  Scope ScopeOf(const sdk::Source& source, std::vector<std::string>* faults) const {
    Scope scope = ReadScope(sdk::OptionOf(manifest_, source, "organisation"), sdk::OptionOf(manifest_, source, "repositories"), faults);
    scope.recovers_deliveries = IsOn(source, "recover_deliveries");
    return scope;
  }
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance) const {
    return {.wiki_tentative = IsOn(source, "wiki_tentative"),
            .private_is_confidential = IsOn(source, "private_is_confidential"),
            .app_is_automation = IsOn(source, "app_is_automation"),
            .assurance = assurance};
  }
  static sdk::Source WithInstance(sdk::Source source) {
    if (source.instance.empty()) source.instance = std::string(kDefaultInstance);
    return source;
  }
  bool IsOn(const sdk::Source& source, std::string_view option) const { return sdk::OptionOf(manifest_, source, option) == "true"; }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<GitHub>(); }

}  // namespace comity::github
