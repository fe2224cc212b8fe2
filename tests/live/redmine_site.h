// A Redmine of Debian's package with Comity's plugin inside, one for all tests that want it, and people who use it: by its API and by its
// forms.
#ifndef COMITY_TESTS_LIVE_REDMINE_SITE_H_
#define COMITY_TESTS_LIVE_REDMINE_SITE_H_

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/net/http.h"
#include "tests/support/process.h"

namespace comity::testing {

class RedmineSite {
 public:
  // Why it cannot be tried here; empty if it can.
  static std::string Missing();

  // The one of this run, with the two secrets below. Started, unless the test fails.
  static RedmineSite* Shared();
  static constexpr const char* kSecret = "whsec_YSBzZWNyZXQgb2YgUmVkbWluZSdzIGxpdmUgdGVzdHM=";
  static constexpr const char* kToken = "a-token-of-the-suite";
  // As an administrator does, on the plugin's page of settings: what is not named is empty, but for short pauses and the names.
  void Settings(std::map<std::string, std::string> changed) const;

  // Makes it, which takes a minute or more (once, if COMITY_LIVE_REDMINE names a folder that is kept), and starts it. False: see log().
  bool Start();
  void Kill() { server_->Kill(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string log() const { return ReadFile(dir_ / "log"); }
  // Redmine's own log of requests and their parameters; of earlier runs too, if the site is kept.
  std::string RequestLog() const { return ReadFile(folder_ + "/app/instances/default/log/production.log"); }
  void WriteSecret(const std::string& name, const std::string& text) const { WriteFile(folder_ + "/secrets/" + name, text); }
  // The number of a person, or of a role.
  std::string IdOf(const std::string& login) const { return ids_.at(login); }
  static std::string KeyOf(const std::string& login) { return login + std::string(40 - login.size(), '0'); }

  // A call of the API. Anything but 2xx fails the test.
  std::string Call(const std::string& login, const std::string& method, const std::string& path, const std::string& json = "") const;
  // A project in which all are developers, and `reader` may read.
  void AddProject(const std::string& identifier) const;
  // Gives the issue's number; `more` as in `,"is_private":true`.
  std::string Open(const std::string& login, const std::string& project, const std::string& more = "") const;
  // `fields` as in `"status_id":3`.
  void Change(const std::string& login, const std::string& issue, const std::string& fields) const {
    Call(login, "PUT", "/issues/" + issue + ".json", "{\"issue\":{" + fields + "}}");
  }

 private:
  TempDir dir_;
  const std::string folder_ = std::getenv("COMITY_LIVE_REDMINE") != nullptr ? std::getenv("COMITY_LIVE_REDMINE") : dir_ / "site";
  const int port_ = FreePort();
  std::map<std::string, std::string> ids_;
  std::unique_ptr<Process> server_;
};

// One person's browser, without script.
class Browser {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  explicit Browser(const RedmineSite& site) : site_(site) {}
  bool LogIn(const std::string& login);
  net::Response Get(const std::string& path);
  // Sends a form with the page's token, or without it.
  net::Response Post(const std::string& path, const Fields& fields, bool with_token = true);

 private:
  net::Response Send(const std::string& method, const std::string& path, const std::string& body);
  const RedmineSite& site_;
  std::map<std::string, std::string> cookies_;  // `name=value` by name
  std::string token_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_LIVE_REDMINE_SITE_H_
