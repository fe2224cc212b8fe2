#include "plugins/caldav/publishing.h"

#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/caldav/entry.h"
#include "plugins/sdk/notes.h"
#include "service/base/error.h"

namespace comity::caldav {
namespace {

using Ending = sdk::PublishStep::Ending;

constexpr std::string_view kGet = "get", kCreate = "create", kChange = "change", kTitle = "the calendar server";
constexpr size_t kMaxItemBytes = 1 << 20, kMaxEtag = 300;

sdk::PublishStep Ended(Ending ending, const std::string& path) {
  sdk::PublishStep step;
  step.ending = ending;
  step.place = path;
  return step;
}

sdk::PublishStep Put(const std::string& path, const sdk::Artifact& artifact, const Entry& before, std::string_view etag) {
  sdk::PublishStep step;
  sdk::Fetch fetch{path, "", "", std::string(etag.empty() ? kCreate : kChange)};
  fetch.method = "PUT";
  fetch.body = EntryText(artifact, before);
  fetch.headers = {{"Content-Type", "text/calendar; charset=utf-8"}};
  if (etag.empty()) {
    fetch.headers.emplace_back("If-None-Match", "*");
  } else {
    fetch.headers.emplace_back("If-Match", std::string(etag));
  }
  step.preview = fetch.body;
  step.next = std::move(fetch);
  step.writes = true;
  return step;
}

absl::StatusOr<sdk::PublishStep> Seen(const std::string& path, const sdk::Artifact& artifact, const net::Response& response) {
  const std::string_view etag = net::FindHeader(response.headers, "ETag");
  if (response.body.size() > kMaxItemBytes || etag.empty() || etag.size() > kMaxEtag || etag.starts_with("W/")) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid,
                 "the calendar server gives no strong ETag, so an entry of a later hand cannot be told from its own; it is left as it is");
  }
  const Entry entry = ReadEntry(response.body);
  if (entry.artifact != artifact.id || !entry.intact) return sdk::EditedByPeople("the calendar entry");
  if (entry.digest.size() >= 32 && absl::StartsWith(sdk::DigestOf(artifact), entry.digest)) return Ended(Ending::kFound, path);
  if (entry.sequence > artifact.sequence) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kFieldInvalid, "the calendar holds a later version of this entry",
                 {{"sequence", absl::StrCat("must be at least ", entry.sequence)}});
  }
  return Put(path, artifact, entry, etag);
}

}  // namespace

absl::StatusOr<sdk::PublishStep> PublishEntry(const std::string& calendar, const sdk::Publication& publication) {
  if (calendar.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, ErrorReason::kConfigInvalid,
                 "config.publish_calendar is missing; name the path of the calendar into which entries are put");
  }
  sdk::PublishStep step;
  step.next = sdk::Fetch{calendar + EntryName(publication.artifact), "text/calendar", "", std::string(kGet)};
  return step;
}

absl::StatusOr<sdk::PublishStep> GoOnWithEntry(const std::string& calendar, const sdk::Publication& publication, const sdk::Fetch& fetch,
                                               const net::Response& response) {
  const sdk::Artifact& artifact = publication.artifact;
  const std::string path = calendar + EntryName(artifact);
  const bool well = response.status >= 200 && response.status <= 299;
  if (fetch.note == kGet) {
    if (response.status == 404 || response.status == 410) {
      return artifact.withdrawn ? Ended(Ending::kNothing, path) : Put(path, artifact, {}, "");
    }
    return well ? Seen(path, artifact, response) : sdk::RefusedToWrite(response.status, kTitle, "the calendar entry");
  }
  if (response.status == 409) return sdk::RefusedToWrite(404, kTitle, "the calendar of config.publish_calendar");
  if (!well) return sdk::RefusedToWrite(response.status, kTitle, "the calendar entry");
  sdk::PublishStep step = Ended(Ending::kWritten, path);
  step.is_new = fetch.note == kCreate;
  return step;
}

}  // namespace comity::caldav
