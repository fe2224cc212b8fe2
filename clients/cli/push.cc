#include "clients/cli/push.h"

#include <istream>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/retry.h"
#include "clients/cpp/status.h"
#include "google/protobuf/util/json_util.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr size_t kBatchBytes = 60'000;  // several fit into the stream's window
constexpr int kBatchFacts = 500;
constexpr size_t kMaxOutstanding = 8;
constexpr size_t kMaxProblems = 10'000;

// Like getline, but what is too long is read away and not kept.
bool ReadLine(std::istream& in, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  std::streambuf& buffer = *in.rdbuf();
  int c = buffer.sbumpc();
  if (c == std::char_traits<char>::eof()) return false;
  for (; c != std::char_traits<char>::eof() && c != '\n'; c = buffer.sbumpc()) {
    if (line.size() < kMaxLineBytes) {
      line.push_back(static_cast<char>(c));
    } else {
      too_long = true;
    }
  }
  return true;
}

void Note(std::vector<PushReport::Problem>& problems, PushReport::Problem problem) {
  if (problems.size() < kMaxProblems) problems.push_back(std::move(problem));
}

}  // namespace

Pusher::Pusher(client::Client& client, std::string source, int max_streams)
    : client_(client), source_(std::move(source)), max_streams_(max_streams), stream_(client.OpenStream()) {
  next_.request.set_source(source_);
}

absl::StatusOr<PushReport> Pusher::Push(std::istream& lines) {
  COMITY_RETURN_IF_ERROR(ReadFacts(lines));
  COMITY_RETURN_IF_ERROR(SendBatch());
  while (!outstanding_.empty()) COMITY_RETURN_IF_ERROR(ReceiveOne());
  COMITY_RETURN_IF_ERROR(stream_->Finish());
  return std::move(report_);
}

absl::Status Pusher::ReadFacts(std::istream& lines) {
  std::string line;
  bool too_long = false;
  for (int64_t number = 1; ReadLine(lines, line, too_long); ++number) {
    if (too_long) {
      Note(report_.unreadable, {number, "", "", "the line is longer than 1 MiB"});
      continue;
    }
    COMITY_RETURN_IF_ERROR(AddLine(line, number));
  }
  return absl::OkStatus();
}

absl::Status Pusher::AddLine(std::string_view text, int64_t line) {
  if (text.find_first_not_of(" \t\r") == std::string_view::npos) return absl::OkStatus();
  v1::Fact fact;
  const auto parsed = google::protobuf::util::JsonStringToMessage(google::protobuf::StringPiece(text.data(), text.size()), &fact);
  if (!parsed.ok()) {
    Note(report_.unreadable, {line, "", "", absl::StrCat("this is no fact: ", std::string(parsed.message()))});
    return absl::OkStatus();
  }
  const size_t bytes = fact.ByteSizeLong();
  if (next_.bytes + bytes > kBatchBytes || next_.request.facts_size() >= kBatchFacts) COMITY_RETURN_IF_ERROR(SendBatch());
  *next_.request.add_facts() = std::move(fact);
  next_.lines.push_back(line);
  next_.bytes += bytes;
  return absl::OkStatus();
}

absl::Status Pusher::SendBatch() {
  if (next_.request.facts().empty()) return absl::OkStatus();
  const auto placed = outstanding_.emplace(++sequence_, std::move(next_)).first;
  next_ = Batch();
  next_.request.set_source(source_);
  const absl::Status sent = stream_->Send(placed->first, placed->second.request);
  if (!sent.ok()) COMITY_RETURN_IF_ERROR(Reopen(sent));
  while (outstanding_.size() > kMaxOutstanding) COMITY_RETURN_IF_ERROR(ReceiveOne());
  return absl::OkStatus();
}

absl::Status Pusher::ReceiveOne() {
  const absl::StatusOr<v1::IngestEventsResponse> answer = stream_->Receive();
  if (!answer.ok()) return Reopen(answer.status());
  failures_ = 0;
  const auto found = outstanding_.find(answer->sequence());
  if (found == outstanding_.end()) return absl::OkStatus();
  const absl::Status whole = client::FromProto(answer->status());
  if (absl::IsUnavailable(whole)) return Reopen(whole);
  COMITY_RETURN_IF_ERROR(whole);
  Take(found->second, *answer);
  outstanding_.erase(found);
  return absl::OkStatus();
}

// Everything without an acknowledgement goes again: the service knows what it has stored.
absl::Status Pusher::Reopen(absl::Status why) {
  while (absl::IsUnavailable(why) || absl::IsOutOfRange(why)) {
    if (++failures_ >= max_streams_) return absl::IsOutOfRange(why) ? absl::UnavailableError("the service ended the stream") : why;
    std::this_thread::sleep_for(client::RetryDelay(failures_, 0.5));
    stream_ = client_.OpenStream();
    why = absl::OkStatus();
    for (const auto& [sequence, batch] : outstanding_) {
      why = stream_->Send(sequence, batch.request);
      if (!why.ok()) break;
    }
  }
  return why;
}

void Pusher::Take(const Batch& batch, const v1::IngestEventsResponse& answer) {
  for (int i = 0; i < answer.results_size(); ++i) {
    const v1::IngestResult& result = answer.results(i);
    if (result.disposition() == v1::IngestResult::DISPOSITION_STORED) ++report_.stored;
    if (result.disposition() == v1::IngestResult::DISPOSITION_DUPLICATE) ++report_.duplicates;
    if (result.disposition() != v1::IngestResult::DISPOSITION_SET_ASIDE) continue;
    const absl::Status status = client::FromProto(result.status());
    const ErrorDetails details = DetailsOf(status);
    std::string words(status.message());
    for (const FieldFault& fault : details.faults) {
      // `facts[3].` is its place in the batch, which only this file knows of; the line says more.
      const size_t dot = fault.field.starts_with("facts[") ? fault.field.find("].") : std::string::npos;
      absl::StrAppend(&words, "; ", dot == std::string::npos ? fault.field : fault.field.substr(dot + 2), ": ", fault.description);
    }
    const int64_t line = static_cast<size_t>(i) < batch.lines.size() ? batch.lines[static_cast<size_t>(i)] : 0;
    Note(report_.set_aside, {line, result.event(), details.reason, std::move(words)});
  }
}

}  // namespace comity::cli
