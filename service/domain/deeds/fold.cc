#include <algorithm>
#include <tuple>

#include "service/domain/deeds/fact.h"

namespace comity::domain {
namespace {

bool Has(const Party& party) { return party.present(); }
bool Has(const std::string& text) { return !text.empty(); }
bool Has(bool flag) { return flag; }
bool Has(absl::Time time) { return time != absl::InfinitePast(); }
template <typename T>
bool Has(const std::vector<T>& list) {
  return !list.empty();
}
bool Has(const std::optional<Meeting>& meeting) { return meeting.has_value(); }
template <typename Tag>
bool Has(const Id<Tag>& id) {
  return !id.empty();
}
template <typename Enum>
requires std::is_enum_v<Enum>
bool Has(Enum value) { return static_cast<int>(value) != 0; }

// Every field that one observation may have and another may lack. `tentative` goes with the actor it speaks of.
template <typename Function>
void ForEachField(Function&& function) {
  const auto fields =
      std::make_tuple(&Fact::alias, &Fact::subject_kind, &Fact::asker, &Fact::author, &Fact::target, &Fact::places, &Fact::labels,
                      &Fact::links, &Fact::resolution, &Fact::resolution_text, &Fact::review_state, &Fact::automation, &Fact::minor,
                      &Fact::revert, &Fact::confidential, &Fact::default_branch, &Fact::open_time, &Fact::meeting);
  std::apply([&](auto... field) { (function(field), ...); }, fields);
}

int Completeness(const Fact& fact) {
  int count = fact.actor.present() ? 1 : 0;
  ForEachField([&](auto field) { count += Has(fact.*field) ? 1 : 0; });
  return count;
}

struct Ranked {
  const Fact* fact;
  int completeness;
  FactHash content;
  auto Rank() const { return std::tie(fact->assurance, fact->object_version, completeness, content); }
};

// One observation may know the account, another also what sort it is.
void FillKind(Party& party, const Party& other) {
  if (party.kind == AccountKind::kUnknown && party.account == other.account) party.kind = other.kind;
}

}  // namespace

Fact FoldObservations(const std::vector<Fact>& observations) {
  if (observations.size() == 1) return observations.front();
  std::vector<Ranked> ranked;
  ranked.reserve(observations.size());
  for (const Fact& fact : observations) ranked.push_back({&fact, Completeness(fact), ContentHashOf(fact)});
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.Rank() > b.Rank(); });

  Fact folded = *ranked.front().fact;
  for (size_t i = 1; i < ranked.size(); ++i) {
    const Fact& other = *ranked[i].fact;
    ForEachField([&](auto field) {
      if (!Has(folded.*field)) folded.*field = other.*field;
    });
    if (!folded.actor.present() && other.actor.present()) {
      folded.actor = other.actor;
      folded.tentative = other.tentative;
    }
    // It counts for no completeness, being no content, and goes with its instant.
    if (folded.occur_time_text.empty() && folded.occur_time == other.occur_time) folded.occur_time_text = other.occur_time_text;
    FillKind(folded.actor, other.actor);
    FillKind(folded.asker, other.asker);
    FillKind(folded.author, other.author);
    FillKind(folded.target, other.target);
  }
  return folded;
}

}  // namespace comity::domain
