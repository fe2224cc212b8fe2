// The HTTP door as curl and browsers meet it.
#include "service/door/door.h"

#include <thread>

#include "gmock/gmock.h"
#include "service/door/json.h"
#include "service/door/origin.h"
#include "service/door/why_page.h"
#include "tests/integration/service_world.h"

namespace comity::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Door : public ::testing::Test {
 protected:
  net::Response Fetch(const char* method, const std::string& path, const std::string& body = "", net::Headers headers = {}) const {
    const auto response = net::Fetch(method, "http://127.0.0.1:" + std::to_string(world.door->port()) + path, headers, body, {});
    return response.ok() ? *response : net::Response{0, {}, std::string(response.status().message())};
  }
  net::Response Post(const std::string& path, const std::string& body, const std::string& token) const {
    return Fetch("POST", path, body, {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}});
  }
  World world;
};

TEST_F(Door, AnswersAUnaryCallAsJsonWithEveryFieldNamed) {
  const net::Response response = Post("/comity.v1.AdminService/GetStatus", "{}", world.admin_token);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(net::FindHeader(response.headers, "content-type"), "application/json");
  EXPECT_THAT(response.body, HasSubstr("\"version\":\"0."));
  EXPECT_THAT(response.body, HasSubstr("\"roles\":[\"ROLE_ADMIN\",\"ROLE_STEWARD\"]"));
  EXPECT_THAT(response.body, HasSubstr("\"eventCount\":\"0\""));
}

TEST_F(Door, ShowsADeedWithItsHelpersAndEnumsByName) {
  const std::string deed = world.MakeDeed(1);
  const net::Response response = Post("/comity.v1.DeedService/GetDeed", "{\"name\":\"" + deed + "\"}", world.admin_token);
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr("\"helpers\":[{\"person\":\"people/ana\",\"sharePpm\":1000000"));
  EXPECT_THAT(response.body, HasSubstr("\"stance\":\"STANCE_SERVED\""));
  EXPECT_THAT(response.body, HasSubstr("\"helpedTeam\":\"teams/checkout\""));
  EXPECT_THAT(response.body, HasSubstr("\"subjectUri\":\"https://github.com/acme/billing/issues/1\""));
  EXPECT_THAT(response.body, HasSubstr("\"pendingPeople\":[]"));
}

TEST_F(Door, AnswersErrorsAsRpcStatusUnderTheHttpStatusThatFits) {
  const auto reason = [](const char* name) { return HasSubstr(std::string("\"reason\":\"") + name + "\""); };
  const net::Response missing = Fetch("POST", "/comity.v1.AdminService/GetStatus", "{}");
  EXPECT_EQ(missing.status, 401);
  EXPECT_EQ(net::FindHeader(missing.headers, "www-authenticate"), "Bearer");
  EXPECT_THAT(missing.body, reason("TOKEN_MISSING"));
  const net::Response denied = Post("/comity.v1.DeedService/GetMyNumbers", "", world.admin_token);
  EXPECT_EQ(denied.status, 403);
  EXPECT_THAT(denied.body, reason("ROLE_REQUIRED"));
  const net::Response absent = Post("/comity.v1.AdminService/GetJob", "{\"name\":\"jobs/none\"}", world.admin_token);
  EXPECT_EQ(absent.status, 404);
  EXPECT_THAT(absent.body, reason("JOB_NOT_FOUND"));
  const net::Response unknown = Post("/comity.v1.AdminService/Nothing", "{}", world.admin_token);
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, reason("METHOD_UNKNOWN"));
  const net::Response stream = Post("/comity.v1.EventService/IngestEvents", "{}", world.admin_token);
  EXPECT_THAT(stream.body, HasSubstr("IngestEventBatch"));
  EXPECT_EQ(Post("/google.protobuf.Any/x", "{}", world.admin_token).status, 404);
}

TEST_F(Door, RefusesABodyThatIsNotTheRequestsJson) {
  for (const std::string body : {"{", "[]", "{\"nmae\":\"x\"}", "{\"name\":5}", "\xff"}) {
    const net::Response response = Post("/comity.v1.AdminService/GetJob", body, world.admin_token);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_THAT(response.body, HasSubstr("JSON_INVALID")) << body;
  }
}

TEST_F(Door, RefusesBodiesAboveFourMebibytes) {
  EXPECT_EQ(Post("/comity.v1.AdminService/GetJob", std::string(4 * 1024 * 1024 + 1, ' '), world.admin_token).status, 413);
}

TEST_F(Door, LeavesTheSameAuditAsGrpc) {
  const auto count = [this] { return world.store->BeginRead().value()->admin().CountAudit().value(); };
  while (count() < 2) std::this_thread::yield();
  Post("/comity.v1.AdminService/CreateToken", "{\"token\":{\"roles\":[\"ROLE_AUDITOR\"]}}", world.admin_token);
  EXPECT_EQ(count(), 3);
}

TEST_F(Door, TellsHealthAndMetrics) {
  EXPECT_EQ(Fetch("GET", "/healthz").body, "ok\n");
  Post("/comity.v1.AdminService/GetStatus", "{}", world.admin_token);
  EXPECT_THAT(Fetch("GET", "/metrics").body, HasSubstr("comity_rpc_calls_total{code=\"OK\",method=\"AdminService/GetStatus\"}"));
  world.server->Stop(absl::Seconds(1));
  EXPECT_EQ(Fetch("GET", "/healthz").status, 503);
}

TEST_F(Door, AllowsOnlyTheMethodsThatFit) {
  const net::Response response = Fetch("GET", "/comity.v1.AdminService/GetStatus");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(net::FindHeader(response.headers, "allow"), "POST");
  EXPECT_EQ(Fetch("POST", "/metrics").status, 405);
}

TEST_F(Door, ExplainsATicketOnAPageThatNeedsNoScript) {
  world.MakeDeed(1);
  const net::Response form = Fetch("GET", "/");
  EXPECT_EQ(form.status, 200);
  EXPECT_THAT(form.body, HasSubstr("<label for=\"subject\">"));
  EXPECT_THAT(form.body, HasSubstr("type=\"password\""));
  EXPECT_THAT(form.body, Not(HasSubstr("<script")));
  EXPECT_THAT(std::string(net::FindHeader(form.headers, "content-security-policy")), StartsWith("default-src 'none'; style-src 'sha256-"));
  const net::Response answer = Fetch("POST", "/why", "subject=acme%2Fbilling%231&token=" + world.admin_token,
                                     {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body,
              HasSubstr("<a rel=\"noreferrer noopener\" href=\"https://github.com/acme/billing/issues/1\">acme/billing#1</a>"));
  EXPECT_THAT(answer.body, HasSubstr("<strong>counted</strong>"));
  EXPECT_THAT(answer.body, HasSubstr("<h3>Why</h3><ul><li>"));
  EXPECT_THAT(answer.body, HasSubstr("<p>If you asked for it:</p><code>comity deeds confirm deeds/"));
  EXPECT_THAT(answer.body, Not(HasSubstr(world.admin_token)));
}

TEST_F(Door, EscapesWhatWasAskedAndKeepsNoToken) {
  const net::Response answer = Fetch("POST", "/why", "subject=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&token=cmt_secret");
  EXPECT_EQ(answer.status, 401);
  EXPECT_THAT(answer.body, HasSubstr("role=\"alert\""));
  EXPECT_THAT(answer.body, HasSubstr("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""));
  EXPECT_THAT(answer.body, Not(HasSubstr("<script>")));
  EXPECT_THAT(answer.body, Not(HasSubstr("cmt_secret")));
}

TEST_F(Door, RefusesATokenOfBytesThatNoHeaderCarries) { EXPECT_EQ(Fetch("POST", "/why", "subject=a&token=%0d%0aX:%00%ff").status, 401); }

net::Request From(const char* method, net::Headers headers) { return {method, "/why", "", std::move(headers), "", true}; }

TEST(DoorOrigin, LetsProgramsAndItsOwnPageThrough) {
  for (const char* host : {"127.0.0.1:7080", "localhost:7080", "localhost", "[::1]:7080", "[::1]"}) {
    EXPECT_TRUE(door::CheckOrigin(From("POST", {{"Host", host}})).ok()) << host;
    EXPECT_TRUE(door::CheckOrigin(From("POST", {{"Host", host}, {"Origin", std::string("http://") + host}})).ok()) << host;
  }
  EXPECT_TRUE(door::CheckOrigin(From("GET", {{"Host", "localhost:1"}, {"Sec-Fetch-Site", "cross-site"}})).ok());
}

TEST(DoorOrigin, RefusesOtherPagesAndNamesThatPointHere) {
  EXPECT_FALSE(door::CheckOrigin(From("GET", {})).ok());
  EXPECT_FALSE(door::CheckOrigin(From("GET", {{"Host", "evil.example:7080"}})).ok());
  EXPECT_FALSE(door::CheckOrigin(From("GET", {{"Host", "127.0.0.1.evil.example"}})).ok());
  EXPECT_FALSE(door::CheckOrigin(From("POST", {{"Host", "localhost:1"}, {"Origin", "http://localhost:2"}})).ok());
  EXPECT_FALSE(door::CheckOrigin(From("POST", {{"Host", "localhost:1"}, {"Origin", "null"}})).ok());
  EXPECT_FALSE(door::CheckOrigin(From("POST", {{"Host", "localhost:1"}, {"Sec-Fetch-Site", "cross-site"}})).ok());
}

TEST(DoorJson, IsBoundedInDepth) {
  v1::GetDeedRequest request;
  EXPECT_EQ(door::FromJson(std::string(100'000, '['), request).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(door::FromJson("{\"name\":\"" + std::string(1000, '[') + "\\\"{\"}", request).ok());
  EXPECT_TRUE(door::FromJson("  \n", request).ok());
}

TEST(DoorForm, IsReadAsBrowsersSendIt) {
  const auto form = door::ParseForm("subject=a%2Fb%231+c&token=x&&broken&last=%zz%4");
  EXPECT_EQ(form.at("subject"), "a/b#1 c");
  EXPECT_EQ(form.at("token"), "x");
  EXPECT_EQ(form.at("last"), "%zz%4");
  EXPECT_EQ(form.count("broken"), 0u);
}

}  // namespace
}  // namespace comity::test
