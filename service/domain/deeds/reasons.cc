#include "service/domain/deeds/reasons.h"

namespace comity::domain {
namespace {

struct Row {
  ReasonCode code;
  std::string_view name;
};
constexpr Row kRows[] = {
#define COMITY_REASON_ROW(enumerator, name, number) {ReasonCode::k##enumerator, name},
    COMITY_REASONS(COMITY_REASON_ROW)
#undef COMITY_REASON_ROW
};

}  // namespace

std::string_view ReasonName(ReasonCode code) {
  for (const Row& row : kRows) {
    if (row.code == code) return row.name;
  }
  return {};
}

std::optional<ReasonCode> ReasonFromName(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name && !name.empty()) return row.code;
  }
  return std::nullopt;
}

}  // namespace comity::domain
