// How each connector publishes: what it asks, in which order, and what it leaves alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "plugins/connectors.h"
#include "plugins/sdk/json.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/xml.h"
#include "tests/unit/plugins/publishing_support.h"

namespace comity::testing {
namespace {

using Ending = sdk::PublishStep::Ending;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Connectors& All() {
  static const Connectors connectors = MakeConnectors();
  return connectors;
}

// Where notes are in a suite, as its API has them.
struct NoteSuite {
  std::string suite, subject, who, list, create, change;  // `change` before the note's id
  std::string create_method, change_method, text;         // the JSON pointer of a note's text in what is written
};
const NoteSuite kSuites[] = {
    {"redmine", "#12", "/users/current.json", "/issues/12.json?include=journals", "/issues/12.json", "/journals/", "PUT", "PUT", "notes"},
    {"gitlab", "acme/payments/checkout#12", "/user",
     "/projects/acme%2Fpayments%2Fcheckout/issues/12/notes?order_by=created_at&sort=desc&per_page=100&page=1",
     "/projects/acme%2Fpayments%2Fcheckout/issues/12/notes", "/projects/acme%2Fpayments%2Fcheckout/issues/12/notes/", "POST", "PUT",
     "body"},
    {"github", "acme/billing#12", "/user", "/repos/acme/billing/issues/12/comments?per_page=100&page=1",
     "/repos/acme/billing/issues/12/comments", "/repos/acme/billing/issues/comments/", "POST", "PATCH", "body"},
    {"forgejo", "acme/billing#12", "/api/v1/user", "/api/v1/repos/acme/billing/issues/12/comments",
     "/api/v1/repos/acme/billing/issues/12/comments", "/api/v1/repos/acme/billing/issues/comments/", "POST", "PATCH", "body"},
};

// A ticket with notes of people; the write account is 7.
class NotesOnTickets : public ::testing::TestWithParam<NoteSuite> {
 protected:
  net::Response Answer(const sdk::Fetch& fetch) {
    const NoteSuite& suite = GetParam();
    if (fetch.path == suite.who) return {200, {}, suite.suite == "redmine" ? R"({"user":{"id":7}})" : R"({"id":7})"};
    if (fetch.method == "GET") {
      EXPECT_EQ(fetch.path, suite.list);
      std::string list = "[";
      for (const auto& [id, note] : notes_) {
        absl::StrAppend(&list, list.size() > 1 ? "," : "",
                        sdk::JsonObject()
                            .Raw("id", std::to_string(id))
                            .Raw(suite.suite == "gitlab" ? "author" : "user", absl::StrCat("{\"id\":", note.first, "}"))
                            .Text(suite.text, note.second)
                            .Take());
      }
      list += "]";
      return {200, {}, suite.suite == "redmine" ? R"({"issue":{"journals":)" + list + "}}" : list};
    }
    const auto body = sdk::JsonDocument::Parse(fetch.body);
    const std::string within = suite.suite != "redmine" ? "/" : fetch.path == suite.create ? "/issue/" : "/journal/";
    const std::string text(body->root().At(within + suite.text).Text());
    EXPECT_FALSE(text.empty());
    if (fetch.path == suite.create && fetch.method == suite.create_method) {
      const int64_t id = 100 + static_cast<int64_t>(notes_.size());
      notes_[id] = {7, text};
      return {201, {}, "{}"};
    }
    for (auto& [id, note] : notes_) {
      if (fetch.path == suite.change + std::to_string(id) + (suite.suite == "redmine" ? ".json" : "")) {
        EXPECT_EQ(fetch.method, suite.change_method);
        note.second = text;
        return {200, {}, "{}"};
      }
    }
    return {404, {}, ""};
  }
  Walked Publish(const sdk::Artifact& artifact) {
    const sdk::Source source{"s", GetParam().suite, "tracker.acme.example", {}, {}, true};
    return WalkThrough(*All().at(GetParam().suite), source, artifact, [this](const sdk::Fetch& fetch) { return Answer(fetch); });
  }
  std::map<int64_t, std::pair<int, std::string>> notes_;
};

TEST_P(NotesOnTickets, AreWrittenOnceChangedAndTakenBack) {
  sdk::Artifact note = Note(GetParam().subject);
  Walked walked = Publish(note);
  ASSERT_TRUE(walked.end.ok()) << walked.end.status();
  EXPECT_EQ(walked.end->ending, Ending::kWritten);
  EXPECT_TRUE(walked.end->is_new);
  EXPECT_EQ(Publish(note).end->ending, Ending::kFound);
  EXPECT_THAT(notes_, SizeIs(1));
  note.text = "Bob and Carla helped here.";
  walked = Publish(note);
  EXPECT_EQ(walked.end->ending, Ending::kWritten);
  EXPECT_FALSE(walked.end->is_new);
  EXPECT_THAT(notes_[100].second, HasSubstr("Bob and Carla"));
  note.withdrawn = true;
  EXPECT_EQ(Publish(note).end->ending, Ending::kWritten);
  EXPECT_THAT(notes_[100].second, HasSubstr("withdrawn"));
  EXPECT_EQ(notes_[100].second.find("Carla"), std::string::npos);
  EXPECT_THAT(notes_, SizeIs(1));
}

TEST_P(NotesOnTickets, LeaveAloneWhatPeopleWroteOrEdited) {
  const sdk::Artifact note = Note(GetParam().subject);
  Publish(note);
  const std::string own = notes_[100].second;
  notes_[100].first = 8;  // somebody copied it under another name
  EXPECT_EQ(Publish(note).end->ending, Ending::kWritten);
  EXPECT_THAT(notes_, SizeIs(2));
  notes_.erase(100);
  notes_[101].second = "I was here. " + own;
  const Walked walked = Publish(note);
  EXPECT_EQ(walked.end.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(walked.writes, IsEmpty());
  notes_.clear();
  sdk::Artifact withdrawn = note;
  withdrawn.withdrawn = true;
  EXPECT_EQ(Publish(withdrawn).end->ending, Ending::kNothing);
}

TEST_P(NotesOnTickets, AreRefusedForATicketOfAnotherShape) {
  for (const char* subject : {"12", "#x", "../../user#1", "acme/..#1", "a b/c#1", "#1#2", "acme#1"}) {
    const Walked walked = Publish(Note(subject));
    EXPECT_EQ(walked.end.status().code(), absl::StatusCode::kInvalidArgument) << subject;
    EXPECT_EQ(walked.requests, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(All, NotesOnTickets, ::testing::ValuesIn(kSuites), [](const auto& tested) { return tested.param.suite; });

// Pages as an XML-RPC interface of DokuWiki has them.
class PagesOfDokuWiki : public ::testing::Test {
 protected:
  static std::string Value(const std::string& value) {
    return "<?xml version=\"1.0\"?>\n<methodResponse>\n  <params>\n    <param>\n      <value>\n      " + value +  // as the wiki indents it
           "\n      </value>\n    </param>\n  </params>\n</methodResponse>\n";
  }
  static std::string Fault(int code) {
    return absl::StrCat("<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>", code,
                        "</int></value></member></struct></value></fault></methodResponse>");
  }
  net::Response Answer(const sdk::Fetch& fetch) {
    EXPECT_EQ(fetch.path, "/lib/exe/xmlrpc.php");
    EXPECT_THAT(fetch.body, HasSubstr("comity:decisions:decisions-one-exporter"));
    asked_.push_back(fetch.note);
    const auto call = sdk::XmlDocument::Parse(fetch.body);
    const std::string method = call->root().Child("methodName").TrimmedText();
    if (method == "wiki.getPage") return {200, {}, Value("<string>" + sdk::XmlEscaped(text_.empty() ? template_ : text_) + "</string>")};
    if (method == "wiki.getPageInfo") return {200, {}, text_.empty() ? Fault(121) : Value("<struct></struct>")};
    if (method == "dokuwiki.setLocks") {
      if (on_lock_) on_lock_();
      return {200,
              {},
              Value(absl::StrCat("<struct><member><name>lockfail</name><value><array><data>",
                                 locked_ ? "<value><string>x</string></value>" : "", "</data></array></value></member></struct>"))};
    }
    EXPECT_EQ(method, "wiki.putPage");
    text_ = call->root().Child("params").Children("param", 9)[1].Child("value").Child("string").Text();
    return {200, {}, Value("<boolean>1</boolean>")};
  }
  Walked Publish(const sdk::Artifact& artifact) {
    const sdk::Source source{"s", "dokuwiki", "wiki.acme.example", {}, {{"publish_below", "comity"}}, true};
    asked_.clear();
    return WalkThrough(*All().at("dokuwiki"), source, artifact, [this](const sdk::Fetch& fetch) { return Answer(fetch); });
  }
  std::string text_, template_;
  bool locked_ = false;
  std::function<void()> on_lock_;
  std::vector<std::string> asked_;
};

TEST_F(PagesOfDokuWiki, AreWrittenUnderTheWikisLockAndReadAgainWithinIt) {
  template_ = "====== @PAGE@ ======";  // of the namespace
  EXPECT_TRUE(Publish(Page()).end->is_new);
  EXPECT_THAT(asked_, ::testing::ElementsAre("get", "info", "lock", "get locked", "info locked", "create"));
  EXPECT_EQ(Publish(Page()).end->ending, Ending::kFound);
  EXPECT_THAT(asked_, ::testing::ElementsAre("get"));
  sdk::Artifact changed = Page();
  changed.title = "Use two exporters";
  EXPECT_FALSE(Publish(changed).end->is_new);
  EXPECT_THAT(text_, HasSubstr("Use two exporters"));
  changed.withdrawn = true;
  EXPECT_EQ(Publish(changed).end->ending, Ending::kWritten);
  EXPECT_THAT(text_, HasSubstr("withdrawn"));
}

TEST_F(PagesOfDokuWiki, AreLeftWhenSomebodyEditedEditsOrWroteThem) {
  sdk::Artifact changed = Page();
  changed.title = "Use two exporters";
  Publish(Page());
  const std::string own = text_;
  locked_ = true;
  EXPECT_EQ(Publish(changed).end.status().code(), absl::StatusCode::kAborted);
  locked_ = false;
  on_lock_ = [this] { text_ = "a person's words\n" + text_; };
  EXPECT_EQ(Publish(changed).end.status().code(), absl::StatusCode::kFailedPrecondition) << "saved between reading and locking";
  on_lock_ = nullptr;
  text_ = "A page of somebody's.";
  EXPECT_EQ(Publish(changed).end.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(text_, "A page of somebody's.");
  text_ = "";
  changed.withdrawn = true;
  EXPECT_EQ(Publish(changed).end->ending, Ending::kNothing);
}

// Pages as api.php of a MediaWiki has them.
class PagesOfMediaWiki : public ::testing::Test {
 protected:
  net::Response Answer(const sdk::Fetch& fetch) {
    if (fetch.method == "GET") {
      sdk::JsonObject page;
      if (text_.empty()) {
        page.Raw("missing", "true");
      } else {
        page.Raw("revisions", "[" +
                                  sdk::JsonObject()
                                      .Raw("revid", std::to_string(revision_))
                                      .Raw("slots", sdk::JsonObject().Raw("main", sdk::JsonObject().Text("content", text_).Take()).Take())
                                      .Take() +
                                  "]");
      }
      return {200,
              {},
              absl::StrCat(R"({"query":{"tokens":{"csrftoken":"abc+\\"},"userinfo":{"id":7)", anonymous_ ? R"(,"anon":true)" : "",
                           R"(},"pages":[)", page.Take(), "]}}")};
    }
    EXPECT_THAT(fetch.body, HasSubstr("&token=abc%2B%5C"));
    EXPECT_THAT(fetch.body, HasSubstr("title=Project%3AComity%2FDecisions%2Fdecisions-one-exporter&"));
    if (!error_.empty()) return {200, {}, R"({"error":{"code":")" + error_ + R"(","info":"marmalade"}})"};
    EXPECT_THAT(fetch.body, HasSubstr(text_.empty() ? "&createonly=1" : absl::StrCat("&nocreate=1&baserevid=", revision_)));
    const size_t at = fetch.body.find("&text=") + 6;
    std::string encoded = fetch.body.substr(at, fetch.body.find('&', at) - at);
    text_.clear();
    for (size_t i = 0; i < encoded.size(); ++i) {
      text_ += encoded[i] == '%' ? static_cast<char>(std::stoi(encoded.substr(i + 1, 2), nullptr, 16)) : encoded[i];
      if (encoded[i] == '%') i += 2;
    }
    ++revision_;
    return {200, {}, absl::StrCat(R"({"edit":{"result":"Success","newrevid":)", revision_, "}}")};
  }
  Walked Publish(const sdk::Artifact& artifact, const std::string& left = "") {
    const sdk::Source source{"s", "mediawiki", "wiki.acme.example", {}, {{"publish_below", "Project:Comity"}}, true};
    return WalkThrough(
        *All().at("mediawiki"), source, artifact, [this](const sdk::Fetch& fetch) { return Answer(fetch); }, left);
  }
  std::string text_, error_;
  int revision_ = 40;
  bool anonymous_ = false;
};

TEST_F(PagesOfMediaWiki, AreWrittenOnTheRevisionThatWasRead) {
  const Walked first = Publish(Page());
  ASSERT_TRUE(first.end.ok()) << first.end.status();
  EXPECT_TRUE(first.end->is_new);
  EXPECT_EQ(first.end->left, "revision 41");
  EXPECT_EQ(Publish(Page()).end->ending, Ending::kFound);
  sdk::Artifact changed = Page();
  changed.title = "Use two exporters";
  EXPECT_EQ(Publish(changed).end->left, "revision 42");
  EXPECT_THAT(text_, HasSubstr("two exporters"));
  text_[0] = ' ';  // as a wiki that writes letters in its own way
  changed.withdrawn = true;
  EXPECT_FALSE(Publish(changed).end.ok());
  EXPECT_EQ(Publish(changed, "revision 42").end->ending, Ending::kWritten);
}

TEST_F(PagesOfMediaWiki, AreLeftWhenTheWikiOrSomebodySaysSo) {
  for (const auto& [error, code] : {std::pair("editconflict", absl::StatusCode::kAborted),
                                    {"ratelimited", absl::StatusCode::kUnavailable},
                                    {"protectedpage", absl::StatusCode::kFailedPrecondition}}) {
    error_ = error;
    const Walked walked = Publish(Page());
    EXPECT_EQ(walked.end.status().code(), code);
    EXPECT_EQ(std::string(walked.end.status().message()).find("marmalade"), std::string::npos);
  }
  error_.clear();
  anonymous_ = true;
  EXPECT_EQ(Publish(Page()).end.status().code(), absl::StatusCode::kFailedPrecondition);
  anonymous_ = false;
  text_ = "A page of somebody's.";
  EXPECT_EQ(Publish(Page()).end.status().code(), absl::StatusCode::kFailedPrecondition);
  text_ = "";
  sdk::Artifact withdrawn = Page();
  withdrawn.withdrawn = true;
  EXPECT_EQ(Publish(withdrawn).end->ending, Ending::kNothing);
}

TEST(PublishingConnectors, RefuseWithoutAPlaceAndSurviveAnyAnswer) {
  for (const auto& [suite, connector] : All()) {
    for (const sdk::ArtifactKind kind : connector->manifest().publishes) {
      const sdk::Artifact artifact = kind == sdk::ArtifactKind::kNote   ? Note(suite == "redmine" ? "#12" : "acme/billing#12")
                                     : kind == sdk::ArtifactKind::kPage ? Page()
                                                                        : Entry();
      const sdk::Source bare{"s", suite, "x.acme.example", {}, {}, true};
      if (kind != sdk::ArtifactKind::kNote) {
        EXPECT_EQ(connector->Publish(bare, {artifact, ""}).status().code(), absl::StatusCode::kFailedPrecondition);
      }
      const std::map<std::string, std::string> config = {{"publish_below", "comity"}, {"publish_calendar", "/team/"}};
      for (const int status : {200, 204, 302, 400, 403, 404, 409, 422}) {
        for (const char* body : {"", "{}", "[]", "null", "marmalade", R"({"id":"../x"})", R"([{"id":7}])"}) {
          const Walked walked = WalkThrough(*connector, {"s", suite, "x.acme.example", {}, config, true}, artifact, [&](const sdk::Fetch&) {
            return net::Response{status, {}, body};
          });
          if (!walked.end.ok()) {
            EXPECT_EQ(std::string(walked.end.status().message()).find("marmalade"), std::string::npos);
          }
          EXPECT_LT(walked.requests, 60) << suite << status << body;
        }
      }
    }
  }
}

}  // namespace
}  // namespace comity::testing
