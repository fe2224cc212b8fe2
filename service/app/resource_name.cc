#include "service/app/resource_name.h"

#include <algorithm>

#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr size_t kMaxNameBytes = 400;

}  // namespace

absl::StatusOr<std::string> IdOf(std::string_view collection, std::string_view name, std::string_view field) {
  const std::string prefix = std::string(collection) + "/";
  const std::string_view id = name.substr(0, prefix.size()) == prefix ? name.substr(prefix.size()) : name;
  const bool printable = std::all_of(id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
  if (!id.empty() && id.size() <= kMaxNameBytes && printable && id.find('/') == std::string_view::npos) return std::string(id);
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, std::string(field) + " names no resource of this sort",
               {{std::string(field), "send `" + prefix + "ID`"}});
}

std::string NameOf(std::string_view collection, std::string_view id) {
  return id.empty() ? std::string() : std::string(collection) + "/" + std::string(id);
}

}  // namespace comity::app
