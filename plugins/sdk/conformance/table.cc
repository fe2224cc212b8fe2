#include <algorithm>
#include <set>

#include "plugins/sdk/conformance/conformance.h"

namespace comity::sdk::conformance {
namespace {

constexpr size_t kColumns = 9;

std::string Cell(const Report& report, const std::string& name) {
  const auto property = report.properties.find(name);
  if (property == report.properties.end()) return "";
  const int checks = property->second.checks, failures = static_cast<int>(property->second.failures.size());
  return failures == 0 ? std::to_string(checks) : std::to_string(checks - failures) + "/" + std::to_string(checks);
}

template <typename Text>
std::string Row(const std::string& head, const std::vector<Report>& reports, Text text) {
  std::string row = "| " + head + " |";
  for (const Report& report : reports) row.append(" ").append(text(report)).append(" |");
  return row + "\n";
}

std::string Part(const std::vector<Report>& reports) {
  std::set<std::string> names;
  for (const Report& report : reports) {
    for (const auto& [name, property] : report.properties) names.insert(name);
  }
  std::string part = Row("property", reports, [](const Report& report) { return report.suite; });
  part += Row("---", reports, [](const Report&) { return "---"; });
  part += Row("cases", reports, [](const Report& report) { return std::to_string(report.cases); });
  part += Row("recorded talks", reports, [](const Report& report) { return std::to_string(report.talks); });
  for (const std::string& name : names) part += Row(name, reports, [&name](const Report& report) { return Cell(report, name); });
  return part;
}

}  // namespace

std::string Table(const std::vector<Report>& reports) {
  std::string table;
  for (size_t begin = 0; begin < reports.size(); begin += kColumns) {
    const size_t end = std::min(begin + kColumns, reports.size());
    const auto at = [&](size_t index) { return reports.begin() + static_cast<std::ptrdiff_t>(index); };
    table += (begin == 0 ? "" : "\n") + Part({at(begin), at(end)});
  }
  return table;
}

}  // namespace comity::sdk::conformance
