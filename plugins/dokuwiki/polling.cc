#include "plugins/dokuwiki/polling.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/dokuwiki/xml_rpc.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::dokuwiki {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;
using sdk::MicrosOf;

constexpr std::string_view kStream = "changes";
constexpr size_t kPagesAtOnce = 200;     // of one list; the rest is asked for anew
constexpr size_t kMaxRows = 40'000;      // of one list: more than an answer can hold
constexpr size_t kMaxVersions = 2000;    // of one page in one round
constexpr int64_t kAnswersForAll = 150;  // about one page's versions, as long as they are wanted
constexpr int64_t kAnswersForCreator = 10;
constexpr int64_t kFirst = 1'000'000'000, kLast = 9'999'999'999;  // DokuWiki takes ten digits
constexpr int64_t kNothingNew = 321, kMayNotRead = 111, kNoSuchPage = 121;
constexpr int64_t kOff = -32605, kUnauthorised = -32603, kForbidden = -32604;

sdk::Fetch Ask(std::string call, std::string note) {
  return {.path = "/lib/exe/xmlrpc.php",
          .accept = "text/xml",
          .stream = std::string(kStream),
          .note = std::move(note),
          .method = "POST",
          .body = std::move(call),
          .headers = {{"Content-Type", "text/xml; charset=utf-8"}}};
}

// A walk through the list, which is ordered by the pages' last changes.
struct Walk {
  int64_t since;
  absl::Time floor, complete, position;
};

sdk::Fetch AskForChanges(const Walk& walk) {
  JsonObject note;
  note.Text("what", "changes").Raw("since", std::to_string(walk.since)).Raw("floor", Micros(walk.floor));
  note.Raw("complete", Micros(walk.complete)).Raw("position", Micros(walk.position));
  return Ask(Call("wiki.getRecentChanges", {Whole(walk.since)}), note.Take());
}

sdk::Fetch AskForVersions(std::string_view page, int64_t offset, std::string note) {
  return Ask(Call("wiki.getPageVersions", {Text(page), Whole(offset)}), std::move(note));
}

struct Version {
  int64_t second;
  std::string type, user;
};

std::string NoteOf(const std::vector<Version>& versions) {
  std::string list = "[";
  for (const Version& version : versions) {
    absl::StrAppend(
        &list, list.size() > 1 ? "," : "",
        JsonObject().Raw("second", std::to_string(version.second)).Text("type", version.type).Text("user", version.user).Take());
  }
  return list + "]";
}

absl::Status Faulty(int64_t code) {
  const std::string_view remedy = code == kOff ? "its XML-RPC interface is off; switch `remote` on in its configuration"
                                  : code == kUnauthorised || code == kForbidden
                                      ? "the reading account may not use XML-RPC; put it into `remoteuser`"
                                      : "look into the wiki's log";
  return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
               absl::StrCat("DokuWiki answers with fault ", code, ": ", std::string(remedy)));
}

class Absorber {
 public:
  Absorber(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Manifest& manifest, Json note)
      : source_(source), reading_(reading), poll_(poll), manifest_(manifest), note_(note) {}

  absl::StatusOr<sdk::Step> Changes(const Answer& answer) {
    const auto items = answer.fault() == kNothingNew ? std::vector<sdk::Xml>() : answer.Items(kMaxRows);
    if (!items) return sdk::UnreadableAnswer("a list of changes", manifest_.title);
    Walk walk{note_.At("/since").Integer().value_or(kFirst), MicrosOf(note_.At("/floor")), MicrosOf(note_.At("/complete")),
              MicrosOf(note_.At("/position"))};
    std::multimap<int64_t, std::string> pages;  // by the second of their last change; in a list that was cut, those of later seconds wait
    for (const sdk::Xml row : *items) {
      std::string page = Member(row, "name");
      const std::optional<int64_t> second = WholeMember(row, "version");
      if (page.empty() || page.size() > kMaxPageBytes || !second || *second < walk.since || *second > kLast) {
        ++step_.unreadable;
      } else {
        pages.emplace(*second, std::move(page));
      }
    }
    size_t taken = 0;
    int64_t last = walk.since;
    for (const auto& [second, page] : pages) {
      if (taken >= kPagesAtOnce && second != last) break;
      ++taken;
      last = second;
      walk.position = std::max(walk.position, std::min(absl::FromUnixSeconds(second), poll_.now));  // a clock that lies hides nothing
      if (!IsWanted(page, reading_.namespaces)) continue;
      JsonObject note;
      note.Text("what", "page").Text("page", page).Raw("floor", Micros(walk.floor)).Raw("answers", "1").Raw("versions", "[]");
      note.Text("commit", sdk::WalkCursor{walk.complete, walk.position}.ToText());
      step_.next.push_back(AskForVersions(page, 0, note.Take()));
    }
    if (taken < pages.size() || items->size() == kMaxRows) {
      walk.since = last + 1;
      step_.next.push_back(AskForChanges(walk));
    } else {
      step_.commit = sdk::Commit{std::string(kStream), sdk::WalkCursor{walk.position, walk.position}.ToText()};
    }
    return std::move(step_);
  }

  // Newest first. The offset counts versions; since files of old ones may be gone, an answer can hold fewer than it spans, and the next can
  // begin with some that are known.
  absl::StatusOr<sdk::Step> Page(const Answer& answer) {
    const auto items = answer.Items(kMaxVersions);
    if (!items) return sdk::UnreadableAnswer("a list of versions", manifest_.title);
    std::vector<Version> versions;
    for (const Json known : note_.At("/versions").Items(kMaxVersions)) {
      versions.push_back(
          {known.At("/second").Integer().value_or(0), std::string(known.At("/type").Text()), std::string(known.At("/user").Text())});
    }
    const int64_t seen = versions.empty() ? kLast + 1 : versions.back().second, floor = absl::ToUnixSeconds(MicrosOf(note_.At("/floor")));
    int64_t oldest = seen;
    for (const sdk::Xml row : *items) {
      Version version{WholeMember(row, "version").value_or(0), Member(row, "type"), Member(row, "user")};
      if (version.second < kFirst || version.second > kLast || version.type.size() != 1) {
        ++step_.unreadable;
        continue;
      }
      if (version.second >= seen) continue;
      oldest = std::min(oldest, version.second);
      versions.push_back(std::move(version));
    }
    std::stable_sort(versions.begin(), versions.end(), [](const Version& a, const Version& b) { return a.second > b.second; });
    const int64_t answers = note_.At("/answers").Integer().value_or(1), offset = note_.At("/offset").Integer().value_or(0);
    const bool created = std::any_of(versions.begin(), versions.end(), [](const Version& version) { return version.type == "C"; });
    const bool all = oldest < floor, more = oldest < seen && versions.size() < kMaxVersions;
    if (more && (all ? !created && answers < kAnswersForCreator : answers < kAnswersForAll)) {
      JsonObject note;
      note.Text("what", "page").Copy(note_, {"page", "floor", "commit"}).Raw("answers", std::to_string(answers + 1));
      const int64_t next = offset + static_cast<int64_t>(items->size());
      note.Raw("offset", std::to_string(next)).Raw("versions", NoteOf(versions));
      step_.next.push_back(AskForVersions(note_.At("/page").Text(), next, note.Take()));
      return std::move(step_);
    }
    if (more && !all) ++step_.unreadable;  // too many to read them all
    Tell(versions, floor);
    step_.commit = sdk::Commit{std::string(kStream), std::string(note_.At("/commit").Text())};
    return std::move(step_);
  }

 private:
  // The facts of one page's versions, oldest first.
  void Tell(const std::vector<Version>& versions, int64_t floor) {
    std::map<int64_t, int> saves;  // in each second
    for (const Version& version : versions) ++saves[version.second];
    std::set<std::pair<int64_t, std::string>> told;
    std::string creator;              // of the page as it stood then: after a deletion, who wrote it anew
    const Version* before = nullptr;  // of an earlier second
    const Version* previous = nullptr;
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
      if (previous != nullptr && previous->second < version->second) before = previous;
      previous = &*version;
      if (version->type == "C") creator = version->user;
      if (version->second < floor || !told.emplace(version->second, version->user).second) continue;
      JsonObject payload;
      payload.Text("event", kSaved).Copy(note_, {"page"}).Text("change", version->type);
      payload.Raw("revision", std::to_string(version->second));
      if (!version->user.empty()) payload.Raw("by", JsonObject().Text("login", version->user).Take());
      if (!creator.empty()) payload.Raw("creator", JsonObject().Text("login", creator).Take());
      // Of several saves in one second DokuWiki shows one for all: its editor did save then, but who else did, and what, is not known.
      const bool unsure = saves[version->second] > 1;
      if (unsure) payload.Raw("unsure", "true");
      // What was restored is not shown; that it took back the version before it is sure.
      if (version->type == "R" && !unsure && before != nullptr && before->type != "D" && saves[before->second] == 1) {
        payload.Raw("undone", absl::StrCat("[", before->second, "]"));
      }
      Map(payload.Take());
    }
  }

  void Map(const std::string& payload) {
    const auto document = sdk::JsonDocument::Parse(payload);
    auto parsed = document.ok() ? MapSave(document->root(), source_, reading_) : absl::StatusOr<sdk::Parsed>(document.status());
    if (!parsed.ok()) {
      ++step_.unreadable;
      return;
    }
    for (v1::Fact& fact : parsed->facts) step_.facts.push_back(std::move(fact));
  }

  const sdk::Source& source_;
  const Reading& reading_;
  const sdk::Poll& poll_;
  const sdk::Manifest& manifest_;
  const Json note_;
  sdk::Step step_;
};

}  // namespace

sdk::Step PlanPoll(const sdk::Poll& poll) {
  const sdk::WalkCursor cursor = sdk::WalkCursor::Of(poll, kStream);
  sdk::Step step;
  step.next.push_back(AskForChanges(
      {std::clamp(absl::ToUnixSeconds(cursor.Since(poll)), kFirst, kLast), cursor.Floor(poll), cursor.complete, cursor.position}));
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                     const net::Response& response, const sdk::Manifest& manifest) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  const Json commit = note.root().At("/commit");
  sdk::Step skipped;  // a page that may not be read any more, or is not there
  if (commit.exists()) skipped.commit = sdk::Commit{fetch.stream, std::string(commit.Text())};
  if (response.status == 403) {
    if (commit.exists()) return skipped;
    return Faulty(kForbidden);
  }
  if (response.status != 200) {
    return Error(
        absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
        absl::StrCat("DokuWiki answers ", response.status, " at ", fetch.path, "; is api_base the address of the wiki, with its folder?"));
  }
  COMITY_ASSIGN_OR_RETURN(const Answer answer, Answer::Parse(response.body));
  Absorber absorber(source, reading, poll, manifest, note.root());
  const std::optional<int64_t> fault = answer.fault();
  if (commit.exists()) {
    if (fault == kMayNotRead || fault == kNoSuchPage) return skipped;
    if (fault) return Faulty(*fault);
    return absorber.Page(answer);
  }
  if (fault && fault != kNothingNew) return Faulty(*fault);
  return absorber.Changes(answer);
}

}  // namespace comity::dokuwiki
