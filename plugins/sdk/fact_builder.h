// Fills comity.v1.Fact from what a suite sent, within the bounds of the API, and names what is missing by its path in the payload.
#ifndef COMITY_PLUGINS_SDK_FACT_BUILDER_H_
#define COMITY_PLUGINS_SDK_FACT_BUILDER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "comity/v1/event.pb.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/json.h"
#include "service/base/error.h"

namespace comity::sdk {

class FactBuilder {
 public:
  // Suite and instance are the source's.
  FactBuilder(const Source& source, v1::FactKind kind, v1::Assurance assurance);

  // The object id becomes the subject's until another is set. `path` names the id's place in the payload. Long titles are cut.
  FactBuilder& Subject(v1::SubjectKind kind, std::string_view id, std::string_view path);
  FactBuilder& Key(std::string_view key);
  FactBuilder& Uri(std::string_view uri);
  FactBuilder& Title(std::string_view title);
  FactBuilder& ObjectId(std::string_view id);
  // When it happened; the suite's own text is kept beside it.
  FactBuilder& OccurTime(Json value, std::string_view path);
  FactBuilder& OccurTime(absl::Time time);
  FactBuilder& Revision(std::string_view revision);
  FactBuilder& OpenTime(Json value);
  // The object's version from the time of its last change: microseconds.
  FactBuilder& Version(Json update_time);
  // Nobody clears what was set.
  FactBuilder& Actor(std::optional<v1::Account> account);
  FactBuilder& Asker(std::optional<v1::Account> account);
  FactBuilder& Author(std::optional<v1::Account> account);
  FactBuilder& Target(std::optional<v1::Account> account);
  // From the most to the least specific.
  FactBuilder& Place(std::string_view kind, std::string_view value);
  FactBuilder& Label(std::string_view label);
  FactBuilder& Link(v1::LinkKind kind, v1::SubjectKind target_kind, std::string_view target_id, std::string_view target_key);
  // Title and labels are left out, and of a page all that names it: not for everybody's eyes.
  FactBuilder& Confidential(bool confidential);

  // Fields that need no rule.
  v1::Fact& fact() { return fact_; }

  // Errors: INVALID_ARGUMENT (FACT_INVALID) that names every path without which there is no fact.
  absl::StatusOr<v1::Fact> Build() const;

 private:
  v1::Fact fact_;
  std::vector<FieldFault> faults_;
};

// At most `max_bytes` of it, cut between characters.
std::string CutText(std::string_view text, size_t max_bytes);
// The text itself if it fits, else its beginning and a hash of all of it: still unique, still the same each time.
std::string BoundedId(std::string_view text, size_t max_bytes);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_FACT_BUILDER_H_
