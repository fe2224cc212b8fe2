#include "plugins/confluence/polling.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::confluence {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;
using sdk::MicrosOf;

constexpr std::string_view kEverything = "*";  // the stream of all spaces
constexpr size_t kPageSize = 100, kMaxSpaces = 200, kMaxSpaceKey = 255, kMaxPlace = 4000;
constexpr int64_t kMaxAnswers = 2000;   // of one walk through a list of pages
constexpr int64_t kMaxVersions = 5000;  // of one page
// Rows read again, since a page that changes meanwhile moves to the end and lets all behind it move up.
constexpr int64_t kRowsAgain = 5;
// How far behind is asked: the server's clock goes on while a round lasts.
constexpr absl::Duration kBehind = absl::Hours(2);

// A walk through the pages of one stream, in the order of their last change.
struct Walk {
  absl::Time base, since;  // from where the list is asked; from where its rows are new
  absl::Time floor, complete, position;
  int64_t start = 0, answers = 1;
  std::string place{};  // the Cloud's own place in the list
};

// Ages, not dates: a date in CQL is one of the time zone of whoever asks, which nobody tells.
std::string ListPath(std::string_view space, const Walk& walk, const Reading& reading, const sdk::Poll& poll) {
  const int64_t minutes = absl::ToInt64Minutes(poll.now - walk.base + kBehind) + 1;
  std::string cql = absl::StrCat("type in (page,blogpost) and lastmodified >= now(\"-", std::max<int64_t>(minutes, 1), "m\")");
  if (space != kEverything) absl::StrAppend(&cql, " and space = \"", std::string(space), "\"");
  cql += " order by lastmodified asc";
  std::string path = absl::StrCat("/rest/api/content/search?limit=", kPageSize,
                                  "&expand=version,history,space,metadata.labels,ancestors,restrictions.read.restrictions.user,"
                                  "restrictions.read.restrictions.group,ancestors.restrictions.read.restrictions.user,"
                                  "ancestors.restrictions.read.restrictions.group&cql=",
                                  sdk::UrlEncoded(cql));
  if (reading.cloud) {
    if (!walk.place.empty()) absl::StrAppend(&path, "&cursor=", walk.place);
  } else if (walk.start > 0) {
    absl::StrAppend(&path, "&start=", walk.start);
  }
  return path;
}

sdk::Fetch AskForPages(const std::string& space, const Walk& walk, const Reading& reading, const sdk::Poll& poll) {
  JsonObject note;
  note.Text("what", "pages").Raw("base", Micros(walk.base)).Raw("since", Micros(walk.since)).Raw("floor", Micros(walk.floor));
  note.Raw("complete", Micros(walk.complete)).Raw("position", Micros(walk.position));
  note.Raw("start", std::to_string(walk.start)).Raw("answers", std::to_string(walk.answers));
  return {ListPath(space, walk, reading, poll), "application/json", space, note.Take()};
}

// Where the Cloud's list goes on, taken out of its link; empty if it has no such place.
std::string PlaceIn(std::string_view link) {
  constexpr std::string_view kName = "cursor=";
  const size_t query = link.find('?');
  if (query == std::string_view::npos) return "";
  size_t begin = link.find(kName, query);
  while (begin != std::string_view::npos && link[begin - 1] != '?' && link[begin - 1] != '&') begin = link.find(kName, begin + 1);
  if (begin == std::string_view::npos) return "";
  const std::string_view place = link.substr(begin + kName.size(), link.find('&', begin) - begin - kName.size());
  const bool usable = !place.empty() && place.size() <= kMaxPlace && std::all_of(place.begin(), place.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || std::string_view("%-_.~=").find(static_cast<char>(c)) != std::string_view::npos;
  });
  return usable ? std::string(place) : "";
}

class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch,
           Json note, Json answer)
      : manifest_(manifest), source_(source), reading_(reading), poll_(poll), fetch_(fetch), note_(note), answer_(answer) {}

  absl::StatusOr<sdk::Step> Pages() {
    if (!answer_.At("/results").is_array()) return sdk::UnreadableAnswer("a list of pages", manifest_.title);
    Walk walk{MicrosOf(note_.At("/base")),
              MicrosOf(note_.At("/since")),
              MicrosOf(note_.At("/floor")),
              MicrosOf(note_.At("/complete")),
              MicrosOf(note_.At("/position")),
              note_.At("/start").Integer().value_or(0),
              note_.At("/answers").Integer().value_or(1)};
    const std::vector<Json> rows = answer_.At("/results").Items(2 * kPageSize);
    absl::Time last = walk.since;
    for (const Json row : rows) {
      const std::string id = row.At("/id").IdText();
      const std::optional<absl::Time> when = sdk::TimeOf(row.At("/version/when"));
      if (!when || !sdk::IsDigits(id)) {
        ++step_.unreadable;
        continue;
      }
      if (*when < walk.since) continue;
      const absl::Time seen = std::min(*when, poll_.now);  // a clock that lies must not hide what comes later
      last = std::max(last, seen);
      walk.position = std::max(walk.position, seen);
      AskForVersions(id, 0, SlimContent(row), walk.floor, sdk::WalkCursor{walk.complete, walk.position}.ToText());
    }
    const auto count = static_cast<int64_t>(rows.size());
    const std::string_view next = answer_.At("/_links/next").Text();
    const bool more = count > 0 && (!next.empty() || (!reading_.cloud && count >= static_cast<int64_t>(kPageSize)));
    walk.since = last;
    ++walk.answers;
    if (more && walk.answers <= kMaxAnswers && GoOn(walk, count, next)) {
      step_.next.push_back(AskForPages(fetch_.stream, walk, reading_, poll_));
    } else if (!more) {
      step_.commit = sdk::Commit{fetch_.stream, sdk::WalkCursor{walk.position, walk.position}.ToText()};
    }
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Versions() {
    if (!answer_.At("/results").is_array()) return sdk::UnreadableAnswer("a page's versions", manifest_.title);
    const absl::Time floor = MicrosOf(note_.At("/floor"));
    const Page page = PageOf(note_.At("/page"));
    const std::vector<Json> versions = answer_.At("/results").Items(2 * kPageSize);
    bool reaches_back = false;
    for (const Json version : versions) {
      const std::optional<absl::Time> when = sdk::TimeOf(version.At("/when"));
      if (when && *when < floor) {
        reaches_back = true;
      } else if (!when || !MapVersion(page, version, source_, reading_, step_.facts).ok()) {
        ++step_.unreadable;
      }
    }
    // From the newest on.
    const auto count = static_cast<int64_t>(versions.size());
    const int64_t start = note_.At("/start").Integer().value_or(0) + count;
    const bool more = count >= static_cast<int64_t>(kPageSize) || !answer_.At("/_links/next").Text().empty();
    const std::string commit(note_.At("/commit").Text());
    if (more && count > 0 && !reaches_back && start < kMaxVersions) {
      AskForVersions(page.id, start, note_.At("/page").ToText(), floor, commit);
    } else {
      // Pages come in the order of their change: with this one, all before are known.
      step_.commit = sdk::Commit{fetch_.stream, commit};
    }
    return std::move(step_);
  }

 private:
  // By the instant of the last one seen wherever that gets the walk on, else by rows.
  bool GoOn(Walk& walk, int64_t count, std::string_view link) const {
    if (walk.since - walk.base > kBehind) {
      walk.base = walk.since;
      walk.start = 0;
      return true;
    }
    if (reading_.cloud) {
      walk.place = PlaceIn(link);
      return !walk.place.empty();
    }
    walk.start += std::max<int64_t>(1, count - kRowsAgain);
    return true;
  }

  void AskForVersions(const std::string& id, int64_t start, const std::string& page, absl::Time floor, const std::string& commit) {
    JsonObject note;
    note.Text("what", "versions").Raw("start", std::to_string(start)).Raw("floor", Micros(floor)).Raw("page", page).Text("commit", commit);
    std::string path = absl::StrCat(reading_.cloud ? "/rest/api/content/" : "/rest/experimental/content/", id, "/version?limit=", kPageSize,
                                    "&start=", start);
    if (reading_.cloud) path += "&expand=collaborators";
    step_.next.push_back({std::move(path), "application/json", fetch_.stream, note.Take()});
  }

  const sdk::Manifest& manifest_;
  const sdk::Source& source_;
  const Reading& reading_;
  const sdk::Poll& poll_;
  const sdk::Fetch& fetch_;
  const Json note_, answer_;
  sdk::Step step_;
};

}  // namespace

std::vector<std::string> ReadSpaces(std::string_view text, std::string_view option, std::vector<std::string>* faults) {
  std::vector<std::string> spaces = sdk::SplitList(text);
  const auto is_key = [](const std::string& key) {
    return key.size() <= kMaxSpaceKey && std::all_of(key.begin(), key.end(), [](unsigned char c) {
             return absl::ascii_isalnum(c) || std::string_view("~-_.").find(static_cast<char>(c)) != std::string_view::npos;
           });
  };
  if (!std::all_of(spaces.begin(), spaces.end(), is_key)) {
    faults->push_back(absl::StrCat("config.", std::string(option),
                                   " must be keys of spaces such as OPS, with commas between them; the address of a space shows its key"));
  }
  if (spaces.size() > kMaxSpaces) {
    faults->push_back(absl::StrCat("config.", std::string(option), " are more than 200; make a second source for the others"));
  }
  return spaces;
}

sdk::Step PlanPoll(const std::vector<std::string>& spaces, const Reading& reading, const sdk::Poll& poll) {
  const std::vector<std::string> streams = spaces.empty() ? std::vector<std::string>{std::string(kEverything)} : spaces;
  sdk::Step step;
  for (const std::string& stream : streams) {
    const sdk::WalkCursor cursor = sdk::WalkCursor::Of(poll, stream);
    const absl::Time since = cursor.Since(poll);
    step.next.push_back(AskForPages(stream, {since, since, cursor.Floor(poll), cursor.complete, cursor.position}, reading, poll));
  }
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  const bool versions = note.root().At("/what").Text() == "versions";
  if (versions && response.status == 404) {
    // Deleted since the list was made; what is known of it stays.
    sdk::Step step;
    step.commit = sdk::Commit{fetch.stream, std::string(note.root().At("/commit").Text())};
    return step;
  }
  if (response.status != 200) {
    return Error(
        absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
        absl::StrCat("the API answers ", response.status,
                     " to a list of pages: is there such a space, may the token see it, and is api_base right (the Cloud's ends with "
                     "/wiki)?"));
  }
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  Absorber absorber(manifest, source, reading, poll, fetch, note.root(), answer.root());
  return versions ? absorber.Versions() : absorber.Pages();
}

}  // namespace comity::confluence
