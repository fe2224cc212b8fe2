// Shell completion, made from the verbs.
#include <algorithm>
#include <map>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"

namespace comity::cli {
namespace {

constexpr char kCommon[] = "--server --token-file --tls-ca-file --output --help";

// What may follow the words so far: words joined with a space → candidates.
std::map<std::string, std::string> Candidates() {
  std::map<std::string, std::vector<std::string>> words;
  for (const Verb& verb : AllVerbs()) {
    const std::string first = verb.noun.empty() ? verb.name : verb.noun;
    std::vector<std::string>& top = words[""];
    if (std::find(top.begin(), top.end(), first) == top.end()) top.push_back(first);
    if (!verb.noun.empty()) words[verb.noun].push_back(verb.name);
    std::vector<std::string>& options = words[verb.noun.empty() ? verb.name : absl::StrCat(verb.noun, " ", verb.name)];
    for (const Parameter& parameter : verb.parameters) {
      if (parameter.kind != Parameter::Kind::kPositional) options.push_back(parameter.name);
    }
    options.push_back(kCommon);
  }
  words[""].push_back("--version --help");
  std::map<std::string, std::string> joined;
  for (const auto& [before, candidates] : words) joined[before] = absl::StrJoin(candidates, " ");
  return joined;
}

// Values of options that have choices.
std::map<std::string, std::string> Choices() {
  std::map<std::string, std::string> choices = {{"--output", "table json"}};
  for (const Verb& verb : AllVerbs()) {
    for (const Parameter& parameter : verb.parameters) {
      if (!parameter.choices.empty()) choices[parameter.name] = absl::StrJoin(parameter.choices, " ");
    }
  }
  return choices;
}

void PrintCases(std::ostream& out, const std::map<std::string, std::string>& cases) {
  for (const auto& [key, words] : cases) out << "    \"" << key << "\") words=\"" << words << "\" ;;\n";
}

absl::Status Print(Session& session, const Arguments& arguments) {
  std::ostream& out = session.out();
  const bool zsh = arguments.Get("SHELL") == "zsh";
  out << "# Completion of comity. " << (zsh ? "zsh: source <(comity completion zsh)" : "bash: source <(comity completion bash)") << "\n";
  if (zsh) out << "autoload -U +X bashcompinit && bashcompinit\n";
  out << "_comity() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" said=\"\" words=\"\" i\n"
         "  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do\n"
         "    [[ \"${COMP_WORDS[i]}\" == -* ]] && break\n"
         "    said=\"${said:+$said }${COMP_WORDS[i]}\"\n"
         "  done\n"
         "  case \"$previous\" in\n";
  PrintCases(out, Choices());
  out << "    --token-file|--tls-ca-file|--out|--secret-out) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
         "  esac\n"
         "  if [[ -z \"$words\" ]]; then case \"$said\" in\n";
  PrintCases(out, Candidates());
  out << "    why\\ *) words=\"" << kCommon
      << "\" ;;\n"
         "  esac; fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  [[ ${#COMPREPLY[@]} -eq 0 && \"$current\" != -* ]] && COMPREPLY=($(compgen -f -- \"$current\"))\n"
         "}\n"
         "complete -F _comity comity\n";
  return absl::OkStatus();
}

}  // namespace

std::vector<Verb> CompletionVerbs() {
  return {
      {.name = "completion",
       .summary = "print completion for your shell",
       .parameters =
           {{.name = "SHELL", .kind = Parameter::Kind::kPositional, .help = "bash or zsh", .required = true, .choices = {"bash", "zsh"}}},
       .run = Print,
       .details = "Put into ~/.bashrc: source <(comity completion bash)"}};
}

}  // namespace comity::cli
