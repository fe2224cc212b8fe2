// What an installation's statuses mean. Their names and ids are its own; only "is closed" is Redmine's.
#ifndef COMITY_PLUGINS_REDMINE_STATUSES_H_
#define COMITY_PLUGINS_REDMINE_STATUSES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "comity/v1/event.pb.h"
#include "plugins/sdk/json.h"

namespace comity::redmine {

// Names of statuses by what they say; whether letters are large or small does not matter.
struct StatusNames {
  std::vector<std::string> resolved;
  std::vector<std::string> wont_do, duplicate;
  // `3=Resolved, 5=Closed`: those that end a ticket, as far as a source must know them without asking.
  std::vector<std::pair<std::string, std::string>> ids;
};
// From the options' texts. Faults, in words for people, go to `faults`.
StatusNames ReadStatusNames(std::string_view resolved, std::string_view wont_do, std::string_view duplicate, std::string_view ids,
                            std::vector<std::string>* faults);

enum class Standing {
  kOpen,
  kDone,
  kWontDo,
  kDuplicate,
  kClosed,  // for a reason that nobody has named
};
struct Status {
  std::string name;
  Standing standing = Standing::kOpen;
  bool closed = false;  // as Redmine says: nothing more is expected
};

// What a step from one status to another is; nullopt where it is nothing: among open ones, or a plain closing of what was resolved.
struct Transition {
  v1::FactKind kind;
  v1::Resolution resolution;
};
std::optional<Transition> TransitionOf(const Status& from, const Status& to);

// Statuses by id.
class Statuses {
 public:
  explicit Statuses(const StatusNames& names) : names_(names) {}
  // `{"id": 5, "name": "Closed", "is_closed": true}`.
  void Add(sdk::Json status) { Add(status.At("/id").IdText(), status.At("/name").Text(), status.At("/is_closed").IsTrue()); }
  void AddThoseOfTheOptions();
  const Status* Find(std::string_view id) const;

 private:
  void Add(std::string id, std::string_view name, bool closed);
  const StatusNames& names_;
  std::map<std::string, Status, std::less<>> by_id_;
};

}  // namespace comity::redmine

#endif  // COMITY_PLUGINS_REDMINE_STATUSES_H_
