#include "plugins/sdk/artifact.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/text_checks.h"

namespace comity::sdk {
namespace {

constexpr size_t kMaxTitle = 200, kMaxText = 10'000, kMaxLink = 1000, kMaxSubject = 300, kMaxFolder = 200, kMaxName = 100;
constexpr size_t kMaxBody = 100'000, kMaxPiece = 10'000, kMaxAttendees = 200, kMaxAddress = 200;
constexpr int64_t kMaxSequence = 1'000'000;

// Collects what is wrong, field by field.
class Checker {
 public:
  explicit Checker(const Artifact& artifact) : artifact_(artifact) {}

  std::vector<FieldFault> Take() && {
    if (!IsArtifactId(artifact_.id)) Fault("id", "must be 1 to 100 letters and digits with single - . / between them");
    switch (artifact_.kind) {
      case ArtifactKind::kNote:
        Note();
        break;
      case ArtifactKind::kPage:
        Page();
        break;
      case ArtifactKind::kCalendarEntry:
        CalendarEntry();
        break;
    }
    return std::move(faults_);
  }

 private:
  void Note() {
    Line("subject", artifact_.subject, kMaxSubject, true);
    Text(true);
    Link("link", artifact_.link);
    Unused({{"title", !artifact_.title.empty()}, {"body", HasPagePart()}, {"start", HasCalendarPart()}});
  }

  void Page() {
    Line("title", artifact_.title, kMaxTitle, true);
    if (!artifact_.folder.empty() && !IsPageLevels(artifact_.folder, kMaxFolder)) {
      Fault("folder", "must be levels of letters, digits, dashes and single spaces with slashes between them, at most 200 bytes");
    }
    if (!artifact_.name.empty() && (!IsPageLevels(artifact_.name, kMaxName) || artifact_.name.find('/') != std::string::npos)) {
      Fault("name", "must be letters, digits, dashes and single spaces, at most 100 bytes; leave it out for one made from the id");
    }
    if (artifact_.body.size() > kMaxBlocks) return Fault("body", "has more than 500 blocks; write a shorter page");
    if (artifact_.body.empty() && !artifact_.withdrawn) Fault("body", "is missing; list its paragraphs");
    size_t bytes = 0;
    for (size_t i = 0; i < artifact_.body.size(); ++i) bytes += BlockAt(artifact_.body[i], absl::StrCat("body[", i, "]"));
    if (bytes > kMaxBody) Fault("body", "has more than 100,000 bytes; write a shorter page");
    Unused({{"text", !artifact_.text.empty() || !artifact_.link.empty()},
            {"subject", !artifact_.subject.empty()},
            {"start", HasCalendarPart()}});
  }

  size_t BlockAt(const Block& block, const std::string& path) {
    if (block.pieces.empty() || block.pieces.size() > kMaxPieces) Fault(path, "must have 1 to 50 pieces of text");
    size_t bytes = 0;
    for (const Piece& piece : block.pieces) {
      bytes += piece.text.size() + piece.address.size();
      Line(path, piece.text, kMaxPiece, true);
      Link(path + ".link", piece.address);
    }
    return bytes;
  }

  void CalendarEntry() {
    Line("title", artifact_.title, kMaxTitle, true);
    Text(false);
    Link("link", artifact_.link);
    const absl::Time first = absl::FromUnixSeconds(0), last = absl::FromUnixSeconds(253'370'764'800);
    const auto sound = [&](absl::Time time) { return time > first && time < last; };
    if (!sound(artifact_.start)) Fault("start", "must be an instant with a zone, such as 2026-09-02T10:00:00+02:00");
    if (!sound(artifact_.end) || artifact_.end <= artifact_.start || artifact_.end - artifact_.start > absl::Hours(24 * 31)) {
      Fault("end", "must be an instant after start, at most 31 days later");
    }
    if (!sound(artifact_.change_time)) Fault("change_time", "must be the instant at which this version was made");
    absl::TimeZone zone;
    if (artifact_.zone.size() > 60 || !IsPlainLine(artifact_.zone) || !absl::LoadTimeZone(artifact_.zone, &zone)) {
      Fault("zone", "must be the name of a zone, such as Europe/Berlin or UTC");
    }
    if (artifact_.sequence < 0 || artifact_.sequence > kMaxSequence) Fault("sequence", "must be a whole number from 0 to 1,000,000");
    Who("organiser", artifact_.organiser);
    if (artifact_.attendees.size() > kMaxAttendees) return Fault("attendees", "are more than 200; invite fewer");
    std::set<std::string> seen;
    for (size_t i = 0; i < artifact_.attendees.size(); ++i) {
      const std::string path = absl::StrCat("attendees[", i, "]");
      Who(path, artifact_.attendees[i]);
      if (!seen.insert(absl::AsciiStrToLower(artifact_.attendees[i].address)).second) Fault(path, "is there twice; keep one");
    }
    Unused({{"body", HasPagePart()}, {"subject", !artifact_.subject.empty()}});
  }

  void Who(const std::string& path, const Participant& who) {
    Line(path + ".name", who.name, kMaxTitle, false);
    if (!IsMailAddress(who.address, kMaxAddress)) Fault(path + ".address", "must be a mail address such as ana@acme.example");
  }
  void Text(bool required) {
    if (artifact_.text.empty() && required && !artifact_.withdrawn) return Fault("text", "is missing; say what is to be read there");
    if (artifact_.text.size() > kMaxText) return Fault("text", "has more than 10,000 bytes; shorten it");
    if (!IsPlainText(artifact_.text)) Fault("text", "must be UTF-8 without control characters but line ends");
  }
  void Line(const std::string& path, std::string_view text, size_t most, bool required) {
    const bool blank = text.find_first_not_of(' ') == std::string_view::npos;
    if (required && blank) return Fault(path, "is missing; give it a text");
    if (text.size() > most) return Fault(path, absl::StrCat("has more than ", most, " bytes; shorten it"));
    if (!IsPlainLine(text)) Fault(path, "must be one line of UTF-8 without control characters");
  }
  void Link(const std::string& path, std::string_view address) {
    if (!address.empty() && !IsWebAddress(address, kMaxLink)) {
      Fault(path, "must be an address with http:// or https://, without spaces, quotes, brackets and passwords, at most 1000 bytes");
    }
  }
  bool HasPagePart() const { return !artifact_.body.empty() || !artifact_.folder.empty() || !artifact_.name.empty(); }
  bool HasCalendarPart() const {
    return artifact_.start != absl::Time() || artifact_.end != absl::Time() || !artifact_.organiser.address.empty() ||
           !artifact_.attendees.empty();
  }
  void Unused(const std::vector<std::pair<std::string, bool>>& fields) {
    for (const auto& [field, given] : fields) {
      if (given) Fault(field, absl::StrCat("is no part of a ", std::string(NameOf(artifact_.kind)), "; take it out"));
    }
  }
  void Fault(const std::string& field, std::string_view remedy) { faults_.push_back({field, std::string(remedy)}); }

  const Artifact& artifact_;
  std::vector<FieldFault> faults_;
};

// Lengths before texts: no two contents have the same bytes.
void Put(std::string& out, std::string_view text) { absl::StrAppend(&out, text.size(), ":", std::string(text), ","); }
void Put(std::string& out, absl::Time time) { absl::StrAppend(&out, absl::ToUnixMicros(time), ","); }

}  // namespace

std::string_view NameOf(ArtifactKind kind) {
  switch (kind) {
    case ArtifactKind::kPage:
      return "page";
    case ArtifactKind::kCalendarEntry:
      return "calendar_entry";
    default:
      return "note";
  }
}

std::vector<FieldFault> Check(const Artifact& artifact) { return Checker(artifact).Take(); }

std::string DigestOf(const Artifact& artifact) {
  std::string out = absl::StrCat("artifact 1,", std::string(NameOf(artifact.kind)), ",", artifact.withdrawn ? 1 : 0, ",");
  for (const std::string* text : {&artifact.id, &artifact.title, &artifact.text, &artifact.link, &artifact.subject, &artifact.folder,
                                  &artifact.name, &artifact.zone, &artifact.organiser.name, &artifact.organiser.address}) {
    Put(out, *text);
  }
  for (const absl::Time time : {artifact.start, artifact.end, artifact.change_time}) Put(out, time);
  absl::StrAppend(&out, artifact.sequence, ",", artifact.body.size(), ",", artifact.attendees.size(), ",");
  for (const Block& block : artifact.body) {
    absl::StrAppend(&out, static_cast<int>(block.kind), ",", block.pieces.size(), ",");
    for (const Piece& piece : block.pieces) {
      Put(out, piece.text);
      Put(out, piece.address);
    }
  }
  for (const Participant& who : artifact.attendees) {
    Put(out, who.name);
    Put(out, who.address);
  }
  return Sha256Hex(out);
}

std::string PageName(const Artifact& artifact) {
  std::string name = artifact.name.empty() ? artifact.id : artifact.name;
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

bool IsArtifactId(std::string_view text, size_t most) {
  bool letter = false;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      letter = true;
    } else if (letter && (c == '-' || c == '.' || c == '/')) {
      letter = false;
    } else {
      return false;
    }
  }
  return letter && text.size() <= most;
}

}  // namespace comity::sdk
