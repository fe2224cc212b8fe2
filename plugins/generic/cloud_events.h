// CloudEvents 1.0 in JSON, structured mode, alone or as an array, whose data is a comity.v1.Fact or `{"facts": [...]}`.
#ifndef COMITY_PLUGINS_GENERIC_CLOUD_EVENTS_H_
#define COMITY_PLUGINS_GENERIC_CLOUD_EVENTS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"

namespace comity::generic {

inline constexpr size_t kMaxEvents = 1000;
inline constexpr size_t kMaxFacts = 1000;

// Suite and instance of a fact default to the source's, its time to the event's, its object id to the subject's id. Unknown fields are
// ignored. What a fact lacks beyond that is for the service to say, which keeps the rest of the delivery.
// Errors: INVALID_ARGUMENT that names the path, for what is no such envelope, for unreadable data, and for facts of another suite or
// instance.
absl::StatusOr<sdk::Parsed> ParseCloudEvents(std::string_view body, const sdk::Source& source);

}  // namespace comity::generic

#endif  // COMITY_PLUGINS_GENERIC_CLOUD_EVENTS_H_
