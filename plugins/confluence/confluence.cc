#include "plugins/confluence/confluence.h"

#include <string>
#include <utility>

#include "plugins/confluence/mapping.h"
#include "plugins/confluence/polling.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::confluence {
namespace {

constexpr sdk::HmacHex kSignature{sdk::HashAlgorithm::kSha256, "sha256=", "X-Hub-Signature"};

constexpr std::string_view kSetup =
    R"(An account that may view the spaces, and nothing else. Its token into the file of poll.read_token_file (mode 0600):
Cloud: EMAIL:API-TOKEN (id.atlassian.com > Security > API tokens)
Data Center: a personal access token (Profile > Personal Access Tokens)
config.spaces names what to poll; without it, all that the account may view.

Data Center's webhooks make it quicker and tell deletions and moves: General Configuration > Webhooks > Create a webhook.
URL: https://YOUR-HOST/in/SOURCE-ID; secret: the text of the source's secret file; events: Page and Blog created, updated, moved, trashed,
removed; Comment created. They do not always tell an edit's version, and nothing is repeated: poll as well. The Cloud has none.)";

class Confluence : public sdk::Connector {
 public:
  Confluence() {
    manifest_.suite = "confluence";
    manifest_.title = "Confluence";
    manifest_.events = {"page_created", "page_updated", "page_moved",   "page_trashed", "page_removed",   "blog_created",
                        "blog_updated", "blog_moved",   "blog_trashed", "blog_removed", "comment_created"};
    manifest_.kept_headers = {"Content-Type"};
    manifest_.classified = {"/comment/body", "/page/body", "/results/version/message"};
    manifest_.options = {
        {"spaces", "poll these: keys such as OPS, with commas between them; else all that the token may see", ""},
        {"deployment", "cloud or data_center: which API is asked; left out, .atlassian.net is the Cloud's", ""},
        {"address", "where Confluence is, if not at https://INSTANCE (Cloud: https://INSTANCE/wiki)", ""},
        {"confidential_spaces", "spaces whose pages are not named to the service, by their keys", ""},
    };
    manifest_.scopes = {"read:confluence-content.all", "read:confluence-space.summary", "search:confluence"};
    manifest_.reconciles = true;
    manifest_.basic_token_with_colon = true;
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be a host name such as acme.atlassian.net; a path goes into config.address");
    }
    const std::string_view deployment = Option(source, "deployment"), address = Option(source, "address");
    if (!deployment.empty() && deployment != "cloud" && deployment != "data_center") {
      faults.push_back("config.deployment must be cloud or data_center, or be left out");
    }
    if (!address.empty() && !sdk::IsAddressOption(address)) {
      faults.push_back(
          "config.address must be such as https://tools.acme.example/confluence, without a slash at the end; http:// is for this machine "
          "alone");
    }
    const std::vector<std::string> spaces = ReadSpaces(Option(source, "spaces"), "spaces", &faults);
    (void)ReadSpaces(Option(source, "confidential_spaces"), "confidential_spaces", &faults);
    if (!spaces.empty() && !source.polls) {
      faults.push_back("config.spaces says what to poll, but the source has no poll block with a read_token_file");
    }
    if (IsCloud(source) && !source.polls) faults.push_back("poll is missing: Confluence Cloud has no webhooks that are signed");
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    return kSignature.Verify(request, source);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (!document.root().is_object()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, "the body is not a JSON object as Confluence sends it");
    }
    return MapHook(document.root(), source, ReadingOf(source, v1::ASSURANCE_SIGNED));
  }

  std::string ApiBase(const sdk::Source& source) const override { return AddressOf(source); }

  std::string Polled(const sdk::Source& source) const override {
    std::vector<std::string> faults;
    const size_t spaces = ReadSpaces(Option(source, "spaces"), "spaces", &faults).size();
    return "pages, blog posts and all their versions of " +
           (spaces == 0 ? std::string("everything the token may see") : std::to_string(spaces) + " spaces named") +
           ", by the API of Confluence " + (IsCloud(source) ? "Cloud" : "Data Center");
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll& poll) const override {
    std::vector<std::string> faults;
    return PlanPoll(ReadSpaces(Option(source, "spaces"), "spaces", &faults), ReadingOf(source, v1::ASSURANCE_POLLED), poll);
  }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(manifest_, source, ReadingOf(source, v1::ASSURANCE_POLLED), poll, fetch, response);
  }

 private:
  std::string_view Option(const sdk::Source& source, std::string_view name) const { return sdk::OptionOf(manifest_, source, name); }
  bool IsCloud(const sdk::Source& source) const {
    const std::string_view deployment = Option(source, "deployment");
    return deployment.empty() ? source.instance.ends_with(".atlassian.net") : deployment == "cloud";
  }
  std::string AddressOf(const sdk::Source& source) const {
    const std::string_view address = Option(source, "address");
    return address.empty() ? "https://" + source.instance + (IsCloud(source) ? "/wiki" : "") : std::string(address);
  }
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance) const {
    std::vector<std::string> faults;
    return {.cloud = IsCloud(source),
            .address = AddressOf(source),
            .confidential_spaces = ReadSpaces(Option(source, "confidential_spaces"), "confidential_spaces", &faults),
            .assurance = assurance};
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Confluence>(); }

}  // namespace comity::confluence
