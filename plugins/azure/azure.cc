#include "plugins/azure/azure.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "plugins/azure/mapping.h"
#include "plugins/azure/polling.h"
#include "plugins/azure/reading.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::azure_devops {
namespace {

constexpr std::string_view kBasic = "Basic ";
constexpr size_t kMaxHeader = 4096, kMaxLevels = 4;

constexpr std::string_view kSetup = R"(In each project: Project settings > Service hooks > + > Web Hooks, once for each of these events:
Work item created, updated, commented on, deleted; Pull request created, updated
URL: https://YOUR-HOST/in/SOURCE-ID
Basic authentication username: comity; password: the text of the source's secret file, at least 32 random characters
Resource details to send: All. Messages to send: None. Detailed messages to send: None
A hook's own "Test" sends people and work items that do not exist; it is answered, and nothing is made of it.

Besides, or instead: poll, with the names of the projects in config.projects and USER:TOKEN in the file of poll.read_token_file (mode 0600):
a personal access token with the scope Work Items (Read) of an account that may view the work items; USER is anything.
It needs no address that Azure DevOps can reach, and tells what hooks leave out: who opened a work item, and whom it was assigned to.)";

// `Basic BASE64(USER:PASSWORD)`: the password.
std::string PasswordOf(std::string_view authorization) {
  if (authorization.size() > kMaxHeader || authorization.size() <= kBasic.size()) return "";
  if (!absl::EqualsIgnoreCase({authorization.data(), kBasic.size()}, {kBasic.data(), kBasic.size()})) return "";
  std::string pair;
  authorization.remove_prefix(kBasic.size());
  if (!absl::Base64Unescape({authorization.data(), authorization.size()}, &pair)) return "";
  const size_t colon = pair.find(':');
  return colon == pair.npos ? "" : pair.substr(colon + 1);
}

// `dev.azure.com/acme`, `acme.visualstudio.com`, `devops.acme.example/tfs/Main`.
bool IsInstance(std::string_view text) {
  const std::vector<std::string> levels = absl::StrSplit(absl::string_view(text.data(), text.size()), '/');
  return levels.size() <= kMaxLevels && levels[0].find('.') != std::string::npos &&
         std::all_of(levels.begin(), levels.end(), [](const std::string& level) { return sdk::IsPathName(level); });
}

class AzureDevOps : public sdk::Connector {
 public:
  AzureDevOps() {
    manifest_.suite = "azure-devops";
    manifest_.title = "Azure DevOps";
    manifest_.events = {"workitem.created", "workitem.updated",        "workitem.commented",
                        "workitem.deleted", "git.pullrequest.created", "git.pullrequest.updated"};
    manifest_.kept_headers = {"Content-Type"};
    manifest_.classified = {"/message",
                            "/detailedMessage",
                            "/resource/fields/System.Description",
                            "/resource/fields/System.History",
                            "/resource/revision/fields/System.Description",
                            "/resource/revision/fields/System.History",
                            "/resource/description"};
    manifest_.options = {{"projects", "poll these: names, with commas between them", ""}};
    for (const sdk::Option& option : ReadingOptions()) manifest_.options.push_back(option);
    manifest_.scopes = {"vso.work"};
    manifest_.reconciles = true;
    manifest_.basic_token = true;
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (!IsInstance(source.instance)) {
      faults.push_back(
          "instance must be the organization's address without https://, such as dev.azure.com/acme; for a server that of the "
          "collection, such as devops.acme.example/Main");
    }
    const std::vector<std::string> projects = ReadProjects(Option(source, "projects"), &faults);
    if (source.polls && projects.empty()) faults.push_back("config names nothing to poll; give the names of projects");
    if (!source.polls && !projects.empty()) {
      faults.push_back("config.projects says what to poll, but the source has no poll block with a read_token_file");
    }
    for (std::string& fault : FaultsOf(ReadReading(manifest_, source, v1::ASSURANCE_TOKEN))) faults.push_back(std::move(fault));
    return faults;
  }

  // Nothing is signed. The password of a service hook is kept from those who may see the hook; a header of its own is not, but serves
  // where something in between wants the other for itself.
  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    const std::string_view own = request.Header("X-Comity-Token");
    return sdk::VerifySecret(own.empty() ? PasswordOf(request.Header("Authorization")) : std::string(own.substr(0, kMaxHeader)), source);
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (document.root().At("/eventType").Text().empty()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                   "the delivery has no eventType; let a service hook of the kind Web Hooks send it", {{"eventType", "is missing"}});
    }
    return MapHook(document.root(), source, ReadReading(manifest_, source, v1::ASSURANCE_TOKEN));
  }

  std::string ApiBase(const sdk::Source& source) const override { return "https://" + source.instance; }

  std::string Polled(const sdk::Source& source) const override {
    return "work items and their updates of " + std::to_string(ProjectsOf(source).size()) + " projects named";
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll& poll) const override { return PlanPoll(ProjectsOf(source), poll); }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(manifest_, source, ReadReading(manifest_, source, v1::ASSURANCE_POLLED), poll, fetch, response);
  }

 private:
  std::string_view Option(const sdk::Source& source, std::string_view name) const { return sdk::OptionOf(manifest_, source, name); }
  std::vector<std::string> ProjectsOf(const sdk::Source& source) const {
    std::vector<std::string> faults;
    return ReadProjects(Option(source, "projects"), &faults);
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<AzureDevOps>(); }

}  // namespace comity::azure_devops
