#include "plugins/ical/occurrences.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace comity::ical {
namespace {

constexpr absl::Duration kMost = absl::Hours(24 * 366);  // that a shift or a meeting may take

absl::Duration Bounded(absl::Duration duration) { return std::clamp(duration, -kMost, kMost); }

// When an event that begins at `start` ends: after the same exact time (DTEND) or as many days of its zone (DURATION).
absl::Time EndOf(const Event& event, const Zones& zones, absl::Time start) {
  absl::Time end = start;
  if (event.end) {
    end = start + Bounded(zones.TimeOf(*event.end) - zones.TimeOf(event.start));
  } else if (event.span) {
    const Zone& zone = zones.Of(event.start);
    const absl::CivilSecond local = zone.Local(start);
    const absl::Time day = zone.At(local + std::clamp<int64_t>(event.span->days, 0, 366) * 86'400);
    end = day + Bounded(event.span->time);
  } else if (event.start.is_date) {
    const Zone& zone = zones.Of(event.start);
    end = zone.At(zone.Local(start) + 86'400);
  }
  return std::max(start, end);
}

class Expander {
 public:
  Expander(const Series& series, const Zones& zones, absl::Time from, absl::Time to, Budget& budget)
      : series_(series), zones_(zones), from_(from), to_(to), budget_(budget) {}

  Expansion Run() {
    if (series_.master) {
      zone_ = &zones_.Of(series_.master->start);
      ReadExclusions();
    }
    ReadOverrides();
    if (!series_.master) {
      for (const auto& [original, event] : overrides_) AddOverride(original, *event);
      return std::move(expansion_);
    }
    const Event& master = *series_.master;
    const absl::Time start = zones_.TimeOf(master.start);
    if (!master.recurs() && overrides_.empty()) {
      AddAs(master, start, start, EndOf(master, zones_, start), false);
      return std::move(expansion_);
    }
    for (const auto& [original, added] : Originals(from_ - reach_, to_ + reach_)) AddOriginal(original, added);
    // Moved into the window from elsewhere; only what the series has.
    for (const auto& [original, event] : overrides_) {
      if (budget_.exhausted()) break;
      if (done_.contains(original) || !InWindow(zones_.TimeOf(event->start)) || !Has(original)) continue;
      AddOverride(original, *event);
    }
    std::sort(expansion_.occurrences.begin(), expansion_.occurrences.end(),
              [](const Occurrence& a, const Occurrence& b) { return a.original < b.original; });
    expansion_.truncated |= budget_.exhausted();
    return std::move(expansion_);
  }

 private:
  using Added = const AddedDate*;  // null: by a rule or the start

  void ReadExclusions() {
    for (const Moment& moment : series_.master->excluded) {
      if (moment.is_date && !series_.master->start.is_date) {
        excluded_days_.insert(absl::CivilDay(moment.civil));
      } else {
        excluded_.insert(zones_.TimeOf(moment));
      }
    }
  }

  // The instant of the series that a RECURRENCE-ID means: some give the day alone.
  absl::Time OriginalOf(const Event& event) const {
    const Moment& id = *event.recurrence_id;
    if (!id.is_date || !series_.master || series_.master->start.is_date) return zones_.TimeOf(id);
    const absl::CivilSecond time = series_.master->start.civil;
    return zone_->At(absl::CivilSecond(id.civil.year(), id.civil.month(), id.civil.day(), time.hour(), time.minute(), time.second()));
  }

  void ReadOverrides() {
    for (const Event& event : series_.overrides) {
      const absl::Time original = OriginalOf(event);
      const auto [place, is_new] = overrides_.emplace(original, &event);
      const auto age = [](const Event& one) { return std::pair(one.sequence, one.stamp ? one.stamp->civil : absl::CivilSecond::min()); };
      if (!is_new && age(event) > age(*place->second)) place->second = &event;
    }
    for (const auto& [original, event] : overrides_) {
      if (!event->and_future) continue;
      future_[original] = event;
      reach_ = std::max(reach_, absl::AbsDuration(Bounded(zones_.TimeOf(event->start) - original)));
    }
  }

  // What the series has in [from, to), whatever was made of each.
  std::map<absl::Time, Added> Originals(absl::Time from, absl::Time to) {
    const Event& master = *series_.master;
    std::map<absl::Time, Added> originals;
    const auto add = [&](absl::Time original, Added added) {
      if (original < from || original >= to) return true;
      if (originals.size() >= kMaxOccurrences && !originals.contains(original)) {
        expansion_.truncated = true;
        return false;
      }
      originals.emplace(original, added);
      return true;
    };
    add(zones_.TimeOf(master.start), nullptr);
    for (const Rule& rule : master.rules) {
      // An hour more on both sides: clocks may go back within.
      RuleWindow window{zone_->Local(from) - 7200, zone_->Local(to) + 7200, true};
      absl::Time last = absl::InfiniteFuture();
      if (rule.until) {
        Moment until = *rule.until;
        if (!until.is_utc) until.zone = master.start.zone;
        last = zones_.TimeOf(until) + (until.is_date ? absl::Hours(24) - absl::Seconds(1) : absl::ZeroDuration());
        window.to = std::min(window.to, zone_->Local(last) + 7200);
      }
      RuleInstances instances(rule, master.start.civil, window, budget_);
      while (const auto instance = instances.Next()) {
        const absl::Time original = zone_->At(*instance);
        if (original > last) continue;
        if (!add(original, nullptr)) break;
      }
    }
    for (const AddedDate& added : master.added) {
      if (!add(zones_.TimeOf(added.start), &added)) break;
    }
    return originals;
  }
  bool Has(absl::Time original) { return Originals(original, original + absl::Seconds(1)).contains(original); }

  bool InWindow(absl::Time time) const { return time >= from_ && time < to_; }

  void AddOriginal(absl::Time original, Added added) {
    if (const auto override = overrides_.find(original); override != overrides_.end()) return AddOverride(original, *override->second);
    const Event& master = *series_.master;
    const bool excluded = excluded_.contains(original) || excluded_days_.contains(absl::CivilDay(zone_->Local(original)));
    auto future = future_.upper_bound(original);
    if (!excluded && future != future_.begin()) {
      const auto& [split, event] = *--future;
      // Shifted by the clock, not by exact time: at ten means at ten in summer too.
      const int64_t shift = zone_->Local(zones_.TimeOf(event->start)) - zone_->Local(split);
      const absl::Time start = zone_->At(zone_->Local(original) + std::clamp<int64_t>(shift, -366 * 86'400, 366 * 86'400));
      return AddAs(*event, original, start, EndOf(*event, zones_, start), true);
    }
    absl::Time end = EndOf(master, zones_, original);
    if (added != nullptr && added->end) end = std::clamp(zones_.TimeOf(*added->end), original, original + kMost);
    if (added != nullptr && added->span) {
      end = std::max(original, zone_->At(zone_->Local(original) + std::clamp<int64_t>(added->span->days, 0, 366) * 86'400) +
                                   Bounded(added->span->time));
    }
    AddAs(master, original, original, end, true, excluded);
  }
  void AddOverride(absl::Time original, const Event& event) {
    const absl::Time start = zones_.TimeOf(event.start);
    AddAs(event, original, start, EndOf(event, zones_, start), true);
  }
  void AddAs(const Event& event, absl::Time original, absl::Time start, absl::Time end, bool of_series, bool excluded = false) {
    done_.insert(original);
    if (!InWindow(original) && !InWindow(start)) return;
    if (expansion_.occurrences.size() >= kMaxOccurrences) {
      expansion_.truncated = true;
      return;
    }
    expansion_.occurrences.push_back({&event, original, start, end, excluded, of_series});
  }

  const Series& series_;
  const Zones& zones_;
  const absl::Time from_, to_;
  Budget& budget_;
  const Zone* zone_ = nullptr;  // the master's
  absl::Duration reach_;        // how far occurrences may be from their originals beside single overrides
  std::set<absl::Time> excluded_, done_;
  std::set<absl::CivilDay> excluded_days_;
  std::map<absl::Time, const Event*> overrides_, future_;
  Expansion expansion_;
};

}  // namespace

Expansion Expand(const Series& series, const Zones& zones, absl::Time from, absl::Time to, Budget& budget) {
  Budget own(std::min(budget.left(), kMaxSteps));
  const int64_t before = own.left();
  Expansion expansion = Expander(series, zones, from, to, own).Run();
  budget.Spend(before - own.left());
  return expansion;
}

}  // namespace comity::ical
