// What a team reads of what was answered.
#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "service/app/checkin_app.h"
#include "service/app/checkin_view.h"
#include "service/app/convert.h"
#include "service/app/page_token.h"
#include "service/app/recognition_access.h"
#include "service/domain/checkin/results.h"

namespace comity::app {
namespace {

constexpr int32_t kMostCheckIns = 1000;

// What is shown together, by the number that stands for it: that of its release, or of a check-in that was not released.
using Groups = std::map<int64_t, std::vector<store::CheckInRow>, std::greater<>>;

Groups GroupsOf(const std::vector<store::CheckInRow>& rows, absl::Time now) {
  Groups groups;
  for (const store::CheckInRow& row : rows) groups[row.checkin.release != 0 ? row.checkin.release : row.number].push_back(row);
  // Of several together the first whose answers go takes the rest along: what is left would say by its difference what went.
  std::erase_if(groups, [&](const auto& group) {
    return std::any_of(group.second.begin(), group.second.end(),
                       [&](const store::CheckInRow& row) { return row.checkin.closes + domain::kAnswersKept <= now; });
  });
  return groups;
}

v1::CheckInResult::QuestionResult ToResult(v1::Question question, const domain::QuestionSummary& from) {
  v1::CheckInResult::QuestionResult to;
  to.set_too_few(from.too_few);
  if (!from.too_few) {
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
  bool released = true;
  for (const store::CheckInRow& row : group) {
    const domain::CheckIn& checkin = row.checkin;
    COMITY_ASSIGN_OR_RETURN(const auto answers, transaction.checkins().AnswersTo(checkin.uid));
    v1::CheckInResult::Occurrence& occurrence = *result.add_occurrences();
    *occurrence.mutable_open_time() = ToTimestamp(checkin.opened);
    *occurrence.mutable_close_time() = ToTimestamp(checkin.closes);
    if (checkin.kind == domain::OccurrenceKind::kMeeting) {
      occurrence.set_held(!checkin.withheld && domain::WasHeld(answers) ? v1::HELD_YES : v1::HELD_NOT_KNOWN);
    }
    released = released && checkin.release != 0 && !checkin.withheld;
    all.insert(all.end(), answers.begin(), answers.end());
  }
  result.set_too_few(!released);
  const auto version = std::find_if(versions.begin(), versions.end(), [&](const domain::CheckInTemplate& asked) {
    return asked.version == group.front().checkin.template_version;
  });
  if (!released || version == versions.end()) return result;
  const auto summaries = domain::Summarise(version->questions, all);
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
  COMITY_ASSIGN_OR_RETURN(const auto rows,
                          transaction->checkins().ListOfTemplate(versions.back().id, domain::CheckInState::kClosed, kMostCheckIns));
  v1::ListCheckInResultsResponse response;
  int64_t last = before;
  for (const auto& [number, group] : GroupsOf(rows, now)) {
    if (number >= before) continue;
    if (response.results_size() == page_size) {
      response.set_next_page_token(MakePageToken(token_key, filter, CursorOf(last)));
      break;
    }
    COMITY_ASSIGN_OR_RETURN(*response.add_results(), ToResult(*transaction, group, versions));
    last = number;
  }
  return response;
}

}  // namespace comity::app
