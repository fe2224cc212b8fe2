#include "plugins/host/publish_command.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/host/artifact_file.h"
#include "service/base/error.h"

namespace comity::host {
namespace {

std::string_view WordOf(Published::Outcome outcome) {
  switch (outcome) {
    case Published::Outcome::kPublished:
      return "published";
    case Published::Outcome::kUpdated:
      return "updated";
    case Published::Outcome::kWithdrawn:
      return "withdrawn";
    case Published::Outcome::kThere:
      return "already there";
    case Published::Outcome::kUnchanged:
      return "unchanged";
    case Published::Outcome::kNothing:
      return "not there, nothing to withdraw";
    default:
      return "would send";
  }
}

}  // namespace

absl::Status RunPublish(const Config& config, const Connectors& connectors, const PublishRequest& request, PublisherParts parts,
                        std::ostream& out) {
  const auto found = std::find_if(config.sources.begin(), config.sources.end(),
                                  [&](const SourceConfig& source) { return source.source.id == request.source; });
  if (found == config.sources.end()) {
    return Error(absl::StatusCode::kNotFound, ErrorReason::kFieldInvalid, "nothing can be published",
                 {{request.source, "is no source of this file; `--check` prints those that are"}});
  }
  COMITY_ASSIGN_OR_RETURN(const std::vector<sdk::Artifact> artifacts, ReadArtifacts(request.file));
  COMITY_ASSIGN_OR_RETURN(const std::unique_ptr<Publisher> publisher,
                          Publisher::Open(*found, *connectors.at(found->source.suite), config.spool_dir, std::move(parts)));
  size_t failed = 0, done = 0;
  for (const sdk::Artifact& artifact : artifacts) {
    const absl::StatusOr<Published> published = request.dry_run ? publisher->Preview(artifact) : publisher->Publish(artifact);
    out << artifact.id << "  " << sdk::NameOf(artifact.kind) << "  ";
    ++done;
    if (published.ok()) {
      out << WordOf(published->outcome) << (published->place.empty() ? "" : "  ") << published->place << "\n";
      if (!published->preview.empty()) out << published->preview << (published->preview.ends_with('\n') ? "" : "\n");
      continue;
    }
    ++failed;
    out << "failed: " << published.status().message() << "\n";
    for (const FieldFault& fault : DetailsOf(published.status()).faults) out << "  " << fault.field << " " << fault.description << "\n";
    // What holds for all that follow.
    if (absl::IsUnauthenticated(published.status()) || absl::IsResourceExhausted(published.status()) ||
        absl::IsCancelled(published.status())) {
      break;
    }
  }
  if (failed == 0) return absl::OkStatus();
  return Error(absl::StatusCode::kUnavailable, ErrorReason::kPeerUnavailable,
               absl::StrCat(failed + artifacts.size() - done, " of ", artifacts.size(), " were not published; the same command goes on"));
}

}  // namespace comity::host
