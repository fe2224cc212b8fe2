#include "plugins/gitlab/gitlab.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/sdk/signatures.h"

namespace comity::gitlab {
namespace {

using sdk::Auth;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kSigning[] = "whsec_c2VjcmV0IG9mIGEgc291cmNlIG9mIG5vYm9keS4uLi4=";
constexpr char kToken[] = "not-a-secret-of-anybody-3f1c";
constexpr char kBody[] =
    R"({"object_kind":"note","user":{"id":1202,"username":"carla"},"project":{"id":7001,"path_with_namespace":"acme/billing"},
"object_attributes":{"id":1,"author_id":1202,"created_at":"2026-09-02 09:00:00 UTC","action":"create"},"issue":{"id":9001,"iid":12,"author_id":1101}})";
const absl::Time kNow = absl::FromUnixSeconds(1'788'343'200);

struct Hook {
  net::Headers headers;
  sdk::Request View() const { return {"POST", "/in/s", "", &headers, kBody}; }
};
Hook WithToken(const std::string& token) { return {{{"X-Gitlab-Token", token}}}; }
Hook Signed(const std::string& secret) {
  const std::string timestamp = std::to_string(absl::ToUnixSeconds(kNow));
  return {{{"webhook-id", "1"},
           {"webhook-timestamp", timestamp},
           {"webhook-signature", sdk::StandardWebhooks::Sign(secret, "1", timestamp, kBody).value_or("")}}};
}
sdk::Source SourceWith(std::vector<std::string> secrets) {
  return {.id = "s", .suite = "gitlab", .instance = "gitlab.com", .secrets = std::move(secrets), .config = {}};
}
Auth Verify(const Hook& hook, const sdk::Source& source) { return MakeConnector()->Verify(hook.View(), source, kNow); }
v1::Assurance AssuranceOf(const sdk::Source& source) {
  const Hook hook;
  const auto parsed = MakeConnector()->Parse(hook.View(), source, kNow);
  return parsed.ok() && parsed->facts.size() == 1 ? parsed->facts[0].assurance() : v1::ASSURANCE_UNSPECIFIED;
}

TEST(GitLabToken, IsComparedAsItIsAndSaysNoMoreThanThat) {
  const sdk::Source source = SourceWith({kToken});
  EXPECT_EQ(Verify(WithToken(kToken), source), Auth::kOk);
  EXPECT_EQ(Verify(WithToken("not-a-secret-of-anybody-3f1d"), source), Auth::kUnauthenticated);
  EXPECT_EQ(Verify(WithToken(""), source), Auth::kUnauthenticated);
  EXPECT_EQ(Verify(Hook(), source), Auth::kUnauthenticated);
  EXPECT_EQ(Verify(WithToken(""), SourceWith({""})), Auth::kUnauthenticated) << "an empty secret is none";
  EXPECT_EQ(Verify(WithToken(kToken), SourceWith({})), Auth::kUnauthenticated);
  EXPECT_EQ(Verify(WithToken(kToken), SourceWith({"the-one-before", kToken})), Auth::kOk) << "while it is rotated";
  EXPECT_EQ(AssuranceOf(source), v1::ASSURANCE_TOKEN);
}

TEST(GitLabSigningToken, SignsAndNeverStandsForItself) {
  const sdk::Source source = SourceWith({kSigning});
  EXPECT_EQ(Verify(Signed(kSigning), source), Auth::kOk);
  EXPECT_EQ(Verify(WithToken(kSigning), source), Auth::kUnauthenticated);
  EXPECT_EQ(AssuranceOf(source), v1::ASSURANCE_SIGNED);
}

TEST(GitLabSecrets, OfBothKindsAreGoodWhileASourceGoesFromOneToTheOther) {
  const sdk::Source both = SourceWith({kToken, kSigning});
  EXPECT_EQ(Verify(WithToken(kToken), both), Auth::kOk);
  EXPECT_EQ(Verify(Signed(kSigning), both), Auth::kOk);
  EXPECT_EQ(Verify(WithToken(kSigning), both), Auth::kUnauthenticated);
  EXPECT_EQ(Verify(Signed("whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keSBhdCBhbGw="), both), Auth::kUnauthenticated);
  Hook bad_signature = Signed("whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keSBhdCBhbGw=");
  bad_signature.headers.emplace_back("X-Gitlab-Token", kToken);
  EXPECT_EQ(Verify(bad_signature, both), Auth::kUnauthenticated) << "a wrong signature is not mended by a token";
  EXPECT_EQ(AssuranceOf(both), v1::ASSURANCE_TOKEN) << "the weaker of the two";
}

TEST(GitLabCheck, FindsWhatCannotWork) {
  const auto connector = MakeConnector();
  EXPECT_THAT(connector->Check(SourceWith({kToken})), IsEmpty());
  EXPECT_THAT(connector->Check(SourceWith({kSigning})), IsEmpty());
  EXPECT_THAT(connector->Check(SourceWith({"whsec_short"})), SizeIs(1));
  sdk::Source source = SourceWith({kToken});
  source.instance = "https://gitlab.com/";
  EXPECT_THAT(connector->Check(source), SizeIs(1));
  source.instance = "";
  EXPECT_THAT(connector->Check(source), IsEmpty()) << "gitlab.com";
  source.config = {{"group", "acme"}};
  ASSERT_THAT(connector->Check(source), SizeIs(1));
  EXPECT_THAT(connector->Check(source)[0], HasSubstr("poll block"));
  source.polls = true;
  EXPECT_THAT(connector->Check(source), IsEmpty());
  source.config.clear();
  ASSERT_THAT(connector->Check(source), SizeIs(1));
  EXPECT_THAT(connector->Check(source)[0], HasSubstr("group or projects"));
}

TEST(GitLabApi, IsBelowTheInstance) {
  const auto connector = MakeConnector();
  sdk::Source source = SourceWith({});
  EXPECT_EQ(connector->ApiBase(source), "https://gitlab.com/api/v4");
  source.instance = "git.acme.example";
  EXPECT_EQ(connector->ApiBase(source), "https://git.acme.example/api/v4");
  EXPECT_EQ(connector->manifest().token_header, "PRIVATE-TOKEN");
  EXPECT_EQ(connector->manifest().token_prefix, "");
}

}  // namespace
}  // namespace comity::gitlab
