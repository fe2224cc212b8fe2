// The look back as JSON, in the manner of the protobuf mapping: one object, every field, also when there is nothing.
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "clients/cli/lookback_view.h"
#include "service/base/json_text.h"

namespace comity::cli {
namespace {

using domain::lookback::Column;
using domain::lookback::Deed;
using domain::lookback::Mine;
using domain::lookback::Pair;
using domain::lookback::Tally;

// Writes nested objects and lists, indented by one blank for each level.
class Json {
 public:
  void Open(char bracket) { Begin(bracket); }
  void Open(std::string_view key, char bracket) {
    Key(key);
    Begin(bracket);
  }
  void Close(char bracket) {
    --depth_;
    if (!first_) Break();
    out_ += bracket;
    first_ = false;
  }
  void Set(std::string_view key, std::string_view text) {
    Key(key);
    AppendJsonString(out_, Printable(text));
  }
  void Set(std::string_view key, const char* text) { Set(key, std::string_view(text)); }
  void Set(std::string_view key, const std::string& text) { Set(key, std::string_view(text)); }
  template <typename Number>
  requires std::is_arithmetic_v<Number>
  void Set(std::string_view key, Number number) {
    Key(key);
    if constexpr (std::is_same_v<Number, bool>) {
      out_ += number ? "true" : "false";
    } else {
      absl::StrAppend(&out_, number);
    }
  }
  void Add(std::string_view text) {
    Next();
    AppendJsonString(out_, Printable(text));
  }
  std::string Take() { return out_ + "\n"; }
  void Next() {
    if (!first_) out_ += ',';
    first_ = false;
    Break();
  }

 private:
  void Begin(char bracket) {
    out_ += bracket;
    ++depth_;
    first_ = true;
  }
  void Break() {
    out_ += '\n';
    out_.append(depth_, ' ');
  }
  void Key(std::string_view key) {
    Next();
    AppendJsonString(out_, key);
    out_ += ": ";
  }
  std::string out_;
  size_t depth_ = 0;
  bool first_ = true;
};

std::string Day(int64_t time) { return time == 0 ? "" : DayText(time); }

const char* StanceName(const Deed& deed) { return deed.stance == domain::Stance::kServed ? "STANCE_SERVED" : "STANCE_STEPPED_IN"; }

constexpr std::string_view kKindKeys[] = {"reviewed", "tested", "helped", "mentored", "fixed", "coWrote", "merged"};  // by HelpKind
static_assert(std::size(kKindKeys) == domain::lookback::kHelpKinds);

// Numbers that are withheld are absent, so that nobody takes them for 0.
void SetTally(Json& json, std::string_view key, const Tally& tally) {
  json.Open(key, '{');
  json.Set("any", tally.any);
  json.Set("withheld", tally.any && !tally.shown);
  if (tally.shown) {
    json.Set("peopleHelped", tally.people_helped);
    json.Set("helpers", tally.helpers);
    json.Set("times", tally.times);
  }
  json.Close('}');
}

void SetPairs(Json& json, const LookbackView& view) {
  json.Open("pairs", '[');
  for (const Pair& pair : view.report.pairs) {
    json.Next();
    json.Open('{');
    json.Set("helperArea", view.area(pair.helper));
    json.Set("helpedArea", view.area(pair.helped));
    SetTally(json, "helpedWith", pair.column(Column::kServed));
    SetTally(json, "steppedInFor", pair.column(Column::kSteppedIn));
    SetTally(json, "mergedFor", pair.column(Column::kMerged));
    json.Close('}');
  }
  json.Close(']');
}

void SetKinds(Json& json, const LookbackView& view) {
  json.Open("kinds", '{');
  for (size_t i = 0; i < domain::lookback::kHelpKinds; ++i) SetTally(json, kKindKeys[i], view.report.kinds[i]);
  json.Close('}');
}

void SetNotCounted(Json& json, const LookbackView& view) {
  const auto& left = view.report.left;
  json.Open("notCounted", '{');
  json.Set("withinOneArea", left.internal);
  json.Set("self", left.self);
  json.Set("machines", left.bots);
  json.Set("homeUnknown", left.home_unknown);
  json.Set("areaUnknown", left.area_unknown);
  json.Set("reverted", left.taken_back);
  json.Set("trailersWithoutAddress", view.nameless_trailers);
  json.Set("commitsWithoutDate", view.undated_commits);
  json.Close('}');
}

void SetMine(Json& json, const LookbackView& view) {
  if (view.me.empty()) return;
  json.Open("mine", '{');
  json.Set("email", view.me);
  json.Set("found", view.report.mine.has_value());
  const Mine mine = view.report.mine.value_or(Mine{});
  json.Set("home", mine.home ? view.area(*mine.home) : "");
  json.Set("peopleHelped", mine.people_helped);
  json.Set("areasHelped", mine.areas_helped);
  json.Set("peopleWhoHelpedMe", mine.people_who_helped_me);
  json.Set("areasWhoHelpedMe", mine.areas_who_helped_me);
  json.Open("deeds", '[');
  for (const Deed& deed : mine.given) {
    json.Next();
    json.Open('{');
    json.Set("day", Day(deed.time));
    json.Set("kind", kKindKeys[static_cast<size_t>(deed.kind)]);
    json.Set("stance", StanceName(deed));
    json.Set("homeArea", view.area(deed.helper));
    json.Set("helpedArea", view.area(deed.helped));
    json.Set("commit", CommitText(deed.commit));
    json.Close('}');
  }
  json.Close(']');
  json.Close('}');
}

}  // namespace

std::string LookbackJson(const LookbackView& view) {
  Json json;
  json.Open('{');
  json.Set("path", view.path);
  json.Set("branch", view.branch);
  json.Set("bare", view.bare);
  json.Set("shallow", view.shallow);
  json.Set("since", view.since);
  json.Set("commits", view.commits);
  json.Set("firstDay", Day(view.first_time));
  json.Set("lastDay", Day(view.last_time));
  json.Set("people", view.people);
  json.Set("areas", view.areas.size());
  json.Set("areasFrom", view.areas_from.empty() ? "top-level folders" : view.areas_from);
  json.Set("minPeople", view.min_people);
  SetPairs(json, view);
  SetKinds(json, view);
  SetNotCounted(json, view);
  json.Open("samples", '[');
  for (const Deed& deed : view.report.samples) json.Add(ExplainDeed(view, deed, view.report.samples_named));
  json.Close(']');
  SetMine(json, view);
  json.Open("cannotKnow", '[');
  for (const std::string& limit : LookbackLimits(view)) json.Add(limit);
  json.Close(']');
  json.Close('}');
  return json.Take();
}

}  // namespace comity::cli
