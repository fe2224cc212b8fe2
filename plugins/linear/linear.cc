#include "plugins/linear/linear.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "plugins/linear/mapping.h"
#include "plugins/linear/polling.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/name_lists.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::linear {
namespace {

constexpr sdk::HmacHex kSignature{sdk::HashAlgorithm::kSha256, "", "Linear-Signature"};

constexpr std::string_view kSetup = R"(As an administrator of the workspace: Settings > Administration > API > Webhooks > New webhook.
URL: https://YOUR-HOST/in/SOURCE-ID
Data change events: Issues, Comments
Team selection: all public teams, or one
Linear makes the secret ("Signing secret", lin_wh_...): write it into the source's secret file (mode 0600).

Besides, or instead: poll, with a personal API key of an account that sees the teams, made with the permission "Read" alone
(Settings > Account > Security & access > Personal API keys), in the file of poll.read_token_file. config.teams names the teams to poll.
It needs no address that Linear can reach, and finds what webhooks missed.)";

std::string Upper(std::string_view text) { return absl::AsciiStrToUpper({text.data(), text.size()}); }

class Linear : public sdk::Connector {
 public:
  Linear() {
    manifest_.suite = "linear";
    manifest_.title = "Linear";
    manifest_.events = {"Issue", "Comment"};
    manifest_.delivery_id_header = "Linear-Delivery";
    manifest_.kept_headers = {"Content-Type", "Linear-Delivery"};
    manifest_.classified = {"/data/description",        "/data/descriptionData", "/data/body",  "/data/bodyData",
                            "/updatedFrom/description", "/updatedFrom/title",    "/actor/email"};
    manifest_.options = {
        {"teams", "poll these: keys such as PAY, with commas between them; left out, all that the key's owner sees", ""},
        {"wont_do_states", "states that mean that it will not be done, though their type is completed: names or ids", ""},
        {"duplicate_states", "states that mean that it is the same as another", "Duplicate, Duplicated"},
        {"confidential_teams", "teams whose titles and labels are not sent to the service, by key; the poll knows private ones", ""},
    };
    manifest_.scopes = {"read"};
    manifest_.reconciles = true;
    manifest_.token_prefix = "";
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    const std::vector<std::string> teams = ReadTeams(Option(source, "teams"), &faults);
    if (!teams.empty() && !source.polls) {
      faults.push_back("config.teams says what to poll, but the source has no poll block with a read_token_file");
    }
    return faults;
  }

  // The time is in the signed body, so it is read when the signature is known to be good, and not before.
  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    if (kSignature.Verify(request, source) != sdk::Auth::kOk) return sdk::Auth::kUnauthenticated;
    const absl::StatusOr<sdk::JsonDocument> document = sdk::JsonDocument::Parse(request.body);
    if (!document.ok()) return sdk::Auth::kStale;
    const std::optional<absl::Time> sent = sdk::TimeOf(document->root().At("/webhookTimestamp"));
    return sent && *sent >= now - kWindow && *sent <= now + kAhead ? sdk::Auth::kOk : sdk::Auth::kStale;
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(request.body));
    if (document.root().At("/type").Text().empty()) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                   "the delivery has no type; let a webhook of Linear's settings send it", {{"type", "is missing"}});
    }
    return MapHook(document.root(), source, ReadingOf(source, v1::ASSURANCE_SIGNED));
  }

  std::string ApiBase(const sdk::Source&) const override { return "https://api.linear.app"; }

  std::string Polled(const sdk::Source& source) const override {
    const size_t teams = TeamsOf(source).size();
    return "issues, their histories and comments of " + (teams == 0 ? "all teams the key sees" : std::to_string(teams) + " teams named");
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll& poll) const override { return PlanPoll(TeamsOf(source), poll); }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    return AbsorbPoll(manifest_, source, ReadingOf(source, v1::ASSURANCE_POLLED), TeamsOf(source), poll, fetch, response);
  }

  // The variables of the API's mutation `webhookCreate`.
  absl::StatusOr<std::string> AppManifest(const sdk::Source& source, std::string_view hook_url) const override {
    return sdk::JsonObject()
        .Text("label", "Comity " + source.id)
        .Text("url", hook_url)
        .Raw("allPublicTeams", "true")
        .Raw("resourceTypes", R"(["Issue","Comment"])")
        .Take();
  }

 private:
  std::string_view Option(const sdk::Source& source, std::string_view name) const { return sdk::OptionOf(manifest_, source, name); }
  std::vector<std::string> TeamsOf(const sdk::Source& source) const {
    std::vector<std::string> faults;
    return ReadTeams(Option(source, "teams"), &faults);
  }
  Reading ReadingOf(const sdk::Source& source, v1::Assurance assurance) const {
    return {.wont_do = sdk::NamesOf(manifest_, source, "wont_do_states"),
            .duplicate = sdk::NamesOf(manifest_, source, "duplicate_states"),
            .confidential_teams = sdk::SplitList(Upper(Option(source, "confidential_teams"))),
            .assurance = assurance};
  }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Linear>(); }

std::string Sign(std::string_view secret, std::string_view body) { return kSignature.Sign(secret, body); }

}  // namespace comity::linear
