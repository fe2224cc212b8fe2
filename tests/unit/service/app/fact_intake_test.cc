#include "service/app/fact_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "service/base/error.h"

namespace comity::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kReceived = absl::FromUnixSeconds(1'788'350'400);

v1::Fact GoodFact() {
  v1::Fact fact;
  fact.set_kind(v1::FACT_KIND_RESOLVED);
  fact.set_suite("github");
  fact.set_instance("github.com");
  fact.mutable_subject()->set_kind(v1::SUBJECT_KIND_ISSUE);
  fact.mutable_subject()->set_id("1");
  fact.mutable_subject()->set_key("acme/billing#1");
  fact.mutable_subject()->set_title("Invoices are late");
  fact.set_object_id("1");
  fact.mutable_occur_time()->set_seconds(absl::ToUnixSeconds(kReceived) - 60);
  fact.mutable_actor()->set_id("7");
  fact.add_labels("bug");
  return fact;
}

TEST(TakeFact, TakesAGoodFactWhole) {
  const TakenFact taken = TakeFact(GoodFact(), "facts[0]", kReceived);
  ASSERT_TRUE(taken.status.ok()) << taken.status;
  EXPECT_EQ(taken.fact.kind, domain::FactKind::kResolved);
  EXPECT_EQ(taken.fact.subject, domain::SubjectRefOf("github", "github.com", domain::SubjectKind::kIssue, "1"));
  EXPECT_EQ(taken.fact.alias, domain::SubjectAliasOf("github", "github.com", "acme/billing#1"));
  EXPECT_EQ(taken.fact.assurance, domain::Assurance::kUrlSecret);
  ASSERT_TRUE(taken.actor.has_value());
  EXPECT_EQ(taken.actor->name.ToText(), "github:github.com:7");
  EXPECT_FALSE(taken.asker.has_value());
  EXPECT_EQ(taken.details.title, "Invoices are late");
}

TEST(TakeFact, KeepsNeitherTitleNorLabelsOfConfidentialFacts) {
  v1::Fact fact = GoodFact();
  fact.set_confidential(true);
  const TakenFact taken = TakeFact(fact, "facts[0]", kReceived);
  EXPECT_TRUE(taken.status.ok());
  EXPECT_EQ(taken.details.title, "");
  EXPECT_TRUE(taken.fact.labels.empty());
  EXPECT_THAT(SerialisedToKeep(fact), Not(HasSubstr("Invoices")));
  EXPECT_THAT(SerialisedToKeep(fact), Not(HasSubstr("bug")));
}

TEST(TakeFact, CutsLongTitlesBetweenCharacters) {
  v1::Fact fact = GoodFact();
  std::string title;
  for (int i = 0; i < 300; ++i) title += "ü";
  fact.mutable_subject()->set_title("x" + title);
  const TakenFact taken = TakeFact(fact, "facts[0]", kReceived);
  EXPECT_TRUE(taken.status.ok());
  EXPECT_EQ(taken.details.title.size(), 499u);
}

TEST(TakeFact, TellsEveryFaultAtOnceWithItsPath) {
  v1::Fact fact = GoodFact();
  fact.set_suite("GitHub");
  fact.mutable_subject()->clear_id();
  fact.clear_occur_time();
  fact.add_places()->set_kind("planet");
  fact.add_links()->set_kind(v1::LINK_KIND_CLOSES);
  const TakenFact taken = TakeFact(fact, "facts[3]", kReceived);
  EXPECT_EQ(taken.reason, domain::ReasonCode::kInvalidFact);
  std::vector<std::string> fields;
  for (const FieldFault& fault : DetailsOf(taken.status).faults) {
    fields.push_back(fault.field);
    EXPECT_FALSE(fault.description.empty());
  }
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("facts[3].suite", "facts[3].subject.id", "facts[3].occur_time",
                                                      "facts[3].places[0].kind", "facts[3].places[0].value", "facts[3].links[0]"));
  EXPECT_FALSE(taken.request.empty());
}

struct BadCase {
  std::string name;
  void (*spoil)(v1::Fact&);
  std::string field;
};
class TakeFactSetsAside : public ::testing::TestWithParam<BadCase> {};

TEST_P(TakeFactSetsAside, FactsThatCannotBe) {
  v1::Fact fact = GoodFact();
  GetParam().spoil(fact);
  const TakenFact taken = TakeFact(fact, "f", kReceived);
  ASSERT_FALSE(taken.status.ok());
  EXPECT_EQ(DetailsOf(taken.status).faults.at(0).field, GetParam().field);
  EXPECT_EQ(taken.fact.key, TakeFact(fact, "g", kReceived).fact.key) << "the same bytes have the same name";
}
INSTANTIATE_TEST_SUITE_P(
    All, TakeFactSetsAside,
    ::testing::Values(BadCase{"UnknownKind", [](v1::Fact& f) { f.set_kind(static_cast<v1::FactKind>(99)); }, "f.kind"},
                      BadCase{"UnknownResolution", [](v1::Fact& f) { f.set_resolution(static_cast<v1::Resolution>(99)); }, "f.resolution"},
                      BadCase{"BeforeComputers", [](v1::Fact& f) { f.mutable_occur_time()->set_seconds(-1); }, "f.occur_time"},
                      BadCase{"Milliseconds", [](v1::Fact& f) { f.mutable_occur_time()->set_seconds(1'788'350'400'000); }, "f.occur_time"},
                      BadCase{"BadNanos", [](v1::Fact& f) { f.mutable_occur_time()->set_nanos(-5); }, "f.occur_time"},
                      BadCase{"NoInstance", [](v1::Fact& f) { f.clear_instance(); }, "f.instance"},
                      BadCase{"ControlCharacters", [](v1::Fact& f) { f.set_object_id("a\nb"); }, "f.object_id"},
                      BadCase{"EmptyAccount", [](v1::Fact& f) { f.mutable_asker(); }, "f.asker.id"},
                      BadCase{"LongKey", [](v1::Fact& f) { f.mutable_subject()->set_key(std::string(401, 'k')); }, "f.subject.key"},
                      BadCase{"ManyLabels",
                              [](v1::Fact& f) {
                                for (int i = 0; i < 101; ++i) f.add_labels("l");
                              },
                              "f.labels"},
                      BadCase{"Huge", [](v1::Fact& f) { f.set_resolution_text(std::string(300'000, 'x')); }, "f"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TakeFact, SetsTheFutureAsideUnderTheFactsOwnName) {
  v1::Fact fact = GoodFact();
  fact.mutable_occur_time()->set_seconds(absl::ToUnixSeconds(kReceived) + 601);
  const TakenFact taken = TakeFact(fact, "f", kReceived);
  EXPECT_EQ(taken.reason, domain::ReasonCode::kFutureTime);
  EXPECT_EQ(taken.fact.key, TakeFact(fact, "f", kReceived + absl::Hours(1)).fact.key);
  EXPECT_TRUE(TakeFact(fact, "f", kReceived + absl::Hours(1)).status.ok());
  fact.mutable_occur_time()->set_seconds(absl::ToUnixSeconds(kReceived) + 600);
  EXPECT_TRUE(TakeFact(fact, "f", kReceived).status.ok());
}

}  // namespace
}  // namespace comity::app
