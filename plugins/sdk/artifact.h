// What Comity puts into a suite: a calendar entry, a wiki page, a note on a ticket. Texts are stored as they were written; each suite's
// renderer (markup.h) escapes them where they are shown, so that no text is ever markup, a mention, a command or a template.
#ifndef COMITY_PLUGINS_SDK_ARTIFACT_H_
#define COMITY_PLUGINS_SDK_ARTIFACT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "service/base/error.h"

namespace comity::sdk {

enum class ArtifactKind { kNote, kPage, kCalendarEntry };
inline constexpr size_t kMaxBlocks = 500, kMaxPieces = 50;  // of a page's body, of a block

// `note`, `page`, `calendar_entry`.
std::string_view NameOf(ArtifactKind kind);

// Somebody by mail address; the name may be empty.
struct Participant {
  std::string name, address;
};

// Words in a line: plain, or a link where `address` is not empty.
struct Piece {
  std::string text, address;
};

struct Block {
  enum class Kind { kHeading, kParagraph, kItem };  // items that follow each other are a list
  Kind kind = Kind::kParagraph;
  std::vector<Piece> pieces;
};

// One thing to publish. The fields of other kinds than its own stay empty.
struct Artifact {
  // 1 to 100 letters and digits with single `-`, `.`, `/` between them, such as `decisions/20260902-k3f9`: the same id is the same thing.
  std::string id;
  ArtifactKind kind = ArtifactKind::kNote;
  bool withdrawn = false;   // what was published is taken back: a meeting is cancelled, a page and a note say that they are withdrawn
  std::string title;        // page, calendar entry: one line, at most 200 bytes
  std::string text;         // note, calendar entry: lines, at most 10,000 bytes
  std::string link;         // note, calendar entry: an address with http:// or https://, or empty
  std::string subject;      // note: the ticket as its suite writes it: `acme/billing#12`, `#12`
  std::string folder;       // page: where it lies below the source's `publish_below`; levels with slashes between them, or empty
  std::string name;         // page: its last level, never changed once it is published; empty: made from the id
  std::vector<Block> body;  // page: at most 500 blocks, 50 pieces each, 100,000 bytes in all
  // Calendar entry.
  absl::Time start, end;
  std::string zone;        // `Europe/Berlin`: whose wall clock the entry follows
  absl::Time change_time;  // when this version was made
  int64_t sequence = 0;    // raised with each version that changes when it is, or whether
  Participant organiser;
  std::vector<Participant> attendees;  // at most 200
};

// What is wrong with it, each fault with the field's name and the remedy, never with content; empty: it can be published.
std::vector<FieldFault> Check(const Artifact& artifact);
// SHA-256 in hex over all that it says: the same for the same content alone.
std::string DigestOf(const Artifact& artifact);
// The last level of a page's name: `name`, else the id with dashes for its slashes.
std::string PageName(const Artifact& artifact);
// Letters and digits with single `-`, `.`, `/` between them, at most `most`.
bool IsArtifactId(std::string_view text, size_t most = 100);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_ARTIFACT_H_
