// comity directory draft
#include <ctime>
#include <fstream>
#include <ostream>
#include <set>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "clients/cli/directory_verbs.h"
#include "clients/cli/draft.h"
#include "clients/cli/draft_github.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "comity/v1/directory.pb.h"
#include "comity/v1/event.pb.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"

namespace comity::cli {
namespace {

constexpr size_t kMaxTableBytes = 16 * 1024 * 1024;
constexpr int64_t kMaxParkedEvents = 5000;

absl::StatusOr<Draft> FromGithub(Session& session, const Arguments& arguments, const std::string& organisation) {
  GithubOptions options;
  options.api_base = arguments.Get("api-base");
  options.sleep = [](std::chrono::seconds seconds) { std::this_thread::sleep_for(seconds); };
  options.say = [&session](const std::string& words) { session.err() << Printable(words) << std::endl; };
  options.now_seconds = [] { return static_cast<int64_t>(std::time(nullptr)); };
  if (arguments.Has("github-token-file")) {
    COMITY_ASSIGN_OR_RETURN(options.token, ReadSecretFile(arguments.Get("github-token-file")));
  }
  const std::string instance = arguments.Has("instance") ? arguments.Get("instance") : GithubInstance(options.api_base);
  COMITY_ASSIGN_OR_RETURN(const GithubApi api, GithubApi::Create(std::move(options)));
  return DraftFromGithub(api, organisation, instance);
}

absl::StatusOr<Draft> FromCsv(Session& session, const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return absl::NotFoundError(absl::StrCat(path, " cannot be opened; name a table, or - for standard input"));
  }
  std::string text(kMaxTableBytes + 1, '\0');
  std::istream& in = path == "-" ? session.in() : file;
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kMaxTableBytes) return absl::InvalidArgumentError(absl::StrCat(path, " is larger than 16 MiB"));
  return DraftFromCsv(text);
}

// Places of facts that wait because nobody owns them, each once, the most specific one of each fact.
absl::Status AddUnownedPlaces(Session& session, Draft& draft) {
  v1::ListEventsRequest request;
  request.set_outcome(v1::Event::OUTCOME_PARKED);
  v1::ListEventsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("EventService/ListEvents", request, kMaxParkedEvents, &response));
  std::set<std::string> seen;
  for (const v1::Event& event : response.events()) {
    if (event.reason() != "UNKNOWN_OWNER" || event.fact().places().empty()) continue;
    const v1::Place& place = event.fact().places(0);
    std::string match = absl::StrCat(event.fact().suite(), ":", event.fact().instance(), ":", place.kind(), ":", place.value());
    if (seen.insert(match).second) draft.ownership.push_back({std::move(match), "", "nobody owns it yet; seen in " + event.subject()});
  }
  return absl::OkStatus();
}

absl::StatusOr<Draft> FromEvents(Session& session) {
  v1::ListAccountsRequest request;
  request.set_unlinked(true);
  v1::ListAccountsResponse response;
  COMITY_RETURN_IF_ERROR(session.List("DirectoryService/ListAccounts", request, 0, &response));
  Draft draft;
  draft.notes = {"From accounts seen in events that nobody is linked to, and things that nobody owns.",
                 "Add them to your directory file: applying this file alone would end everybody it does not name."};
  Slugs people;
  for (const v1::DirectoryAccount& account : response.accounts()) {
    const std::string name = BareName(account.name());
    const std::string note = absl::StrCat(account.login().empty() ? "" : absl::StrCat("login ", account.login(), ", "), "waits in ",
                                          Count(account.waiting_subject_count(), "subject", "subjects"), ", first seen ",
                                          Instant(account.first_seen_time()).substr(0, 10));
    if (account.kind() == v1::ACCOUNT_KIND_BOT && !account.has_first_seen_time()) continue;  // named by the directory itself
    if (account.kind() == v1::ACCOUNT_KIND_BOT) {
      draft.bots.push_back({name, note});
    } else if (account.kind() != v1::ACCOUNT_KIND_TEAM) {
      draft.people.push_back({people.Of(name, account.login().empty() ? name : account.login()), account.login(), {{name, note}}});
    }
  }
  COMITY_RETURN_IF_ERROR(AddUnownedPlaces(session, draft));
  return draft;
}

absl::StatusOr<Draft> Collect(Session& session, const Arguments& arguments) {
  const std::string& from = arguments.Get("from");
  if (from == "events") return FromEvents(session);
  if (from.rfind("github:", 0) == 0 && from.size() > 7) return FromGithub(session, arguments, from.substr(7));
  if (from.rfind("csv:", 0) == 0 && from.size() > 4) return FromCsv(session, from.substr(4));
  return UsageError("--from is github:ORGANISATION, csv:FILE or events");
}

}  // namespace

absl::Status DraftDirectory(Session& session, const Arguments& arguments) {
  COMITY_ASSIGN_OR_RETURN(const Draft draft, Collect(session, arguments));
  const std::string text = WriteDraft(draft);
  if (!arguments.Has("out")) {
    session.out() << text;
    return absl::OkStatus();
  }
  std::ofstream file(arguments.Get("out"), std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return absl::UnavailableError(absl::StrCat(arguments.Get("out"), " cannot be written"));
  session.out() << Printable(absl::StrCat("Wrote ", arguments.Get("out"), ": ",
                                          Count(static_cast<int64_t>(draft.people.size()), "person", "people"), ", ",
                                          Count(static_cast<int64_t>(draft.teams.size()), "team", "teams"), ", ",
                                          Count(static_cast<int64_t>(draft.ownership.size()), "ownership rule", "ownership rules"),
                                          ". Review it, then: comity directory apply ", arguments.Get("out"), " --dry-run"))
                << "\n";
  return absl::OkStatus();
}

}  // namespace comity::cli
