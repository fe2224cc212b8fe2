// From what Azure DevOps tells to facts: updates of work items, by hooks or by the API, and pull requests.
#ifndef COMITY_PLUGINS_AZURE_MAPPING_H_
#define COMITY_PLUGINS_AZURE_MAPPING_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/azure/reading.h"
#include "plugins/sdk/connector.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/json.h"

namespace comity::azure_devops {

// A work item as it was when something happened to it.
struct Moment {
  std::string state, reason, area, project;
  // What `item` shows, but what the first of `updates` (the oldest first) to change a thing says was there before.
  static Moment Before(sdk::Json fields, const std::vector<sdk::Json>& updates);
  // With what `update` changed.
  void Pass(sdk::Json update);
};

// Facts about one work item. `fields` are its fields by reference name: `System.Title`.
class ItemMapper {
 public:
  ItemMapper(std::string id, sdk::Json fields, const sdk::Source& source, const Reading& reading)
      : id_(std::move(id)), fields_(fields), source_(source), reading_(reading) {}

  std::vector<v1::Fact> Take() { return std::move(facts_); }

  absl::Status Opened(const Moment& moment);
  absl::Status Deleted(const Moment& moment, sdk::Json when, std::string_view path);
  // One update, as hooks and the API tell it alike; `moment` is before it, and after it when this is done. Its number is its revision's, or
  // where only links changed, its own.
  absl::Status Update(sdk::Json update, Moment& moment);
  // A comment that was told by itself.
  absl::Status Commented(const Moment& moment, const std::string& revision, sdk::Json when, std::string_view path);

 private:
  absl::Status Links(sdk::Json update, const Moment& moment, sdk::Json when);
  sdk::FactBuilder On(v1::FactKind kind, const Moment& moment, sdk::Json when, std::string_view path, sdk::Json actor) const;
  absl::Status Add(const sdk::FactBuilder& builder);

  const std::string id_;
  const sdk::Json fields_;
  const sdk::Source& source_;
  const Reading& reading_;
  std::vector<v1::Fact> facts_;
};

// One delivery. Errors: INVALID_ARGUMENT that names what is missing.
absl::StatusOr<sdk::Parsed> MapHook(sdk::Json payload, const sdk::Source& source, const Reading& reading);
// Of a pull request (`changes.cc`).
absl::StatusOr<sdk::Parsed> MapChange(sdk::Json payload, const sdk::Source& source, const Reading& reading);

// A member of an object whose name has dots and slashes of its own: `System.State`.
sdk::Json FieldOf(sdk::Json fields, std::string_view name);
// `Shop\Payments` as `Shop/Payments`.
std::string AreaOf(std::string_view path);
bool IsConfidentialArea(const Reading& reading, std::string_view area);

}  // namespace comity::azure_devops

#endif  // COMITY_PLUGINS_AZURE_MAPPING_H_
