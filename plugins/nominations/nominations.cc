#include "plugins/nominations/nominations.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/json_object.h"
#include "plugins/sdk/signatures.h"
#include "service/base/error.h"

namespace comity::nominations {
namespace {

using Kind = Word::Kind;

constexpr size_t kMaxTicket = 150, kIdDigits = 32, kKeyDigits = 12;

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

bool AllOf(std::string_view text, bool (*fits)(char)) { return !text.empty() && std::all_of(text.begin(), text.end(), fits); }
bool IsNumber(std::string_view text) { return AllOf(text, IsDigit); }
// `acme/billing`, `billing-42`: it stands in a label and in an answer, so it has no sign that means something to a chat.
bool IsName(std::string_view text) {
  return AllOf(text, [](char c) { return IsAlnum(c) || c == '-' || c == '_' || c == '.' || c == '/'; }) && IsAlnum(text.front());
}

// `https://jira.acme.example/browse/BILL-42`, without what may hold more than a place: credentials, query, fragment.
std::string AddressOf(std::string_view word) {
  const std::string_view address = word.substr(0, word.find_first_of("?#"));
  const std::string_view rest = address.substr(address.find("//") + 2);
  const auto fits = [](char c) { return IsAlnum(c) || std::string_view("-._~/%:+=!,").find(c) != std::string_view::npos; };
  if (!std::all_of(rest.begin(), rest.end(), fits) || rest.size() < 4 || !IsAlnum(rest.front())) return "";
  return std::string(address);
}

sdk::Reply Said(std::string_view text) {
  return {200,
          {{"Content-Type", "application/json; charset=utf-8"}},
          sdk::JsonObject().Text("response_type", "ephemeral").Text("text", text).Take()};
}

std::string Help(const Command& command) {
  return absl::StrCat(
      "Name somebody who helped, and say what you saw:\n", command.name,
      " thank @somebody for untangling the export BILL-42\n"
      "Several people: one after the other. The ticket's key or address is optional. Comity keeps who named whom, when and for "
      "which ticket; never what you write here.");
}

// Whom the command names: the people before the first other word.
struct Named {
  std::vector<Person> people;
  bool group = false, unknown = false, self = false;
  size_t end = 0;  // the first word after them
};

Named ReadPeople(const Command& command) {
  Named named;
  for (named.end = 1; named.end < command.words.size(); ++named.end) {
    const Word& word = command.words[named.end];
    if (word.kind == Kind::kText) {
      if (!WithoutMarks(word.text).empty() && !absl::EqualsIgnoreCase(word.text, "and")) break;
      continue;
    }
    named.group |= word.kind == Kind::kGroup;
    named.unknown |= word.kind == Kind::kUnknown;
    if (word.kind != Kind::kPerson) continue;
    const auto same = [&](const Person& other) { return other.id == word.person.id; };
    if (same(command.by)) {
      named.self = true;
    } else if (std::none_of(named.people.begin(), named.people.end(), same)) {
      named.people.push_back(word.person);
    }
  }
  return named;
}

v1::Account AccountOf(const Person& person) {
  v1::Account account;
  account.set_id(person.id);
  account.set_login(person.login);
  account.set_kind(person.bot ? v1::ACCOUNT_KIND_BOT : v1::ACCOUNT_KIND_HUMAN);
  return account;
}

std::string Joined(const std::vector<Person>& people) {
  std::string text;
  for (size_t i = 0; i < people.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : i + 1 == people.size() ? " and " : ", ", people[i].shown);
  }
  return text;
}

}  // namespace

std::string_view WithoutMarks(std::string_view word) {
  while (!word.empty() && std::string_view(".,;:!?)").find(word.back()) != std::string_view::npos) word.remove_suffix(1);
  return word;
}

std::string TicketOf(std::string_view word) {
  word = WithoutMarks(word);
  if (word.size() < 2 || word.size() > kMaxTicket) return "";
  if (word.starts_with("https://") || word.starts_with("http://")) return AddressOf(word);
  if (word.front() == '#') {
    const std::string_view name = word.substr(1);
    if (IsNumber(name)) return std::string(word);
    return IsName(name) && std::any_of(name.begin(), name.end(), IsDigit) ? std::string(name) : "";
  }
  if (const size_t sign = word.find_first_of("#!"); sign != std::string_view::npos) {
    return IsName(word.substr(0, sign)) && IsNumber(word.substr(sign + 1)) ? std::string(word) : "";
  }
  const size_t dash = word.rfind('-');
  if (dash == std::string_view::npos || !IsNumber(word.substr(dash + 1))) return "";
  const std::string_view project = word.substr(0, dash);
  const bool is_project = AllOf(project, [](char c) { return (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_'; });
  return is_project && !IsDigit(project.front()) ? std::string(word) : "";
}

sdk::Parsed Answer(std::string_view ignored, std::string_view text) {
  sdk::Parsed parsed;
  parsed.ignored = std::string(ignored);
  parsed.reply = Said(text);
  return parsed;
}

absl::StatusOr<sdk::Parsed> Nominate(const Command& command, const sdk::Source& source, v1::Assurance assurance, absl::Time when) {
  if (command.id.empty() || command.by.id.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid,
                 "the command lacks its id or who wrote it; let a slash command send it", {{"trigger_id", "or user_id is missing"}});
  }
  const std::string verb = command.words.empty() ? "" : command.words.front().text;
  if (!absl::EqualsIgnoreCase(verb, "thank") && !absl::EqualsIgnoreCase(verb, "thanks")) return Answer("help", Help(command));
  const Named named = ReadPeople(command);
  if (named.group) return Answer("group named", "A group cannot be nominated: name the people you saw help, one after the other.");
  if (named.unknown) return Answer("unknown name", "It is not clear who is meant. " + command.unknown_hint);
  if (named.people.empty() && named.self) {
    return Answer("self-nomination",
                  "Good that you helped! Nominations are for others, though: somebody else may name you. Whom did you see help?");
  }
  if (named.people.empty()) return Answer("nobody named", "Nobody is named right after \"thank\".\n" + Help(command));
  if (named.people.size() > kMaxPeople)
    return Answer("too many named", "These are more than ten people: name those you saw, in several commands.");

  std::string ticket;
  for (size_t i = named.end; i < command.words.size() && ticket.empty(); ++i) {
    if (command.words[i].kind == Kind::kText) ticket = TicketOf(command.words[i].text);
  }
  const std::string hash = sdk::Sha256Hex(command.id).substr(0, kIdDigits);
  const std::string id = "nomination:" + hash, key = "thanks-" + hash.substr(0, kKeyDigits);
  sdk::Parsed parsed;
  for (const Person& person : named.people) {
    sdk::FactBuilder nominated(source, v1::FACT_KIND_NOMINATED, assurance);
    nominated.Subject(v1::SUBJECT_KIND_DISCUSSION, id, "trigger_id")
        .Key(key)
        .ObjectId(absl::StrCat(id, "/", person.id))
        .OccurTime(when)
        .Revision(hash)
        .Actor(AccountOf(command.by))
        .Target(AccountOf(person));
    if (!ticket.empty()) nominated.Label("ticket:" + ticket);
    COMITY_ASSIGN_OR_RETURN(v1::Fact fact, nominated.Build());
    parsed.facts.push_back(std::move(fact));
  }
  parsed.reply =
      Said(absl::StrCat("Noted: you named ", Joined(named.people), " for thanks", ticket.empty() ? "" : ", about " + ticket, ".",
                        named.self ? " (You yourself are left out: nominations are for others.)" : "",
                        "\nComity keeps who named whom, when and for which ticket; not what you wrote. Tell them yourself, here or on "
                        "the ticket.\nWhat was kept: comity why ",
                        key));
  return parsed;
}

}  // namespace comity::nominations
