#include "clients/cli/recognition_text.h"

#include <algorithm>
#include <ostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/names.h"

namespace comity::cli {
namespace {

constexpr size_t kMostInTable = 60;  // bytes

std::string LabelText(int label) {
  switch (label) {
    case v1::Recognition::LABEL_OUTCOME_ONLY:
      return "for what came of it: it names no behaviour";
    case v1::Recognition::LABEL_BRIEF:
      return "brief: what was seen is hard to tell";
    case v1::Recognition::LABEL_SAME_WORDS:
      return "the same words as in other thanks of theirs";
    case v1::Recognition::LABEL_REPEATED:
      return "thanked for the same deed before";
    default:
      return EnumWords(*v1::Recognition::Label_descriptor(), label);
  }
}

std::string ReachText(v1::Visibility reach) {
  return reach == v1::VISIBILITY_TEAM           ? "its author, those thanked and their teams"
         : reach == v1::VISIBILITY_ORGANISATION ? "everybody"
                                                : "its author and those thanked";
}

std::string After(const google::protobuf::Duration& after) {
  const int64_t hours = after.seconds() / 3600;
  if (hours < 1) return "within the hour";
  return hours < 48 ? absl::StrCat("after ", Count(hours, "hour", "hours")) : absl::StrCat("after ", Count(hours / 24, "day", "days"));
}

}  // namespace

std::string RecipientsText(const v1::Recognition& recognition) {
  std::vector<std::string> named;
  int unnamed = 0;
  for (const v1::Recognition::Recipient& recipient : recognition.recipients()) {
    recipient.person().empty() ? static_cast<void>(++unnamed) : named.push_back(BareName(recipient.person()));
  }
  std::sort(named.begin(), named.end());
  if (unnamed > 0) named.push_back(unnamed == 1 ? "somebody" : absl::StrCat(unnamed, " people"));
  return absl::StrJoin(named, ", ");
}

std::string AuthorText(std::string_view person) { return person.empty() ? "somebody" : BareName(person); }

std::string VisibilityText(v1::Visibility visibility) {
  switch (visibility) {
    case v1::VISIBILITY_PRIVATE:
      return "Only you, others thanked with you, and whoever thanked see it.";
    case v1::VISIBILITY_TEAM:
      return "Your teams may see it too, as far as everybody thanked with you agrees.";
    case v1::VISIBILITY_ORGANISATION:
      return "Everybody may see it, as far as everybody thanked with you agrees.";
    case v1::VISIBILITY_WITHDRAWN:
      return "Your name is off it, and it goes no further.";
    default:
      return "You have not said who may see it.";
  }
}

std::string FirstLine(std::string_view text) {
  std::string line(text.substr(0, text.find('\n')));
  if (line.size() <= kMostInTable && line.size() == text.size()) return line;
  size_t end = std::min(line.size(), kMostInTable);
  while (end > 0 && end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;  // never within a character
  return line.substr(0, end) + "…";
}

void PrintRecognition(std::ostream& out, const Style& style, const v1::Recognition& recognition) {
  out << style.Bold(Printable(recognition.name())) << "\n";
  PrintField(out, style, "From", AuthorText(recognition.author()));
  PrintField(out, style, "To", RecipientsText(recognition));
  PrintField(out, style, "When",
             absl::StrCat(Instant(recognition.create_time()), " UTC",
                          recognition.has_thanked_after() ? absl::StrCat(", ", After(recognition.thanked_after())) : ""));
  PrintField(
      out, style, "For",
      recognition.behaviour().empty() ? "" : absl::StrCat(BareName(recognition.behaviour()), ", version ", recognition.criteria_version()));
  PrintField(out, style, "Deed", recognition.deed());
  for (const std::string& evidence : recognition.evidence()) PrintField(out, style, "Evidence", evidence);
  for (const int label : recognition.labels()) PrintField(out, style, "Note", LabelText(label));
  if (recognition.state() == v1::Recognition::STATE_TAKEN_DOWN) PrintField(out, style, "Taken down", recognition.because());
  if (recognition.reach() != v1::VISIBILITY_UNSPECIFIED) PrintField(out, style, "Goes to", ReachText(recognition.reach()));
  for (const v1::Recognition::Recipient& recipient : recognition.recipients()) {
    if (recipient.visibility() != v1::VISIBILITY_UNSPECIFIED) PrintField(out, style, "Your word", VisibilityText(recipient.visibility()));
  }
  out << "\n  " << Wrap(Printable(recognition.saw(), true), style, "  ") << "\n";
  for (const v1::Recognition::Comment& comment : recognition.comments()) {
    out << "\n"
        << style.Dim(Printable(absl::StrCat(AuthorText(comment.author()), ", ", Instant(comment.create_time()), " UTC, ", comment.name())))
        << "\n  " << Wrap(Printable(comment.text(), true), style, "  ") << "\n";
  }
}

}  // namespace comity::cli
