#include "clients/cli/run.h"

#include <filesystem>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/parser.h"
#include "service/base/error.h"

namespace comity::cli {
namespace {

std::string FirstOf(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

std::string DefaultTokenFile(const Environment& environment) {
  const std::string home = environment.variable("HOME");
  const std::string path = home + "/.local/share/comity/admin.token";
  std::error_code ignored;
  return !home.empty() && std::filesystem::exists(path, ignored) ? path : "";
}

client::Options OptionsOf(const Parsed& parsed, const Environment& environment) {
  client::Options options;
  options.server = FirstOf({parsed.arguments.Get("server"), environment.variable("COMITY_SERVER"), options.server});
  options.token_file =
      FirstOf({parsed.arguments.Get("token-file"), environment.variable("COMITY_TOKEN_FILE"), DefaultTokenFile(environment)});
  options.tls_ca_file = parsed.arguments.Get("tls-ca-file");
  if (parsed.verb->deadline_seconds > 0) options.deadline = std::chrono::seconds(parsed.verb->deadline_seconds);
  return options;
}

// What to do, where the service's own words do not say it: they do not know this command line.
std::string RemedyFor(const absl::Status& status, const client::Options& options) {
  const std::string reason = DetailsOf(status).reason;
  if (reason == "TOKEN_MISSING" || reason == "TOKEN_UNKNOWN") {
    return options.token_file.empty()
               ? "Name your token's file: --token-file FILE, or set COMITY_TOKEN_FILE."
               : absl::StrCat("The token came from ", options.token_file, "; --token-file or COMITY_TOKEN_FILE names another.");
  }
  if (reason == "ROLE_REQUIRED" && !options.token_file.empty()) {
    return absl::StrCat("The token came from ", options.token_file, "; `comity status` shows whose it is and its roles.");
  }
  if (absl::IsUnavailable(status) && reason.empty())  // else it is another peer, as GitHub, or comityd said itself what is wrong
    return absl::StrCat("Is comityd running at ", options.server, "? --server or COMITY_SERVER names another.");
  return {};
}

int ExitCode(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  if (IsUsageError(status)) return kExitUsage;
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ? kExitUnavailable : kExitRefused;
}

void PrintError(const absl::Status& status, const client::Options& options, Environment& environment) {
  const Style style(environment.err_is_terminal && environment.variable("NO_COLOR").empty());
  const ErrorDetails details = DetailsOf(status);
  // gRPC's own words about connections help nobody who has a command line before them.
  const bool away = absl::IsUnavailable(status) && details.reason.empty();
  const std::string message = away ? absl::StrCat("no answer from ", options.server) : std::string(status.message());
  environment.err << style.Bad("comity: ") << Printable(message.empty() ? absl::StatusCodeToString(status.code()) : message);
  if (!details.reason.empty()) environment.err << style.Dim(absl::StrCat(" (", Printable(details.reason), ")"));
  environment.err << "\n";
  for (const FieldFault& fault : details.faults) {
    environment.err << "  " << style.Bold(Printable(fault.field)) << ": " << Printable(fault.description) << "\n";
  }
  const std::string remedy = RemedyFor(status, options);
  if (!remedy.empty()) environment.err << Printable(remedy) << "\n";
}

}  // namespace

int Run(const std::vector<std::string>& arguments, Environment& environment) {
  const Parsed parsed = Parse(AllVerbs(), arguments);
  if (parsed.verb == nullptr) {
    if (parsed.ok) {
      environment.out << parsed.text;
      return kExitOk;
    }
    environment.err << "comity: " << Printable(parsed.text, true)
                    << (parsed.text.ends_with('\n') ? "" : "\nRun comity --help to see what there is.\n");
    return kExitUsage;
  }
  const client::Options options = OptionsOf(parsed, environment);
  Session session(environment, options, parsed.arguments.Get("output") == "json" ? Output::kJson : Output::kTable);
  const absl::Status status = parsed.verb->run(session, parsed.arguments);
  environment.out.flush();
  if (!status.ok()) PrintError(status, options, environment);
  if (status.ok() && !environment.out) {
    environment.err << "comity: the output cannot be written\n";
    return kExitRefused;
  }
  return ExitCode(status);
}

}  // namespace comity::cli
