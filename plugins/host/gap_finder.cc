#include "plugins/host/gap_finder.h"

#include <string>
#include <tuple>

#include "absl/hash/hash.h"

namespace comity::host {
namespace {

constexpr size_t kGeneration = 100'000;
constexpr absl::Duration kGrace = absl::Minutes(2);  // a hook may take so long

bool HasOwnInstant(v1::FactKind kind) {
  return kind == v1::FACT_KIND_OPENED || kind == v1::FACT_KIND_COMMENTED || kind == v1::FACT_KIND_RESOLVED ||
         kind == v1::FACT_KIND_CHANGE_MERGED || kind == v1::FACT_KIND_CHANGE_REVIEWED;
}

uint64_t KeyOf(const v1::Fact& fact) {
  return absl::HashOf(static_cast<int>(fact.kind()), fact.object_id(), fact.revision(), fact.occur_time().seconds(),
                      fact.occur_time().nanos());
}

}  // namespace

void GapFinder::HookBrought(const v1::Fact& fact) {
  if (!HasOwnInstant(fact.kind())) return;
  MutexLock lock(mutex_);
  Remember(KeyOf(fact));
}

bool GapFinder::Missed(const v1::Fact& fact, absl::Time now) {
  const absl::Time occurred = absl::FromUnixSeconds(fact.occur_time().seconds());
  if (!HasOwnInstant(fact.kind()) || occurred < since_ || occurred > now - kGrace) return false;
  const uint64_t key = KeyOf(fact);
  MutexLock lock(mutex_);
  if (known_.contains(key) || older_.contains(key)) return false;
  Remember(key);
  return true;
}

void GapFinder::Remember(uint64_t key) {
  if (known_.size() >= kGeneration) {
    older_.swap(known_);
    known_.clear();
  }
  known_.insert(key);
}

}  // namespace comity::host
