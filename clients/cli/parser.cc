#include "clients/cli/parser.h"

#include <CLI/CLI.hpp>
#include <deque>
#include <map>

namespace comity::cli {
namespace {

// Where CLI11 puts what it reads; addresses stay.
struct Slot {
  const Parameter* parameter;
  std::vector<std::string> values;
  bool flag = false;
};
struct Bound {
  const Verb* verb;
  CLI::App* app;
  std::deque<Slot> slots;
};

std::string Key(const Parameter& parameter) { return parameter.name.substr(parameter.name.find_first_not_of('-')); }

void Bind(const Parameter& parameter, CLI::App& app, std::deque<Slot>& slots) {
  Slot& slot = slots.emplace_back(Slot{&parameter, {}, false});
  std::string help = parameter.help;
  if (!parameter.fallback.empty()) help += " (default " + parameter.fallback + ")";
  if (parameter.kind == Parameter::Kind::kFlag) {
    app.add_flag(parameter.name, slot.flag, help);
    return;
  }
  CLI::Option* option = app.add_option(parameter.name, slot.values, help)->expected(1);
  option->allow_extra_args(false);
  option->multi_option_policy(parameter.kind == Parameter::Kind::kRepeated ? CLI::MultiOptionPolicy::TakeAll
                                                                           : CLI::MultiOptionPolicy::Throw);
  option->type_name(parameter.value);
  if (parameter.required) option->required();
  if (!parameter.choices.empty()) option->check(CLI::IsMember(parameter.choices, CLI::ignore_case, CLI::ignore_underscore).description(""));
}

void Collect(const std::deque<Slot>& slots, Arguments& arguments) {
  for (const Slot& slot : slots) {
    const Parameter& parameter = *slot.parameter;
    if (parameter.kind == Parameter::Kind::kFlag) {
      if (slot.flag) arguments.Put(Key(parameter), {"true"});
    } else if (!slot.values.empty()) {
      arguments.Put(Key(parameter), slot.values);
    } else if (!parameter.fallback.empty()) {
      arguments.Put(Key(parameter), {parameter.fallback});
    }
  }
}

const std::vector<Parameter>& CommonParameters() {
  static const std::vector<Parameter> kCommonParameters = {
      {.name = "--server", .value = "HOST:PORT", .help = "where comityd listens (else COMITY_SERVER, else 127.0.0.1:7070)"},
      {.name = "--token-file", .value = "FILE", .help = "your token (else COMITY_TOKEN_FILE, else ~/.local/share/comity/admin.token)"},
      {.name = "--tls-ca-file", .value = "FILE", .help = "authorities to trust for https:// servers (else the system's)"},
      {.name = "--output", .value = "table|json", .help = "how to print", .fallback = "table", .choices = {"table", "json"}},
  };
  return kCommonParameters;
}

std::string NounSummary(const std::string& noun) {
  static const std::map<std::string, std::string> kSummaries = {
      {"directory", "people, teams, memberships and ownership"},
      {"accounts", "logins, and whose they are"},
      {"sources", "connections to the suites that facts come from"},
      {"tokens", "credentials of people and connectors"},
      {"duties", "what a team's people take in turns, and whose turn it is"},
      {"endpoints", "addresses that are told what happens: outbound webhooks"},
      {"events", "facts that came in, and what was made of each"},
      {"deeds", "acts of help: read them, put them right"},
      {"policy", "the rules: what counts, and whose it is"},
      {"recognitions", "thanks that people gave for what they saw"},
      {"invitations", "what you were helped with, and may want to thank for"},
      {"behaviours", "what thanks are for"},
      {"programmes", "what recognition is meant to bring about"},
      {"reports", "something is wrong with thanks"},
      {"checkins", "what you are asked after a meeting or a ticket, and what your team reads of it"},
      {"checkin-templates", "what teams ask, and when"},
      {"norms", "what teams agreed on"},
      {"me", "what is kept about you, and who read it"},
      {"admin", "the ledger's own check, backup and restore"},
      {"checkpoints", "signed checkpoints of the ledger, and proofs to keep"},
  };
  const auto found = kSummaries.find(noun);
  return found == kSummaries.end() ? noun : found->second;
}

}  // namespace

Parsed Parse(const std::vector<Verb>& verbs, const std::vector<std::string>& arguments) {
  CLI::App app("Comity notices when one team helps another, credits the people who did it, and lets those concerned put it right.",
               "comity");
  app.set_version_flag("--version", std::string("comity ") + COMITY_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.footer("Ask any command for its own help: comity deeds correct --help");
  std::deque<Slot> common;
  for (const Parameter& parameter : CommonParameters()) Bind(parameter, app, common);
  std::map<std::string, CLI::App*> nouns;
  std::deque<Bound> bound;
  for (const Verb& verb : verbs) {
    CLI::App* parent = &app;
    if (!verb.noun.empty()) {
      CLI::App*& noun = nouns[verb.noun];
      if (noun == nullptr) {
        noun = app.add_subcommand(verb.noun, NounSummary(verb.noun));
        noun->require_subcommand(1);
        noun->fallthrough();
      }
      parent = noun;
    }
    Bound& entry = bound.emplace_back(Bound{&verb, parent->add_subcommand(verb.name, verb.summary), {}});
    entry.app->fallthrough();
    if (!verb.details.empty()) entry.app->footer(verb.details);
    for (const Parameter& parameter : verb.parameters) Bind(parameter, *entry.app, entry.slots);
  }
  Parsed parsed;
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them backwards
  } catch (const CLI::CallForHelp&) {
    parsed.text = app.help();
    return parsed;
  } catch (const CLI::CallForAllHelp&) {
    parsed.text = app.help("", CLI::AppFormatMode::All);
    return parsed;
  } catch (const CLI::CallForVersion& version) {
    parsed.text = std::string(version.what()) + "\n";
    return parsed;
  } catch (const CLI::RequiredError& error) {
    parsed.ok = false;
    const CLI::App* noun = &app;
    while (!noun->get_subcommands().empty()) noun = noun->get_subcommands().front();
    // Nothing said yet but the noun: what there is helps more than that something is missing.
    parsed.text = noun->get_require_subcommand_min() > 0 ? "say what to do\n\n" + app.help() : error.what();
    return parsed;
  } catch (const CLI::Error& error) {
    parsed.ok = false;
    parsed.text = error.what();
    return parsed;
  }
  for (const Bound& entry : bound) {
    if (!entry.app->parsed()) continue;
    parsed.verb = entry.verb;
    Collect(entry.slots, parsed.arguments);
  }
  Collect(common, parsed.arguments);
  return parsed;
}

}  // namespace comity::cli
