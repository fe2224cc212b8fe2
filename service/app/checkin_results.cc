// What a team reads of what was answered.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "service/app/checkin_app.h"
#include "service/app/checkin_view.h"
#include "service/app/convert.h"
#include "service/app/page_token.h"
#include "service/app/recognition_access.h"
#include "service/domain/checkin/results.h"

namespace comity::app {
namespace {

constexpr int32_t kAtOnce = 200;

// What is shown with this one: all that were released together, whole or not at all, under the number of the one that closed last; or it
// alone while it waits. Empty for the others of a group, and for those whose answers are to go: of several together the first that go take
// the rest along, for what is left would say by its difference what went.
absl::StatusOr<std::vector<store::CheckInRow>> ShownWith(store::Transaction& transaction, const store::CheckInRow& row, absl::Time now) {
  std::vector<store::CheckInRow> group = {row};
  if (row.checkin.release != 0) {
    if (row.checkin.release != row.number) return std::vector<store::CheckInRow>();
    COMITY_ASSIGN_OR_RETURN(group, transaction.checkins().ReleasedTogether(row.checkin.release));
  }
  const bool goes = std::any_of(group.begin(), group.end(), [&](const store::CheckInRow& one) {
    return one.checkin.state != domain::CheckInState::kClosed || one.checkin.closes + domain::kAnswersKept <= now;
  });
  if (goes) group.clear();
  std::sort(group.begin(), group.end(), [](const store::CheckInRow& x, const store::CheckInRow& y) { return x.number > y.number; });
  return group;
}

v1::CheckInResult::QuestionResult ToResult(v1::Question question, const domain::QuestionSummary& from) {
  v1::CheckInResult::QuestionResult to;
  to.set_too_few(from.too_few);
  to.set_too_alike(from.too_alike);
  if (!from.too_few && !from.too_alike) {
    if (question.kind() == v1::Question::KIND_SCALE) {
      for (const int32_t count : from.scale) to.add_scale_counts(count);
    }
    to.set_yes_count(from.yes);
    to.set_no_count(from.no);
    for (const std::string& text : from.texts) to.add_texts(text);
  }
  *to.mutable_question() = std::move(question);
  return to;
}

absl::StatusOr<v1::CheckInResult> ToResult(store::Transaction& transaction, const std::vector<store::CheckInRow>& group,
                                           const std::vector<domain::CheckInTemplate>& versions) {
  v1::CheckInResult result;
  result.set_template_version(group.front().checkin.template_version);
  std::vector<domain::CheckInAnswer> all;
  const bool released = std::all_of(group.begin(), group.end(),
                                    [](const store::CheckInRow& row) { return row.checkin.release != 0 && !row.checkin.withheld; });
  for (const store::CheckInRow& row : group) {
    const domain::CheckIn& checkin = row.checkin;
    COMITY_ASSIGN_OR_RETURN(const auto answers, transaction.checkins().AnswersTo(checkin.uid));
    v1::CheckInResult::Occurrence& occurrence = *result.add_occurrences();
    *occurrence.mutable_open_time() = ToTimestamp(checkin.opened);
    *occurrence.mutable_close_time() = ToTimestamp(checkin.closes);
    const auto held = released && checkin.trigger == domain::CheckInTrigger::kMeetingEnd ? domain::WasHeld(answers) : std::nullopt;
    if (held.has_value()) occurrence.set_held(*held ? v1::HELD_YES : v1::HELD_NOT_KNOWN);
    all.insert(all.end(), answers.begin(), answers.end());
  }
  result.set_too_few(!released);
  const auto version = std::find_if(versions.begin(), versions.end(), [&](const domain::CheckInTemplate& asked) {
    return asked.version == group.front().checkin.template_version;
  });
  if (!released || version == versions.end()) return result;
  const bool together = group.size() > 1;
  const size_t fewest = together ? domain::FewestTogether(group.front().checkin.kind) : domain::kFewestAnswers;
  const auto summaries = domain::Summarise(version->questions, all, together, fewest);
  for (size_t i = 0; i < summaries.size(); ++i) {
    COMITY_ASSIGN_OR_RETURN(v1::Question question, ToQuestion(transaction, version->questions[i], group.front().checkin.opened));
    *result.add_questions() = ToResult(std::move(question), summaries[i]);
  }
  return result;
}

}  // namespace

absl::StatusOr<v1::ListCheckInResultsResponse> CheckInApp::ListCheckInResults(const Caller& caller,
                                                                              const v1::ListCheckInResultsRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckIsSomebody(caller));
  COMITY_ASSIGN_OR_RETURN(const int32_t page_size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string token_key, PageTokenKey(context_));
  const absl::Time now = context_.clock.Now();
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto directory, context_.snapshots.DirectoryIn(*transaction));
  COMITY_ASSIGN_OR_RETURN(const auto versions, OpenTemplate(*transaction, request.check_in_template(), "check_in_template"));
  COMITY_RETURN_IF_ERROR(CheckActsFor(caller, *directory, versions.back().team, now));
  const std::string filter = "ListCheckInResults " + versions.back().id;
  COMITY_ASSIGN_OR_RETURN(const std::string cursor, ReadPageToken(token_key, filter, request.page_token()));
  int64_t before = INT64_MAX;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
  v1::ListCheckInResultsResponse response;
  for (;;) {
    COMITY_ASSIGN_OR_RETURN(const auto rows,
                            transaction->checkins().ListOfTemplate(versions.back().id, domain::CheckInState::kClosed, before, kAtOnce));
    for (const store::CheckInRow& row : rows) {
      COMITY_ASSIGN_OR_RETURN(const auto group, ShownWith(*transaction, row, now));
      if (!group.empty() && response.results_size() == page_size) {
        response.set_next_page_token(MakePageToken(token_key, filter, CursorOf(before)));
        return response;
      }
      before = row.number;
      if (group.empty()) continue;
      COMITY_ASSIGN_OR_RETURN(*response.add_results(), ToResult(*transaction, group, versions));
    }
    if (rows.size() < static_cast<size_t>(kAtOnce)) return response;
  }
}

}  // namespace comity::app
