#include <openssl/rand.h>

#include <cstdio>
#include <filesystem>
#include <ostream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/names.h"
#include "clients/cli/session.h"
#include "clients/cli/sibling.h"
#include "clients/cli/style.h"
#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "plugins/connectors.h"
#include "plugins/sdk/source_checks.h"
#include "service/base/error.h"
#include "service/base/secret_file.h"

namespace comity::cli {
namespace {

const Connectors& AllConnectors() {
  static const Connectors connectors = MakeConnectors();
  return connectors;
}

// Null: this release has no connector for it.
const sdk::Connector* ConnectorOf(std::string_view suite) {
  const auto found = AllConnectors().find(suite);
  return found == AllConnectors().end() ? nullptr : found->second.get();
}

std::string KnownSuites() {
  std::vector<std::string> names;
  for (const auto& [suite, connector] : AllConnectors()) names.push_back(suite);
  return absl::StrJoin(names, ", ");
}

// In the form the suite's signature scheme wants: Standard Webhooks, or plain text.
absl::StatusOr<std::string> NewSecret(std::string_view suite) {
  unsigned char bytes[32];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return absl::InternalError("the system gives no random bytes");
  const absl::string_view raw(reinterpret_cast<const char*>(bytes), sizeof bytes);
  const sdk::Connector* const connector = ConnectorOf(suite);
  const bool standard = connector != nullptr && connector->manifest().standard_secret;
  return standard ? absl::StrCat("whsec_", absl::Base64Escape(raw)) : absl::BytesToHexString(raw);
}

// comity-connect reads paths relative to its configuration, which may lie elsewhere.
std::string Absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

// The source's entry in comity-connect's file, as far as it can be known here.
void PrintEntry(std::ostream& out, const v1::Source& source, const sdk::Manifest& manifest, const std::string& secret_file) {
  out << "\nFor `sources` in comity-connect's configuration:\n"
      << "  - id: " << Printable(BareName(source.name())) << "\n    suite: " << Printable(source.suite())
      << "\n    instance: " << Printable(source.instance()) << "\n";
  if (manifest.hooks) {
    out << "    secret_files: [" << Printable(Quoted(secret_file.empty() ? "FILE-WITH-THE-SECRET" : Absolute(secret_file))) << "]\n";
  }
  const bool has_api = manifest.reconciles && manifest.transport == sdk::Transport::kHttps;
  if (has_api)
    out << "    poll: {read_token_file: \"FILE-WITH-A-READ-TOKEN\"}"
        << (manifest.hooks && !manifest.hooks_wake ? "   # or leave it out" : "") << "\n";
  if (manifest.transport == sdk::Transport::kGit) out << "    poll: {back_fill: 90d}\n";
  out << "    config: {}\n";
  if (manifest.hooks && has_api) out << "With `poll` alone (then leave secret_files out) no address is needed that the suite can reach.\n";
  if (manifest.options.empty()) return;
  out << "\nOptions of `config`:\n";
  for (const sdk::Option& option : manifest.options) {
    out << "  " << option.name << ": " << option.meaning;
    if (!option.fallback.empty()) out << " (" << option.fallback << " unless given)";
    out << "\n";
  }
}

// What remains to be done.
void PrintSetUp(Session& session, const v1::Source& source, const std::string& secret_file) {
  const std::string id = Printable(BareName(source.name()));
  std::ostream& out = session.out();
  out << session.style().Good("Created " + Printable(source.name()) + ".") << "\n\n";
  const sdk::Connector* const connector = ConnectorOf(source.suite());
  if (connector == nullptr) {
    out << "comity-connect of this release has connectors for " << KnownSuites() << ", none for " << Printable(source.suite())
        << ".\nSend its facts with: comity events push FILE --source " << id << "\n";
  } else {
    const sdk::Manifest& manifest = connector->manifest();
    if (manifest.hooks_wake) {
      out << "comity-connect subscribes to its hooks by itself, if `hook_url` in its configuration says how the suite reaches it.\n";
      if (!secret_file.empty()) out << "Secret of these hooks: in " << Printable(secret_file) << " (0600); the suite need not know it\n";
    } else if (manifest.hooks) {
      out << "Webhook address, where comity-connect listens:\n  http://127.0.0.1:7090/in/" << id << "\n";
      if (!secret_file.empty()) out << "Webhook secret: in " << Printable(secret_file) << " (0600); give it to the suite\n";
    }
    if (!manifest.setup.empty()) out << (manifest.hooks ? "\n" : "") << manifest.title << ":\n" << manifest.setup << "\n";
    PrintEntry(out, source, manifest, secret_file);
  }
  out << "\nIts token: comity tokens create --role connector --source " << id << " --out connect.token\n";
}

absl::Status CreateSource(Session& session, const Arguments& arguments) {
  v1::CreateSourceRequest request;
  request.set_source_id(BareName(arguments.Get("ID")));
  request.mutable_source()->set_suite(arguments.Get("suite"));
  request.mutable_source()->set_instance(arguments.Get("instance"));
  // The secret first: a source whose secret could not be kept would have to be made again under another name.
  const std::string& secret_file = arguments.Get("secret-out");
  if (!secret_file.empty()) {
    COMITY_ASSIGN_OR_RETURN(const std::string secret, NewSecret(request.source().suite()));
    COMITY_RETURN_IF_ERROR(WriteSecretFile(secret_file, secret));
  }
  v1::Source source;
  const absl::Status created = session.Call("AdminService/CreateSource", request, &source);
  if (!created.ok()) {
    if (!secret_file.empty()) std::remove(secret_file.c_str());
    return created;
  }
  if (session.json()) return session.PrintJson(source);
  PrintSetUp(session, source, secret_file);
  return absl::OkStatus();
}

// By the service, or as the caller says, so that an app can be made before there is a server.
absl::StatusOr<sdk::Source> SourceOf(Session& session, const Arguments& arguments) {
  sdk::Source known;
  known.id = BareName(arguments.Get("ID"));
  known.suite = arguments.Get("suite");
  known.instance = arguments.Get("instance");
  if (!known.suite.empty()) return known;
  v1::GetSourceRequest request;
  request.set_name("sources/" + known.id);
  v1::Source source;
  COMITY_RETURN_IF_ERROR(session.Call("AdminService/GetSource", request, &source));
  known.suite = source.suite();
  known.instance = source.instance();
  return known;
}

constexpr char kExampleHook[] = "https://comity.acme.example/in/SOURCE-ID";

std::string SuitesWithManifests() {
  std::vector<std::string> names;
  for (const auto& [suite, connector] : AllConnectors()) {
    sdk::Source any;
    any.suite = suite;
    if (connector->AppManifest(any, kExampleHook).ok()) names.push_back(suite);
  }
  return absl::StrJoin(names, ", ");
}

// An address as it may stand in JSON or YAML, unquoted even.
bool IsHookUrl(const std::string& url) { return sdk::IsAddressOption(url) && url.find_first_of("'<>{}|^`") == std::string::npos; }

absl::Status PrintManifest(Session& session, const Arguments& arguments) {
  const std::string& hook_url = arguments.Get("hook-url");
  if (!IsHookUrl(hook_url)) return UsageError(absl::StrCat("--hook-url must be where hooks arrive, such as ", kExampleHook));
  COMITY_ASSIGN_OR_RETURN(const sdk::Source source, SourceOf(session, arguments));
  const sdk::Connector* const connector = ConnectorOf(source.suite);
  const absl::StatusOr<std::string> manifest =
      connector == nullptr ? absl::UnimplementedError("no connector") : connector->AppManifest(source, hook_url);
  if (absl::IsUnimplemented(manifest.status())) {
    return absl::FailedPreconditionError(absl::StrCat(Printable(source.suite), " has no manifest; these suites have one: ",
                                                      SuitesWithManifests(), ". For the others see what `comity sources create` prints"));
  }
  COMITY_RETURN_IF_ERROR(manifest.status());
  session.out() << *manifest << "\n";
  return absl::OkStatus();
}

// Asking a suite is comity-connect's work: it has the addresses and the read tokens, so it is done where its configuration is.
absl::Status BackFill(Session& session, const Arguments& arguments) {
  const std::string source = BareName(arguments.Get("ID"));
  if (source.empty() || source.starts_with('-')) return UsageError("ID must be a source, such as github-acme");
  std::string config = arguments.Get("config");
  if (config.empty()) config = session.environment().variable("HOME") + "/.local/share/comity/connect.yaml";
  std::error_code ignored;
  if (!std::filesystem::exists(config, ignored)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there is no ", config,
        ". The past is read by comity-connect, where it runs and with its configuration: name that with --config FILE, ",
        "or run this on its machine: comity sources backfill ", source, " --since ", arguments.Get("since"), " --config FILE"));
  }
  std::vector<std::string> words = {"backfill", source, "--since", arguments.Get("since"), "--config", config};
  if (arguments.Has("restart")) words.push_back("--restart");
  return LeaveTo(session, "comity-connect", words);
}

absl::Status ListSources(Session& session, const Arguments& arguments) {
  int64_t limit = 0;
  COMITY_RETURN_IF_ERROR(ReadLimit(arguments, &limit));
  v1::ListSourcesRequest request;
  v1::ListSourcesResponse response;
  COMITY_RETURN_IF_ERROR(session.List("AdminService/ListSources", request, limit, &response));
  const bool more = !response.next_page_token().empty();
  if (session.json()) return session.PrintJson(response);
  Table table({"SOURCE", "SUITE", "INSTANCE", "CREATED", "LAST EVENT"});
  for (const v1::Source& source : response.sources()) {
    table.Add(
        {BareName(source.name()), source.suite(), source.instance(), Instant(source.create_time()), Instant(source.last_event_time())});
  }
  table.Print(session.out(), session.style(), "No sources. Make one: comity sources create ID --suite S --instance I --secret-out FILE");
  session.SayMore(more, limit);
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> SourceVerbs() {
  return {
      {.noun = "sources",
       .name = "create",
       .summary = "register a source and make its webhook secret",
       .parameters = {{.name = "ID", .kind = Parameter::Kind::kPositional, .help = "1 to 63 of a-z, 0-9 and -", .required = true},
                      {.name = "--suite",
                       .value = "S",
                       .help = "the connector: github, gitlab, jira …; a suite without one is for facts that are pushed",
                       .required = true},
                      {.name = "--instance", .value = "I", .help = "the installation, for example github.com", .required = true},
                      {.name = "--secret-out", .value = "FILE", .help = "where to put a new webhook secret (0600, never overwritten)"}},
       .run = CreateSource,
       .details = "Example: comity sources create github-acme --suite github --instance github.com --secret-out github.secret"},
      {.noun = "sources",
       .name = "manifest",
       .summary = "print the suite's app manifest, or the request that makes its webhook",
       .parameters = {{.name = "ID", .kind = Parameter::Kind::kPositional, .help = "the source", .required = true},
                      {.name = "--hook-url", .value = "URL", .help = "where its hooks arrive, as the suite reaches it", .required = true},
                      {.name = "--suite", .value = "S", .help = "of a source that is not registered yet; then no server is asked"},
                      {.name = "--instance", .value = "I", .help = "likewise"}},
       .run = PrintManifest,
       .details = "It asks for no more than the connector needs, and holds no secret; the connector's README says where to put it.\n"
                  "Example: comity sources manifest slack-acme --hook-url https://comity.acme.example/in/slack-acme > slack-app.json"},
      {.noun = "sources",
       .name = "backfill",
       .summary = "read what the suite of a polled source still knows of the past, once, where comity-connect runs",
       .parameters = {{.name = "ID", .kind = Parameter::Kind::kPositional, .help = "the source", .required = true},
                      {.name = "--since", .value = "AGE", .help = "how far back: 90d, 12h, 45m", .fallback = "90d"},
                      {.name = "--config", .value = "FILE", .help = "comity-connect's (else ~/.local/share/comity/connect.yaml)"},
                      {.name = "--restart", .kind = Parameter::Kind::kFlag, .help = "begin anew, not where an earlier one stopped"}},
       .run = BackFill,
       .details = "Beside the running comity-connect; stopped, the same command goes on. What is known already stays one event.\n"
                  "Example: comity sources backfill github-acme --since 90d"},
      {.noun = "sources", .name = "list", .summary = "registered sources", .parameters = {LimitParameter()}, .run = ListSources},
  };
}

}  // namespace comity::cli
