#include "tests/live/mediawiki_wiki.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "comity/v1/deed.pb.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/walk.h"

namespace comity::testing {
namespace {

constexpr std::chrono::seconds kAnswer{90};
constexpr const char* kSecret = "whsec_YSBzZWNyZXQgb2YgdGhlIGxpdmUgdGVzdHMgYWxvbmU=";
constexpr const char* kScript = COMITY_SOURCE_DIR "/tests/live/mediawiki.sh";

bool Wanted() {
  return std::getenv("COMITY_LIVE_MORE") != nullptr && std::filesystem::exists("/usr/share/mediawiki/maintenance/install.php") &&
         std::filesystem::exists("/usr/bin/php");
}

}  // namespace

std::string Encoded(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) absl::StrAppend(&text, text.empty() ? "" : "&", name, "=", sdk::UrlEncoded(value));
  return text;
}

std::string FieldOf(const std::string& html, const std::string& name) {
  const size_t at = html.find("name=\"" + name + "\"");
  const size_t begin = html.rfind("<input", at);
  const size_t value = html.find("value=\"", begin);
  if (at == std::string::npos || begin == std::string::npos || value == std::string::npos) return "";
  return html.substr(value + 7, html.find('"', value + 7) - value - 7);
}

Visitor::Visitor(std::string url, const std::string& name) : url_(std::move(url)) {
  if (name.empty()) return;
  const std::string token = Text(Api({{"action", "query"}, {"meta", "tokens"}, {"type", "login"}}), "/query/tokens/logintoken");
  EXPECT_EQ(Text(Api({{"action", "login"}, {"lgname", name}, {"lgpassword", name + "-secret-1234"}, {"lgtoken", token}}), "/login/result"),
            "Success");
}

net::Response Visitor::Ask(const std::string& path, const std::string& form) {
  net::Headers headers;
  std::string cookies;
  for (const auto& [name, value] : cookies_) absl::StrAppend(&cookies, cookies.empty() ? "" : "; ", name, "=", value);
  if (!cookies.empty()) headers.emplace_back("Cookie", cookies);
  if (!form.empty()) headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  const auto answer = net::Fetch(form.empty() ? "GET" : "POST", url_ + path, headers, form, {kAnswer});
  EXPECT_TRUE(answer.ok()) << path;
  if (!answer.ok()) return {};
  for (const auto& [name, value] : answer->headers) {
    if (!absl::EqualsIgnoreCase(name, "set-cookie")) continue;
    const std::string pair = value.substr(0, value.find(';'));
    cookies_[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
  }
  return *answer;
}

std::string Visitor::Api(Fields fields) {
  fields.insert(fields.end(), {{"format", "json"}, {"formatversion", "2"}});
  return Ask("/api.php", Encoded(fields)).body;
}

std::string Visitor::Do(Fields fields, const std::string& kind) {
  const std::string token =
      Text(Api({{"action", "query"}, {"meta", "tokens"}, {"type", kind}}), absl::StrCat("/query/tokens/", kind, "token"));
  fields.emplace_back("token", token);
  std::string answer = Api(fields);
  EXPECT_THAT(answer, ::testing::Not(::testing::HasSubstr("\"error\"")));
  return answer;
}

std::string Visitor::Save(const std::string& page, const std::string& text, const Fields& more) {
  Fields fields = {{"action", "edit"}, {"title", page}, {"text", text}, {"summary", "a summary of marmalade"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return Text(Do(fields), "/edit/newrevid");
}

std::string Visitor::Text(const std::string& json, const std::string& path) {
  const auto document = sdk::JsonDocument::Parse(json);
  return document.ok() ? document->root().At(path).IdText() : "";
}

std::unique_ptr<TempDir> MediaWiki::template_;

void MediaWiki::SetUpTestSuite() {
  if (!Wanted() || template_ != nullptr) return;
  template_ = std::make_unique<TempDir>();
  Process make({kScript, "make", *template_ / "wiki"}, *template_ / "log");
  ASSERT_EQ(make.Wait(), 0) << ReadFile(*template_ / "log");
}

void MediaWiki::SetUp() {
  if (!Wanted()) {
    GTEST_SKIP() << "a large suite: needs COMITY_LIVE_MORE=1 in the environment, and Debian's mediawiki; as root: apt-get install "
                    "--no-install-recommends $(grep -v '^#' tests/packages-live-more.txt)";
  }
  std::filesystem::copy(*template_ / "wiki", dir_ / "wiki", std::filesystem::copy_options::recursive);
}

void MediaWiki::SetUpDeployment(bool hooks, bool polls) {
  deployment_ = std::make_unique<Deployment>();
  ASSERT_TRUE(deployment_->AddSource("wiki", "mediawiki", "wiki.acme.example"));
  WriteFile(deployment_->dir() / "wiki.secret", kSecret);
  WriteFile(deployment_->dir() / "wiki-read.token", "public");
  deployment_->Configure(absl::StrCat(
      "  - id: wiki\n    suite: mediawiki\n    instance: wiki.acme.example\n    token_file: wiki.token\n    config: {api_path: "
      "/api.php}\n",
      hooks ? "    secret_files: [wiki.secret]\n" : "",
      polls ? absl::StrCat("    poll: {read_token_file: wiki-read.token, every: 1s, back_fill: 1h, api_base: \"", url(), "\"}\n") : ""));
}

void MediaWiki::Connect() {
  deployment_->StartConnect();
  ASSERT_LT(deployment_->AwaitConnect(kWikiPatience), kWikiPatience) << ReadFile(deployment_->log());
}

void MediaWiki::StartWiki(const std::string& extension_url) {
  std::vector<std::string> command = {"/usr/bin/env"};
  if (!extension_url.empty()) command.insert(command.end(), {"COMITY_URL=" + extension_url, std::string("COMITY_SECRET=") + kSecret});
  command.insert(command.end(), {kScript, "up", dir_ / "wiki", std::to_string(port_)});
  wiki_ = std::make_unique<Process>(std::move(command), dir_ / "wiki.log");
  ASSERT_TRUE(
      WaitUntil([&] { return net::Fetch("GET", url() + "/api.php?action=query&format=json", {}, "", {kAnswer}).ok(); }, kWikiPatience))
      << ReadFile(dir_ / "wiki.log");
  if (deployment_ != nullptr && visitors_.empty()) ApplyDirectory();
}

void MediaWiki::ApplyDirectory() {
  std::string people = "people:\n", memberships = "memberships:\n";
  for (const auto& [name, team] : {std::pair("Ana", "alpha"), std::pair("Abe", "alpha"), std::pair("Bob", "beta"), std::pair("Bea", "beta"),
                                   std::pair("Robo", "beta"), std::pair("Dia", "gamma")}) {
    const std::string person = absl::AsciiStrToLower(name);
    const std::string id = Visitor::Text(As("").Api({{"action", "query"}, {"list", "users"}, {"ususers", name}}), "/query/users/0/userid");
    absl::StrAppend(&people, "  - {id: ", person, ", name: ", name, ", accounts: [\"mediawiki:wiki.acme.example:", id, "\"]}\n");
    absl::StrAppend(&memberships, "  - {person: ", person, ", team: ", team, "}\n");
  }
  ASSERT_TRUE(deployment_->Apply(
      people + "teams:\n  - {id: alpha, name: Alpha}\n  - {id: beta, name: Beta}\n  - {id: gamma, name: Gamma}\n" + memberships +
      "ownership:\n  - {match: \"mediawiki:wiki.acme.example:path:Alpha\", team: alpha}\n"
      "  - {match: \"mediawiki:wiki.acme.example:label:Payments\", team: alpha}\n"
      "  - {match: \"mediawiki:wiki.acme.example:namespace:Main\", team: beta}\n"));
}

Visitor& MediaWiki::As(const std::string& name) {
  std::unique_ptr<Visitor>& visitor = visitors_[name];
  if (visitor == nullptr) visitor = std::make_unique<Visitor>(url(), name);
  return *visitor;
}

void MediaWiki::Look() { (void)net::Fetch("GET", url() + "/index.php?title=Main_Page", {}, "", {kAnswer}); }

std::string MediaWiki::Waiting() const {
  Process php({"/usr/bin/php", "-r",
               absl::StrCat("file_put_contents('", dir_ / "count", "', (new PDO('sqlite:", dir_ / "wiki/data/wiki.sqlite",
                            "'))->query('SELECT COUNT(*) FROM comity_outbox')->fetchColumn());")},
              dir_ / "wiki.log");
  EXPECT_EQ(php.Wait(), 0) << ReadFile(dir_ / "wiki.log");
  return ReadFile(dir_ / "count");
}

std::string MediaWiki::Faults() const {
  std::string faults;
  if (const std::string file = dir_ / "wiki/errors.log"; std::filesystem::exists(file)) faults = ReadFile(file);
  const std::string log = ReadFile(dir_ / "wiki.log");
  for (const char* word : {"PHP Warning", "PHP Notice", "PHP Deprecated", "PHP Fatal"}) {
    if (const size_t at = log.find(word); at != std::string::npos) absl::StrAppend(&faults, log.substr(at, 300));
  }
  return faults;
}

std::vector<v1::Event> MediaWiki::Events() const {
  v1::ListEventsRequest request;
  request.set_page_size(1000);
  v1::ListEventsResponse page;
  EXPECT_TRUE(deployment_->Steward()->Call("/comity.v1.EventService/ListEvents", request, &page).ok());
  std::vector<v1::Event> events;
  for (const v1::Event& event : page.events()) {
    if (event.fact().subject().key() != "Main Page") events.push_back(event);  // the installer's
  }
  return events;
}

std::multiset<std::string> MediaWiki::Told() const {
  std::multiset<std::string> told;
  for (const v1::Event& event : Events()) {
    EXPECT_EQ(event.DebugString().find("marmalade"), std::string::npos);
    const std::string kind = v1::FactKind_Name(event.fact().kind()).substr(10);
    told.insert(absl::StrCat(event.fact().subject().key(), kind == "PAGE_EDITED" ? "" : " " + kind, " by ",
                             event.fact().has_actor() ? event.fact().actor().login() : "nobody", " ",
                             v1::Event::Outcome_Name(event.outcome()).substr(8), event.reason().empty() ? "" : " ", event.reason()));
  }
  return told;
}

bool MediaWiki::AwaitEvents(size_t events) {
  return WaitUntil(
      [&] {
        if (Events().size() >= events) return true;
        Look();
        return false;
      },
      kWikiPatience);
}

bool MediaWiki::AwaitSeenTwice(size_t events) {
  return WaitUntil(
      [&] {
        size_t twice = 0;
        for (const v1::Event& event : Events()) twice += event.observation_count() >= 2;
        if (twice < events) Look();
        return twice >= events;
      },
      kWikiPatience);
}

std::multiset<std::string> MediaWiki::Deeds() const {
  std::multiset<std::string> deeds;
  v1::ListDeedsResponse page;
  EXPECT_TRUE(deployment_->Steward()->Call("/comity.v1.DeedService/ListDeeds", v1::ListDeedsRequest(), &page).ok());
  for (const v1::Deed& deed : page.deeds()) {
    std::string text = absl::StrCat(deed.subject(), " for ", deed.helped_team().substr(6));
    for (const v1::Deed::Helper& helper : deed.helpers()) text += " by " + helper.person().substr(7);
    deeds.insert(text + (deed.state() == v1::Deed::STATE_REVERSED ? " taken back" : ""));
  }
  return deeds;
}
}  // namespace comity::testing
