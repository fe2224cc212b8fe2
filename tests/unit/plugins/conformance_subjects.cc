#include "tests/unit/plugins/conformance_subjects.h"

#include <memory>

#include "plugins/generic/generic.h"
#include "plugins/git/git.h"
#include "plugins/github/github.h"
#include "plugins/sdk/conformance/json_edit.h"
#include "plugins/sdk/signatures.h"

namespace comity::sdk::conformance {
Subject GitHubSubject() {
  static const std::unique_ptr<Connector> connector = github::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/github/cases";
  subject.polls = COMITY_SOURCE_DIR "/plugins/github/polls";
  subject.signature_header = "X-Hub-Signature-256";
  subject.other_secret = "another-secret-of-nobody";
  subject.sign = [](Delivery& delivery, const std::string& secret, absl::Time) {
    const HmacHex scheme{HashAlgorithm::kSha256, "sha256=", "X-Hub-Signature-256"};
    delivery.SetHeader("X-Hub-Signature-256", scheme.Sign(secret, delivery.body));
  };
  subject.is_account = [](std::string_view, Json value) { return value.At("/login").exists() && value.At("/type").Text() == "User"; };
  subject.as_bot = [](Json account) { return WithText(account, "/type", "\"Bot\""); };
  subject.unknown = [](Json root) {
    const std::string text = root.ToText();
    return root.At("/action").exists() ? WithText(root, "/action", "\"frobnicated\"") : "{\"action\":\"frobnicated\"," + text.substr(1);
  };
  return subject;
}

Subject GitSubject() {
  static const std::unique_ptr<Connector> connector = git_connector::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.polls = COMITY_SOURCE_DIR "/plugins/git/polls";
  return subject;
}

Subject GenericSubject() {
  static const std::unique_ptr<Connector> connector = generic::MakeConnector();
  Subject subject;
  subject.connector = connector.get();
  subject.cases = COMITY_SOURCE_DIR "/plugins/generic/cases";
  subject.signature_header = "webhook-signature";
  subject.other_secret = kStrangersWebhookSecret;
  subject.signs_time = true;
  subject.sign = SignStandardWebhook;
  subject.is_account = [](std::string_view name, Json) {
    return name == "actor" || name == "asker" || name == "author" || name == "target";
  };
  subject.as_bot = [](Json account) { return "{\"id\":\"" + account.At("/id").IdText() + "\",\"kind\":\"ACCOUNT_KIND_BOT\"}"; };
  subject.unknown = [](Json root) {
    return Rewrite(root, [](const std::string&, std::string_view name, Json value) -> std::optional<std::string> {
      return name == "type" && value.Text() == generic::kFactType ? std::optional<std::string>("\"org.acme.lunch.v1\"") : std::nullopt;
    });
  };
  return subject;
}

std::vector<Subject> AllSubjects() {
  return {AzureDevOpsSubject(),    CalDavSubject(),         ConfluenceSubject(), DokuWikiSubject(), ForgejoSubject(),
          GenericSubject(),        GitHubSubject(),         GitLabSubject(),     GitSubject(),      GiteaSubject(),
          GoogleCalendarSubject(), ICalendarSubject(),      JiraSubject(),       LinearSubject(),   MattermostSubject(),
          MediaWikiSubject(),      MicrosoftGraphSubject(), RedmineSubject(),    RtSubject(),       SlackSubject()};
}

}  // namespace comity::sdk::conformance
