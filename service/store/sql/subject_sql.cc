// Subjects: their words for people, and the keys that lead to them.
#include <algorithm>
#include <set>

#include "service/store/sql/event_sql.h"
#include "service/store/sql/run.h"

namespace comity::store::sql {
namespace {

// Columns as SELECT of FindSubject names them.
SubjectDetails ReadSubject(const domain::SubjectRef& subject, const Statement& row) {
  return {subject,          ReadText(row, 0), ReadText(row, 1), ReadEnum<domain::SubjectKind>(row, 2),
          ReadText(row, 3), ReadText(row, 4), ReadText(row, 5), ReadText(row, 6)};
}

// Of the latest key; empty without one.
domain::SubjectRef AliasOf(const SubjectDetails& details) {
  return details.key.empty() ? domain::SubjectRef{} : domain::SubjectAliasOf(details.suite, details.instance, details.key);
}

void KeepUnlessEmpty(const std::string& added, std::string& kept) {
  if (!added.empty()) kept = added;
}

SubjectDetails Merged(SubjectDetails known, const SubjectDetails& added) {
  KeepUnlessEmpty(added.suite, known.suite);
  KeepUnlessEmpty(added.instance, known.instance);
  if (added.kind != domain::SubjectKind::kNone) known.kind = added.kind;
  KeepUnlessEmpty(added.id, known.id);
  KeepUnlessEmpty(added.key, known.key);
  KeepUnlessEmpty(added.uri, known.uri);
  KeepUnlessEmpty(added.title, known.title);
  return known;
}

bool Same(const SubjectDetails& a, const SubjectDetails& b) {
  return a.suite == b.suite && a.instance == b.instance && a.kind == b.kind && a.id == b.id && a.key == b.key && a.uri == b.uri &&
         a.title == b.title;
}

}  // namespace

absl::Status EventSql::PutSubject(const SubjectDetails& details) {
  COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Ensure(details.subject));
  SubjectDetails known{details.subject, {}, {}, {}, {}, {}, {}, {}};
  bool found = false;
  const auto read = [&](const Statement& row) {
    known = ReadSubject(details.subject, row);
    found = true;
  };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindSubject, read, number));
  const SubjectDetails merged = Merged(known, details);
  if (!details.key.empty()) {
    // Also when nothing changed: another subject may have had the key in between.
    const domain::SubjectRef alias = AliasOf(merged), known_alias = AliasOf(known);
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kPutAlias, alias, number));
    if (!known_alias.empty() && alias != known_alias) {
      COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertFormerAlias, number, known_alias));
    }
  }
  if (found && Same(merged, known)) return absl::OkStatus();
  return Run(connection_, Sql::kPutSubject, number, merged.suite, merged.instance, merged.kind, merged.id, merged.key, merged.uri,
             merged.title);
}

absl::Status EventSql::PutSubjects(const std::vector<SubjectDetails>& subjects) {
  std::vector<const SubjectDetails*> sorted;
  std::set<std::pair<std::string_view, std::string_view>> instances;
  for (const SubjectDetails& details : subjects) {
    sorted.push_back(&details);
    instances.emplace(details.suite, details.instance);
  }
  // By subject for the table's sake; of one subject the order given counts.
  std::stable_sort(sorted.begin(), sorted.end(), [](const SubjectDetails* a, const SubjectDetails* b) { return a->subject < b->subject; });
  for (const auto& [suite, instance] : instances) {
    COMITY_RETURN_IF_ERROR(Run(connection_, Sql::kInsertInstance, suite, instance));
  }
  for (const SubjectDetails* details : sorted) COMITY_RETURN_IF_ERROR(PutSubject(*details));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SubjectDetails>> EventSql::FindSubjects(const std::vector<domain::SubjectRef>& subjects) {
  std::vector<SubjectDetails> found;
  for (const domain::SubjectRef& subject : subjects) {
    COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(subject));
    COMITY_RETURN_IF_ERROR(Each(
        connection_, Sql::kFindSubject, [&](const Statement& row) { found.push_back(ReadSubject(subject, row)); }, number));
  }
  return found;
}

// A key needs no index of its own: its alias in each instance has one.
absl::StatusOr<std::vector<domain::SubjectRef>> EventSql::FindSubjectsByText(std::string_view uri_or_key) {
  std::set<domain::SubjectRef> found;
  const auto add = [&](const Statement& row) { found.insert(ReadId<domain::SubjectRef>(row, 0)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindSubjectsByUri, add, uri_or_key));
  std::vector<domain::SubjectRef> aliases;
  const auto hash = [&](const Statement& row) { aliases.push_back(domain::SubjectAliasOf(row.Bytes(0), row.Bytes(1), uri_or_key)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllInstances, hash));
  for (const domain::SubjectRef& alias : aliases) COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindAlias, add, alias));
  return std::vector(found.begin(), found.end());
}

absl::StatusOr<std::map<domain::SubjectRef, domain::SubjectRef>> EventSql::ResolveAliases(const std::vector<domain::SubjectRef>& refs) {
  std::map<domain::SubjectRef, domain::SubjectRef> resolved;
  for (const domain::SubjectRef& ref : refs) resolved.emplace(ref, ref);
  for (auto& [ref, subject] : resolved) {
    COMITY_RETURN_IF_ERROR(Each(
        connection_, Sql::kFindAlias, [&subject = subject](const Statement& row) { subject = ReadId<domain::SubjectRef>(row, 0); }, ref));
  }
  return resolved;
}

absl::StatusOr<std::map<domain::SubjectRef, std::vector<domain::SubjectRef>>> EventSql::AliasesOf(
    const std::vector<domain::SubjectRef>& subjects) {
  std::map<domain::SubjectRef, std::vector<domain::SubjectRef>> aliases;
  for (const domain::SubjectRef& subject : subjects) {
    std::set<domain::SubjectRef> found;
    COMITY_ASSIGN_OR_RETURN(const int64_t number, numbers_.Find(subject));
    const auto current = [&](const Statement& row) { found.insert(AliasOf(ReadSubject(subject, row))); };
    const auto former = [&](const Statement& row) { found.insert(ReadId<domain::SubjectRef>(row, 0)); };
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFindSubject, current, number));
    COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kFormerAliasesOf, former, number));
    found.erase(domain::SubjectRef{});
    if (!found.empty()) aliases[subject].assign(found.begin(), found.end());
  }
  return aliases;
}

absl::StatusOr<std::vector<domain::SubjectRef>> EventSql::AllSubjects(domain::SubjectRef after, int32_t limit) {
  std::vector<domain::SubjectRef> subjects;
  const auto add = [&](const Statement& row) { subjects.push_back(ReadId<domain::SubjectRef>(row, 0)); };
  COMITY_RETURN_IF_ERROR(Each(connection_, Sql::kAllSubjects, add, after, limit));
  return subjects;
}

}  // namespace comity::store::sql
