// What the API tells, in the form of the webhooks that should have told it.
#ifndef COMITY_PLUGINS_JIRA_PAYLOADS_H_
#define COMITY_PLUGINS_JIRA_PAYLOADS_H_

#include <string>
#include <string_view>
#include <vector>

#include "plugins/jira/reading.h"
#include "plugins/sdk/json.h"

namespace comity::jira {

// The parts of a ticket that are read, small enough to go along in notes; without what people wrote but the title.
std::string SlimIssue(sdk::Json issue);

// Goes through a ticket's changelog from its newest entry to its oldest, and takes the ticket back before each: a changelog says what
// changed, a webhook also how the ticket was then.
class Rewinder {
 public:
  // `issue`: a SlimIssue. `statuses`: which ids of statuses are of the category Done, `{"10001": true, "3": false}`.
  Rewinder(sdk::Json issue, sdk::Json statuses, const Reading& reading);

  // The webhooks of one entry, which must be older than those before it.
  std::vector<std::string> Before(sdk::Json history);
  // The webhook of the ticket's creation, when all of its changelog was taken back.
  std::string Created() const;
  // A SlimIssue as it is after what was taken back.
  std::string Issue() const { return IssueAt(sdk::Json()); }

 private:
  std::string IssueAt(sdk::Json when) const;
  std::string Updated(sdk::Json history) const;
  void TakeBack(sdk::Json item, sdk::Json author);
  void AddLinks(sdk::Json item, sdk::Json history, std::vector<std::string>& payloads) const;
  std::string LinkPayload(std::string_view event, sdk::Json history, std::string_view link, std::string_view other_key) const;
  std::string AccountWithId(const std::string& id, sdk::Json author) const;
  std::string_view CategoryOf(const std::string& status_id) const;  // `done`, `indeterminate`, or empty if nobody knows

  const sdk::Json issue_, fields_, statuses_;
  const Reading& reading_;
  std::string status_, resolution_, assignee_;  // as of now; JSON, empty for none
};

// The webhook of a comment on a ticket, a SlimIssue.
std::string CommentPayload(sdk::Json issue, sdk::Json comment);

}  // namespace comity::jira

#endif  // COMITY_PLUGINS_JIRA_PAYLOADS_H_
