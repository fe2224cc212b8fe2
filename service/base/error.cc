#include "service/base/error.h"

#include <cstring>
#include <iterator>

#include "absl/strings/cord.h"

namespace comity {
namespace {

constexpr char kPayload[] = "comity/error";

constexpr std::string_view kNames[] = {
#define COMITY_ERROR_NAME(enumerator, name) name,
    COMITY_ERROR_REASONS(COMITY_ERROR_NAME)
#undef COMITY_ERROR_NAME
};

void Put(std::string& out, std::string_view field) {
  const auto size = static_cast<uint32_t>(field.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(field);
}

// Fields lie one after the other, each behind its length; a payload never leaves the process, so the length is the machine's own.
std::vector<std::string> Fields(std::string_view bytes) {
  std::vector<std::string> fields;
  while (bytes.size() >= sizeof(uint32_t)) {
    uint32_t size;
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    if (size > bytes.size()) break;
    fields.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return fields;
}

}  // namespace

std::string_view ErrorReasonName(ErrorReason reason) { return kNames[static_cast<size_t>(reason)]; }

std::optional<ErrorReason> ErrorReasonFromName(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<ErrorReason>(i);
  }
  return std::nullopt;
}

absl::Status Error(absl::StatusCode code, ErrorReason reason, std::string_view message, std::vector<FieldFault> faults,
                   std::vector<std::pair<std::string, std::string>> metadata) {
  return ErrorNamed(code, ErrorReasonName(reason), message, std::move(faults), std::move(metadata));
}

absl::Status ErrorNamed(absl::StatusCode code, std::string_view reason_name, std::string_view message, std::vector<FieldFault> faults,
                        std::vector<std::pair<std::string, std::string>> metadata) {
  absl::Status status(code, absl::string_view(message.data(), message.size()));
  std::string payload;
  Put(payload, reason_name);
  Put(payload, std::to_string(metadata.size()));
  for (const auto& [key, value] : metadata) {
    Put(payload, key);
    Put(payload, value);
  }
  for (const FieldFault& fault : faults) {
    Put(payload, fault.field);
    Put(payload, fault.description);
  }
  status.SetPayload(kPayload, absl::Cord(payload));
  return status;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return details;
  const std::vector<std::string> fields = Fields(std::string(*payload));
  if (fields.size() < 2) return details;
  details.reason = fields[0];
  size_t next = 2;
  for (size_t left = std::stoul(fields[1]); left > 0 && next + 1 < fields.size(); --left, next += 2) {
    details.metadata.emplace_back(fields[next], fields[next + 1]);
  }
  for (; next + 1 < fields.size(); next += 2) details.faults.push_back({fields[next], fields[next + 1]});
  return details;
}

}  // namespace comity
