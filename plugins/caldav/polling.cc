#include "plugins/caldav/polling.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/caldav/requests.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/walk.h"
#include "plugins/sdk/xml.h"
#include "service/base/error.h"
#include "service/base/json_text.h"

namespace comity::caldav {
namespace {

using meetings::Progress;
using meetings::Window;
using sdk::Json;
using sdk::JsonObject;

constexpr size_t kMaxCalendars = 500, kMaxPath = 300, kMaxToken = 350, kMaxNames = 200'000, kHashChars = 32;
constexpr int64_t kMaxPages = 200;  // of one list of changes
// A token that has not worked for so long never will: some servers answer 500 to one they do not know any more, which the host takes for a
// fault of the server's that passes. More than a day, so that sources which are asked once a day are not read anew each time.
constexpr absl::Duration kTokenAge = absl::Hours(26);
constexpr absl::Duration kReadStep = absl::Hours(1);  // how exactly the cursor keeps when the calendar was read, where nothing changes

std::string HashOf(std::string_view text) { return sdk::Sha256Hex(text).substr(0, kHashChars); }

// A state as the cursor keeps it: `t` and a sync token, or a letter and a hash: `h` of a token, `c` of a ctag, `e` of all etags.
std::string MarkOfToken(std::string_view token) {
  const bool fits = token.size() <= kMaxToken && std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
  return fits ? absl::StrCat(" t ", std::string(token)) : " h " + HashOf(token);
}
// Its token; empty if it has none.
std::string_view TokenOf(std::string_view mark) { return mark.starts_with(" t ") ? mark.substr(3) : std::string_view(); }

std::string Seconds(absl::Time time) { return std::to_string(absl::ToUnixSeconds(time)); }

class Absorber {
 public:
  Absorber(const sdk::Manifest& manifest, const sdk::Source& source, const meetings::Reading& reading, const sdk::Poll& poll,
           const sdk::Fetch& fetch, Json note)
      : manifest_(manifest), source_(source), reading_(reading), poll_(poll), calendar_(fetch.stream), note_(note) {}

  absl::StatusOr<sdk::Step> Read(const net::Response& response) {
    const std::string_view what = note_.At("/what").Text();
    if (response.status != 207) return Refused(what, response.status);
    COMITY_ASSIGN_OR_RETURN(const sdk::XmlDocument document, sdk::XmlDocument::Parse(response.body));
    const sdk::Xml root = document.root();
    if (root.name() != "multistatus") return sdk::UnreadableAnswer("a multistatus", manifest_.title);
    if (what == "state") return State(root);
    const std::vector<Item> items = ItemsOf(root);
    if (what == "etags") return Etags(items);
    if (what == "changes") return Changes(root, items);
    if (what == "items") return Items(items);
    return Names(what, items);
  }

 private:
  // What cannot be asked is asked otherwise; a calendar that cannot be seen is an error.
  absl::StatusOr<sdk::Step> Refused(std::string_view what, int status) {
    if (what == "changes") {
      // Whatever the server says of its token: everything within the window anew.
      Query(WindowOf(), Text("/commit"));
      return std::move(step_);
    }
    if (what == "window" || what == "recurring") {
      step_.next.push_back(AskForList(calendar_, NoteOf("list", WindowOf(), Text("/commit")).Value("known", note_.At("/known")).Take()));
      return std::move(step_);
    }
    return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                 absl::StrCat("the server answers ", status,
                              ": a calendar of config.calendars is not there, or the account of read_token_file may not read it"));
  }

  absl::StatusOr<sdk::Step> State(sdk::Xml root) {
    sdk::Xml properties;
    for (const sdk::Xml propstat : root.Child("response").Children("propstat", 20)) {
      if (!properties.exists() && propstat.At("prop/resourcetype").Children("", 1).size() == 1) properties = propstat.Child("prop");
    }
    if (!properties.At("resourcetype/calendar").exists()) {
      return Error(
          absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
          "a path of config.calendars is no calendar; write the calendar's own path such as /ana/work/, not that of the folder above");
    }
    if (const std::string token = properties.Child("sync-token").TrimmedText(); !token.empty()) {
      Continue(MarkOfToken(token));
    } else if (const std::string tag = properties.Child("getctag").TrimmedText(); !tag.empty()) {
      Continue(" c " + HashOf(tag));
    } else {
      step_.next.push_back(AskForList(calendar_, JsonObject().Text("what", "etags").Take()));
    }
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Etags(const std::vector<Item>& items) {
    std::set<std::string> versions;
    for (const Item& item : items) versions.insert(absl::StrCat(item.name, " ", item.etag));
    std::string all;
    for (const std::string& version : versions) absl::StrAppend(&all, version, "\n");
    Continue(" e " + HashOf(all));
    return std::move(step_);
  }

  // The calendar's state is known: what must be read?
  void Continue(const std::string& mark) {
    std::string_view known;
    const std::optional<Progress> progress = Progress::Of(poll_, calendar_, &known);
    const absl::Time end = meetings::EndOf(poll_, reading_);
    if (!progress || progress->read + kTokenAge < poll_.now || known.substr(0, 2) != mark.substr(0, 2)) {
      Query({progress ? progress->Since(poll_) : poll_.begin, end}, Progress{poll_.now, end}.ToText() + mark);
      return;
    }
    const bool due = progress->IsDue(end);
    const absl::Time told = due ? end : progress->told;
    const std::string done = Progress{poll_.now, told}.ToText() + mark;
    // What comes into view, whether or not it changed: a step of its own, so that trouble with the changes does not hold it up.
    if (due) Query({progress->told, end}, absl::StrCat(Progress{progress->read, end}.ToText(), std::string(known)));
    const Window window{progress->Since(poll_), told};
    if (known == mark) {
      if (due || poll_.now - progress->read >= kReadStep) step_.commit = sdk::Commit{calendar_, done};
    } else if (!TokenOf(mark).empty()) {
      step_.next.push_back(AskForChanges(calendar_, TokenOf(known), NoteOf("changes", window, done).Raw("page", "1").Take()));
    } else {
      Query(window, done);
    }
  }

  absl::StatusOr<sdk::Step> Changes(sdk::Xml root, const std::vector<Item>& items) {
    std::vector<std::string> names;
    bool cut = false;
    for (const Item& item : items) {
      cut |= item.status == 507;                          // the server gives no more at once; its token is of what it gave
      if (item.status < 400) names.push_back(item.name);  // a 404 was deleted: nothing but its name is known
    }
    Ask(names, WindowOf(), {});
    const std::string token = root.Child("sync-token").TrimmedText();
    const int64_t page = note_.At("/page").Integer().value_or(1);
    if (cut && page < kMaxPages && !token.empty() && MarkOfToken(token).starts_with(" t ")) {
      step_.next.push_back(
          AskForChanges(calendar_, token, NoteOf("changes", WindowOf(), Text("/commit")).Raw("page", std::to_string(page + 1)).Take()));
      return std::move(step_);
    }
    if (cut) {
      Query(WindowOf(), Text("/commit"));
      return std::move(step_);
    }
    // The report's own token; without one, that of the state before it: then some changes come again.
    std::string commit = Text("/commit");
    if (const size_t mark = commit.find(" t "); mark != std::string::npos && !token.empty()) {
      commit = commit.substr(0, mark) + MarkOfToken(token);
    }
    step_.commit = sdk::Commit{calendar_, std::move(commit)};
    return std::move(step_);
  }

  // Names of what is to be read: of a window, of what recurs, or of everything where a server cannot be asked for these.
  absl::StatusOr<sdk::Step> Names(std::string_view what, const std::vector<Item>& items) {
    std::set<std::string> known;
    for (const Json name : note_.At("/known").Items(kMaxNames)) known.emplace(name.Text());
    std::vector<std::string> names;
    for (const Item& item : items) {
      if (item.status < 400) names.push_back(item.name);
    }
    Ask(names, WindowOf(), known);
    if (what == "window") {
      std::string list = "[";
      for (const std::string& name : names) {
        if (list.size() > 1) list += ',';
        AppendJsonString(list, name);
      }
      step_.next.push_back(AskForRecurring(calendar_, NoteOf("recurring", WindowOf(), Text("/commit")).Raw("known", list + "]").Take()));
    } else {
      step_.commit = sdk::Commit{calendar_, Text("/commit")};
    }
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Items(const std::vector<Item>& items) {
    ical::Budget budget(meetings::kMaxSteps);
    for (const Item& item : items) {
      if (item.data.empty()) {
        // Gone since it was listed, or not to be seen; without a word of either it is unreadable.
        step_.unreadable += item.status == 200 && !item.is_collection ? 1 : 0;
        continue;
      }
      absl::StatusOr<meetings::Found> found = meetings::MapCalendars(item.data, WindowOf(), source_, poll_, reading_, budget);
      if (!found.ok()) {
        ++step_.unreadable;
        continue;
      }
      step_.unreadable += found->unreadable;
      for (v1::Fact& fact : found->facts) step_.facts.push_back(std::move(fact));
    }
    return std::move(step_);
  }

  void Query(const Window& window, std::string_view commit) {
    step_.next.push_back(AskForWindow(calendar_, window.from, window.to, NoteOf("window", window, commit).Take()));
  }
  void Ask(const std::vector<std::string>& names, const Window& window, const std::set<std::string>& known) {
    std::vector<std::string> chunk;
    const auto send = [&] {
      if (!chunk.empty()) step_.next.push_back(AskForItems(calendar_, chunk, NoteOf("items", window, "").Take()));
      chunk.clear();
    };
    for (const std::string& name : names) {
      if (name.empty() || name.ends_with('/') || known.contains(name)) continue;
      chunk.push_back(name);
      if (chunk.size() == kItemsOfRequest) send();
    }
    send();
  }

  static JsonObject NoteOf(std::string_view what, const Window& window, std::string_view commit) {
    JsonObject note;
    note.Text("what", what).Raw("from", Seconds(window.from)).Raw("to", Seconds(window.to)).Text("commit", commit);
    return note;
  }
  std::string Text(std::string_view pointer) const { return std::string(note_.At(pointer).Text()); }
  Window WindowOf() const {
    const auto instant = [&](std::string_view pointer) { return absl::FromUnixSeconds(note_.At(pointer).Integer().value_or(0)); };
    return {instant("/from"), instant("/to")};
  }

  const sdk::Manifest& manifest_;
  const sdk::Source& source_;
  const meetings::Reading& reading_;
  const sdk::Poll& poll_;
  const std::string& calendar_;
  const Json note_;
  sdk::Step step_;
};

bool IsCalendarPath(const std::string& path) {
  if (!path.starts_with('/') || !path.ends_with('/') || path.size() < 2 || path.size() > kMaxPath) return false;
  if (path.find("//") != path.npos || path.find("/../") != path.npos || path.find("/./") != path.npos) return false;
  return std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || std::string_view("/-._~%@+!$&'()*;=:").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

std::vector<std::string> ReadCalendars(std::string_view calendars, std::vector<std::string>* faults) {
  std::vector<std::string> paths = sdk::SplitList(calendars);
  if (paths.empty()) faults->push_back("config.calendars is missing; list paths of calendars such as /ana/work/, with commas between them");
  if (!std::all_of(paths.begin(), paths.end(), IsCalendarPath)) {
    faults->push_back("config.calendars must be paths below api_base that begin and end with a slash, percent-encoded, such as /ana/work/");
    std::erase_if(paths, [](const std::string& path) { return !IsCalendarPath(path); });
  }
  if (paths.size() > kMaxCalendars) faults->push_back("config.calendars are more than 500; make several sources of them");
  return paths;
}

sdk::Step PlanPoll(const std::vector<std::string>& calendars) {
  sdk::Step step;
  for (const std::string& calendar : calendars) step.next.push_back(AskForState(calendar));
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const meetings::Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  return Absorber(manifest, source, reading, poll, fetch, note.root()).Read(response);
}

}  // namespace comity::caldav
