// The wiki's own page about what was made of an edit, in a MediaWiki as Debian ships it, before a double of the service's door: what
// exactly the door is asked, and that nothing of an answer is believed. mediawiki_door_test.cc has the real door.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/live/mediawiki_wiki.h"

namespace comity::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

// What stands behind the wiki's own page: the service's door, as far as the page asks it.
class Door {
 public:
  // So many deeds for one page; more than one of them can be thanked for.
  explicit Door(int deeds = 1) : deeds_(deeds) {
    server_ = *net::Server::Start({}, [this](const net::Request& request, const net::Responder& respond) {
      const std::lock_guard<std::mutex> lock(mutex_);
      asked_.push_back(request);
      respond(Answer(request));
    });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  std::vector<net::Request> Asked() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(asked_, {});
  }
  // Path, who asks, with what, and the question.
  static std::string Text(const net::Request& request) {
    const auto header = [&](std::string_view name) { return std::string(net::FindHeader(request.headers, name)); };
    return absl::StrCat(request.path, " ", header("comity-account"), " ", header("authorization"), " ", request.body);
  }

 private:
  net::Response Answer(const net::Request& request) const {
    const char* const thank = deeds_ > 1 ? R"(,"comity thank deeds/20261130-abc1 --saw TEXT  # if")" : "";
    const std::string explanation =
        R"({"text":"all","steps":[{"text":"Bob <b>helped</b> & improved"},{"text":"The <i>page</i> is Alpha's",)"
        R"("evidence":["events/e1"]}],"remedies":["comity deeds confirm deeds/20261130-abc1  # x <u>y</u>",7,"comity deeds erase x",)"
        R"("comity deeds correct deeds/20261130-abc1 --to X")" +
        std::string(thank) + "]}";
    net::Response response{200, {{"Content-Type", "application/json"}}, ""};
    if (absl::EndsWith(request.path, "/ExplainSubject")) {
      std::string deeds;
      for (int i = 1; i <= deeds_; ++i) {
        absl::StrAppend(&deeds, i > 1 ? "," : "", R"({"deed":"deeds/20261130-abc)", i, R"(","explanation":)", explanation, "}");
      }
      response.body = R"({"subject":"Alpha/Runbook","deeds":[)" + deeds + "]}";
    } else if (absl::EndsWith(request.path, "/ExplainDeed")) {
      response.body = R"({"deed":{"name":"deeds/20261130-abc1","state":"STATE_PROVISIONAL","etag":"\"7\"","asker":"people/ana",)"
                      R"("helpers":[{"person":"people/bob","sharePpm":1000000}]},"explanation":)" +
                      explanation + "}";
    } else if (absl::EndsWith(request.path, "/ConfirmDeed") || absl::EndsWith(request.path, "/CreateRecognition")) {
      response.body = R"({"name":"deeds/20261130-abc1"})";
    } else if (absl::EndsWith(request.path, "/ListBehaviours")) {
      response.body = R"({"behaviours":[{"name":"behaviours/asks","title":"Asked <b>first</b>"},{"name":"behaviours/old","title":"Of old",)"
                      R"("expired":true},7,{"name":"behaviours/answers","title":"answered all"}]})";
    } else if (absl::EndsWith(request.path, "/ListRecognitions")) {
      std::string thanks;
      for (int i = 0; deeds_ > 1 && i < 11; ++i) {
        absl::StrAppend(&thanks, R"({"author":"people/carla","behaviour":"behaviours/)", i == 0 ? "old" : "gone",
                        R"(","saw":"It <i>ran</i> )", i, R"(.\nAt once","createTime":"2026-11-30T10:00:00.123456789Z"},)");
      }
      response.body = R"({"recognitions":[)" + thanks + R"({"saw":["no"],"createTime":"never"}]})";
    } else {
      response.status = 403;
      response.body = R"({"code":7,"message":"you are <u>not</u> a helper"})";
    }
    return response;
  }

  const int deeds_;
  std::mutex mutex_;
  std::vector<net::Request> asked_;
  std::unique_ptr<net::Server> server_;
};

class MediaWikiPage : public MediaWiki {
 protected:
  void Start(const Door& door) {
    WriteFile(dir_ / "door.token", "a-token-of-the-wiki\n");
    WriteFile(dir_ / "wiki/comity.php",
              absl::StrCat("<?php\n$wgComityApiUrl = '", door.url(), "';\n$wgComityApiTokenFile = '", dir_ / "door.token",
                           "';\n$wgComityInstance = 'wiki.acme.example';\n$wgComityApiTimeout = 30;\n"));
    StartWiki("http://127.0.0.1:" + std::to_string(FreePort()) + "/in/wiki");
  }
};

TEST_F(MediaWikiPage, AsksTheDoorAsWhoeverIsLoggedInAndBelievesNothingOfItsAnswer) {
  Door door;
  Start(door);
  Visitor bob(url(), "Bob");
  bob.Save("Alpha/Runbook", "Restart the exporter.");
  const std::string id = Visitor::Text(bob.Api({{"action", "query"}, {"meta", "userinfo"}}), "/query/userinfo/id");
  const std::string page = "/index.php?title=Special:Comity/Alpha/Runbook";

  EXPECT_THAT(bob.Ask("/index.php?title=Alpha/Runbook").body, HasSubstr("t-comity")) << "a link beside the page";
  EXPECT_THAT(As("").Ask("/index.php?title=Alpha/Runbook").body, Not(HasSubstr("t-comity")));
  EXPECT_THAT(As("").Ask(page).body, Not(HasSubstr("helped")));
  EXPECT_THAT(door.Asked(), IsEmpty()) << "whoever only reads, or is not logged in, asks nothing";

  const std::string html = bob.Ask(page).body;
  EXPECT_THAT(
      html, AllOf(HasSubstr("Bob &lt;b>helped&lt;/b> &amp; improved"), HasSubstr("&lt;i&gt;page&lt;/i&gt;"), HasSubstr("x &lt;u>y&lt;/u>"),
                  HasSubstr("events/e1"), HasSubstr("Yes, that was help"), HasSubstr("bob 100"), Not(HasSubstr("<b>helped"))));
  const std::string who = " mediawiki:wiki.acme.example:" + id + " Bearer a-token-of-the-wiki ";
  std::vector<net::Request> asked = door.Asked();
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_EQ(Door::Text(asked[0]),
            "/comity.v1.EventService/ExplainSubject" + who + R"({"subject":"https:\/\/wiki.acme.example\/wiki\/Alpha\/Runbook"})");
  EXPECT_EQ(Door::Text(asked[1]), "/comity.v1.DeedService/ExplainDeed" + who + R"({"name":"deeds\/20261130-abc1"})");

  EXPECT_EQ(Door::Text(asked[2]),
            "/comity.v1.RecognitionService/ListRecognitions" + who + R"({"deed":"deeds\/20261130-abc1","pageSize":11})");

  Fields form = {{"deed", FieldOf(html, "deed")}, {"etag", "\"7\""}, {"once", FieldOf(html, "once")}, {"verb", "confirm"}};
  EXPECT_THAT(bob.Ask(page, Encoded(form)).body, HasSubstr("session hijacking")) << "another site's form";
  for (const net::Request& request : door.Asked()) EXPECT_THAT(request.path, Not(HasSubstr("ConfirmDeed")));
  form.emplace_back("wpEditToken", FieldOf(html, "wpEditToken"));
  const net::Response done = bob.Ask(page, Encoded(form));
  EXPECT_EQ(done.status, 302);
  EXPECT_THAT(std::string(net::FindHeader(done.headers, "location")), HasSubstr("done=1"));
  asked = door.Asked();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(Door::Text(asked[0]), absl::StrCat("/comity.v1.DeedService/ConfirmDeed", who, R"({"name":"deeds\/20261130-abc1","requestId":")",
                                               FieldOf(html, "once"), R"(","etag":"\"7\""})"));

  form[3].second = "correct";
  form.insert(form.end(), {{"shares", "bob 60\ncarla 40"}, {"because", "Carla wrote it"}});
  EXPECT_THAT(bob.Ask(page, Encoded(form)).body, HasSubstr("you are &lt;u>not&lt;/u> a helper"));
  asked = door.Asked();
  ASSERT_EQ(asked.size(), 4u) << "the correction, and the page anew";
  EXPECT_THAT(asked[0].body,
              AllOf(HasSubstr(R"("shares":[{"person":"people\/bob","sharePpm":600000},{"person":"people\/carla","sharePpm":400000}])"),
                    HasSubstr(R"("because":"Carla wrote it")")));
  form[form.size() - 2].second = "somebody else, perhaps";
  EXPECT_THAT(bob.Ask(page, Encoded(form)).body, HasSubstr("Say whose it was"));
  EXPECT_THAT(bob.Ask("/index.php?title=Special:Comity/Nowhere").body, HasSubstr("There is no such page"));
  EXPECT_EQ(Faults(), "");
}

TEST_F(MediaWikiPage, AsksABoundedNumberOfTimesHoweverMuchThereIsToThankFor) {
  Door door(12);
  Start(door);
  Visitor bob(url(), "Bob");
  bob.Save("Alpha/Runbook", "Restart the exporter.");
  const std::string page = "/index.php?title=Special:Comity/Alpha/Runbook";

  const std::string html = bob.Ask(page).body;
  std::map<std::string, int> asked;
  for (const net::Request& request : door.Asked()) ++asked[request.path.substr(request.path.rfind('/') + 1)];
  EXPECT_THAT(asked,
              ElementsAre(Pair("ExplainDeed", 10), Pair("ExplainSubject", 1), Pair("ListBehaviours", 1), Pair("ListRecognitions", 10)));
  const auto ends = [&](const std::string& words) { return html.find(words) == std::string::npos ? 0 : html.find(words) + words.size(); };
  EXPECT_GT(ends("Asked &lt;b"), ends("answered all")) << "in order of title, as people sort";
  EXPECT_GT(ends("answered all"), ends("None of these"));
  EXPECT_THAT(html,
              AllOf(HasSubstr("carla · Of old · "), HasSubstr("carla · gone · "), HasSubstr("It &lt;i&gt;ran&lt;/i&gt; 9.<br />\nAt once"),
                    Not(HasSubstr("&lt;/i&gt; 10.")), HasSubstr("There is more about this page"), Not(HasSubstr("value=\"behaviours/old")),
                    HasSubstr("<label for=\"comity-20261130-abc2-saw\""), HasSubstr("id=\"comity-20261130-abc2-saw\""),
                    HasSubstr("aria-describedby=\"comity-20261130-abc2-saw-hint\"")));

  const Fields form = {{"deed", "deeds/20261130-abc2"},
                       {"once", FieldOf(html, "once")},
                       {"verb", "thank"},
                       {"behaviour", ""},
                       {"saw", "It ran.\r\nAt once"},
                       {"wpEditToken", FieldOf(html, "wpEditToken")}};
  EXPECT_EQ(bob.Ask(page, Encoded(form)).status, 302);
  const std::vector<net::Request> given = door.Asked();
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(given[0].path, "/comity.v1.RecognitionService/CreateRecognition");
  EXPECT_EQ(given[0].body, absl::StrCat(R"({"deed":"deeds\/20261130-abc2","requestId":")", FieldOf(html, "once"),
                                        R"(","behaviour":"","saw":"It ran.\nAt once"})"));
  EXPECT_EQ(Faults(), "");
}

}  // namespace
}  // namespace comity::testing
