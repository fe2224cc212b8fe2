// A private MediaWiki of Debian's package with real processes of ours around it, and people who use it.
#ifndef COMITY_TESTS_LIVE_MEDIAWIKI_WIKI_H_
#define COMITY_TESTS_LIVE_MEDIAWIKI_WIKI_H_

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "comity/v1/event.pb.h"
#include "service/net/http.h"
#include "tests/support/deployment.h"

namespace comity::testing {

inline constexpr std::chrono::milliseconds kWikiPatience{120'000};

using Fields = std::vector<std::pair<std::string, std::string>>;
// As a form's body.
std::string Encoded(const Fields& fields);
// The value of the first hidden field of this name on a page; empty for none.
std::string FieldOf(const std::string& html, const std::string& name);

// Somebody's browser, or nobody's where no name is given: cookies, and the wiki's API.
class Visitor {
 public:
  Visitor(std::string url, const std::string& name);
  // A GET without a body, else a POST of a form.
  net::Response Ask(const std::string& path, const std::string& form = "");
  std::string Api(Fields fields);
  // What changes something: with this visitor's token.
  std::string Do(Fields fields, const std::string& kind = "csrf");
  // Returns the revision. The summary is of marmalade.
  std::string Save(const std::string& page, const std::string& text, const Fields& more = {});
  // A text or number in an answer; empty for none.
  static std::string Text(const std::string& json, const std::string& path);

 private:
  const std::string url_;
  std::map<std::string, std::string> cookies_;
};

// People: Ana and Abe (an administrator) of team alpha; Bob, Bea and the machine Robo of team beta; Dia of team gamma. Pages below `Alpha`
// and in the category Payments are alpha's, all others in the main namespace beta's.
class MediaWiki : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  void SetUp() override;

  void SetUpDeployment(bool hooks, bool polls);
  void Connect();
  // With the extension inside it where it is told where to deliver. Settings beside those of the script: `wiki/comity.php` of dir_.
  void StartWiki(const std::string& extension_url = "");
  std::string HookUrl() const { return deployment_->HookUrl("wiki"); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Logged in once; empty: nobody.
  Visitor& As(const std::string& name);
  // Somebody looks at a page, which brings what waits.
  void Look();
  // How many changes wait in the wiki's outbox.
  std::string Waiting() const;
  // Warnings and errors of PHP and of the wiki; empty for none.
  std::string Faults() const;

  std::vector<v1::Event> Events() const;
  // `Alpha/Runbook by Bob COUNTED`; of what is no edit `Gone DELETED by Abe …`.
  std::multiset<std::string> Told() const;
  // Both look at pages meanwhile.
  bool AwaitEvents(size_t events);
  // So many that both the extension and the poll have told.
  bool AwaitSeenTwice(size_t events);
  // `Alpha/Runbook for alpha by bob`, with `taken back` where it was.
  std::multiset<std::string> Deeds() const;

  TempDir dir_;
  const int port_ = FreePort();
  std::unique_ptr<Deployment> deployment_;
  std::unique_ptr<Process> wiki_;

 private:
  // Accounts are numbers, which only the wiki knows.
  void ApplyDirectory();

  static std::unique_ptr<TempDir> template_;  // made once, for all suites of this wiki
  std::map<std::string, std::unique_ptr<Visitor>> visitors_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_LIVE_MEDIAWIKI_WIKI_H_
