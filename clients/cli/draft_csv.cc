#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/draft.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr std::array<std::string_view, 9> kCsvColumns = {"person", "name",    "team",   "account", "start",
                                                         "end",    "primary", "parent", "function"};
constexpr size_t kMaxFaults = 100;

struct Row {
  int line;
  std::vector<std::string> cells;
};

// RFC 4180: quoted cells may hold commas, line breaks and doubled quotes. False for a quote that never closes.
bool ReadRows(std::string_view text, std::vector<Row>& rows) {
  int line = 1;
  while (!text.empty()) {
    Row row{line, {""}};
    bool quoted = false;
    size_t i = 0;
    for (; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '\n') ++line;
      if (quoted) {
        if (c != '"') {
          row.cells.back().push_back(c);
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          row.cells.back().push_back(text[++i]);
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',') {
        row.cells.emplace_back();
      } else if (c == '\n') {
        break;
      } else if (c != '\r') {
        row.cells.back().push_back(c);
      }
    }
    if (quoted) return false;
    for (std::string& cell : row.cells) absl::StripAsciiWhitespace(&cell);
    if (row.cells.size() > 1 || !row.cells[0].empty()) rows.push_back(std::move(row));
    text.remove_prefix(std::min(i + 1, text.size()));
  }
  return true;
}

class CsvDraft {
 public:
  absl::StatusOr<Draft> Read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<Row> rows;
    if (!ReadRows(text, rows)) return Fault(1, "a quote is opened and never closed");
    if (rows.empty()) return Fault(1, "the table is empty; its first row names the columns, for example person,name,team,account");
    ReadHead(rows.front());
    for (size_t i = 1; i < rows.size(); ++i) ReadRow(rows[i]);
    if (!faults_.empty())
      return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kDirectoryInvalid, "the table cannot be read", faults_);
    draft_.notes.push_back("From a table.");
    return std::move(draft_);
  }

 private:
  absl::Status Fault(int line, const std::string& what) {
    if (faults_.size() < kMaxFaults) faults_.push_back({absl::StrCat("line ", line), what});
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kDirectoryInvalid, "the table cannot be read", faults_);
  }
  void ReadHead(const Row& row) {
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const std::string name = absl::AsciiStrToLower(row.cells[i]);
      if (std::find(kCsvColumns.begin(), kCsvColumns.end(), name) == kCsvColumns.end()) {
        (void)Fault(row.line, absl::StrCat("there is no column \"", row.cells[i],
                                           "\"; known: person, name, team, account, start, end, primary, parent, function"));
      }
      columns_[name] = i;
    }
    if (!columns_.contains("person")) (void)Fault(row.line, "there is no column \"person\"");
  }
  std::string Cell(const Row& row, const std::string& column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() || found->second >= row.cells.size() ? "" : row.cells[found->second];
  }
  void ReadRow(const Row& row) {
    const std::string key = Cell(row, "person");
    if (key.empty()) return (void)Fault(row.line, "names no person");
    const bool known = !people_.Find(key).empty();
    const std::string id = people_.Of(key, key);
    if (!known) draft_.people.push_back({id, Cell(row, "name"), {}});
    Draft::Person& person =
        *std::find_if(draft_.people.begin(), draft_.people.end(), [&](const Draft::Person& other) { return other.id == id; });
    for (const auto& account : absl::StrSplit(Cell(row, "account"), absl::ByAnyChar(" ;"), absl::SkipEmpty())) {
      const std::string name(account);
      if (std::count(name.begin(), name.end(), ':') < 2) {
        (void)Fault(row.line, absl::StrCat("\"", name, "\" is no account; write suite:instance:id, for example github:github.com:583231"));
      } else if (accounts_.insert(name).second) {
        person.accounts.push_back({name, ""});
      }
    }
    ReadTeam(row, id);
  }
  void ReadTeam(const Row& row, const std::string& person) {
    const std::string name = Cell(row, "team");
    if (name.empty()) return;
    const std::string team = Team(name, Cell(row, "function"));
    const std::string parent = Cell(row, "parent");
    if (!parent.empty()) {
      const std::string above = Team(parent, "");
      for (Draft::Team& other : draft_.teams) {
        if (other.id == team) other.parent = above;
      }
    }
    const std::string primary = absl::AsciiStrToLower(Cell(row, "primary"));
    const bool is_primary = primary == "true" || primary == "yes" || primary == "1";
    const Draft::Membership membership{person, team, Cell(row, "start"), Cell(row, "end"), is_primary};
    if (memberships_.insert(absl::StrCat(person, "\n", team, "\n", membership.start, "\n", membership.end)).second)
      draft_.memberships.push_back(membership);
  }
  std::string Team(const std::string& name, const std::string& function) {
    const bool known = !teams_.Find(name).empty();
    const std::string id = teams_.Of(name, name);
    if (!known) draft_.teams.push_back({id, name == id ? "" : name, "", function});
    return id;
  }

  Draft draft_;
  std::vector<FieldFault> faults_;
  std::map<std::string, size_t> columns_;
  Slugs people_, teams_;
  std::set<std::string> accounts_, memberships_;
};

}  // namespace

absl::StatusOr<Draft> DraftFromCsv(std::string_view text) { return CsvDraft().Read(text); }

}  // namespace comity::cli
