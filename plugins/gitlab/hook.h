// What all facts out of one payload have alike: who, where, when, and about what.
#ifndef COMITY_PLUGINS_GITLAB_HOOK_H_
#define COMITY_PLUGINS_GITLAB_HOOK_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/gitlab/mapping.h"
#include "plugins/sdk/fact_builder.h"

namespace comity::gitlab {

inline constexpr size_t kMaxLabels = 100;  // of one ticket; more are not looked at

class Hook {
 public:
  // All outlive it.
  Hook(sdk::Json payload, const sdk::Source& source, const Reading& reading);

 protected:
  // Dated by a member of `object`, which is `path` in the payload; in whole seconds: hooks have no finer ones, the API has.
  static sdk::FactBuilder& At(sdk::FactBuilder& builder, sdk::Json object, std::string_view path, std::string_view member);
  // For transitions without a time of their own.
  sdk::FactBuilder Updated(sdk::FactBuilder builder) const { return At(builder, object_, "/object_attributes", "updated_at"); }

  // Who opened it. Before version 13 the id of who did it is missing, but not that of who made it.
  std::optional<v1::Account> Opener() const;
  // GitLab tells the number of who made it, and nothing else; where it is the actor's, it is known who that is.
  std::optional<v1::Account> MakerOf(sdk::Json made) const;
  std::vector<sdk::Json> LabelsOf(sdk::Json ticket) const;

  // Actor and places; confidential as `ticket`, the hook and the project are.
  sdk::FactBuilder Start(v1::FactKind kind, sdk::Json ticket) const;
  // And what is to say about a ticket or change, which is `path` in the payload.
  sdk::FactBuilder OnTicket(v1::FactKind kind, v1::SubjectKind subject, sdk::Json ticket, std::string_view path) const;
  sdk::FactBuilder OnIssue(v1::FactKind kind) const { return OnTicket(kind, v1::SUBJECT_KIND_ISSUE, object_, "/object_attributes"); }
  sdk::FactBuilder OnChange(v1::FactKind kind) const { return OnTicket(kind, v1::SUBJECT_KIND_CHANGE, object_, "/object_attributes"); }

  const sdk::Json payload_, object_;  // all, and `/object_attributes`
  const sdk::Source& source_;
  const Reading& reading_;
  std::string path_;  // of the project, else of the group
};

}  // namespace comity::gitlab

#endif  // COMITY_PLUGINS_GITLAB_HOOK_H_
