#include "plugins/host/artifact_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/base/error.h"

namespace comity::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ArtifactFile, HoldsOneOfEachKind) {
  const auto read = ParseArtifacts(R"(
- id: deeds/20260902-k3f9
  kind: note
  subject: acme/billing#12
  text: |
    Bob helped here.
    Twice.
  link: https://comity.acme.example/deeds/20260902-k3f9
- id: decisions/one-exporter
  kind: page
  folder: Decisions
  title: Use one exporter
  body:
    - heading: Why
    - paragraph: [Two disagree., {text: The talk, link: "https://comity.acme.example/talks/7"}]
    - item: billing agrees
- id: sessions/pairing-7
  kind: calendar_entry
  title: Pairing
  start: 2026-09-02T12:00:00+02:00
  end: 2026-09-02T13:00:00+02:00
  zone: Europe/Berlin
  change_time: 2026-09-01T08:00:00Z
  sequence: 2
  cancelled: true
  organiser: {name: Ana, address: ana@acme.example}
  attendees: [bob@acme.example, {name: Carla, address: carla@acme.example}]
)");
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ((*read)[0].text, "Bob helped here.\nTwice.");
  EXPECT_EQ((*read)[1].body[1].pieces[1].address, "https://comity.acme.example/talks/7");
  EXPECT_EQ((*read)[1].body[2].kind, sdk::Block::Kind::kItem);
  EXPECT_TRUE((*read)[2].withdrawn);
  EXPECT_EQ((*read)[2].start, absl::FromUnixSeconds(1'788'343'200));
  EXPECT_EQ((*read)[2].attendees[1].name, "Carla");
}

TEST(ArtifactFile, IsJsonAsWell) {
  const auto read = ParseArtifacts(R"({"id": "n-1", "kind": "note", "subject": "#12", "text": "one\ntwo \u0041"})");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)[0].text, "one\ntwo A");
}

TEST(ArtifactFile, HasEveryFaultToldWithItsLineAndNoneOfItsWords) {
  const auto read = ParseArtifacts(
      "- {id: n-1, kind: note, subject: '#1', text: x, colour: marmalade}\n- {id: n-1, kind: marmalade}\n"
      "- {id: n-2, kind: calendar_entry, title: x, start: marmalade, sequence: marmalade}\n- marmalade\n"
      "- {id: n-3, kind: note, subject: '#1'}\n");
  ASSERT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  std::vector<std::string> fields;
  for (const FieldFault& fault : DetailsOf(read.status()).faults) {
    EXPECT_EQ((fault.field + fault.description).find("marmalade"), std::string::npos);
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields, ElementsAre("line 1: [0]", "line 2: [1].kind", "line 2: [1].id", "line 3: [2].start", "line 3: [2].sequence",
                                  "line 4: [3]", "line 5: [4].text"));
  for (const char* none : {"", "marmalade", "[]", "{", "a: [", "&a [*a]"}) EXPECT_FALSE(ParseArtifacts(none).ok()) << none;
}

// `[entry, entry, …]`
std::string ListOf(const std::string& entry, int count) {
  std::string list = "[" + entry;
  for (int i = 1; i < count; ++i) list += ", " + entry;
  return list + "]";
}
std::vector<std::string> FaultsOf(const std::string& text) {
  std::vector<std::string> faults;
  for (const FieldFault& fault : DetailsOf(ParseArtifacts(text).status()).faults) faults.push_back(fault.field + " " + fault.description);
  return faults;
}

TEST(ArtifactFile, CountsWhatAliasesStandForEachTime) {
  std::string text = "- {id: p-0, kind: page, title: x, body: [&block {paragraph: " + ListOf("{text: x}", 50) + "}]";
  text += "}\n- {id: p-1, kind: page, title: x, body: &large " + ListOf("*block", 500) + "}\n";
  for (int i = 2; i < 1000; ++i) text += "- {id: p-" + std::to_string(i) + ", kind: page, title: x, body: *large}\n";
  EXPECT_THAT(FaultsOf(text), ElementsAre(HasSubstr("is more than a file may hold")));

  text = "- {id: n-0, kind: note, subject: '#1', text: &text " + std::string(1'000'000, 'x') + "}\n";
  for (int i = 1; i < 1000; ++i) text += "- {id: n-" + std::to_string(i) + ", kind: note, subject: *text}\n";
  EXPECT_THAT(FaultsOf(text), Contains(HasSubstr("is more than a file may hold")).Times(1));
}

TEST(ArtifactFile, HoldsNoMoreBlocksAndPiecesThanAPageDoes) {
  const auto faults = [](const std::string& body) { return FaultsOf("{id: p-1, kind: page, title: x, body: " + body + "}"); };
  EXPECT_THAT(faults(ListOf("{item: x}", 500)), ElementsAre());
  EXPECT_THAT(faults(ListOf("{item: x}", 501)), ElementsAre("line 1: body must be a list of at most 500"));
  EXPECT_THAT(faults("[{item: " + ListOf("x", 50) + "}]"), ElementsAre());
  EXPECT_THAT(faults("[{item: " + ListOf("x", 51) + "}]"), ElementsAre("line 1: body[0] must be a list of at most 50"));
}

}  // namespace
}  // namespace comity::host
