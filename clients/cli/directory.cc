#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "clients/cli/directory_verbs.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "comity/v1/directory.pb.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

constexpr size_t kMaxDirectoryBytes = 3 * 1024 * 1024;

absl::StatusOr<std::string> ReadDocument(Session& session, const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    std::error_code ignored;
    if (!file || std::filesystem::is_directory(path, ignored))
      return absl::NotFoundError(absl::StrCat(path, " cannot be opened; name a directory file in YAML, or - for standard input"));
  }
  std::istream& in = path == "-" ? session.in() : file;
  std::string document(kMaxDirectoryBytes + 1, '\0');
  in.read(document.data(), static_cast<std::streamsize>(document.size()));
  document.resize(static_cast<size_t>(in.gcount()));
  if (document.size() > kMaxDirectoryBytes)
    return absl::InvalidArgumentError(absl::StrCat(path, " is larger than 3 MiB; split off what is no directory"));
  return document;
}

std::string Sign(const Style& style, v1::DirectoryChange::Action action) {
  switch (action) {
    case v1::DirectoryChange::ACTION_ADD:
      return style.Good("+");
    case v1::DirectoryChange::ACTION_DELETE:
      return style.Bad("-");
    case v1::DirectoryChange::ACTION_END:
      return style.Bad("x");
    default:
      return "~";
  }
}

absl::Status Apply(Session& session, const Arguments& arguments) {
  v1::ApplyDirectoryRequest request;
  COMITY_ASSIGN_OR_RETURN(*request.mutable_document(), ReadDocument(session, arguments.Get("FILE")));
  request.set_dry_run(arguments.Has("dry-run"));
  request.set_prune(arguments.Has("prune"));
  v1::ApplyDirectoryResponse response;
  COMITY_RETURN_IF_ERROR(session.Call("DirectoryService/ApplyDirectory", request, &response));
  if (session.json()) return session.PrintJson(response);
  std::ostream& out = session.out();
  if (response.changes().empty()) {
    out << "Nothing to change: the directory says so already.\n";
    return absl::OkStatus();
  }
  for (const v1::DirectoryChange& change : response.changes()) {
    out << Sign(session.style(), change.action()) << " " << Printable(absl::StrCat(change.target(), ": ", change.summary())) << "\n";
  }
  out << "\n"
      << Count(response.changes_size(), "change", "changes") << (request.dry_run() ? " would be made; " : " made; ")
      << DeedsChanged(response.restated_deed_count(), response.restated_deed_count_is_minimum(), request.dry_run()) << ".\n";
  if (!response.job().empty()) {
    out << Printable(absl::StrCat(Count(response.restated_subject_count(), "subject is", "subjects are"), " judged again (", response.job(),
                                  ")."))
        << "\n";
  }
  if (request.dry_run()) out << "Nothing was applied: run it again without --dry-run.\n";
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> DirectoryVerbs() {
  return {
      {.noun = "directory",
       .name = "apply",
       .summary = "make the directory what a file says; what it touches is judged again",
       .parameters = {{.name = "FILE", .kind = Parameter::Kind::kPositional, .help = "YAML; - for standard input", .required = true},
                      {.name = "--dry-run", .kind = Parameter::Kind::kFlag, .help = "say what would change, apply nothing"},
                      {.name = "--prune",
                       .kind = Parameter::Kind::kFlag,
                       .help = "delete whom the file no longer names instead of ending them today"}},
       .run = Apply,
       .details = "For a person the file names, its memberships are the whole history. Whom it no longer names is ended today.",
       .deadline_seconds = 600},
      {.noun = "directory",
       .name = "draft",
       .summary = "write a directory file for review from what is known elsewhere",
       .parameters = {{.name = "--from", .value = "github:ORG|csv:FILE|events", .help = "where from", .required = true},
                      {.name = "--out", .value = "FILE", .help = "where to (else standard output)"},
                      {.name = "--github-token-file",
                       .value = "FILE",
                       .help = "a GitHub token that may read members, teams and contents (0600)"},
                      {.name = "--api-base", .value = "URL", .help = "of GitHub's REST API", .fallback = "https://api.github.com"},
                      {.name = "--instance", .value = "HOST", .help = "the installation in account names (else from the API's address)"}},
       .run = DraftDirectory,
       .details = "A csv table names its columns in the first row: person, name, team, account, start, end, primary, parent, function."},
  };
}

}  // namespace comity::cli
