#include "plugins/host/dead_command.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "service/base/error.h"

namespace comity::host {
namespace {

constexpr int kFactsAtOnce = 100;

absl::Status Push(const DeadLetter& letter, const sdk::Parsed& parsed, client::EventSink& sink) {
  for (size_t start = 0; start < parsed.facts.size(); start += kFactsAtOnce) {
    v1::IngestEventBatchRequest batch;
    batch.set_source(letter.delivery.source);
    *batch.mutable_receive_time() =
        google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(letter.delivery.receive_time));
    for (size_t i = start; i < std::min(parsed.facts.size(), start + kFactsAtOnce); ++i) *batch.add_facts() = parsed.facts[i];
    COMITY_RETURN_IF_ERROR(sink.Push(batch).status());
  }
  return absl::OkStatus();
}

absl::Status Replay(const DeadLetter& letter, const Config& config, const Connectors& connectors,
                    const std::function<absl::StatusOr<std::unique_ptr<client::EventSink>>(const std::string& token_file)>& make_sink) {
  const auto source = std::find_if(config.sources.begin(), config.sources.end(),
                                   [&](const SourceConfig& candidate) { return candidate.source.id == letter.delivery.source; });
  if (source == config.sources.end()) return absl::NotFoundError("its source is no longer configured");
  COMITY_ASSIGN_OR_RETURN(
      const sdk::Parsed parsed,
      connectors.at(source->source.suite)->Parse(letter.delivery.AsRequest(), source->source, letter.delivery.receive_time));
  COMITY_ASSIGN_OR_RETURN(const auto sink, make_sink(source->token_file));
  return Push(letter, parsed, *sink);
}

// `--all`, `--source ID`, `--naming WORD`: which letters are meant, instead of their ids; nullopt if the words are no such choice.
std::optional<std::vector<std::string>> Chosen(const std::vector<std::string>& words, const std::vector<DeadLetter>& letters) {
  std::vector<std::string> ids;
  const bool all = words == std::vector<std::string>{"--all"};
  const bool by_source = words.size() == 2 && words[0] == "--source", naming = words.size() == 2 && words[0] == "--naming";
  if (!all && !by_source && !naming) return std::nullopt;
  for (const DeadLetter& letter : letters) {
    if (by_source && letter.delivery.source != words[1]) continue;
    if (naming && !absl::StrContains(absl::AsciiStrToLower(letter.delivery.body), absl::AsciiStrToLower(words[1]))) continue;
    ids.push_back(letter.id);
  }
  return ids;
}

}  // namespace

int RunDeadCommand(const std::vector<std::string>& words, const Config& config, const Connectors& connectors, DeadLetters& letters,
                   const std::function<absl::StatusOr<std::unique_ptr<client::EventSink>>(const std::string& token_file)>& make_sink,
                   std::ostream& out, std::ostream& err) {
  const std::string verb = words.empty() ? "" : words[0];
  std::vector<std::string> ids(words.begin() + (words.empty() ? 0 : 1), words.end());
  const bool acts = verb == "replay" || verb == "drop";
  if ((verb != "list" && !acts) || (verb == "list" && !ids.empty()) || (acts && ids.empty())) {
    err << "Usage: comity-connect dead list | replay WHICH | drop WHICH, with --config FILE; WHICH is ID…, --all, --source ID or --naming "
           "WORD\n";
    return 2;
  }
  int unreadable = 0;
  const auto all = letters.List(&unreadable);
  if (!all.ok()) {
    err << all.status().message() << "\n";
    return 1;
  }
  if (verb == "list") {
    for (const DeadLetter& letter : *all) {
      out << letter.id << "  " << absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", letter.died, absl::UTCTimeZone()) << "  " << letter.delivery.source
          << "  " << letter.delivery.body.size() << " bytes  " << letter.reason << "\n";
    }
    if (unreadable > 0) err << unreadable << " letters cannot be decrypted: they were changed, or dead.key is another\n";
    return unreadable > 0 ? 1 : 0;
  }
  if (auto chosen = Chosen(ids, *all); chosen.has_value()) {
    ids = *std::move(chosen);
    if (unreadable > 0) err << unreadable << " letters cannot be decrypted, so nobody can say whether they are meant\n";
  }
  int failures = 0;
  for (const std::string& id : ids) {
    absl::Status status;
    if (verb == "replay") {
      const auto letter = letters.Read(id);
      status = letter.ok() ? Replay(*letter, config, connectors, make_sink) : letter.status();
    }
    if (status.ok()) status = letters.Drop(id);
    if (status.ok()) {
      out << id << (verb == "replay" ? "  replayed\n" : "  dropped\n");
    } else {
      ++failures;
      err << id << "  " << status.message() << "\n";
    }
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace comity::host
