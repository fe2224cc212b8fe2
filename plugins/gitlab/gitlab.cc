#include "plugins/gitlab/gitlab.h"

#include <algorithm>
#include <string>
#include <utility>

#include "plugins/gitlab/mapping.h"
#include "plugins/gitlab/polling.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/markup.h"
#include "plugins/sdk/notes.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::gitlab {
namespace {

constexpr sdk::PlainToken kToken{"X-Gitlab-Token"};
constexpr std::string_view kDefaultInstance = "gitlab.com";
constexpr std::string_view kSigned = "whsec_";

constexpr std::string_view kSetup = R"(In the group (or project): Settings > Webhooks > Add new webhook.
URL: https://YOUR-HOST/in/SOURCE-ID
Signing token, where GitLab offers one: generate it and write it (whsec_...) into the source's secret file.
Else Secret token: the text of the source's secret file, at least 32 random characters.
Trigger: Issues (work items), Confidential issues, Comments, Confidential comments, Merge requests, Wiki pages. No custom webhook template.
Self-managed, and this host is in a private network: Admin > Settings > Network > Outbound requests: allow it.

Besides, or instead: an access token of the group or project with the scope read_api and the role Reporter (Planner in new versions, so that
it sees confidential issues), in the file of poll.read_token_file; config.group or config.projects says which. It needs no address that
GitLab can reach.)";

class GitLab : public sdk::Connector {
 public:
  GitLab() {
    manifest_.suite = "gitlab";
    manifest_.title = "GitLab";
    manifest_.events = {"issues_events",   "confidential_issues_events", "note_events", "confidential_note_events", "merge_requests_events",
                        "wiki_page_events"};
    manifest_.delivery_id_header = "Idempotency-Key";
    manifest_.kept_headers = {"Content-Type",    "X-Gitlab-Event", "X-Gitlab-Event-UUID",
                              "Idempotency-Key", "webhook-id",     "webhook-timestamp"};
    manifest_.classified = {"/object_attributes/description",
                            "/object_attributes/note",
                            "/object_attributes/content",
                            "/object_attributes/message",
                            "/issue/description",
                            "/merge_request/description",
                            "/last_commit/message",
                            "/user/email"};
    manifest_.options = {
        {"wont_do_labels", "a ticket closed with one of these labels was not done; with commas between them",
         "wontfix, wont do, not planned, invalid, declined, rejected, obsolete, cannot reproduce, works as designed"},
        {"duplicate_labels", "a ticket closed with one of these is the same as another", "duplicate"},
        {"wiki_tentative", "wiki edits wait for somebody's yes, since a push to the wiki names only the pusher", "false"},
        {"private_is_confidential", "titles and labels of private projects are not sent to the service", "true"},
        {"group", "poll all projects of it and of its subgroups: its path, acme or acme/payments", ""},
        {"projects", "poll these: their paths, acme/billing, acme/payments/checkout, with commas between them", ""},
    };
    manifest_.scopes = {"read_api"};
    manifest_.reconciles = true;
    manifest_.publishes = {sdk::ArtifactKind::kNote};
    manifest_.token_header = "PRIVATE-TOKEN";
    manifest_.token_prefix = "";
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, WithInstance(source));
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be a host name such as gitlab.com, without https:// and path; poll.api_base may hold a path");
    }
    for (const std::string& secret : source.secrets) {
      if (secret.starts_with(kSigned) && !sdk::StandardWebhooks::KeyOf(secret)) {
        faults.push_back(
            "a secret begins with whsec_, but is no signing token of GitLab; copy it again, or use a secret token of other letters");
      }
    }
    const Scope scope = ReadScope(sdk::OptionOf(manifest_, source, "group"), sdk::OptionOf(manifest_, source, "projects"), &faults);
    const bool scoped = !scope.group.empty() || !scope.projects.empty();
    if (source.polls && !scoped) faults.push_back("config names nothing to poll; give group or projects");
    if (!source.polls && scoped) faults.push_back("config names what to poll, but the source has no poll block with a read_token_file");
    return faults;
  }

  // A signing token signs, and never stands for itself in a header: whoever reads one delivery could forge all others. A source that has
  // both kinds is on its way from one to the other.
  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    const auto [signing, plain] = ByKind(source);
    if (!signing.secrets.empty() && (plain.secrets.empty() || !request.Header("webhook-signature").empty())) {
      return sdk::StandardWebhooks::Verify(request, signing, now);
    }
    return kToken.Verify(request, plain);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time receive_time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (!document.root().is_object()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, "the body is not a JSON object as GitLab sends it");
    }
    // The signature is gone by now: where a token would have done, no more is claimed.
    const bool is_signed = ByKind(source).second.secrets.empty();
    const Reading reading = ReadingOf(source, is_signed ? v1::ASSURANCE_SIGNED : v1::ASSURANCE_TOKEN);
    return MapPayload(document.root(), WithInstance(source), reading, receive_time);
  }

  std::string ApiBase(const sdk::Source& source) const override { return "https://" + WithInstance(source).instance + "/api/v4"; }

  std::string Polled(const sdk::Source& source) const override {
    std::vector<std::string> faults;
    const Scope scope = ReadScope(sdk::OptionOf(manifest_, source, "group"), sdk::OptionOf(manifest_, source, "projects"), &faults);
    std::string text = "tickets, merge requests, comments and approvals of ";
    if (!scope.group.empty()) text += "all projects of " + scope.group;
    if (scope.group.empty() || !scope.projects.empty()) {
      text += (scope.group.empty() ? "" : " and ") + std::to_string(scope.projects.size()) + " projects named";
    }
    return text;
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll&) const override {
    std::vector<std::string> faults;
    return PlanPoll(ReadScope(sdk::OptionOf(manifest_, source, "group"), sdk::OptionOf(manifest_, source, "projects"), &faults));
  }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(WithInstance(source), ReadingOf(source, v1::ASSURANCE_POLLED), manifest_, poll, fetch, response);
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
  static absl::StatusOr<sdk::NoteApi> NotesOf(const sdk::Artifact& artifact) {
    COMITY_ASSIGN_OR_RETURN(const sdk::TicketKey key, sdk::ReadTicketKey(artifact.subject, "#!", true));
    sdk::NoteApi api;
    api.title = "GitLab";
    api.ticket = artifact.subject;
    api.who_path = "/user";
    api.create_path =
        "/projects/" + sdk::UrlEncoded(key.project) + (key.mark == '#' ? "/issues/" : "/merge_requests/") + key.number + "/notes";
    api.list_path = api.create_path + "?order_by=created_at&sort=desc";
    api.pages = true;
    api.author = "/author/id";
    api.change_method = "PUT";
    api.change_path = api.create_path + "/";
    api.create_body = api.change_body = sdk::JsonTextOf("body");
    api.render = sdk::MarkdownText;
    return api;
  }
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance) const {
    return {.wiki_tentative = sdk::OptionOf(manifest_, source, "wiki_tentative") == "true",
            .private_is_confidential = sdk::OptionOf(manifest_, source, "private_is_confidential") == "true",
            .wont_do = LabelSet(sdk::OptionOf(manifest_, source, "wont_do_labels")),
            .duplicate = LabelSet(sdk::OptionOf(manifest_, source, "duplicate_labels")),
            .assurance = assurance};
  }
  // The source with its signing tokens alone, and with its other secrets alone.
  static std::pair<sdk::Source, sdk::Source> ByKind(const sdk::Source& source) {
    std::pair<sdk::Source, sdk::Source> kinds;
    for (const std::string& secret : source.secrets) {
      (secret.starts_with(kSigned) ? kinds.first : kinds.second).secrets.push_back(secret);
    }
    return kinds;
  }
  static sdk::Source WithInstance(sdk::Source source) {
    if (source.instance.empty()) source.instance = std::string(kDefaultInstance);
    return source;
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<GitLab>(); }

}  // namespace comity::gitlab
