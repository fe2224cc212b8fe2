#include "plugins/sdk/fact_builder.h"

#include <gtest/gtest.h>

#include "plugins/sdk/source_checks.h"

namespace comity::sdk {
namespace {

const Source kSource{.id = "s", .suite = "github", .instance = "github.com", .secrets = {"x"}, .config = {}};

FactBuilder Closed() {
  return FactBuilder(kSource, v1::FACT_KIND_RESOLVED, v1::ASSURANCE_SIGNED)
      .Subject(v1::SUBJECT_KIND_ISSUE, "9001", "/issue/id")
      .OccurTime(absl::FromUnixSeconds(1'788'343'200));
}

TEST(FactBuilders, NameEveryMissingPathAtOnce) {
  FactBuilder builder(kSource, v1::FACT_KIND_RESOLVED, v1::ASSURANCE_SIGNED);
  builder.Subject(v1::SUBJECT_KIND_ISSUE, "", "/issue/id").OccurTime(Json(), "/issue/closed_at");
  const auto fact = builder.Build();
  ASSERT_FALSE(fact.ok());
  const ErrorDetails details = DetailsOf(fact.status());
  EXPECT_EQ(details.reason, "FACT_INVALID");
  ASSERT_EQ(details.faults.size(), 2u);
  EXPECT_EQ(details.faults[0].field, "/issue/id");
  EXPECT_EQ(details.faults[1].field, "/issue/closed_at");
}

TEST(FactBuilders, TakeSuiteAndInstanceFromTheSourceAndTheObjectFromTheSubject) {
  const auto fact = Closed().Build();
  ASSERT_TRUE(fact.ok());
  EXPECT_EQ(fact->suite() + " " + fact->instance() + " " + fact->object_id(), "github github.com 9001");
}

TEST(FactBuilders, SendNeitherTitleNorLabelsOfConfidentialThings) {
  const auto fact = Closed().Title("Layoffs").Label("secret").Confidential(true).Build();
  ASSERT_TRUE(fact.ok());
  EXPECT_EQ(fact->subject().title(), "");
  EXPECT_EQ(fact->labels_size(), 0);
}

TEST(FactBuilders, ForgetAnAccountThatIsNobody) {
  v1::Account ana;
  ana.set_id("1101");
  EXPECT_TRUE(Closed().Actor(ana).Build()->has_actor());
  EXPECT_FALSE(Closed().Actor(ana).Actor(std::nullopt).Build()->has_actor());
  EXPECT_FALSE(Closed().Actor(v1::Account()).Build()->has_actor());
}

TEST(FactBuilders, KeepListsWithinTheApisBounds) {
  FactBuilder builder = Closed();
  for (int i = 0; i < 300; ++i) {
    builder.Label("l" + std::to_string(i))
        .Link(v1::LINK_KIND_CLOSES, v1::SUBJECT_KIND_ISSUE, "", "a/b#" + std::to_string(i))
        .Place("repo", "a/b");
  }
  const auto fact = builder.Link(v1::LINK_KIND_CLOSES, v1::SUBJECT_KIND_ISSUE, "", "").Build();
  EXPECT_EQ(fact->labels_size(), 100);
  EXPECT_EQ(fact->links_size(), 100);
  EXPECT_LE(fact->places_size(), 100);
}

TEST(Texts, AreCutBetweenCharacters) {
  EXPECT_EQ(CutText("grün", 3), "gr");
  EXPECT_EQ(CutText("grün", 4), "grü");
  EXPECT_EQ(CutText("grün", 5), "grün");
  EXPECT_EQ(CutText("", 0), "");
}

TEST(LongIds, StayApartAndStayTheSame) {
  const std::string one(500, 'a'), two = one + "b";
  EXPECT_LE(BoundedId(one, 200).size(), 200u);
  EXPECT_EQ(BoundedId(one, 200), BoundedId(one, 200));
  EXPECT_NE(BoundedId(one, 200), BoundedId(two, 200));
  EXPECT_EQ(BoundedId("short", 200), "short");
}

TEST(DeliveryIds, ComeFromTheHeaderOrElseFromTheBody) {
  Manifest manifest;
  manifest.delivery_id_header = "X-GitHub-Delivery";
  const net::Headers good = {{"x-github-delivery", "5f0c9a10"}}, none, evil = {{"X-GitHub-Delivery", "a\nb"}},
                     huge = {{"X-GitHub-Delivery", std::string(500, 'a')}};
  EXPECT_EQ(DeliveryIdOf(manifest, {"POST", "/", "", &good, "body"}), "5f0c9a10");
  const std::string by_body = DeliveryIdOf(manifest, {"POST", "/", "", &none, "body"});
  EXPECT_EQ(by_body.substr(0, 7), "sha256:");
  EXPECT_EQ(DeliveryIdOf(manifest, {"POST", "/", "", &evil, "body"}), by_body);
  EXPECT_EQ(DeliveryIdOf(manifest, {"POST", "/", "", &huge, "body"}), by_body);
  EXPECT_NE(DeliveryIdOf(manifest, {"POST", "/", "", &none, "other"}), by_body);
}

TEST(SourceChecks, FindEveryFaultWithItsRemedy) {
  Manifest manifest;
  manifest.suite = "github";
  manifest.options = {{"wiki_tentative", "…", "true"}};
  Source source = kSource;
  source.config = {{"wiki_tentative", "yes"}, {"wiki", "true"}};
  source.secrets = {""};
  const std::vector<std::string> faults = CheckSource(manifest, source);
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_EQ(faults[0], "a file of secret_files is empty: write the secret into it");
  EXPECT_EQ(faults[1], "config.wiki is not an option of github; it has: wiki_tentative");
  EXPECT_EQ(faults[2], "config.wiki_tentative must be true or false");
  EXPECT_EQ(OptionOf(manifest, kSource, "wiki_tentative"), "true");
  EXPECT_TRUE(CheckSource(manifest, kSource).empty());
}

}  // namespace
}  // namespace comity::sdk
