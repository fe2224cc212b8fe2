#include "tests/live/redmine_site.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/walk.h"

namespace comity::testing {
namespace {

constexpr std::chrono::milliseconds kMaking{540'000};  // copied, migrated and filled, on a busy machine
constexpr std::chrono::seconds kAnswer{60};

// The text between `before` and the next quote.
std::string Quoted(const std::string& text, const std::string& before) {
  const size_t begin = text.find(before);
  if (begin == std::string::npos) return "";
  return text.substr(begin + before.size(), text.find('"', begin + before.size()) - begin - before.size());
}

}  // namespace

std::string RedmineSite::Missing() {
  if (std::getenv("COMITY_LIVE_MORE") == nullptr) return "a large suite; tests/run --live brings it, and sets COMITY_LIVE_MORE";
  if (!std::filesystem::exists("/usr/share/redmine/config.ru") || !std::filesystem::exists("/usr/bin/puma")) {
    return "needs Debian's redmine and puma; as root: apt-get install --no-install-recommends $(grep -v '^#' tests/packages-live-more.txt)";
  }
  return "";
}

RedmineSite* RedmineSite::Shared() {
  static const std::unique_ptr<RedmineSite> site = [] {
    auto made = std::make_unique<RedmineSite>();
    if (!made->Start()) ADD_FAILURE() << "Redmine does not start: " << made->log();
    made->WriteSecret("comity.secret", kSecret);
    made->WriteSecret("comity.token", kToken);
    return made;
  }();
  return site.get();
}

void RedmineSite::Settings(std::map<std::string, std::string> changed) const {
  changed.insert({{"pause", "1"}, {"timeout", "10"}, {"wiki", "1"}, {"instance", "redmine.acme.example"}, {"address", url()}});
  Browser admin(*this);
  ASSERT_TRUE(admin.LogIn("admin")) << log();
  EXPECT_NE(admin.Get("/settings/plugin/comity").body.find("comity.secret"), std::string::npos);
  Browser::Fields fields;
  for (const auto& [name, value] : changed) fields.emplace_back("settings[" + name + "]", value);
  ASSERT_EQ(admin.Post("/settings/plugin/comity", fields).status, 302);
}

bool RedmineSite::Start() {
  server_ = std::make_unique<Process>(
      std::vector<std::string>{COMITY_SOURCE_DIR "/tests/live/redmine.sh", "up", folder_, std::to_string(port_)}, dir_ / "log");
  const bool up = WaitUntil(
      [&] { return !server_->Running() || net::Fetch("GET", url() + "/login", {}, "", {std::chrono::seconds(20)}).ok(); }, kMaking);
  if (!up || !server_->Running()) return false;
  std::istringstream lines(ReadFile(folder_ + "/people"));
  for (std::string login, id; lines >> login >> id;) ids_[login] = id;
  return true;
}

std::string RedmineSite::Call(const std::string& login, const std::string& method, const std::string& path, const std::string& json) const {
  const net::Headers headers = {{"X-Redmine-API-Key", KeyOf(login)}, {"Content-Type", "application/json"}};
  const auto answer = net::Fetch(method, url() + path, headers, json, {kAnswer});
  if (!answer.ok() || answer->status / 100 != 2) {
    ADD_FAILURE() << login << ' ' << method << ' ' << path << ": "
                  << (answer.ok() ? absl::StrCat(answer->status, " ", answer->body.substr(0, 500)) : answer.status().ToString());
    return "{}";
  }
  return answer->body;
}

void RedmineSite::AddProject(const std::string& identifier) const {
  Call("admin", "POST", "/projects.json",
       absl::StrCat(R"({"project":{"name":")", identifier, R"(","identifier":")", identifier,
                    R"(","is_public":true,"enabled_module_names":["issue_tracking","wiki"],"tracker_ids":[1,2,3]}})"));
  for (const auto& [login, id] : ids_) {
    if (login == "admin" || login == "Developer" || login == "Reader") continue;
    Call("admin", "POST", "/projects/" + identifier + "/memberships.json",
         absl::StrCat(R"({"membership":{"user_id":)", id, R"(,"role_ids":[)", IdOf(login == "reader" ? "Reader" : "Developer"), "]}}"));
  }
}

std::string RedmineSite::Open(const std::string& login, const std::string& project, const std::string& more) const {
  const auto answer = sdk::JsonDocument::Parse(
      Call(login, "POST", "/issues.json",
           absl::StrCat(R"({"issue":{"project_id":")", project, R"(","tracker_id":1,"subject":"The export fails",)",
                        R"("description":"It stops, with marmalade.")", more, "}}")));
  return answer.ok() ? answer->root().At("/issue/id").IdText() : "";
}

bool Browser::LogIn(const std::string& login) {
  Get("/login");
  Post("/login", {{"username", login}, {"password", login + "-secret"}});
  return Get("/my/account").status == 200;
}

net::Response Browser::Get(const std::string& path) {
  net::Response response = Send("GET", path, "");
  if (const std::string token = Quoted(response.body, "name=\"csrf-token\" content=\""); !token.empty()) token_ = token;
  return response;
}

net::Response Browser::Post(const std::string& path, const Fields& fields, bool with_token) {
  std::string body = with_token ? "authenticity_token=" + sdk::UrlEncoded(token_) : "utf8=1";
  for (const auto& [name, value] : fields) absl::StrAppend(&body, "&", sdk::UrlEncoded(name), "=", sdk::UrlEncoded(value));
  return Send("POST", path, body);
}

net::Response Browser::Send(const std::string& method, const std::string& path, const std::string& body) {
  net::Headers headers;
  std::string cookies;
  for (const auto& [name, cookie] : cookies_) absl::StrAppend(&cookies, cookies.empty() ? "" : "; ", cookie);
  if (!cookies.empty()) headers.emplace_back("Cookie", cookies);
  if (method == "POST") headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  const auto answer = net::Fetch(method, site_.url() + path, headers, body, {kAnswer});
  if (!answer.ok()) return {0, {}, answer.status().ToString()};
  for (const auto& [name, value] : answer->headers) {
    if (name == "Set-Cookie") cookies_[value.substr(0, value.find('='))] = value.substr(0, value.find(';'));
  }
  return *answer;
}

}  // namespace comity::testing
