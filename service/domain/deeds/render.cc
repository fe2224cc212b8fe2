#include "service/domain/deeds/render.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "service/domain/deeds/messages.h"

namespace comity::domain {
namespace {

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

std::optional<std::string> NotEmpty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<std::string> Named(const Naming::Shown& shown, std::string_view text) { return shown ? NotEmpty(shown(text)) : std::nullopt; }

// "2 September 2026, 14:05 UTC"; what is no instant stays as it is.
std::string TimeWords(std::string_view text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, Absl(text), &time, nullptr)) return std::string(text);
  return absl::FormatTime("%-d %B %Y, %H:%M UTC", time, absl::UTCTimeZone());
}

std::string ShareWords(std::string_view text) {
  int32_t ppm = 0;
  if (!absl::SimpleAtoi(Absl(text), &ppm)) return std::string(text);
  if (ppm == kWholePpm) return "all";
  return ppm % 10000 == 0 ? absl::StrCat(ppm / 10000, " %") : absl::StrFormat("%.1f %%", ppm / 10000.0);
}

std::string CountedUnit(int64_t count, std::string_view unit) { return absl::StrCat(count, " ", Absl(unit), count == 1 ? "" : "s"); }

// A bare number gets its unit; anything else already has one.
std::string WithUnit(std::string_view text, absl::Duration unit) {
  int64_t count = 0;
  return absl::SimpleAtoi(Absl(text), &count) ? DurationWords(count * unit) : std::string(text);
}

std::optional<std::string> Shown(ParameterSort sort, std::string_view text, const Naming& naming) {
  if (text.empty()) return std::nullopt;
  switch (sort) {
    case ParameterSort::kPerson:
      return Named(naming.person, text);
    case ParameterSort::kTeam:
      return Named(naming.team, text);
    case ParameterSort::kAccount:
      return Named(naming.account, text);
    case ParameterSort::kSubject:
      return Named(naming.subject, text);
    case ParameterSort::kEvent:
      return naming.event ? Named(naming.event, text) : std::string(text);
    case ParameterSort::kDeed:
      return naming.deed ? Named(naming.deed, text) : std::string(text);
    case ParameterSort::kTime:
      return TimeWords(text);
    case ParameterSort::kHours:
      return WithUnit(text, absl::Hours(1));
    case ParameterSort::kMinutes:
      return WithUnit(text, absl::Minutes(1));
    case ParameterSort::kSeconds:
      return WithUnit(text, absl::Seconds(1));
    case ParameterSort::kShare:
      return ShareWords(text);
    case ParameterSort::kPlain:
      return std::string(text);
  }
  return std::nullopt;
}

const ParameterSort* SortOf(std::string_view name) {
  for (const auto& [known, sort] : KnownParameters()) {
    if (known == name) return &sort;
  }
  return nullptr;
}

// What this reader sees of a reason's parameters, and words for what every message may miss.
class Values {
 public:
  Values(const Reason& reason, const Naming& naming) {
    for (const auto& [name, text] : reason.parameters) {
      const ParameterSort* sort = SortOf(name);
      if (sort == nullptr) continue;
      if (std::optional<std::string> shown = Shown(*sort, text, naming); shown.has_value()) shown_.emplace_back(name, *shown);
    }
  }

  std::optional<std::string> Find(std::string_view name) const {
    for (const auto& [known, text] : shown_) {
      if (known == name) return text;
    }
    return std::nullopt;
  }
  const std::vector<std::pair<std::string, std::string>>& shown() const { return shown_; }

 private:
  std::vector<std::pair<std::string, std::string>> shown_;
};

// A sentence begins with a capital, also when it begins with "a member of payments"; an account name stays as it is.
std::string Sentence(std::string text) {
  const size_t word_end = std::min(text.find(' '), text.size());
  if (!text.empty() && text.find_first_of(":/") >= word_end) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

// What stands for a parameter that is not known or not shown; nullptr for what is no parameter.
const char* WordsForMissing(std::string_view name) {
  const ParameterSort* sort = SortOf(name);
  if (sort == nullptr) return nullptr;
  switch (*sort) {
    case ParameterSort::kPerson:
    case ParameterSort::kAccount:
      return "somebody";
    case ParameterSort::kTeam:
      return "a team";
    case ParameterSort::kSubject:
      return "this";
    default:
      return "…";
  }
}

void AppendSentence(std::string& paragraph, const std::string& text) {
  if (text.empty()) return;
  if (!paragraph.empty()) paragraph += ' ';
  paragraph += text;
}

// "a member of payments (payments)": who is shown as their team needs it only once.
void SayTeamOnce(const Values& values, std::string& text) {
  for (const auto& [person_name, person] : values.shown()) {
    for (const auto& [team_name, team] : values.shown()) {
      if (person.size() <= team.size() || !std::string_view(person).ends_with(" " + team)) continue;
      const std::string twice = absl::StrCat(person, " (", team, ")");
      for (size_t at; (at = text.find(twice)) != std::string::npos;) text.replace(at, twice.size(), person);
    }
  }
}

std::string Filled(const std::string& pattern, const Values& values) {
  std::string text = FillIn(pattern, WordsForMissing, [&](std::string_view name) { return values.Find(name); });
  SayTeamOnce(values, text);
  return text;
}

}  // namespace

const std::vector<std::pair<std::string_view, ParameterSort>>& KnownParameters() {
  static const auto& parameters = *new std::vector<std::pair<std::string_view, ParameterSort>>{
      {"person", ParameterSort::kPerson},     // who helped, said or did it
      {"asker", ParameterSort::kPerson},      // who had asked
      {"author", ParameterSort::kPerson},     // who made the change that counts instead
      {"target", ParameterSort::kPerson},     // whom it was handed to
      {"account", ParameterSort::kAccount},   // the account, where no person is known or the account is the point
      {"team", ParameterSort::kTeam},         // the team of whom the message is about
      {"helped_team", ParameterSort::kTeam},  // the team that was helped
      {"owner", ParameterSort::kTeam},        // the team that owns the thing
      {"subject", ParameterSort::kSubject},   // the ticket, change, page or discussion
      {"blocker", ParameterSort::kSubject},   // the ticket that was waited for
      {"event", ParameterSort::kEvent},       // `events/…`
      {"deed", ParameterSort::kDeed},         // `deeds/…`
      {"time", ParameterSort::kTime},         // RFC 3339, or a day
      {"until", ParameterSort::kTime},        // when a waiting time ends
      {"hours", ParameterSort::kHours},       // of a waiting time
      {"minutes", ParameterSort::kMinutes},   // of a window
      {"seconds", ParameterSort::kSeconds},   // of a window
      {"share", ParameterSort::kShare},       // parts per million
      {"limit", ParameterSort::kPlain},       // a number
      {"policy", ParameterSort::kPlain},      // its number
      {"resolution", ParameterSort::kPlain},  // the suite's own word
      {"place", ParameterSort::kPlain},       // `suite:instance:kind:value`
      {"fault", ParameterSort::kPlain},       // of input that could not be read
  };
  return parameters;
}

bool IsKnownParameter(std::string_view name) { return SortOf(name) != nullptr; }

std::string DurationWords(absl::Duration duration) {
  if (duration >= absl::Hours(24 * 7) && duration % absl::Hours(24) == absl::ZeroDuration()) {
    return CountedUnit(duration / absl::Hours(24), "day");
  }
  if (duration >= absl::Hours(1) && duration % absl::Hours(1) == absl::ZeroDuration()) {
    return CountedUnit(absl::ToInt64Hours(duration), "hour");
  }
  if (duration > absl::Minutes(1) && duration % absl::Minutes(1) == absl::ZeroDuration()) {
    return CountedUnit(absl::ToInt64Minutes(duration), "minute");
  }
  return CountedUnit(absl::ToInt64Seconds(duration), "second");
}

Explained Render(const std::vector<Reason>& reasons, const Naming& naming) {
  Explained explained;
  for (const Reason& reason : reasons) {
    const auto message = ReasonMessages().find(ReasonName(reason.code));
    if (reason.code == ReasonCode::kNone || message == ReasonMessages().end()) continue;
    const Values values(reason, naming);
    std::string text = Sentence(Filled(message->second.text, values));
    AppendSentence(text, Sentence(Filled(message->second.different, values)));
    AppendSentence(explained.text, text);
    explained.steps.push_back({.code = reason.code, .parameters = values.shown(), .text = std::move(text)});
    for (const std::string& pattern : message->second.remedies) {
      std::string remedy = Filled(pattern, values);
      if (std::find(explained.remedies.begin(), explained.remedies.end(), remedy) == explained.remedies.end()) {
        explained.remedies.push_back(std::move(remedy));
      }
    }
  }
  return explained;
}

}  // namespace comity::domain
