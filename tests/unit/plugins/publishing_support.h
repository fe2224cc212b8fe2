// Artifacts for tests of publishing, and a walk through a connector's steps.
#ifndef COMITY_TESTS_UNIT_PLUGINS_PUBLISHING_SUPPORT_H_
#define COMITY_TESTS_UNIT_PLUGINS_PUBLISHING_SUPPORT_H_

#include <functional>
#include <string>
#include <vector>

#include "plugins/sdk/connector.h"

namespace comity::testing {

inline sdk::Artifact Note(std::string subject = "#12") {
  sdk::Artifact artifact;
  artifact.id = "deeds/20260902-k3f9";
  artifact.kind = sdk::ArtifactKind::kNote;
  artifact.subject = std::move(subject);
  artifact.text = "Bob of Payments helped here.";
  artifact.link = "https://comity.acme.example/deeds/20260902-k3f9";
  return artifact;
}

inline sdk::Artifact Page() {
  sdk::Artifact artifact;
  artifact.id = "decisions/one-exporter";
  artifact.kind = sdk::ArtifactKind::kPage;
  artifact.title = "Use one exporter";
  artifact.folder = "Decisions";
  using Kind = sdk::Block::Kind;
  artifact.body = {{Kind::kHeading, {{"Why", ""}}},
                   {Kind::kParagraph, {{"Two disagree.", ""}, {"The talk", "https://comity.acme.example/talks/7"}}},
                   {Kind::kItem, {{"checkout agrees", ""}}},
                   {Kind::kItem, {{"billing agrees", ""}}}};
  return artifact;
}

inline sdk::Artifact Entry() {
  sdk::Artifact artifact;
  artifact.id = "sessions/pairing-7";
  artifact.kind = sdk::ArtifactKind::kCalendarEntry;
  artifact.title = "Pairing on the exporter";
  artifact.text = "Bring the failing report.";
  artifact.zone = "Europe/Berlin";
  artifact.start = absl::FromUnixSeconds(1'788'343'200);  // 2026-09-02T10:00:00Z
  artifact.end = artifact.start + absl::Hours(1);
  artifact.change_time = artifact.start - absl::Hours(48);
  artifact.organiser = {"Ana", "ana@acme.example"};
  artifact.attendees = {{"Ana", "ana@acme.example"}, {"Bob", "bob@acme.example"}};
  return artifact;
}

// What a publication came to, and the requests that changed something.
struct Walked {
  absl::StatusOr<sdk::PublishStep> end;
  std::vector<sdk::Fetch> writes;
  int requests = 0;
};
inline Walked WalkThrough(const sdk::Connector& connector, const sdk::Source& source, const sdk::Artifact& artifact,
                          const std::function<net::Response(const sdk::Fetch&)>& answer, const std::string& left = "") {
  const sdk::Publication publication{artifact, left};
  Walked walked{connector.Publish(source, publication), {}, 0};
  while (walked.end.ok() && walked.end->ending == sdk::PublishStep::Ending::kGoesOn && walked.requests < 100) {
    const sdk::Fetch fetch = *walked.end->next;
    if (walked.end->writes) walked.writes.push_back(fetch);
    ++walked.requests;
    walked.end = connector.GoOn(source, publication, fetch, answer(fetch));
  }
  return walked;
}

}  // namespace comity::testing

#endif  // COMITY_TESTS_UNIT_PLUGINS_PUBLISHING_SUPPORT_H_
