// How often rules are corrected: counted as deeds change, told to everybody, and never of fewer than five people.
#include <string>

#include "service/app/convert.h"
#include "service/app/deed_app.h"
#include "service/app/rule_watch.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

v1::Accuracy::Row StartRow(domain::DeedKind kind, const RuleFigures& figures) {
  v1::Accuracy::Row row;
  row.set_kind(static_cast<v1::Deed::Kind>(kind));
  row.set_mode(static_cast<v1::Policy::Rule::Mode>(figures.stretch.mode));
  if (figures.stretch.start != absl::InfinitePast()) *row.mutable_since_time() = ToTimestamp(figures.stretch.start);
  return row;
}

void FillIn(const RuleFigures::OfSource& counted, v1::Accuracy::Row& row) {
  if (counted.people < domain::kLeastPeople) {
    row.set_withheld(true);
    return;
  }
  const domain::AccuracyCounts& counts = counted.counts;
  row.set_confirmed_count(counts.confirmed);
  row.set_corrected_count(counts.corrected);
  row.set_declined_count(counts.declined);
  row.set_untouched_count(counts.untouched);
  if (counts.Sum() == 0) return;
  row.set_rate_ppm(static_cast<int32_t>(counts.corrected * domain::kWholePpm / counts.Sum()));
  const domain::Interval interval = domain::WilsonInterval(counts.corrected, counts.Sum());
  row.set_lower_ppm(interval.lower_ppm);
  row.set_upper_ppm(interval.upper_ppm);
}

// A sum over all sources beside the numbers of some would tell those of the others: it is given only where no source has its own.
void AddRows(domain::DeedKind kind, const RuleFigures& figures, v1::Accuracy& accuracy) {
  bool any_told = false;
  for (const auto& [source, counted] : figures.sources) any_told = any_told || counted.people >= domain::kLeastPeople;
  if (!any_told && figures.total.counts.Sum() > 0) {
    v1::Accuracy::Row& row = *accuracy.add_rows() = StartRow(kind, figures);
    FillIn(figures.total, row);
    return;
  }
  for (const auto& [source, counted] : figures.sources) {
    v1::Accuracy::Row& row = *accuracy.add_rows() = StartRow(kind, figures);
    row.set_suite(source.first);
    row.set_instance(source.second);
    FillIn(counted, row);
  }
}

}  // namespace

absl::StatusOr<v1::Accuracy> DeedApp::GetAccuracy(const Caller&, const v1::GetAccuracyRequest&) {
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto policies, context_.snapshots.PoliciesIn(*transaction));
  v1::Accuracy accuracy;
  for (const domain::DeedKind kind : domain::kDeedKinds) {
    COMITY_ASSIGN_OR_RETURN(const RuleFigures figures, FiguresOf(*transaction, *policies, kind, context_.clock.Now()));
    AddRows(kind, figures, accuracy);
  }
  return accuracy;
}

}  // namespace comity::app
