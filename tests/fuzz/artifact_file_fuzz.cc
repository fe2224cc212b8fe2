// A file of artifacts, to what each suite would be sent.
// Link: comity_host
#include "plugins/caldav/entry.h"
#include "plugins/dokuwiki/markup.h"
#include "plugins/host/artifact_file.h"
#include "plugins/mediawiki/markup.h"
#include "plugins/sdk/markup.h"
#include "service/base/error.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

namespace {

bool Holds(const std::string& text, const char* what) { return text.find(what) != std::string::npos; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto artifacts = comity::host::ParseArtifacts(comity::fuzz::Text(data, size));
  if (!artifacts.ok()) {
    Require(!comity::DetailsOf(artifacts.status()).faults.empty(), "a refusal names a fault");
    return 0;
  }
  for (const comity::sdk::Artifact& artifact : *artifacts) {
    Require(comity::sdk::Check(artifact).empty(), "what was read is within its bounds");
    if (artifact.kind == comity::sdk::ArtifactKind::kCalendarEntry) {
      const auto entry = comity::caldav::ReadEntry(comity::caldav::EntryText(artifact, {}));
      Require(entry.intact && entry.artifact == artifact.id, "an entry reads as it was written");
    } else if (artifact.kind == comity::sdk::ArtifactKind::kPage) {
      const std::string page = comity::mediawiki::PageText(artifact);
      Require(comity::mediawiki::kPageSeal.Read(page, artifact.id) == comity::sdk::Seal::State::kIntact, "a page is sealed");
      Require(!Holds(page, "{{") && !Holds(page, "~~~") && !Holds(page, "[["), "no text is a template, a signature or a link");
    } else {
      const std::string note = comity::sdk::MarkdownText(artifact.text);
      Require(note.empty() || (note.front() != '/' && note.front() != '#'), "no text is a command or a heading");
      Require(!Holds(comity::sdk::TextileText(artifact.text), "{{"), "no text is a macro");
    }
  }
  return 0;
}
