#include "plugins/gitlab/polling.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plugins/gitlab/details.h"
#include "plugins/gitlab/payloads.h"
#include "plugins/sdk/times.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::gitlab {
namespace {

using sdk::Json;
using sdk::JsonObject;
using sdk::Micros;

constexpr size_t kMaxProjects = 1000, kMaxPath = 300;

bool IsFullPath(std::string_view path, size_t least_parts) {
  const std::vector<std::string> parts = absl::StrSplit(absl::string_view(path.data(), path.size()), '/');
  return path.size() <= kMaxPath && parts.size() >= least_parts &&
         std::all_of(parts.begin(), parts.end(), [](const std::string& part) { return sdk::IsPathName(part); });
}

// An answer about projects, or one of the lists of a project.
class Absorber {
 public:
  Absorber(const Asked& asked, Json note, Json answer) : asked_(asked), note_(note), answer_(answer) {}

  absl::StatusOr<sdk::Step> Read() {
    const std::string_view what = note_.At("/what").Text();
    if (what == "project") {
      if (!answer_.is_object()) return sdk::UnreadableAnswer("a project", asked_.manifest.title);
      AddProject(answer_);
      return std::move(step_);
    }
    if (!answer_.is_array()) return sdk::UnreadableAnswer("a list", asked_.manifest.title);
    what == "group" ? Group() : List(std::string(what));
    return std::move(step_);
  }

 private:
  int64_t Page() const { return note_.At("/page").Integer().value_or(1); }
  void Next(std::string path, std::string stream, std::string note) {
    step_.next.push_back({std::move(path), "application/json", std::move(stream), std::move(note)});
  }

  void Group() {
    const std::vector<Json> items = answer_.Items(kPageSize + 1);
    for (const Json project : items) AddProject(project);
    if (items.size() < kPageSize || Page() >= kMaxPages) return;
    Next(absl::StrCat(asked_.fetch.path.substr(0, asked_.fetch.path.rfind('=') + 1), Page() + 1), "",
         JsonObject().Text("what", "group").Raw("page", std::to_string(Page() + 1)).Take());
  }

  void AddProject(Json project) {
    const int64_t id = project.At("/id").Integer().value_or(0);
    if (id <= 0 || !IsFullPath(project.At("/path_with_namespace").Text(), 2)) {
      ++step_.unreadable;
      return;
    }
    for (const std::string what : {"issues", "merge_requests"}) {
      const Json enabled = project.At("/" + what + "_enabled");
      if (project.At("/" + what + "_access_level").Text() == "disabled" || (enabled.exists() && !enabled.IsTrue())) continue;
      const std::string stream = absl::StrCat(id, "/", what);
      const sdk::WalkCursor cursor = sdk::WalkCursor::Of(asked_.poll, stream);
      Ask(what, SlimProject(project), id, stream, {cursor.Since(asked_.poll), cursor.Floor(asked_.poll), cursor.complete, cursor.position},
          1);
    }
  }

  struct Walk {
    absl::Time since, floor, complete, position;
  };

  // By the instant of the last one seen, not by page, so that what changes meanwhile shifts nothing; pages only within one second.
  void Ask(const std::string& what, const std::string& project, int64_t id, const std::string& stream, const Walk& walk, int64_t page) {
    Next(absl::StrCat("/projects/", id, "/", what, "?scope=all&state=all&order_by=updated_at&sort=asc&per_page=", kPageSize,
                      "&updated_after=", sdk::UtcText(walk.since), "&page=", page),
         stream,
         JsonObject()
             .Text("what", what)
             .Raw("project", project)
             .Raw("page", std::to_string(page))
             .Raw("since", Micros(walk.since))
             .Raw("floor", Micros(walk.floor))
             .Raw("complete", Micros(walk.complete))
             .Raw("position", Micros(walk.position))
             .Take());
  }

  void List(const std::string& what) {
    const std::vector<Json> items = answer_.Items(kPageSize + 1);
    const auto instant = [&](std::string_view pointer) { return sdk::MicrosOf(note_.At(pointer)); };
    Walk walk{instant("/since"), instant("/floor"), instant("/complete"), instant("/position")};
    absl::Time last = walk.since;
    for (const Json item : items) {
      const std::optional<absl::Time> updated = sdk::TimeOf(item.At("/updated_at"));
      if (!updated || item.At("/iid").Integer().value_or(0) <= 0) {
        ++step_.unreadable;
        continue;
      }
      const absl::Time seen = std::min(*updated, asked_.poll.now);  // a clock that lies must not hide what comes later
      last = std::max(last, absl::FromUnixSeconds(absl::ToUnixSeconds(seen)));
      walk.position = std::max(walk.position, seen);
      Listed(asked_, note_.At("/project"), item, what == "issues", walk.floor, sdk::WalkCursor{walk.complete, walk.position}.ToText(),
             step_);
    }
    const int64_t id = note_.At("/project/id").Integer().value_or(0);
    if (items.size() < kPageSize) {
      step_.settled = true;
      step_.commit = sdk::Commit{asked_.fetch.stream, sdk::WalkCursor{walk.position, walk.position}.ToText()};
    } else if (last > walk.since) {
      walk.since = last;
      Ask(what, note_.At("/project").ToText(), id, asked_.fetch.stream, walk, 1);
    } else if (Page() < kMaxPages) {
      Ask(what, note_.At("/project").ToText(), id, asked_.fetch.stream, walk, Page() + 1);
    }
  }

  const Asked& asked_;
  const Json note_, answer_;
  sdk::Step step_;
};

}  // namespace

Scope ReadScope(std::string_view group, std::string_view projects, std::vector<std::string>* faults) {
  Scope scope{std::string(group), sdk::SplitList(projects)};
  if (!group.empty() && !IsFullPath(group, 1)) {
    faults->push_back("config.group must be the group's path as in its address, such as acme or acme/payments");
  }
  for (const std::string& path : scope.projects) {
    if (IsFullPath(path, 2)) continue;
    faults->push_back("config.projects must be paths such as acme/billing or acme/payments/checkout, with commas between them");
    scope.projects.clear();
    break;
  }
  if (scope.projects.size() > kMaxProjects) faults->push_back("config.projects are more than 1000; name their group");
  return scope;
}

sdk::Step PlanPoll(const Scope& scope) {
  sdk::Step step;
  const auto ask = [&](std::string path, std::string_view what) {
    step.next.push_back({std::move(path), "application/json", "", JsonObject().Text("what", what).Raw("page", "1").Take()});
  };
  if (!scope.group.empty()) {
    ask(absl::StrCat("/groups/", sdk::UrlEncoded(scope.group),
                     "/projects?include_subgroups=true&with_shared=false&archived=false&order_by=id&sort=asc&per_page=", kPageSize,
                     "&page=1"),
        "group");
  }
  for (const std::string& path : scope.projects) {
    if (!scope.group.empty() && absl::AsciiStrToLower(path).starts_with(absl::AsciiStrToLower(scope.group) + "/")) continue;
    ask("/projects/" + sdk::UrlEncoded(path), "project");
  }
  return step;
}

absl::StatusOr<sdk::Step> AbsorbPoll(const sdk::Source& source, const Reading& reading, const sdk::Manifest& manifest,
                                     const sdk::Poll& poll, const sdk::Fetch& fetch, const net::Response& response) {
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument note, sdk::JsonDocument::Parse(fetch.note));
  const Asked asked{source, reading, manifest, poll, fetch};
  const Json commit = note.root().At("/commit");
  sdk::Step done;
  if (commit.exists()) done.commit = sdk::Commit{fetch.stream, std::string(commit.Text())};
  if (response.status == 304) return done;
  if (response.status != 200) {
    // Versions of GitLab without approvals still have notes.
    const bool approvals = note.root().At("/what").Text() == "approvals" && (response.status == 403 || response.status == 404);
    if (approvals) return AbsorbDetails(asked, note.root(), response);
    // A ticket that was deleted or moved away since it was listed: there is nothing to read any more.
    if (commit.exists() && response.status >= 300 && response.status != 403) return done;
    return Error(
        absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
        absl::StrCat("the API answers ", response.status,
                     ": a group or project is not there, was renamed, or the read token may not see it (scope read_api, role Reporter)"));
  }
  if (commit.exists()) return AbsorbDetails(asked, note.root(), response);
  COMITY_ASSIGN_OR_RETURN(const sdk::JsonDocument answer, sdk::JsonDocument::Parse(response.body));
  return Absorber(asked, note.root(), answer.root()).Read();
}

}  // namespace comity::gitlab
