#include "plugins/mattermost/mattermost.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "plugins/nominations/nominations.h"
#include "plugins/sdk/form.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::mattermost {
namespace {

using nominations::Word;
using Kind = nominations::Word::Kind;

constexpr std::string_view kScheme = "Token ";
constexpr size_t kIdSize = 26, kMaxName = 64;

constexpr std::string_view kSetup =
    R"(Integrations > Slash Commands > Add Slash Command (a system administrator allows them in the System Console).
Command Trigger Word: comity. Request URL: https://YOUR-HOST/in/SOURCE-ID. Request Method: POST. Autocomplete, if you like: thank @somebody for …
It shows a token: write it into the file of secret_files (mode 0600), instead of the one made here. One command and token for each team: name
all of them in secret_files.
For an address of your own network: System Console > Environment > Developer > Allow untrusted internal connections.)";

bool IsId(std::string_view text) {
  return text.size() == kIdSize &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); });
}

bool IsUserName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-' || c == '_';
  });
}

// Name to id, as Mattermost resolved the names in the text: two lists, side by side.
absl::StatusOr<std::map<std::string, std::string>> MentionsOf(const sdk::Form& form) {
  const std::vector<std::string_view> names = form.All("user_mentions"), ids = form.All("user_mentions_ids");
  if (names.size() != ids.size()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                 "user_mentions and user_mentions_ids differ in length; let Mattermost itself send the command",
                 {{"user_mentions_ids", "must have an id for each name"}});
  }
  std::map<std::string, std::string> mentions;
  for (size_t i = 0; i < names.size(); ++i) {
    if (IsId(ids[i])) mentions[absl::AsciiStrToLower(std::string(names[i]))] = std::string(ids[i]);
  }
  return mentions;
}

Word ReadWord(std::string_view text, const std::map<std::string, std::string>& mentions) {
  if (text.size() < 2 || text.front() != '@') return {.kind = Kind::kText, .text = std::string(text)};
  // A name may end with a dot, and a sentence may too.
  for (const std::string_view name : {text.substr(1), nominations::WithoutMarks(text.substr(1))}) {
    const std::string login = absl::AsciiStrToLower(std::string(name));
    if (login == "here" || login == "channel" || login == "all") return {.kind = Kind::kGroup};
    const auto known = mentions.find(login);
    if (known == mentions.end() || !IsUserName(login)) continue;
    return {.kind = Kind::kPerson, .text = {}, .person = {known->second, login, "@" + login}};
  }
  return {.kind = Kind::kUnknown};
}

std::vector<Word> ReadWords(std::string_view text, const std::map<std::string, std::string>& mentions) {
  constexpr std::string_view kSpaces = " \t\r\n";
  std::vector<Word> words;
  while (words.size() < nominations::kMaxWords) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
    if (text.empty()) break;
    const size_t end = std::min(text.find_first_of(kSpaces), text.size());
    words.push_back(ReadWord(text.substr(0, end), mentions));
    text.remove_prefix(end);
  }
  return words;
}

class Mattermost : public sdk::Connector {
 public:
  Mattermost() {
    manifest_.suite = "mattermost";
    manifest_.title = "Mattermost";
    manifest_.events = {"slash command"};
    manifest_.kept_headers = {"Content-Type"};
    manifest_.classified = {"text", "channel_name", "response_url", "token"};
    manifest_.options = {{"team_ids", "commands of these teams alone: ids, with commas between them", ""}};
    manifest_.replies = true;
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be the server's host name such as chat.acme.example, without https:// and path");
    }
    const std::vector<std::string> teams = TeamsOf(source);
    if (!std::all_of(teams.begin(), teams.end(), IsId)) {
      faults.push_back(
          "config.team_ids must be ids of teams, 26 letters and digits each: System Console > Teams, in the address of a team");
    }
    return faults;
  }

  // The token comes in a header; where something on the way took that off, it stands in the body too.
  sdk::Auth Verify(const sdk::Request& request, const sdk::Source& source, absl::Time) const override {
    const std::string_view header = request.Header("Authorization");
    if (header.starts_with(kScheme)) return sdk::VerifySecret(header.substr(kScheme.size()), source);
    if (!header.empty()) return sdk::Auth::kUnauthenticated;
    const auto form = sdk::Form::Parse(request.body);
    return form.ok() ? sdk::VerifySecret(form->Text("token"), source) : sdk::Auth::kUnauthenticated;
  }

  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request& request, const sdk::Source& source, absl::Time receive_time) const override {
    COMITY_ASSIGN_OR_RETURN(const sdk::Form form, sdk::Form::Parse(request.body));
    const std::vector<std::string> teams = TeamsOf(source);
    if (!teams.empty() && std::find(teams.begin(), teams.end(), form.Text("team_id")) == teams.end()) {
      return nominations::Answer("another team", "This Comity listens to other teams; ask whoever made the command.");
    }
    COMITY_ASSIGN_OR_RETURN(const auto mentions, MentionsOf(form));
    const std::string_view user = form.Text("user_id");
    const std::string name = absl::AsciiStrToLower(std::string(form.Text("command").substr(0, kMaxName)));
    return nominations::Nominate({.id = std::string(form.Text("trigger_id")),
                                  .name = name.starts_with('/') && IsUserName(name.substr(1)) ? name : "/comity",
                                  .by = {IsId(user) ? std::string(user) : "", std::string(form.Text("user_name")), ""},
                                  .words = ReadWords(form.Text("text"), mentions),
                                  .unknown_hint = "Name members of this team with @ and their user name; groups cannot be nominated."},
                                 source, v1::ASSURANCE_TOKEN, receive_time);
  }

 private:
  std::vector<std::string> TeamsOf(const sdk::Source& source) const { return sdk::SplitList(sdk::OptionOf(manifest_, source, "team_ids")); }

  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<Mattermost>(); }

}  // namespace comity::mattermost
