#include "plugins/slack/slack.h"

#include <utility>

#include "plugins/sdk/form.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/source_checks.h"
#include "service/base/error.h"

namespace comity::slack {
namespace {

constexpr std::string_view kUsage = "thank @somebody for what you saw BILL-42";
constexpr std::string_view kSetup =
    R"(comity sources manifest SOURCE-ID --hook-url https://YOUR-HOST/in/SOURCE-ID prints the app. At api.slack.com/apps:
Create New App > From a manifest, choose the workspace, paste it, Create, Install to Workspace.
Basic Information > App Credentials > Signing Secret: write it into the file of secret_files (mode 0600), instead of the one made here.
config.team_id is the workspace's id, T and more: it stands in the address of Slack in a browser, app.slack.com/client/T0ACME.
By hand: a slash command with that address as Request URL, and with "Escape channels, users, and links" ticked.)";

bool IsTeamId(std::string_view text) {
  return text.size() >= 3 && text.size() <= 40 && text.front() == 'T' &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
}

// Slack's own commands are words of small letters; anything else is not repeated to anybody.
std::string CommandName(std::string_view name) {
  const bool usual = name.size() >= 2 && name.size() <= 32 && name.front() == '/' &&
                     name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-", 1) == std::string_view::npos;
  return std::string(usual ? name : "/comity");
}

class Slack : public sdk::Connector {
 public:
  Slack() {
    manifest_.suite = "slack";
    manifest_.title = "Slack";
    manifest_.events = {"slash command"};
    manifest_.scopes = {"commands"};
    manifest_.kept_headers = {"Content-Type"};
    manifest_.classified = {"text", "channel_name", "response_url", "token"};
    manifest_.options = {{"team_id", "the workspace's id, such as T0ACME: commands of others are not taken", ""}};
    manifest_.replies = true;
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be the workspace's name such as acme.slack.com, without https:// and path");
    }
    if (!IsTeamId(sdk::OptionOf(manifest_, source, "team_id"))) {
      faults.push_back("config.team_id must be the workspace's id such as T0ACME; it is in the address of Slack in a browser");
    }
    return faults;
  }

  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time now) const override {
    return VerifySignature(request, source, now);
  }

  // Slack gives no instant of its own; the signed one differs when a command is sent again.
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time receive_time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::Form form, sdk::Form::Parse(request.body));
    if (form.Text("ssl_check") == "1") {
      sdk::Parsed checked;
      checked.ignored = "check of the certificate";
      checked.reply.status = 200;
      return checked;
    }
    if (form.Text("team_id") != sdk::OptionOf(manifest_, source, "team_id")) {
      return nominations::Answer("another workspace", "This Comity listens to another workspace; ask whoever installed it.");
    }
    const std::string user(form.Text("user_id"));
    return nominations::Nominate(
        {.id = std::string(form.Text("trigger_id")),
         .name = CommandName(form.Text("command")),
         .by = {user, std::string(form.Text("user_name")), "", user == "USLACKBOT"},
         .words = ReadWords(form.Text("text")),
         .unknown_hint = "Choose people from the list that opens when you type @. If you did, whoever manages the app "
                         "must tick \"Escape channels, users, and links\" for this command."},
        source, v1::ASSURANCE_SIGNED, receive_time);
  }

  // https://docs.slack.dev/reference/app-manifest
  absl::StatusOr<std::string> AppManifest(const sdk::Source&, std::string_view hook_url) const override {
    const std::string command = sdk::JsonObject()
                                    .Text("command", "/comity")
                                    .Text("url", hook_url)
                                    .Text("description", "Name somebody who helped")
                                    .Text("usage_hint", kUsage)
                                    .Raw("should_escape", "true")
                                    .Take();
    return sdk::JsonObject()
        .Raw("display_information", R"({"name":"Comity","description":"Thanks for help between teams"})")
        .Raw("features", sdk::JsonObject().Raw("slash_commands", "[" + command + "]").Take())
        .Raw("oauth_config", R"({"scopes":{"bot":["commands"]}})")
        .Raw("settings", R"({"org_deploy_enabled":false,"socket_mode_enabled":false,"token_rotation_enabled":false})")
        .Take();
  }

 private:
  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Slack>(); }

}  // namespace comity::slack
