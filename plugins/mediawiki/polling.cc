#include "plugins/mediawiki/polling.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::mediawiki {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;
using sdk::MicrosOf;

constexpr std::string_view kStream = "changes";
constexpr size_t kPageSize = 100;
constexpr int64_t kMaxAnswers = 5000;  // of one walk
constexpr size_t kStampDigits = 14;

// Where a list goes on: `20260902100000|4711`, the instant and number of the next change. Always forward, so that every walk ends.
struct Place {
  std::string text, stamp;
  int64_t number = 0;
  bool after(const Place& other) const { return std::tie(stamp, number) > std::tie(other.stamp, other.number); }
};
std::optional<Place> ReadPlace(std::string_view text) {
  Place place{std::string(text), std::string(text.substr(0, kStampDigits))};
  if (text.size() < kStampDigits + 2 || text[kStampDigits] != '|') return std::nullopt;
  if (!std::all_of(place.stamp.begin(), place.stamp.end(), [](unsigned char c) { return absl::ascii_isdigit(c); })) return std::nullopt;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + kStampDigits + 1, end, place.number);
  return read.ec == std::errc{} && read.ptr == end && place.number >= 0 ? std::optional<Place>(std::move(place)) : std::nullopt;
}

sdk::Fetch Get(std::string_view api_path, std::string_view query, std::string note) {
  return {absl::StrCat(std::string(api_path), "?action=query&format=json&formatversion=2", std::string(query)), "application/json",
          std::string(kStream), std::move(note)};
}

struct Walk {
  absl::Time since, position;
  std::string place;  // empty at first
  int64_t answers = 1;
};

sdk::Fetch AskForChanges(std::string_view api_path, const Reading& reading, const Walk& walk) {
  std::string query = absl::StrCat(
      "&list=recentchanges&rcdir=newer&rctype=edit%7Cnew%7Clog&rclimit=", kPageSize,
      "&rcprop=ids%7Ctitle%7Ctimestamp%7Cuser%7Cuserid%7Cflags%7Ctags%7Cloginfo&rcstart=", sdk::UrlEncoded(sdk::UtcText(walk.since)));
  std::string numbers;
  for (const int64_t number : reading.namespaces) absl::StrAppend(&numbers, numbers.empty() ? "" : "%7C", number);
  if (!numbers.empty()) absl::StrAppend(&query, "&rcnamespace=", numbers);
  if (!walk.place.empty()) absl::StrAppend(&query, "&rccontinue=", sdk::UrlEncoded(walk.place));
  JsonObject note;
  note.Text("what", "changes").Raw("since", Micros(walk.since)).Raw("position", Micros(walk.position)).Text("place", walk.place);
  return Get(api_path, query, note.Raw("answers", std::to_string(walk.answers)).Take());
}

// What the mapping reads of a change, and no text that somebody wrote.
std::string Slim(Json change) {
  JsonObject slim;
  slim.Copy(change, {"type", "ns", "title", "pageid", "revid", "old_revid", "user", "userid", "anon", "temp", "userhidden", "bot", "minor",
                     "timestamp", "tags", "logid", "logtype", "logaction"});
  if (const Json move = change.At("/logparams"); move.is_object()) {
    slim.Raw("logparams", JsonObject().Copy(move, {"target_title", "target_ns"}).Take());
  }
  return slim.Take();
}

class Absorber {
 public:
  Absorber(std::string_view api_path, const sdk::Source& source, const Reading& reading, const sdk::Poll& poll,
           const sdk::Manifest& manifest, Json note)
      : api_path_(api_path), source_(source), reading_(reading), poll_(poll), manifest_(manifest), note_(note) {}

  absl::StatusOr<sdk::Step> Changes(Json answer) {
    const Json list = answer.At("/query/recentchanges");
    if (!list.is_array()) return sdk::UnreadableAnswer("a list of recent changes", manifest_.title);
    Walk walk{MicrosOf(note_.At("/since")), MicrosOf(note_.At("/position")), std::string(note_.At("/place").Text()),
              note_.At("/answers").Integer().value_or(1)};
    std::vector<std::pair<std::string, std::string>> pages;  // their changes, in the order of the first of each
    for (const Json change : list.Items(kPageSize + 1)) {
      const std::optional<absl::Time> time = sdk::TimeOf(change.At("/timestamp"));
      const std::string page = change.At("/pageid").IdText();
      if (change.At("/actionhidden").IsTrue()) continue;  // from this reader, by an administrator
      if (!time || !sdk::IsDigits(page)) {
        ++step_.unreadable;
        continue;
      }
      walk.position = std::max(walk.position, std::min(*time, poll_.now));  // a clock that lies hides nothing
      if (!IsWanted(change.At("/ns").Integer().value_or(-1), reading_.namespaces) || *time < walk.since) continue;
      if (change.At("/logtype").Text() == "delete") {
        Map(change, {});  // there is no page to ask for
      } else if (page != "0") {
        const auto known = std::find_if(pages.begin(), pages.end(), [&](const auto& other) { return other.first == page; });
        if (known == pages.end()) {
          pages.emplace_back(page, Slim(change));
        } else {
          known->second += "," + Slim(change);
        }
      }
    }
    const std::string reached = sdk::WalkCursor{walk.position, walk.position}.ToText();
    const std::optional<Place> next = ReadPlace(answer.At("/continue/rccontinue").Text());
    const std::optional<Place> here = ReadPlace(walk.place);
    const bool more = next && (!here || next->after(*here)) && walk.answers < kMaxAnswers;
    for (size_t i = 0; i < pages.size(); ++i) {
      JsonObject note;
      note.Text("what", "page").Raw("changes", "[" + pages[i].second + "]");
      // Pages are asked one after the other: with the last, this answer is done, however far the walk has to go.
      if (more && i + 1 == pages.size()) note.Text("commit", reached);
      step_.next.push_back(Get(api_path_,
                               "&prop=revisions%7Ccategories&rvdir=newer&rvlimit=1&rvprop=ids%7Cuser%7Cuserid&clshow=!hidden&cllimit=" +
                                   std::to_string(kMaxCategories) + "&pageids=" + pages[i].first,
                               note.Take()));
    }
    if (more) {
      walk.place = next->text;
      ++walk.answers;
      step_.next.push_back(AskForChanges(api_path_, reading_, walk));
    } else {
      step_.commit = sdk::Commit{std::string(kStream), reached};
    }
    return std::move(step_);
  }

  // A page that was deleted meanwhile is not there any more; its changes are known all the same.
  absl::StatusOr<sdk::Step> Page(Json answer) {
    const std::vector<Json> pages = answer.At("/query/pages").Items(1);
    if (pages.empty() || !pages.front().is_object()) return sdk::UnreadableAnswer("a page", manifest_.title);
    const Json page = pages.front();
    JsonObject known;
    for (const Json first : page.At("/revisions").Items(1)) {
      known.Raw("first", JsonObject().Copy(first, {"user", "userid", "anon", "temp", "userhidden"}).Take());
    }
    std::string categories;
    for (const Json category : page.At("/categories").Items(kMaxCategories)) {
      const Json title = category.At("/title");
      if (title.exists()) absl::StrAppend(&categories, categories.empty() ? "" : ",", title.ToText());
    }
    known.Raw("categories", "[" + categories + "]");
    COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument document, sdk::JsonDocument::Parse(known.Take()));
    for (const Json change : note_.At("/changes").Items(kPageSize + 1)) Map(change, {.page = document.root(), .undone = {}});
    if (const Json commit = note_.At("/commit"); commit.exists()) {
      step_.commit = sdk::Commit{std::string(kStream), std::string(commit.Text())};
    }
    return std::move(step_);
  }

 private:
  void Map(Json change, const Context& context) {
    auto parsed = MapChange(change, context, source_, reading_);
    if (!parsed.ok()) {
      ++step_.unreadable;
      return;
    }
    for (v1::Fact& fact : parsed->facts) step_.facts.push_back(std::move(fact));
  }

  const std::string_view api_path_;
  const sdk::Source& source_;
  const Reading& reading_;
  const sdk::Poll& poll_;
  const sdk::Manifest& manifest_;
  const Json note_;
  sdk::Step step_;
};

// MediaWiki says 200 and means no.
absl::Status Refused(Json error) {
  const std::string_view code = error.At("/code").Text();
  std::string shown;  // a fixed word of the software, but it comes from outside
  for (const char c : code.substr(0, 60)) shown += absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ? c : '?';
  const bool rights = code == "readapidenied" || code == "permissiondenied" || code.starts_with("mwoauth") || code.starts_with("assert");
  return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
               absl::StrCat("MediaWiki answers with the error ", shown,
                            rights ? ": the read token may not read this wiki, or is none of Extension:OAuth" : ""));
}

}  // namespace

sdk::Step PlanPoll(std::string_view api_path, const Reading& reading, const sdk::Poll& poll) {
  const sdk::WalkCursor cursor = sdk::WalkCursor::Of(poll, kStream);
  sdk::Step step;
  step.next.push_back(
      AskForChanges(api_path, reading, {absl::FromUnixSeconds(absl::ToUnixSeconds(cursor.Since(poll))), cursor.position, ""}));
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(std::string_view api_path, const sdk::Source& source, const Reading& reading, const sdk::Poll& poll,
                                     const sdk::Fetch& fetch, const net::Response& response, const sdk::Manifest& manifest) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  if (response.status != 200) {
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("the API answers ", response.status, " at ", std::string(api_path),
                              ": is config.api_path right (Debian: /mediawiki/api.php)?"));
  }
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  if (const Json error = answer.root().At("/error"); error.exists()) return Refused(error);
  Absorber absorber(api_path, source, reading, poll, manifest, note.root());
  return note.root().At("/what").Text() == "page" ? absorber.Page(answer.root()) : absorber.Changes(answer.root());
}

}  // namespace comity::mediawiki
