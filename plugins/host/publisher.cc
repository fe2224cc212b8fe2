#include "plugins/host/publisher.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plugins/host/retry.h"
#include "plugins/host/token_header.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

using std::chrono::milliseconds;
using PublishClock = std::chrono::steady_clock;

constexpr int kMaxSteps = 60;     // of one publication: a list of notes has pages
constexpr int kMaxRefusals = 20;  // for its rate, of one request
constexpr size_t kMaxAnswer = 16 << 20, kMaxPath = 4000, kMaxKnown = 64 << 20, kDigestChars = 64, kMaxLeft = 300;
constexpr std::chrono::seconds kLongestAnswer{30};

absl::Status CannotPublish(absl::StatusCode code, std::string_view why) { return Error(code, ErrorReason::kFieldInvalid, why); }

// Once; what is no escape stays as it is.
std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]));
    if (escape) {
      decoded += absl::HexStringToBytes({text.data() + i + 1, 2});
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// No control characters, bytes that can only be an overlong dot or slash, or levels that lead elsewhere, also where a server takes what
// follows `;`, `?` or `#` for something else.
bool IsPlainWay(std::string_view path) {
  if (std::any_of(path.begin(), path.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F || c == 0xC0 || c == 0xC1; })) return false;
  const std::vector<absl::string_view> levels = absl::StrSplit(absl::string_view(path.data(), path.size()), absl::ByAnyChar("/\\"));
  return std::none_of(levels.begin(), levels.end(), [](absl::string_view level) {
    const absl::string_view name = level.substr(0, level.find_first_of(";?#"));
    return name == "." || name == "..";
  });
}

// Nothing in a path leads elsewhere, however it is written, and however many servers and proxies on its way decode it once more.
bool StaysBelowBase(const std::string& path) {
  if (path.empty() || path.front() != '/' || path.size() > kMaxPath) return false;
  if (!std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c <= '~' && c != '\\' && c != '#'; })) return false;
  std::string written, read = path.substr(0, path.find('?'));
  while (read != written) {
    if (!IsPlainWay(read)) return false;
    written = std::exchange(read, PercentDecoded(read));
  }
  return true;
}

// May pass by itself: the same publication is begun anew.
bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsAborted(status);
}

Published::Outcome OutcomeOf(const sdk::PublishStep& step, bool withdrawn) {
  using Ending = sdk::PublishStep::Ending;
  if (step.ending == Ending::kFound) return Published::Outcome::kThere;
  if (step.ending == Ending::kNothing) return Published::Outcome::kNothing;
  if (withdrawn) return Published::Outcome::kWithdrawn;
  return step.is_new ? Published::Outcome::kPublished : Published::Outcome::kUpdated;
}

absl::StatusOr<Progress> ReadKnown(const std::string& dir, const std::string& source) {
  const std::string path = dir + "/" + source;
  if (::access(path.c_str(), F_OK) != 0) return Progress{absl::UnixEpoch(), {}};
  COMITY_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path, kMaxKnown));
  absl::StatusOr<Progress> known = DecodeProgress(bytes);
  if (known.ok()) return known;
  obs::Log(obs::Level::kError, "The record of what was published is damaged and set aside; the suite is asked what it has.",
           {{"source", source}});
  if (::rename(path.c_str(), (path + ".damaged").c_str()) != 0) return FileError("set aside", path);
  return Progress{absl::UnixEpoch(), {}};
}

}  // namespace

Publisher::Publisher(const SourceConfig& source, const sdk::Connector& connector, std::string dir, std::string token, LockFile lock,
                     PublisherParts parts)
    : source_(source),
      connector_(connector),
      dir_(std::move(dir)),
      token_(std::move(token)),
      lock_(std::move(lock)),
      parts_(std::move(parts)) {
  parts_.fetch = FetcherOf(source_.source, connector_, std::move(parts_.fetch), dir_);
}

absl::StatusOr<std::unique_ptr<Publisher>> Publisher::Open(const SourceConfig& source, const sdk::Connector& connector,
                                                           const std::string& spool_dir, PublisherParts parts) {
  if (!source.publish) {
    return CannotPublish(absl::StatusCode::kFailedPrecondition,
                         source.source.id + " has no publish block, so nothing is written there; give it one with a token_file");
  }
  COMITY_ASSIGN_OR_RETURN(std::string token, ReadSecretFile(source.publish->token_file));
  const std::string dir = spool_dir + "/published";
  COMITY_RETURN_IF_ERROR(MakePrivateDir(spool_dir));
  COMITY_RETURN_IF_ERROR(MakePrivateDir(dir));
  LockFile lock(dir + "/" + source.source.id + ".lock");
  if (!lock.held()) {
    return CannotPublish(absl::StatusCode::kFailedPrecondition, "something is being published there already; wait for it to end");
  }
  COMITY_ASSIGN_OR_RETURN(Progress known, ReadKnown(dir, source.source.id));
  std::unique_ptr<Publisher> publisher(new Publisher(source, connector, dir, std::move(token), std::move(lock), std::move(parts)));
  publisher->known_ = std::move(known);
  return publisher;
}

absl::StatusOr<Published> Publisher::Publish(const sdk::Artifact& artifact) { return Run(artifact, false); }
absl::StatusOr<Published> Publisher::Preview(const sdk::Artifact& artifact) { return Run(artifact, true); }

absl::Status Publisher::CheckKind(const sdk::Artifact& artifact) const {
  std::vector<FieldFault> faults = sdk::Check(artifact);
  if (!faults.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "the artifact cannot be published as it is",
                 std::move(faults));
  }
  const std::vector<sdk::ArtifactKind>& kinds = source_.publish->kinds;
  if (std::find(kinds.begin(), kinds.end(), artifact.kind) != kinds.end()) return absl::OkStatus();
  return CannotPublish(absl::StatusCode::kFailedPrecondition,
                       absl::StrCat("a ", std::string(sdk::NameOf(artifact.kind)), " is not published to ", source_.source.id,
                                    "; see publish.kinds of the source"));
}

absl::StatusOr<Published> Publisher::Run(const sdk::Artifact& artifact, bool dry) {
  COMITY_RETURN_IF_ERROR(CheckKind(artifact));
  const std::string digest = sdk::DigestOf(artifact);
  sdk::Publication publication{artifact, ""};
  if (const auto known = known_.cursors.find(artifact.id); known != known_.cursors.end()) {
    if (absl::StartsWith(known->second, digest)) return Published{};
    if (known->second.size() > kDigestChars + 1) publication.left = known->second.substr(kDigestChars + 1);
  }
  milliseconds delay = parts_.options.first_delay;
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<sdk::PublishStep> step = Walk(publication, dry);
    if (step.ok()) {
      if (step->ending == sdk::PublishStep::Ending::kGoesOn) {
        return Published{Published::Outcome::kWould, step->next->method + " " + step->next->path, step->preview};
      }
      if (!dry) COMITY_RETURN_IF_ERROR(Remember(artifact.id, digest, step->left));
      return Published{OutcomeOf(*step, artifact.withdrawn), step->place, ""};
    }
    if (!MayPass(step.status()) || attempt >= parts_.options.tries) return step.status();
    if (parts_.wait(Jittered(delay))) return absl::CancelledError("stopped");
    delay = std::min(delay * 2, parts_.options.longest_delay);
  }
}

// To the end, or dry: to the first request that would change something.
absl::StatusOr<sdk::PublishStep> Publisher::Walk(const sdk::Publication& publication, bool dry) {
  COMITY_ASSIGN_OR_RETURN(sdk::PublishStep step, connector_.Publish(source_.source, publication));
  for (int steps = 0; step.ending == sdk::PublishStep::Ending::kGoesOn; ++steps) {
    if (!step.next || steps >= kMaxSteps) return absl::InternalError("a publication does not come to its end");
    if (dry && step.writes) return step;
    COMITY_ASSIGN_OR_RETURN(const net::Response response, Ask(*step.next));
    COMITY_ASSIGN_OR_RETURN(step, connector_.GoOn(source_.source, publication, *step.next, response));
  }
  return step;
}

// What is refused for its rate was not done, so it is asked again.
absl::StatusOr<net::Response> Publisher::Ask(const sdk::Fetch& fetch) {
  for (int refusals = 0; refusals < kMaxRefusals; ++refusals) {
    const auto pause = std::chrono::ceil<milliseconds>(gate_.open_from() - PublishClock::now());
    if (pause > parts_.options.longest_pause) break;
    if (pause > milliseconds::zero() && parts_.wait(pause)) return absl::CancelledError("stopped");
    COMITY_ASSIGN_OR_RETURN(net::Response response, Request(fetch));
    if (gate_.Learn(response, parts_.clock.Now(), PublishClock::now()).refused) continue;
    if (response.status == 401) {
      return CannotPublish(absl::StatusCode::kUnauthenticated,
                           "the write token is refused (401); put a valid one into the file of publish.token_file");
    }
    if (response.status >= 500 || response.status == 408) {
      return CannotPublish(absl::StatusCode::kUnavailable, absl::StrCat("the API answers ", response.status));
    }
    return response;
  }
  return CannotPublish(absl::StatusCode::kResourceExhausted, "the API allows nothing more for a while; run it again later");
}

absl::StatusOr<net::Response> Publisher::Request(const sdk::Fetch& fetch) {
  if (!StaysBelowBase(fetch.path)) return absl::InternalError("a request leads out of the API's base");
  const sdk::Manifest& manifest = connector_.manifest();
  net::Headers headers = manifest.api_headers;
  headers.insert(headers.end(), fetch.headers.begin(), fetch.headers.end());
  headers.push_back(TokenHeader(manifest, token_));
  if (!fetch.accept.empty()) headers.emplace_back("Accept", fetch.accept);
  net::FetchOptions options;
  options.timeout = kLongestAnswer;
  options.max_body_bytes = kMaxAnswer;
  return parts_.fetch(fetch.method, source_.publish->api_base + fetch.path, headers, fetch.body, options);
}

absl::Status Publisher::Remember(const std::string& id, const std::string& digest, const std::string& left) {
  const bool keeps = left.size() <= kMaxLeft && (left.empty() || IsCursorText(left));
  known_.cursors[id] = digest + (left.empty() || !keeps ? "" : " " + left);
  return SaveProgress(dir_, source_.source.id, known_);
}

}  // namespace comity::host
