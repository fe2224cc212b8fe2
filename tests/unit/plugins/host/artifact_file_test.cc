#include "plugins/host/artifact_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/base/error.h"

namespace comity::host {
namespace {

using ::testing::ElementsAre;

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

}  // namespace
}  // namespace comity::host
