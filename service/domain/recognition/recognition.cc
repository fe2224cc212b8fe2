#include "service/domain/recognition/recognition.h"

#include <algorithm>

#include "service/domain/recognition/words.h"

namespace comity::domain {
namespace {

Onlooker::Tie TieOf(const Onlooker& onlooker, size_t recipient) {
  return recipient < onlooker.ties.size() ? onlooker.ties[recipient] : Onlooker::Tie{};
}

}  // namespace

Visibility ReachOf(const Recognition& recognition, const Onlooker& onlooker) {
  if (recognition.recipients.empty()) return Visibility::kPrivate;
  Visibility reach = recognition.closed ? Visibility::kPrivate : recognition.widest;
  for (size_t i = 0; i < recognition.recipients.size(); ++i) {
    const Visibility word = recognition.recipients[i].visibility;
    const bool closed = word == Visibility::kWithdrawn || word == Visibility::kNone || TieOf(onlooker, i).opted_out;
    reach = std::min(reach, closed ? Visibility::kPrivate : word);
  }
  return reach;
}

bool IsRecipient(const Recognition& recognition, PersonUid person) {
  return std::any_of(recognition.recipients.begin(), recognition.recipients.end(),
                     [&](const Recipient& recipient) { return recipient.person == person; });
}

bool IsConcernedBy(const Recognition& recognition, PersonUid person) {
  if (person.empty() || recognition.withdrawn) return false;
  if (recognition.author == person) return true;
  return !recognition.taken_down() && IsRecipient(recognition, person);
}

bool MaySeeRecognition(const Recognition& recognition, const Onlooker& onlooker) {
  if (IsConcernedBy(recognition, onlooker.person)) return true;
  if (onlooker.oversees && recognition.reported) return true;
  if (recognition.taken_down() || recognition.withdrawn) return false;
  const Visibility reach = ReachOf(recognition, onlooker);
  if (reach == Visibility::kOrganisation) return true;
  if (reach != Visibility::kTeam) return false;
  // Of each who keeps it within their team, or of all if its author does: an onlooker from another team would learn what one of them wanted
  // kept.
  for (size_t i = 0; i < recognition.recipients.size(); ++i) {
    const Visibility word = std::min(recognition.recipients[i].visibility, recognition.widest);
    if (word == Visibility::kTeam && !TieOf(onlooker, i).shares_team) return false;
  }
  return true;
}

bool MaySeeRecipient(const Recognition& recognition, const Onlooker& onlooker, size_t recipient) {
  const Recipient& of = recognition.recipients[recipient];
  if (!onlooker.person.empty() && of.person == onlooker.person) return true;
  if (of.visibility == Visibility::kWithdrawn) return false;
  const bool is_author = !onlooker.person.empty() && recognition.author == onlooker.person;
  if (is_author && of.known) return true;
  if (TieOf(onlooker, recipient).opted_out) return onlooker.oversees;
  if (!is_author) return true;  // they see it because everybody on it let them, or because they are on it themselves
  return of.visibility == Visibility::kOrganisation || (of.visibility == Visibility::kTeam && TieOf(onlooker, recipient).shares_team);
}

bool MaySeeWriter(const Recognition& recognition, const Onlooker& onlooker, PersonUid writer, bool opted_out) {
  if (!onlooker.person.empty() && onlooker.person == writer) return true;
  for (size_t i = 0; i < recognition.recipients.size(); ++i) {
    if (recognition.recipients[i].person == writer) return MaySeeRecipient(recognition, onlooker, i);
  }
  return !opted_out || onlooker.oversees || IsConcernedBy(recognition, onlooker.person);
}

std::vector<RecognitionLabel> LabelsFor(const Recognition& recognition, const std::vector<Earlier>& earlier) {
  std::vector<RecognitionLabel> labels;
  if (recognition.behaviour.empty()) labels.push_back(RecognitionLabel::kOutcomeOnly);
  if (CharactersIn(recognition.saw) < kBriefSaw) labels.push_back(RecognitionLabel::kBrief);
  const std::string words = SameWordsForm(recognition.saw);
  const auto same_words = [&](const Earlier& before) {
    return before.created > recognition.created - kSameWordsWithin && SameWordsForm(before.saw) == words;
  };
  if (std::any_of(earlier.begin(), earlier.end(), same_words)) labels.push_back(RecognitionLabel::kSameWords);
  const auto same_deed = [&](const Earlier& before) { return !recognition.deed.empty() && before.deed == recognition.deed; };
  if (std::any_of(earlier.begin(), earlier.end(), same_deed)) labels.push_back(RecognitionLabel::kRepeated);
  return labels;
}

}  // namespace comity::domain
