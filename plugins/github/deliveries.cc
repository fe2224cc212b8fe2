#include "plugins/github/deliveries.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugins/github/payloads.h"
#include "plugins/github/requests.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"
#include "service/base/json_text.h"

namespace comity::github {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;

constexpr std::string_view kHooks = "hooks", kDeliveries = "deliveries", kDelivery = "delivery";  // what a note may ask for

constexpr int64_t kMaxHookPages = 10;
constexpr int64_t kMaxReads = 5000;    // payloads of one hook in one round, each of at most what the host takes as an answer
constexpr size_t kMaxCarried = 1000;   // deliveries that were repeated, known from newer pages
constexpr size_t kMaxGuidBytes = 100;  // GitHub's have 36

// One attempt to deliver. A repeated one has the same guid, and an id and an instant of its own.
struct Attempt {
  std::string guid;
  int64_t id = 0;
  absl::Time when{};
  bool repeated = false, succeeded = false, used = false;
};

std::optional<Attempt> ReadAttempt(Json item) {
  const std::string_view guid = item.At("/guid").Text(), event = item.At("/event").Text();
  const int64_t id = item.At("/id").Integer().value_or(0);
  const std::optional<absl::Time> when = sdk::TimeOf(item.At("/delivered_at"));
  if (guid.empty() || guid.size() > kMaxGuidBytes || event.empty() || id <= 0 || !when) return std::nullopt;
  return Attempt{.guid = std::string(guid),
                 .id = id,
                 .when = *when,
                 .repeated = item.At("/redelivery").IsTrue(),
                 .succeeded = item.At("/status_code").Integer().value_or(0) / 100 == 2,
                 .used = IsUsed(event, item.At("/action").Text())};
}

// What is known from the pages before. A page alone cannot tell: whether a delivery succeeded later stands on a newer page, whether it
// had succeeded before, and when it was made first, on an older one. Only deliveries that somebody repeated are carried, and these are few.
// Where they are too many, a payload is read that need not be: its facts are known by their keys, and stored once.
class Carried {
 public:
  explicit Carried(Json note) {
    for (const Json guid : note.At("/succeeded").Items(kMaxCarried)) succeeded_.emplace(guid.Text());
    for (const Json item : note.At("/waiting").Items(kMaxCarried)) {
      Attempt attempt{.guid = std::string(item.At("/guid").Text()), .id = item.At("/id").Integer().value_or(0)};
      attempt.when = absl::FromUnixMicros(item.At("/when").Integer().value_or(0));
      waiting_[attempt.guid] = attempt;
    }
  }

  void Succeeded(const Attempt& attempt) {
    waiting_.erase(attempt.guid);
    here_.insert(attempt.guid);
    if (attempt.repeated && succeeded_.size() < kMaxCarried) succeeded_.insert(attempt.guid);
  }
  // The attempt to read now, if any. A repeated one waits for the original, whose instant is the one at which it would have come.
  std::optional<Attempt> Failed(const Attempt& attempt, absl::Time floor) {
    const auto waiting = waiting_.find(attempt.guid);
    const bool wanted = attempt.when >= floor || waiting != waiting_.end();
    if (!wanted || !attempt.used || succeeded_.contains(attempt.guid) || here_.contains(attempt.guid)) return std::nullopt;
    if (!attempt.repeated || (waiting == waiting_.end() && waiting_.size() >= kMaxCarried)) {
      if (waiting != waiting_.end()) waiting_.erase(waiting);
      return attempt;
    }
    waiting_[attempt.guid] = attempt;
    return std::nullopt;
  }
  // Their originals have not been seen.
  const std::map<std::string, Attempt>& waiting() const { return waiting_; }

  void AddTo(JsonObject& note) const {
    std::string succeeded, waiting;
    for (const std::string& guid : succeeded_) {
      succeeded += succeeded.empty() ? "" : ",";
      AppendJsonString(succeeded, guid);
    }
    for (const auto& [guid, attempt] : waiting_) {
      waiting += waiting.empty() ? "" : ",";
      waiting += JsonObject().Text("guid", guid).Raw("id", std::to_string(attempt.id)).Raw("when", Micros(attempt.when)).Take();
    }
    note.Raw("succeeded", "[" + succeeded + "]").Raw("waiting", "[" + waiting + "]");
  }

 private:
  std::set<std::string> succeeded_;         // when they were repeated
  std::set<std::string> here_;              // succeeded, on this page; not carried
  std::map<std::string, Attempt> waiting_;  // repeated in vain; the oldest attempt so far
};

sdk::Fetch AskForPageOfHooks(std::string_view hooks, int64_t page) {
  return Get(absl::StrCat(std::string(hooks), "?per_page=", kPageSize, "&page=", page), "",
             JsonObject().Text("what", kHooks).Raw("page", std::to_string(page)).Take());
}

// One answer, read in the light of the note that went with its request.
class Reader {
 public:
  Reader(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll, const sdk::Fetch& fetch, Json note, Json answer,
         const net::Response& response)
      : source_(source), reading_(reading), poll_(poll), fetch_(fetch), note_(note), answer_(answer), response_(response) {}

  absl::StatusOr<sdk::Step> Read() {
    const std::string_view what = note_.At("/what").Text();
    if (what == kDelivery) {
      if (!answer_.is_object()) return sdk::UnreadableAnswer("a delivery", "GitHub");
      Delivery();
    } else {
      if (!answer_.is_array()) return sdk::UnreadableAnswer("a list", "GitHub");
      what == kHooks ? Hooks() : Deliveries();
    }
    return std::move(step_);
  }

 private:
  int64_t Page() const { return note_.At("/page").Integer().value_or(1); }

  // One that was switched off is read too: what it could not deliver before is still listed.
  void Hooks() {
    const std::string hooks = fetch_.path.substr(0, fetch_.path.find('?'));
    const std::vector<Json> items = answer_.Items(kPageSize + 1);
    for (const Json hook : items) {
      const int64_t id = hook.At("/id").Integer().value_or(0);
      if (id <= 0) {
        ++step_.unreadable;
      } else if (hook.At("/config/url").Text().ends_with("/in/" + source_.id)) {
        step_.next.push_back(AskForDeliveries(absl::StrCat(hooks, "/", id), absl::StrCat("hook:", id), "", 1, 0, Carried(Json())));
      }
    }
    if (items.size() >= kPageSize && Page() < kMaxHookPages) step_.next.push_back(AskForPageOfHooks(hooks, Page() + 1));
  }

  static sdk::Fetch AskForDeliveries(const std::string& hook, const std::string& stream, const std::string& cursor, int64_t page,
                                     int64_t reads, const Carried& carried) {
    JsonObject note;
    note.Text("what", kDeliveries).Text("cursor", cursor).Raw("page", std::to_string(page)).Raw("reads", std::to_string(reads));
    carried.AddTo(note);
    return Get(absl::StrCat(hook, "/deliveries?per_page=", kPageSize, cursor.empty() ? "" : "&cursor=", cursor), stream, note.Take());
  }

  // The newest delivery that an earlier round listed.
  std::optional<absl::Time> Known() const {
    const auto cursor = poll_.cursors.find(fetch_.stream);
    int64_t micros = 0;
    if (cursor == poll_.cursors.end() || !absl::SimpleAtoi(cursor->second, &micros)) return std::nullopt;
    const absl::Time known = absl::FromUnixMicros(micros);
    // Anything else was not written here; one of the future would hide what comes.
    return micros >= 0 && known <= poll_.now && Micros(known) == cursor->second ? std::optional<absl::Time>(known) : std::nullopt;
  }

  // Those of this page that can be read.
  std::vector<Attempt> Attempts() {
    std::vector<Attempt> attempts;
    for (const Json item : answer_.Items(kPageSize + 1)) {
      if (std::optional<Attempt> attempt = ReadAttempt(item)) {
        attempts.push_back(*std::move(attempt));
      } else {
        ++step_.unreadable;
      }
    }
    return attempts;
  }

  void Deliveries() {
    const std::vector<Attempt> attempts = Attempts();
    const std::optional<absl::Time> known = Known();
    const absl::Time floor = known ? std::max(poll_.begin, *known - poll_.overlap) : poll_.begin;
    Carried carried(note_);
    std::map<std::string, Attempt> reads;  // each guid once
    // What succeeded comes first: on one page both orders occur, and what waits for its original must not wait in vain.
    for (const Attempt& attempt : attempts) {
      if (attempt.succeeded) carried.Succeeded(attempt);
    }
    for (const Attempt& attempt : attempts) {
      if (attempt.succeeded) continue;
      if (const std::optional<Attempt> read = carried.Failed(attempt, floor)) reads[attempt.guid] = *read;
    }
    const std::string cursor = NextCursor(net::FindHeader(response_.headers, "Link"));
    const bool more =
        !attempts.empty() && attempts.back().when >= floor && !cursor.empty() && cursor != note_.At("/cursor").Text() && Page() < kMaxPages;
    if (!more) {
      for (const auto& [guid, attempt] : carried.waiting()) reads.try_emplace(guid, attempt);
    }
    Ask(reads, more ? cursor : "", carried);
    if (Page() > 1) return;
    // The first page holds the newest, and nothing newer is looked at in this walk; the cursor moves when all older pages are done.
    absl::Time newest = known.value_or(absl::InfinitePast());
    for (const Attempt& attempt : attempts) newest = std::max(newest, std::min(attempt.when, poll_.now));
    if (newest > absl::UnixEpoch()) step_.commit = sdk::Commit{fetch_.stream, Micros(newest)};
    step_.settled = true;  // a list that grows at its beginning: as long as that is the same, all of it is
  }

  // The older page first, with all that follows from it: so the oldest is read first, since it is forgotten first.
  void Ask(const std::map<std::string, Attempt>& reads, const std::string& cursor, const Carried& carried) {
    std::vector<const Attempt*> order;
    order.reserve(reads.size());
    for (const auto& [guid, attempt] : reads) order.push_back(&attempt);
    std::sort(order.begin(), order.end(),
              [](const Attempt* a, const Attempt* b) { return a->when != b->when ? a->when < b->when : a->id < b->id; });
    const int64_t before = note_.At("/reads").Integer().value_or(0);
    const size_t room = static_cast<size_t>(std::clamp<int64_t>(kMaxReads - before, 0, kMaxReads));
    if (order.size() > room) {
      step_.unreadable += static_cast<int>(order.size() - room);
      order.resize(room);
    }
    const std::string hook = fetch_.path.substr(0, fetch_.path.rfind("/deliveries"));
    const int64_t after = before + static_cast<int64_t>(order.size());
    if (!cursor.empty()) step_.next.push_back(AskForDeliveries(hook, fetch_.stream, cursor, Page() + 1, after, carried));
    for (const Attempt* attempt : order) {
      step_.next.push_back(
          Get(absl::StrCat(hook, "/deliveries/", attempt->id), fetch_.stream, JsonObject().Text("what", kDelivery).Take()));
    }
  }

  void Delivery() {
    const Json payload = answer_.At("/request/payload");
    const std::optional<absl::Time> when = sdk::TimeOf(answer_.At("/delivered_at"));
    step_.settled = true;  // it never changes
    if (!payload.is_object() || !when) {
      ++step_.unreadable;
      return;
    }
    // What has no instant of its own happened when it should have come, not now.
    auto parsed = MapEvent(answer_.At("/event").Text(), payload, source_, reading_, std::min(*when, poll_.now));
    if (!parsed.ok()) {
      ++step_.unreadable;
      return;
    }
    step_.facts = std::move(parsed->facts);
  }

  const sdk::Source& source_;
  const Reading& reading_;
  const sdk::Poll& poll_;
  const sdk::Fetch& fetch_;
  const Json note_, answer_;
  const net::Response& response_;
  sdk::Step step_;
};

absl::Status NotAllowed(const sdk::Fetch& fetch, int status) {
  const std::string owner = fetch.path.substr(0, fetch.path.rfind("/hooks"));
  return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
               absl::StrCat("the API answers ", status, " when asked for the hooks of ", owner, ": give the read token the permission ",
                            "\"Webhooks\" (read-only) of that ", owner.starts_with("/orgs/") ? "organisation" : "repository",
                            ", or set config.recover_deliveries to false"));
}

bool IsCursorCharacter(unsigned char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~' || c == '%' || c == '=';
}

}  // namespace

sdk::Fetch AskForHooks(std::string_view owner) { return AskForPageOfHooks(std::string(owner) + "/hooks", 1); }

bool IsAboutDeliveries(Json note) {
  const std::string_view what = note.At("/what").Text();
  return what == kHooks || what == kDeliveries || what == kDelivery;
}

absl::StatusOr<sdk::Step> AbsorbDeliveries(const sdk::Source& source, const Reading& reading, const sdk::Poll& poll,
                                           const sdk::Fetch& fetch, Json note, const net::Response& response) {
  if (response.status == 304) return sdk::Step{};
  if (response.status != 200) {
    if (note.At("/what").Text() != kDelivery || response.status == 403) return NotAllowed(fetch, response.status);
    sdk::Step gone;  // forgotten since it was listed
    gone.unreadable = 1;
    return gone;
  }
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  return Reader(source, reading, poll, fetch, note, answer.root(), response).Read();
}

std::string NextCursor(std::string_view link) {
  constexpr size_t kMaxCursorBytes = 400;
  // `<https://…?per_page=100&cursor=v1_1>; rel="next", <…>; rel="prev"`
  while (true) {
    const size_t begin = link.find('<'), end = link.find('>', begin);
    if (end == std::string_view::npos) return "";
    const std::string_view target = link.substr(begin + 1, end - begin - 1);
    link.remove_prefix(end + 1);
    if (link.substr(0, link.find('<')).find("rel=\"next\"") == std::string_view::npos) continue;
    size_t at = target.find("?cursor=");
    if (at == std::string_view::npos) at = target.find("&cursor=");
    if (at == std::string_view::npos) return "";
    const std::string_view cursor = target.substr(at + 8, target.substr(at + 8).find('&'));
    const bool sound = cursor.size() <= kMaxCursorBytes && std::all_of(cursor.begin(), cursor.end(), IsCursorCharacter);
    return sound ? std::string(cursor) : "";
  }
}

}  // namespace comity::github
