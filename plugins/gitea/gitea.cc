#include "plugins/gitea/gitea.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "plugins/gitea/mapping.h"
#include "plugins/gitea/polling.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/markup.h"
#include "plugins/sdk/notes.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::gitea {
namespace {

// What Gitea and its fork call differently.
struct Brand {
  std::string_view suite, title;
  std::string_view event, event_type, delivery, signature;  // headers
  std::string_view setup;
};

constexpr Brand kGitea{
    "gitea",
    "Gitea",
    "X-Gitea-Event",
    "X-Gitea-Event-Type",
    "X-Gitea-Delivery",
    "X-Gitea-Signature",
    R"(In the organisation (or repository): Settings > Webhooks > Add Webhook > Gitea. For all repositories of the server:
Site Administration > Integrations > Webhooks > System Webhooks.
Target URL: https://YOUR-HOST/in/SOURCE-ID
HTTP method: POST; content type: application/json (the form type is refused)
Secret: the text of the source's secret file, at least 32 random characters
Trigger on: custom events: Issues; Issue Assigned, Labeled, Comment; Pull Request; Pull Request Comment, Reviewed, Review Requested; Wiki.
Gitea sends to private addresses only if app.ini says so: [webhook] ALLOWED_HOST_LIST = YOUR-HOST. It repeats nothing that fails: poll too.

Besides, or instead: an access token with read on repository, issue and organization, of a user who may see the repositories, in the
file of poll.read_token_file; config.organisation or config.repositories says which. It needs no address that Gitea can reach.)"};

constexpr Brand kForgejo{
    "forgejo",
    "Forgejo",
    "X-Forgejo-Event",
    "X-Forgejo-Event-Type",
    "X-Forgejo-Delivery",
    "X-Forgejo-Signature",
    R"(In the organisation (or repository): Settings > Webhooks > Add webhook > Forgejo. For all repositories of the server:
Site administration > Integrations > Webhooks > System webhooks.
Target URL: https://YOUR-HOST/in/SOURCE-ID
HTTP method: POST; content type: application/json (the form type is refused)
Secret: the text of the source's secret file, at least 32 random characters
Trigger on: custom events: issues: modification, assignment, labels, comments; pull requests: modification, comments, reviews, review
requests; wiki.
Forgejo sends to private addresses only if app.ini says so: [webhook] ALLOWED_HOST_LIST = YOUR-HOST. It repeats nothing that fails: poll too.

Besides, or instead: an access token with read on repository, issue and organization, of a user who may see the repositories, in the
file of poll.read_token_file; config.organisation or config.repositories says which. It needs no address that Forgejo can reach.)"};

// `git.acme.example`: a port would part the names of accounts in the wrong place.
bool IsHost(std::string_view instance) {
  return std::all_of(instance.begin(), instance.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '.' || c == '-'; });
}

class Gitea : public sdk::Connector {
 public:
  explicit Gitea(const Brand& brand) : brand_(brand) {
    manifest_.suite = brand.suite;
    manifest_.title = brand.title;
    manifest_.events = {"issues",       "issue_assign",         "issue_label",         "issue_comment",
                        "pull_request", "pull_request_comment", "pull_request_review", "pull_request_review_request",
                        "wiki"};
    manifest_.delivery_id_header = brand.delivery;
    manifest_.kept_headers = {"Content-Type", brand.event, brand.event_type, brand.delivery};
    // Old versions put the hook's secret into the body.
    manifest_.classified = {"/secret", "/issue/body", "/comment/body", "/pull_request/body", "/review/content"};
    manifest_.options = {
        {"wont_do_labels", "a ticket closed with one of these labels will not be done; with commas between them",
         "wontfix, won't fix, invalid, declined, Reviewed/Won't Fix, Reviewed/Invalid, Status/Abandoned"},
        {"duplicate_labels", "a ticket closed with one of these labels is a duplicate; with commas between them",
         "duplicate, Reviewed/Duplicate"},
        {"private_is_confidential", "titles and labels of private repositories are not sent to the service", "true"},
        {"organisation", "poll all its repositories", ""},
        {"repositories", "poll these: owner/name, with commas between them", ""},
    };
    manifest_.scopes = {"read:repository", "read:issue", "read:organization"};
    manifest_.reconciles = true;
    manifest_.publishes = {sdk::ArtifactKind::kNote};
    manifest_.token_prefix = "token ";
    manifest_.setup = brand.setup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (!IsHost(source.instance)) {
      faults.push_back("instance must be a host name such as git.acme.example, without https:// and path");
    }
    const Scope scope = ScopeOf(source, &faults);
    const bool scoped = !scope.organisation.empty() || !scope.repositories.empty();
    if (source.polls && !scoped) faults.push_back("config names nothing to poll; give organisation or repositories");
    if (!source.polls && scoped) faults.push_back("config names what to poll, but the source has no poll block with a read_token_file");
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return sdk::HmacHex{sdk::HashAlgorithm::kSha256, "", brand_.signature}.Verify(request, source);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time receive_time) const override {
    const std::string_view type = request.Header("Content-Type");
    if (absl::StartsWithIgnoreCase({type.data(), type.size()}, "application/x-www-form-urlencoded")) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                   "the hook sends a form; set its content type to application/json in " + std::string(brand_.title),
                   {{"Content-Type", "must be application/json"}});
    }
    std::string_view event = request.Header(brand_.event_type);
    if (event.empty()) event = request.Header(brand_.event);
    if (event.empty()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                   "the delivery has no " + std::string(brand_.event) + " header; let the proxy in front pass it on",
                   {{std::string(brand_.event), "is missing"}});
    }
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (!document.root().is_object()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid,
                   "the body is not a JSON object as " + std::string(brand_.title) + " sends it");
    }
    const std::string delivery = sdk::DeliveryIdOf(manifest_, request);
    return MapEvent(event, document.root(), source, ReadingOf(source, v1::ASSURANCE_SIGNED), {delivery, receive_time});
  }

  std::string ApiBase(const sdk::Source& source) const override { return "https://" + source.instance; }

  std::string Polled(const sdk::Source& source) const override {
    std::vector<std::string> faults;
    const Scope scope = ScopeOf(source, &faults);
    std::string text = "tickets, pull requests, comments and reviews of ";
    if (!scope.organisation.empty()) text += "all repositories of " + scope.organisation;
    if (scope.organisation.empty() || !scope.repositories.empty()) {
      text += (scope.organisation.empty() ? "" : " and ") + std::to_string(scope.repositories.size()) + " repositories named";
    }
    return text;
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll&) const override {
    std::vector<std::string> faults;
    return PlanPoll(ScopeOf(source, &faults));
  }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(manifest_, source, ReadingOf(source, v1::ASSURANCE_POLLED), poll, fetch, response);
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

 private:
  absl::StatusOr<sdk::NoteApi> NotesOf(const sdk::Artifact& artifact) const {
    COMITY_ASSIGN_OR_RETURN(const sdk::TicketKey key, sdk::ReadTicketKey(artifact.subject, "#", true));
    sdk::NoteApi api;
    api.title = std::string(brand_.title);
    api.ticket = artifact.subject;
    api.who_path = "/api/v1/user";
    api.create_path = "/api/v1/repos/" + key.project + "/issues/" + key.number + "/comments";
    api.list_path = api.create_path;
    api.pages = false;
    api.change_path = "/api/v1/repos/" + key.project + "/issues/comments/";
    api.create_body = api.change_body = sdk::JsonTextOf("body");
    api.render = sdk::MarkdownText;
    return api;
  }
  Scope ScopeOf(const sdk::Source& source, std::vector<std::string>* faults) const {
    return ReadScope(sdk::OptionOf(manifest_, source, "organisation"), sdk::OptionOf(manifest_, source, "repositories"), faults);
  }
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance) const {
    return {.wont_do_labels = sdk::SplitList(sdk::OptionOf(manifest_, source, "wont_do_labels")),
            .duplicate_labels = sdk::SplitList(sdk::OptionOf(manifest_, source, "duplicate_labels")),
            .private_is_confidential = sdk::OptionOf(manifest_, source, "private_is_confidential") == "true",
            .assurance = assurance};
  }

  const Brand& brand_;
  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Gitea>(kGitea); }
std::unique_ptr<sdk::Connector> MakeForgejoConnector() { return std::make_unique<Gitea>(kForgejo); }

}  // namespace comity::gitea
