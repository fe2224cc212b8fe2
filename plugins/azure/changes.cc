// Pull requests.
#include <optional>

#include "absl/strings/str_cat.h"
#include "plugins/azure/mapping.h"
#include "plugins/sdk/walk.h"

namespace comity::azure_devops {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr size_t kMaxReviewers = 100;
constexpr std::string_view kHeads = "refs/heads/";

bool IsIntoMainBranch(Json change, const Reading& reading) {
  const std::string_view target = change.At("/targetRefName").Text(), main = change.At("/repository/defaultBranch").Text();
  if (!main.empty()) return target == main;
  return target.starts_with(kHeads) && sdk::IsNamed(reading.main_branches, target.substr(kHeads.size()));
}

FactBuilder On(v1::FactKind kind, Json change, std::string_view time, const sdk::Source& source, const Reading& reading) {
  std::string number = change.At("/pullRequestId").IdText();
  if (!sdk::IsDigits(number)) number.clear();
  const std::string project(change.At("/repository/project/name").Text()), name(change.At("/repository/name").Text());
  const std::string repository = project.empty() || name.empty() ? "" : absl::StrCat(project, "/", name);
  const std::optional<v1::Account> author = AccountOf(change.At("/createdBy"));
  FactBuilder builder(source, kind, reading.assurance);
  // Numbers are counted by organization; a work item may have the same.
  builder.Subject(v1::SUBJECT_KIND_CHANGE, number.empty() ? "" : "pr-" + number, "/resource/pullRequestId")
      .Key(repository.empty() ? "" : absl::StrCat(repository, "!", number))
      .Uri(repository.empty()
               ? ""
               : absl::StrCat(reading.address, "/", sdk::UrlEncoded(project), "/_git/", sdk::UrlEncoded(name), "/pullrequest/", number))
      .Title(change.At("/title").Text())
      .OccurTime(change.At(time), absl::StrCat("/resource", std::string(time)))
      .OpenTime(change.At("/creationDate"))
      .Asker(author)
      .Author(author)
      .Place("repo", repository)
      .Place("project", project)
      .Confidential(IsConfidentialArea(reading, project));
  return builder;
}

absl::Status Add(const FactBuilder& builder, sdk::Parsed& parsed) {
  COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
  parsed.facts.push_back(std::move(fact));
  return absl::OkStatus();
}

// A vote is told with no instant of its own; that of the completion is when it was good for something.
absl::Status AddReviews(Json change, const sdk::Source& source, const Reading& reading, sdk::Parsed& parsed) {
  for (const Json reviewer : change.At("/reviewers").Items(kMaxReviewers)) {
    const int64_t vote = reviewer.At("/vote").Integer().value_or(0);
    const std::optional<v1::Account> account = AccountOf(reviewer);
    if (vote == 0 || !account || account->kind() == v1::ACCOUNT_KIND_TEAM) continue;  // a group's vote is the sum of its members'
    FactBuilder review = On(v1::FACT_KIND_CHANGE_REVIEWED, change, "/closedDate", source, reading);
    review.ObjectId(absl::StrCat(review.fact().object_id(), "/", account->id())).Revision(absl::StrCat("vote:", vote)).Actor(account);
    review.fact().set_review_state(vote > 0 ? v1::REVIEW_STATE_APPROVED : v1::REVIEW_STATE_CHANGES_REQUESTED);
    COMITY_RETURN_IF_ERROR(Add(review, parsed));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<sdk::Parsed> MapChange(Json payload, const sdk::Source& source, const Reading& reading) {
  const std::string_view event = payload.At("/eventType").Text();
  const Json change = payload.At("/resource");
  sdk::Parsed parsed;
  if (event == "git.pullrequest.created") {
    FactBuilder opened = On(v1::FACT_KIND_OPENED, change, "/creationDate", source, reading);
    COMITY_RETURN_IF_ERROR(Add(opened.Actor(AccountOf(change.At("/createdBy"))), parsed));
  } else if (event == "git.pullrequest.merged") {
    // A merge commit was tried, as is done after every push; the change may never be completed.
    parsed.ignored = "merge that was tried";
  } else if (event == "git.pullrequest.updated" && change.At("/status").Text() == "completed") {
    FactBuilder merged = On(v1::FACT_KIND_CHANGE_MERGED, change, "/closedDate", source, reading);
    merged.Revision("merged").Actor(AccountOf(change.At("/closedBy")));
    merged.fact().set_default_branch(IsIntoMainBranch(change, reading));
    COMITY_RETURN_IF_ERROR(Add(merged, parsed));
    COMITY_RETURN_IF_ERROR(AddReviews(change, source, reading, parsed));
  } else {
    parsed.ignored = event == "git.pullrequest.updated" ? "change that is not completed" : "event not used";
  }
  return parsed;
}

}  // namespace comity::azure_devops
