// A word put into the texts of somebody else's payload, to see where they go.
#ifndef COMITY_PLUGINS_SDK_CONFORMANCE_CANARY_H_
#define COMITY_PLUGINS_SDK_CONFORMANCE_CANARY_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace comity::sdk::conformance {

// In no payload and no configuration.
inline constexpr std::string_view kCanary = "plantedmarmaladecanary";

// Where in a text: cut off at its end, at its beginning, or taken as a whole, it shows in one of them.
enum class Planting { kBefore, kAfter, kInstead };

struct Planted {
  std::string body;
  std::set<std::string_view> fields;  // those that the body has
};
// `body` with the word in every text of `fields`, which are named as Manifest::classified names them: in JSON (with all texts below a
// field), in a form if `content_type` says that it is one, else in the properties of a calendar, also of one within XML.
Planted Plant(std::string_view body, std::string_view content_type, const std::vector<std::string_view>& fields, Planting how);

// Whether the word is in `text`, in whatever case.
bool HoldsCanary(std::string_view text);

}  // namespace comity::sdk::conformance

#endif  // COMITY_PLUGINS_SDK_CONFORMANCE_CANARY_H_
