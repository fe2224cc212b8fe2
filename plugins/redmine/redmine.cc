#include "plugins/redmine/redmine.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "plugins/redmine/mapping.h"
#include "plugins/redmine/polling.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/markup.h"
#include "plugins/sdk/notes.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::redmine {
namespace {

constexpr sdk::HmacHex kSignature{sdk::HashAlgorithm::kSha256, "sha256=", "X-Redmine-Signature-256"};

constexpr std::string_view kStandardSecret = "whsec_";

constexpr std::string_view kSetup = R"(Administration > Settings > API: tick "Enable REST web service".
Make a user of its own for Comity, whose roles may view issues (all of them, if private ones shall count) and no private notes.
Signed in as that user: My account > API access key > Show; write the key into the file of poll.read_token_file (mode 0600).
config.projects names what to poll; without it, all that the user may see.

Where Redmine has webhooks (7.0 on), they make it quicker: an administrator enables them in the settings and lets the user's role use them;
then, as the same user, new webhook. URL: https://YOUR-HOST/in/SOURCE-ID; secret: the text of the source's secret file; events: issues created,
updated, deleted. Redmine does not repeat what fails, and sends nothing to private addresses unless its configuration says so: poll as well.

In Redmine 5 the plugin inside it does the same, repeats what fails, tells of wiki pages, and shows on an issue's page what was made of it: copy
plugins/redmine/inside/comity to plugins/comity of Redmine, then as its README says.)";

class Redmine : public sdk::Connector {
 public:
  Redmine() {
    manifest_.suite = "redmine";
    manifest_.title = "Redmine";
    manifest_.events = {"issue.created", "issue.updated", "issue.deleted"};
    manifest_.delivery_id_header = "webhook-id";  // of the plugin's; Redmine's own webhooks have none
    manifest_.kept_headers = {"Content-Type", "webhook-id", "webhook-timestamp"};
    manifest_.standard_secret = true;
    manifest_.classified = {"/data/issue/description", "/data/journal/notes", "/data/issue/custom_fields"};
    manifest_.options = {
        {"projects", "poll these: identifiers, with commas between them; their subprojects too", ""},
        {"address", "where Redmine is, if not at https://INSTANCE: https://tools.acme.example/redmine", ""},
        {"resolved_statuses", "statuses that mean done; a closed one that no list names earns nothing", "Resolved, Closed"},
        {"wont_do_statuses", "statuses that mean that it will not be done", "Rejected"},
        {"duplicate_statuses", "statuses that mean that it is the same as another", "Duplicate"},
        {"status_ids", "for Redmine's webhooks, the ids of those that end an issue: 3=Resolved, 5=Closed, 6=Rejected", ""},
        {"nobody", "accounts that are nobody, by name as the token's user sees it", "Anonymous"},
        {"confidential_projects", "projects whose titles and labels are not sent to the service, by name", ""},
        {"notes_are_public", "where it is not said whether a note is private (webhooks), it is not", "false"},
    };
    manifest_.scopes = {"view_issues"};
    manifest_.reconciles = true;
    manifest_.publishes = {sdk::ArtifactKind::kNote};
    manifest_.token_header = "X-Redmine-API-Key";
    manifest_.token_prefix = "";
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be a host name such as redmine.acme.example; a path goes into config.address");
    }
    const std::string_view address = Option(source, "address");
    if (!address.empty() && !sdk::IsAddressOption(address)) {
      faults.push_back(
          "config.address must be such as https://tools.acme.example/redmine, without a slash at the end; http:// is for this machine "
          "alone");
    }
    const std::vector<std::string> projects = ReadProjects(Option(source, "projects"), &faults);
    if (!projects.empty() && !source.polls) {
      faults.push_back("config.projects says what to poll, but the source has no poll block with a read_token_file");
    }
    for (const std::string& secret : source.secrets) {
      if (secret.starts_with(kStandardSecret) && !sdk::StandardWebhooks::KeyOf(secret)) {
        faults.push_back(
            "a secret begins with whsec_, but has no base64 of at least 16 bytes behind it; make one with: "
            "echo whsec_$(openssl rand -base64 32)");
      }
    }
    // One that the plugin can sign with may be the plugin's, which tells the statuses itself.
    const StatusNames names = NamesOf(source, &faults);
    if (!source.polls && !source.secrets.empty() && names.ids.empty() && Signing(source).secrets.empty()) {
      faults.push_back("config.status_ids is missing: a webhook does not say which statuses end an issue; name them, or poll as well");
    }
    return faults;
  }

  // The plugin signs as Standard Webhooks, Redmine's own webhooks the body alone. The keys differ even where the secret is the same: its
  // text here, what it encodes there. So a delivery of the one is never taken for one of the other, whose time nobody looks at.
  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    if (!request.Header("webhook-signature").empty()) return sdk::StandardWebhooks::Verify(request, Signing(source), now);
    return kSignature.Verify(request, source);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (!document.root().is_object()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, "the body is not a JSON object as Redmine sends it");
    }
    return MapHook(document.root(), source, ReadingOf(source, v1::ASSURANCE_SIGNED));
  }

  std::string ApiBase(const sdk::Source& source) const override { return AddressOf(source); }

  std::string Polled(const sdk::Source& source) const override {
    const std::vector<std::string> projects = ProjectsOf(source);
    const std::string of = projects.empty() ? "everything the token may see" : std::to_string(projects.size()) + " projects named";
    return "issues and their journals of " + of;
  }

  sdk::Step Plan(const sdk::Source&, const sdk::Poll&) const override { return PlanPoll(); }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(manifest_, source, ReadingOf(source, v1::ASSURANCE_POLLED), ProjectsOf(source), poll, fetch, response);
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
    COMITY_ASSIGN_OR_RETURN(const sdk::TicketKey key, sdk::ReadTicketKey(artifact.subject, "#", false));
    sdk::NoteApi api;
    api.title = "Redmine";
    api.ticket = artifact.subject;
    api.who_path = "/users/current.json";
    api.who_id = "/user/id";
    api.create_path = "/issues/" + key.number + ".json";
    api.list_path = api.create_path + "?include=journals";
    api.items = "/issue/journals";
    api.text = "/notes";
    api.create_method = api.change_method = "PUT";
    api.change_path = "/journals/";
    api.change_tail = ".json";
    const auto within = [](std::string name) {
      return [name](std::string_view text) { return sdk::JsonObject().Raw(name, sdk::JsonObject().Text("notes", text).Take()).Take(); };
    };
    api.create_body = within("issue");
    api.change_body = within("journal");
    api.render = sdk::TextileText;
    return api;
  }
  std::string_view Option(const sdk::Source& source, std::string_view name) const { return sdk::OptionOf(manifest_, source, name); }
  // With those secrets alone that are made for Standard Webhooks.
  static sdk::Source Signing(sdk::Source source) {
    std::erase_if(source.secrets, [](const std::string& secret) { return !secret.starts_with(kStandardSecret); });
    return source;
  }
  std::string AddressOf(const sdk::Source& source) const {
    const std::string_view address = Option(source, "address");
    return address.empty() ? "https://" + source.instance : std::string(address);
  }
  std::vector<std::string> ProjectsOf(const sdk::Source& source) const {
    std::vector<std::string> faults;
    return ReadProjects(Option(source, "projects"), &faults);
  }
  StatusNames NamesOf(const sdk::Source& source, std::vector<std::string>* faults) const {
    return ReadStatusNames(Option(source, "resolved_statuses"), Option(source, "wont_do_statuses"), Option(source, "duplicate_statuses"),
                           Option(source, "status_ids"), faults);
  }
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance) const {
    std::vector<std::string> faults;
    return {.address = AddressOf(source),
            .statuses = NamesOf(source, &faults),
            .nobody = sdk::SplitList(Option(source, "nobody")),
            .confidential_projects = sdk::SplitList(Option(source, "confidential_projects")),
            .notes_are_public = Option(source, "notes_are_public") == "true",
            .assurance = assurance};
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Redmine>(); }

}  // namespace comity::redmine
