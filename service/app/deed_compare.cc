// Comparing a policy with what was in force, over real history.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "service/app/convert.h"
#include "service/app/deed_app.h"
#include "service/app/policy_book.h"
#include "service/app/policy_difference_view.h"
#include "service/app/read_audit.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr absl::Duration kUsualRange = absl::Hours(90 * 24);
constexpr absl::Duration kLongestRange = absl::Hours(24 * 366 * 10);
constexpr absl::Duration kBudget = absl::Seconds(50);
constexpr int32_t kUsualExamples = 5, kMostExamples = 20;

absl::StatusOr<CompareRange> RangeOf(const v1::ComparePolicyRequest& request, absl::Time now) {
  CompareRange range;
  range.end = request.has_end_time() ? FromTimestamp(request.end_time()) : now;
  range.start = request.has_start_time() ? FromTimestamp(request.start_time()) : range.end - kUsualRange;
  range.budget = kBudget;
  const auto invalid = [](std::string_view field, std::string_view remedy) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "this range cannot be compared",
                 {{std::string(field), std::string(remedy)}});
  };
  if (range.start >= range.end) return invalid("start_time", "send an instant before end_time");
  if (range.end - range.start > kLongestRange) return invalid("start_time", "send at most 10 years before end_time");
  if (request.example_count() < 0) return invalid("example_count", "send 0 to 20");
  range.examples = static_cast<size_t>(request.example_count() == 0 ? kUsualExamples : std::min(request.example_count(), kMostExamples));
  return range;
}

v1::Explanation Explain(const std::vector<domain::Reason>& steps, const ComparedExample& example, bool with_names, Names& names) {
  const domain::Naming naming = names.For(
      [&](domain::PersonUid person) {
        const domain::PersonRow* row = with_names ? names.directory().FindPerson(person) : nullptr;
        return row != nullptr;
      },
      with_names, domain::DayOf(example.occur_time));
  return ToExplanation(domain::Render(steps, naming), {});
}

}  // namespace

absl::StatusOr<v1::ComparePolicyResponse> DeedApp::ComparePolicy(const Caller& caller, const v1::ComparePolicyRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const CompareRange range, RangeOf(request, context_.clock.Now()));
  v1::ComparePolicyResponse response;
  std::set<domain::PersonUid> read;
  {
    COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
    COMITY_ASSIGN_OR_RETURN(const PolicyBook book, LoadPolicyBook(context_, *transaction));
    COMITY_ASSIGN_OR_RETURN(const domain::PolicyRecord* const record, book.Find(caller, request.name(), "name"));
    COMITY_ASSIGN_OR_RETURN(const PolicyComparison comparison,
                            ComparePolicies(*transaction, *book.directory, *book.policies, record->policy, range, context_.clock));
    Names names(*transaction, book.directory);
    response.set_name("policies/" + std::to_string(record->policy.number));
    *response.mutable_start_time() = ToTimestamp(range.start);
    *response.mutable_end_time() = ToTimestamp(comparison.end);
    response.set_complete(comparison.complete);
    response.set_fact_count(comparison.facts);
    response.set_judged_subject_count(comparison.judged);
    response.set_bulk_window_ignored(comparison.bulk_window_ignored);
    *response.mutable_total() = ToDifference(comparison.total);
    AddRows(comparison, names, response);
    for (const ComparedExample& example : comparison.examples) {
      v1::ComparePolicyResponse::Example& to = *response.add_examples();
      to.set_subject(names.Subject(example.subject));
      to.set_kind(static_cast<v1::Deed::Kind>(example.kind));
      *to.mutable_occur_time() = ToTimestamp(example.occur_time);
      *to.mutable_before() = Explain(example.before, example, request.with_names(), names);
      *to.mutable_after() = Explain(example.after, example, request.with_names(), names);
      if (request.with_names()) read.insert(example.people.begin(), example.people.end());
    }
  }
  COMITY_RETURN_IF_ERROR(RecordReads(context_, caller, "ComparePolicy", response.name(), std::move(read)));
  return response;
}

}  // namespace comity::app
