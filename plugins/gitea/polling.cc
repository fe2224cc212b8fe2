#include "plugins/gitea/polling.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugins/gitea/answer.h"
#include "plugins/gitea/timeline.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::gitea {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;
using sdk::MicrosOf;

constexpr size_t kMaxRepositories = 1000;
constexpr absl::Duration kOneSecond = absl::Seconds(1);  // Gitea's clock has no finer

absl::Time WholeSecond(absl::Time time) { return absl::FromUnixSeconds(absl::ToUnixSeconds(time)); }

std::string AskForRepositories(std::string_view organisation, int64_t page) {
  return absl::StrCat("/api/v1/orgs/", std::string(organisation), "/repos?limit=", kPageSize, "&page=", page);
}

// How the tickets of one repository are read. Gitea lists them by their creation, in many versions in no other order, so pages of what
// changed shift while they are read, and how far a walk has come by them says nothing. But a list that fits into one answer is one
// moment's, and can be put into order here. So what does not fit is asked for again by windows of time, halved until each fits, the oldest
// first.
class Walk {
 public:
  // `repository` as SlimRepository shows it.
  Walk(const Answer& answer, std::string stream, Json repository) : answer_(answer), stream_(std::move(stream)), repository_(repository) {}

  // The first request of a round.
  sdk::Step Begin() {
    const sdk::WalkCursor cursor = sdk::WalkCursor::Of(answer_.poll, stream_);
    complete_ = cursor.complete;
    position_ = cursor.position;
    floor_ = std::max(answer_.poll.begin, complete_);
    Ask({WholeSecond(std::max(answer_.poll.begin, position_)), absl::InfiniteFuture(), absl::ZeroDuration()}, 0);
    return std::move(step_);
  }

  absl::StatusOr<sdk::Step> Read() {
    if (!answer_.is_list()) return sdk::UnreadableAnswer("a list", answer_.manifest.title);
    const Json note = answer_.note;
    complete_ = MicrosOf(note.At("/complete"));
    position_ = MicrosOf(note.At("/position"));
    floor_ = MicrosOf(note.At("/floor"));
    const Json until = note.At("/until");
    const Window window{MicrosOf(note.At("/since")), until.exists() ? MicrosOf(until) : absl::InfiniteFuture(),
                        absl::Microseconds(note.At("/width").Integer().value_or(0))};
    const std::vector<Json> items = answer_.body.Items(kMaxItems);
    if (!items.empty() && !answer_.total) {
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid,
                   "the list has no X-Total-Count header, which tells whether it is whole; let the proxy in front of the API pass it on",
                   {{"X-Total-Count", "is missing"}});
    }
    const int64_t page = note.At("/page").Integer().value_or(0), count = static_cast<int64_t>(items.size());
    if (page == 0 && count > 0 && *answer_.total > count) {
      Narrow(window, (*answer_.total + count - 1) / count);
      return std::move(step_);
    }
    Take(items);
    if (page > 1) {
      Ask(window, page - 1);
    } else {
      GoOn(window);
    }
    return std::move(step_);
  }

 private:
  struct Window {
    absl::Time since, until;  // both belong to it
    absl::Duration width;     // that of the window before it, as a guess at this one's; zero: none
  };

  // `page` 0: the list is expected to fit into one answer.
  void Ask(const Window& window, int64_t page) {
    const bool open = window.until == absl::InfiniteFuture();
    JsonObject note;
    note.Text("what", "issues").Value("repository", repository_).Raw("page", std::to_string(page));
    note.Raw("since", Micros(window.since)).Raw("until", open ? "" : Micros(window.until));
    note.Raw("width", std::to_string(absl::ToInt64Microseconds(window.width))).Raw("floor", Micros(floor_));
    note.Raw("complete", Micros(complete_)).Raw("position", Micros(position_));
    step_.next.push_back(Get(absl::StrCat("/api/v1/repos/", std::string(repository_.At("/full_name").Text()), "/issues?state=all&since=",
                                          sdk::UtcText(window.since), open ? "" : "&before=" + sdk::UtcText(window.until),
                                          "&limit=", kPageSize, "&page=", std::max<int64_t>(page, 1)),
                             stream_, note.Take()));
  }

  void Narrow(const Window& window, int64_t pages) {
    const absl::Time until = std::min(window.until, WholeSecond(answer_.poll.now));
    if (until > window.since) {
      const absl::Duration half = absl::Trunc((until - window.since) / 2, kOneSecond);
      Ask({window.since, window.since + half, std::max(half, kOneSecond)}, 0);
    } else {
      // A bulk change. From the last page to the first: what changes again leaves the list, and the rest moves to pages still to come.
      Ask(window, std::min(pages, kMaxPages));
    }
  }

  void Take(const std::vector<Json>& items) {
    struct Item {
      absl::Time updated;
      int64_t number;
      Json json;
    };
    std::vector<Item> sorted;
    for (const Json item : items) {
      const std::optional<absl::Time> updated = sdk::TimeOf(item.At("/updated_at"));
      const std::optional<int64_t> number = item.At("/number").Integer();
      if (!updated || !number || *number <= 0) {
        ++step_.unreadable;
        continue;
      }
      sorted.push_back({std::min(*updated, answer_.poll.now), *number, item});  // a clock that lies must not hide what comes later
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const Item& a, const Item& b) { return std::tie(a.updated, a.number) < std::tie(b.updated, b.number); });
    for (const Item& item : sorted) {
      Reach(item.updated);
      step_.next.push_back(AskForThing(repository_, item.json, stream_, floor_, sdk::WalkCursor{complete_, position_}.ToText()));
    }
  }

  // To what changed after the window; after the last one all is known that had changed when the round began.
  void GoOn(const Window& window) {
    const absl::Time now = answer_.poll.now;
    if (window.until >= now) {
      Reach(now);
      step_.commit = sdk::Commit{stream_, sdk::WalkCursor{position_, position_}.ToText()};
      return;
    }
    Reach(window.until);
    const absl::Time since = window.until + kOneSecond;
    const absl::Duration width = std::max(window.width * 4, kOneSecond);
    const absl::Time until = since + width;
    Ask({since, until < now ? until : absl::InfiniteFuture(), width}, 0);
  }

  // The overlap is taken off here and not where the next round begins: else a walk cut off among many that changed at once would read the
  // same ones each time.
  void Reach(absl::Time time) { position_ = std::max(position_, std::min(time, answer_.poll.now - answer_.poll.overlap)); }

  const Answer& answer_;
  const std::string stream_;
  const Json repository_;
  absl::Time complete_, position_, floor_;
  sdk::Step step_;
};

void AddRepository(const Answer& answer, Json repository, sdk::Step& step) {
  const std::string id = repository.At("/id").IdText();
  if (id.empty() || id.size() > 100 || !sdk::IsFullName(repository.At("/full_name").Text())) {
    ++step.unreadable;
    return;
  }
  // Where both are switched off the list is not found.
  const auto off = [&](std::string_view unit) { return !repository.At(unit).Boolean().value_or(true); };
  if (off("/has_issues") && off("/has_pull_requests")) return;
  const auto slim = sdk::JsonDocument::Parse(SlimRepository(repository));
  if (!slim.ok()) {
    ++step.unreadable;
    return;
  }
  sdk::Step begun = Walk(answer, id, slim->root()).Begin();
  for (sdk::Fetch& fetch : begun.next) step.next.push_back(std::move(fetch));
}

absl::StatusOr<sdk::Step> Organisation(const Answer& answer) {
  if (!answer.is_list()) return sdk::UnreadableAnswer("a list", answer.manifest.title);
  sdk::Step step;
  const std::vector<Json> items = answer.body.Items(kMaxItems);
  for (const Json repository : items) AddRepository(answer, repository, step);
  const int64_t seen = answer.note.At("/seen").Integer().value_or(0) + static_cast<int64_t>(items.size()), page = answer.Page() + 1;
  if (items.empty() || seen >= answer.total.value_or(0) || page > kMaxPages) return step;
  const Json name = answer.note.At("/name");
  JsonObject note;
  note.Text("what", "organisation").Value("name", name).Raw("page", std::to_string(page)).Raw("seen", std::to_string(seen));
  step.next.push_back(Get(AskForRepositories(name.Text(), page), "", note.Take()));
  return step;
}

std::optional<int64_t> TotalOf(const net::Response& response) {
  const std::string_view text = net::FindHeader(response.headers, "X-Total-Count");
  int64_t total = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), total);
  const bool good = !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size() && total >= 0 && total < 1'000'000'000;
  return good ? std::optional<int64_t>(total) : std::nullopt;
}

}  // namespace

Scope ReadScope(std::string_view organisation, std::string_view repositories, std::vector<std::string>* faults) {
  Scope scope{std::string(organisation), {}};
  if (!organisation.empty() && !sdk::IsPathName(organisation)) {
    faults->push_back("config.organisation must be the organisation's name as in its address: letters, digits, dashes, dots");
  }
  for (const std::string& name : sdk::SplitList(repositories)) {
    if (!sdk::IsFullName(name)) {
      faults->push_back("config.repositories must be names such as acme/billing, with commas between them");
      break;
    }
    const auto same = [&](const std::string& other) { return absl::AsciiStrToLower(other) == absl::AsciiStrToLower(name); };
    if (std::none_of(scope.repositories.begin(), scope.repositories.end(), same)) scope.repositories.push_back(name);
    if (scope.repositories.size() > kMaxRepositories) {
      faults->push_back("config.repositories are more than 1000; name the organisation");
      break;
    }
  }
  return scope;
}

sdk::Step PlanPoll(const Scope& scope) {
  sdk::Step step;
  if (!scope.organisation.empty()) {
    JsonObject note;
    note.Text("what", "organisation").Text("name", scope.organisation).Raw("page", "1");
    step.next.push_back(Get(AskForRepositories(scope.organisation, 1), "", note.Take()));
  }
  for (const std::string& name : scope.repositories) {
    if (!scope.organisation.empty() && absl::AsciiStrToLower(name).starts_with(absl::AsciiStrToLower(scope.organisation) + "/")) continue;
    step.next.push_back(Get("/api/v1/repos/" + name, "", JsonObject().Text("what", "repository").Take()));
  }
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Manifest& manifest, const sdk::Source& source, const Reading& reading,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  const Json commit = note.root().At("/commit");
  if (response.status != 200) {
    // A ticket that was deleted since it was listed: there is nothing to read any more.
    if (commit.exists() && response.status >= 300 && response.status != 403) {
      sdk::Step done;
      done.commit = sdk::Commit{fetch.stream, std::string(commit.Text())};
      return done;
    }
    return Error(
        absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
        absl::StrCat("the API answers ", response.status,
                     ": a repository or organisation is not there, was renamed, or the read token may not see it; it needs read on "
                     "repository, issue and organization"));
  }
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument body, sdk::JsonDocument::Parse(response.body));
  const Answer answer{manifest, source, reading, poll, fetch, note.root(), body.root(), TotalOf(response)};
  const std::string_view what = note.root().At("/what").Text();
  if (what == "organisation") return Organisation(answer);
  if (what == "issues") return Walk(answer, fetch.stream, note.root().At("/repository")).Read();
  if (what != "repository") return ReadThing(answer);
  if (!body.root().is_object()) return sdk::UnreadableAnswer("a repository", manifest.title);
  sdk::Step step;
  AddRepository(answer, body.root(), step);
  return step;
}

}  // namespace comity::gitea
