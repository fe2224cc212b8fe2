// "Help between teams" on an issue's page of Redmine, with a double of Comity's door: what it is asked, and what of its answers is shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/net/http.h"
#include "tests/live/redmine_site.h"

namespace comity::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Answers as the door does, of one deed; keeps what it was asked.
class DoorDouble {
 public:
  DoorDouble() {
    server_ = net::Server::Start({}, [this](const net::Request& request, const net::Responder& respond) {
                const std::lock_guard lock(mutex_);
                asked_.push_back(absl::StrCat(request.path.substr(request.path.rfind('/') + 1), " ", request.body));
                proper_ &= net::FindHeader(request.headers, "Authorization") == std::string("Bearer ") + RedmineSite::kToken;
                account_ = net::FindHeader(request.headers, "Comity-Account");
                respond(AnswerTo(request.path, request.body));
              }).value();
  }
  std::string address() const { return absl::StrCat("http://127.0.0.1:", server_->port()); }
  std::string last() const {
    const std::lock_guard lock(mutex_);
    return asked_.empty() ? "" : asked_.back();
  }
  // The methods since the `from`th.
  std::vector<std::string> Methods(size_t from) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> methods;
    for (size_t i = from; i < asked_.size(); ++i) methods.push_back(asked_[i].substr(0, asked_[i].find(' ')));
    return methods;
  }
  size_t count() const {
    const std::lock_guard lock(mutex_);
    return asked_.size();
  }
  std::string account() const {
    const std::lock_guard lock(mutex_);
    return account_;
  }
  bool proper() const {
    const std::lock_guard lock(mutex_);
    return proper_;
  }

 private:
  static net::Response AnswerTo(const std::string& path, const std::string& body) {
    const net::Headers json = {{"Content-Type", "application/json"}};
    if (absl::EndsWith(path, "/ExplainSubject")) {
      return {200, json,
              R"({"subject":"#1","summary":"One act of help.","deeds":[{"deed":"deeds/20260902-k3f9"},{"deed":"deeds/../../admin"}],)"
              R"("events":[{"fact":{"occurTime":"2026-09-02T08:00:00Z"},"explanation":{"text":"bob <i>resolved</i> it"}}, 7]})"};
    }
    if (absl::EndsWith(path, "/ExplainDeed")) {
      return {
          200, json,
          R"({"deed":{"state":"STATE_PROVISIONAL","etag":"e1","asker":"people/ana",)"
          R"("helpers":[{"person":"people/bob","sharePpm":1000000}],)"
          R"("pendingPeople":["people/bea"]},"explanation":{"text":"all",)"
          R"("remedies":["comity deeds accept x  # when <u>so</u>",7,"comity deeds erase x",)"
          R"("comity thank deeds/20260902-k3f9 --saw TEXT  # if you want to thank for it"],)"
          R"("steps":[{"text":"bob <script>alert(1)</script> helped alpha"},{"code":"OWNED","text":"alpha owns it","evidence":["events/20260902-abc"]}]}})"};
    }
    if (absl::EndsWith(path, "/DeclineDeed")) return {403, json, R"({"code":7,"message":"only a <helper> can decline"})"};
    if (absl::EndsWith(path, "/ListBehaviours")) {
      return {200, json,
              R"({"behaviours":[{"name":"behaviours/asks","title":"Asks <first>","expired":false},)"
              R"({"name":"behaviours/old","title":"Stays late","expired":true},7,{"name":"behaviours/untitled"}]})"};
    }
    if (absl::EndsWith(path, "/ListRecognitions")) {
      return {
          200, json,
          R"({"recognitions":[{"author":"people/abe","saw":"<b>all</b>\nof it","behaviour":"behaviours/old",)"
          R"("createTime":"2026-09-03T12:00:00Z"},7,{"author":"people/ana","saw":"more","state":"STATE_TAKEN_DOWN","because":"<i>no</i>"}]})"};
    }
    if (absl::StrContains(body, "nobody answers")) return {503, json, R"({"code":14,"message":"busy"})"};
    if (absl::StrContains(body, "in other words")) return {409, json, R"({"code":6,"message":"this request_id was sent before"})"};
    if (absl::StrContains(body, R"("saw":"")")) {
      return {
          400, json,
          R"({"code":3,"message":"the thanks are not sound","details":[{"fieldViolations":[{"field":"saw","description":"write <it>"}]}]})"};
    }
    return {200, json, R"({"name":"deeds/20260902-k3f9"})"};
  }

  std::unique_ptr<net::Server> server_;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::string account_;
  bool proper_ = true;
};

class RedminePage : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = RedmineSite::Missing(); !missing.empty()) GTEST_SKIP() << missing;
    site_ = RedmineSite::Shared();
    const std::string project = absl::StrCat("pages-", std::chrono::steady_clock::now().time_since_epoch().count());
    site_->AddProject(project);
    issue_ = site_->Open("ana", project);
    page_ = "/comity/issues/" + issue_;
    site_->Settings({{"door", door_.address()}});
  }
  void TearDown() override {
    if (site_ != nullptr) site_->Settings({});
  }
  RedmineSite* site_ = nullptr;
  DoorDouble door_;
  std::string issue_, page_;
};

TEST_F(RedminePage, ShowsWhyAndLetsThoseConcernedPutItRight) {
  Browser bea(*site_);
  ASSERT_TRUE(bea.LogIn("bea"));
  const size_t before = door_.count();
  EXPECT_THAT(bea.Get("/issues/" + issue_).body, HasSubstr("href=\"" + page_ + "\""));
  EXPECT_EQ(door_.count(), before) << "an issue is shown without asking";

  const net::Response shown = bea.Get(page_);
  EXPECT_EQ(shown.status, 200);
  EXPECT_THAT(shown.body, AllOf(HasSubstr("bob &lt;script&gt;alert(1)&lt;/script&gt; helped alpha"), HasSubstr("alpha owns it"),
                                HasSubstr("events/20260902-abc"), HasSubstr("when &lt;u&gt;so&lt;/u&gt;"),
                                HasSubstr("bob &lt;i&gt;resolved&lt;/i&gt; it"), Not(HasSubstr("admin\""))));
  EXPECT_EQ(net::FindHeader(shown.headers, "Cache-Control"), "no-store");
  EXPECT_EQ(door_.account(), "redmine:redmine.acme.example:" + site_->IdOf("bea"));
  EXPECT_TRUE(door_.proper());

  const std::string deed = page_ + "/20260902-k3f9/";
  EXPECT_EQ(bea.Post(deed + "confirm", {{"etag", "e1"}, {"request_id", "r1"}}).status, 302);
  EXPECT_EQ(door_.last(), R"(ConfirmDeed {"name":"deeds/20260902-k3f9","requestId":"r1","etag":"e1"})");
  EXPECT_EQ(bea.Post(deed + "accept", {{"request_id", "r2"}}).status, 302);
  EXPECT_EQ(door_.last(), R"(AcceptDeed {"name":"deeds/20260902-k3f9","requestId":"r2"})");
  bea.Post(deed + "correct", {{"etag", "e1"},
                              {"request_id", "r3"},
                              {"because", "It was\nboth"},
                              {"shares[0][person]", "bob"},
                              {"shares[0][percent]", "33,3333"},
                              {"shares[1][person]", "people/bea"},
                              {"shares[1][percent]", "66.6667"},
                              {"shares[2][person]", ""}});
  EXPECT_EQ(door_.last(),
            R"(CorrectDeed {"name":"deeds/20260902-k3f9","requestId":"r3","etag":"e1","shares":[)"
            R"({"person":"people/bob","sharePpm":333333},{"person":"people/bea","sharePpm":666667}],"because":"It was both"})");
  bea.Post(deed + "decline", {{"request_id", "r4"}});
  EXPECT_THAT(bea.Get(page_).body, HasSubstr("only a &lt;helper&gt; can decline"));
}

TEST_F(RedminePage, TakesThanksAndGivesBackWhatWasTypedWithAFault) {
  Browser ana(*site_);
  ASSERT_TRUE(ana.LogIn("ana"));
  const size_t before = door_.count();
  EXPECT_THAT(ana.Get(page_).body,
              AllOf(HasSubstr("<option value=\"behaviours/asks\">Asks &lt;first&gt;</option>"), Not(HasSubstr("value=\"behaviours/old\"")),
                    Not(HasSubstr("untitled")), HasSubstr("abe, 09/03/2026, Stays late"), HasSubstr("&lt;b&gt;all&lt;/b&gt;"),
                    HasSubstr("Taken down: &lt;i&gt;no&lt;/i&gt;"), HasSubstr("maxlength=\"1000\"")));
  EXPECT_THAT(door_.Methods(before), ElementsAre("ExplainSubject", "ExplainDeed", "ListRecognitions", "ListBehaviours"));

  const std::string thank = page_ + "/20260902-k3f9/thank";
  const auto send = [&](const std::string& saw, const std::string& behaviour = "") {
    return ana.Post(thank, {{"request_id", "r1"}, {"behaviour", behaviour}, {"saw", saw}});
  };
  EXPECT_EQ(ana.Post(thank, {{"request_id", "r1"}, {"saw", "forged"}}, /*with_token=*/false).status, 422);
  EXPECT_THAT(door_.last(), Not(HasSubstr("forged")));
  ASSERT_TRUE(ana.LogIn("ana"));  // whom Redmine then signs out
  EXPECT_EQ(send(" It was late,\r\nand <still> ", "behaviours/asks").status, 302);
  EXPECT_EQ(door_.last(),
            R"(CreateRecognition {"deed":"deeds/20260902-k3f9","behaviour":"behaviours/asks","saw":"It was late,\nand \u003cstill\u003e",)"
            R"("requestId":"r1"})");

  const std::string again = "name=\"request_id\" value=\"r1\"", chosen = "selected=\"selected\" value=\"behaviours/asks\"";
  const net::Response empty = send(" \r\n", "behaviours/asks"), away = send("<em>nobody answers", "behaviours/asks");
  EXPECT_EQ(empty.status, 422);
  EXPECT_THAT(empty.body, AllOf(HasSubstr("the thanks are not sound: saw write &lt;it&gt;"), HasSubstr("role=\"alert\""), HasSubstr(again),
                                HasSubstr(chosen), HasSubstr("aria-invalid")));
  EXPECT_EQ(away.status, 503);
  EXPECT_THAT(away.body, AllOf(HasSubstr("may or may not have arrived"), HasSubstr("&lt;em&gt;nobody answers</textarea>"), HasSubstr(again),
                               HasSubstr("value=\"behaviours/asks\"")));
  EXPECT_THAT(send("in other words").body, AllOf(HasSubstr("had arrived already"), HasSubstr("in other words</textarea>")));
  const std::string longer = std::string(1000, 'm') + " and more";
  EXPECT_EQ(send(longer).status, 302) << "this door takes it";
  EXPECT_THAT(door_.last(), HasSubstr(std::string(1000, 'm') + " \"")) << "too long for the other, and not cut to what fits";
}

TEST_F(RedminePage, IsThereForWhoeverSeesTheIssueAloneAndTakesNoForgedForm) {
  Browser nobody(*site_), bea(*site_), reader(*site_);
  EXPECT_EQ(nobody.Get(page_).status, 302) << "to the login";
  ASSERT_TRUE(bea.LogIn("bea"));
  const size_t before = door_.count();
  EXPECT_EQ(bea.Post(page_ + "/20260902-k3f9/confirm", {{"request_id", "r1"}}, /*with_token=*/false).status, 422);
  EXPECT_EQ(nobody.Post(page_ + "/20260902-k3f9/confirm.json", {}).status, 404);
  EXPECT_EQ(door_.count(), before);
  ASSERT_TRUE(reader.LogIn("reader"));
  EXPECT_EQ(reader.Get(page_).status, 200);
  EXPECT_EQ(reader.Get("/comity/issues/999999").status, 404);
}

TEST_F(RedminePage, SaysSoWhereComityIsAwayAndIsNotThereWhereItIsNotSetUp) {
  Browser bea(*site_);
  ASSERT_TRUE(bea.LogIn("bea"));
  site_->Settings({{"door", absl::StrCat("http://127.0.0.1:", FreePort())}});
  const net::Response away = bea.Get(page_);
  EXPECT_EQ(away.status, 503);
  EXPECT_THAT(away.body, HasSubstr("cannot be reached"));
  site_->Settings({{"door", "http://comity.acme.example"}});  // not this machine, not https: the token would be there for all to read
  EXPECT_EQ(bea.Get(page_).status, 404);
  EXPECT_THAT(bea.Get("/issues/" + issue_).body, Not(HasSubstr("/comity/issues/")));
}

}  // namespace
}  // namespace comity::testing
