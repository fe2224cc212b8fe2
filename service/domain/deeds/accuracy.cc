#include "service/domain/deeds/accuracy.h"

#include <algorithm>
#include <cmath>

namespace comity::domain {
namespace {

void Add(const Deed* deed, int64_t count, const std::string& suite, const std::string& instance, AccuracyDeltas& deltas) {
  const std::optional<Fate> fate = deed == nullptr ? std::nullopt : FateOf(*deed);
  if (!fate.has_value()) return;
  const AccuracyKey key{deed->key.kind, deed->policy, suite, instance};
  deltas.counts[key].Of(*fate) += count;
  for (const Line& line : deed->lines) {
    if (!line.person.empty()) deltas.people[{key, line.person}] += count;
  }
}

}  // namespace

int64_t& AccuracyCounts::Of(Fate fate) {
  switch (fate) {
    case Fate::kConfirmed:
      return confirmed;
    case Fate::kCorrected:
      return corrected;
    case Fate::kDeclined:
      return declined;
    case Fate::kUntouched:
      break;
  }
  return untouched;
}

AccuracyCounts& AccuracyCounts::operator+=(const AccuracyCounts& other) {
  untouched += other.untouched;
  confirmed += other.confirmed;
  corrected += other.corrected;
  declined += other.declined;
  return *this;
}

std::optional<Fate> FateOf(const Deed& deed) {
  switch (deed.state) {
    case DeedState::kReversed:
    case DeedState::kNone:
      return std::nullopt;
    case DeedState::kConfirmed:
      return Fate::kConfirmed;
    case DeedState::kCorrected:
      return Fate::kCorrected;
    case DeedState::kDeclined:
      return Fate::kDeclined;
    case DeedState::kProvisional:
    case DeedState::kStanding:
      break;
  }
  return Fate::kUntouched;
}

void AddAccuracyDelta(const Deed* before, const Deed* after, const std::string& suite, const std::string& instance,
                      AccuracyDeltas& deltas) {
  Add(before, -1, suite, instance, deltas);
  Add(after, 1, suite, instance, deltas);
}

Interval WilsonInterval(int64_t hits, int64_t total) {
  if (total <= 0) return {};
  constexpr double kZ = 1.959963984540054;
  const double n = static_cast<double>(total), share = static_cast<double>(hits) / n;
  const double middle = share + kZ * kZ / (2 * n), whole = 1 + kZ * kZ / n;
  const double half = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  const auto ppm = [](double value) { return static_cast<int32_t>(std::lround(std::clamp(value, 0.0, 1.0) * kWholePpm)); };
  return {ppm((middle - half) / whole), ppm((middle + half) / whole)};
}

std::optional<RuleReturn> ReturnOf(DeedKind kind, const AccuracyCounts& counts, int32_t people) {
  const int64_t deeds = counts.Sum();
  if (deeds < kLeastDeeds || people < kLeastPeople) return std::nullopt;
  const Interval interval = WilsonInterval(counts.corrected, deeds);
  if (interval.lower_ppm <= kWrongTooOften) return std::nullopt;
  return RuleReturn{kind, deeds, counts.corrected, interval.lower_ppm};
}

Stretch StretchOf(const Policies& policies, DeedKind kind, absl::Time time) {
  const std::vector<Policy>& all = policies.all();
  const auto after =
      std::upper_bound(all.begin(), all.end(), time, [](absl::Time value, const Policy& policy) { return value < policy.active_time; });
  auto place = after == all.begin() ? all.begin() : after - 1;
  Stretch stretch{place->rule(kind).mode, place->active_time, {place->number}};
  while (place != all.begin() && (place - 1)->rule(kind).mode == stretch.mode) {
    --place;
    stretch.policies.push_back(place->number);
    stretch.start = place->active_time;
  }
  if (place == all.begin()) stretch.start = absl::InfinitePast();
  return stretch;
}

}  // namespace comity::domain
