// Reads the terse lines of the case files.
#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "tests/cases/case.h"
#include "tests/cases/words.h"

namespace comity::cases {
namespace {

using domain::Fact;
using domain::FactKind;
using domain::SubjectKind;

[[noreturn]] void Fail(const std::string& what) { throw std::runtime_error(what); }

std::vector<std::string> Split(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// `3` and `10:00[:05]`: a day of September 2026 and a time of day, UTC.
absl::Time TimeOf(const std::string& day, const std::string& clock) {
  int hour = 0, minute = 0, second = 0;
  if (std::sscanf(clock.c_str(), "%d:%d:%d", &hour, &minute, &second) < 2) Fail("not a time: " + clock);
  return absl::FromCivil(absl::CivilSecond(2026, 9, std::stoi(day), hour, minute, second), absl::UTCTimeZone());
}

// One case under construction, with its defaults.
class Reader {
 public:
  Reader(const YAML::Node& node, const YAML::Node& chart) : node_(node) {
    if (node["suite"]) suite_ = {node["suite"].as<std::string>(), node["instance"].as<std::string>("acme")};
    case_.world = std::make_shared<World>(chart, node["directory"], suite_);
    case_.name = node["case"].as<std::string>();
    asker_ = node["asker"].as<std::string>("ben");
    author_ = node["author"].as<std::string>("none");
    repo_ = node["repo"].as<std::string>("acme/billing");
  }

  Case Read() {
    for (const YAML::Node& trap : node_["traps"]) case_.traps.insert(trap.as<int>());
    ReadPolicies();
    for (const YAML::Node& line : node_["facts"]) Repeated(line.as<std::string>(), [&](const auto& text) { ReadFact(text); });
    for (const YAML::Node& line : node_["says"]) ReadStatement(line.as<std::string>());
    for (const YAML::Node& line : node_["deeds"]) Repeated(line.as<std::string>(), [&](const auto& text) { ReadDeed(text); });
    for (const YAML::Node& line : node_["internal"]) ReadInternal(line.as<std::string>());
    return std::move(case_);
  }

 private:
  // `x21 …{n}…`: the line 21 times, `{n}` counting from 100.
  template <typename Use>
  void Repeated(const std::string& line, Use use) {
    if (line[0] != 'x') return use(line);
    const size_t space = line.find(' ');
    const int count = std::stoi(line.substr(1, space));
    for (int n = 100; n < 100 + count; ++n) {
      std::string text = line.substr(space + 1);
      for (size_t at; (at = text.find("{n}")) != std::string::npos;) text.replace(at, 3, std::to_string(n));
      use(text);
    }
  }

  static SubjectKind SubjectKindOf(const std::string& name) {
    switch (name[0]) {
      case 't':
        return SubjectKind::kIssue;
      case 'c':
        return SubjectKind::kChange;
      case 'p':
        return SubjectKind::kPage;
      case 'd':
        return SubjectKind::kDiscussion;
      case 'm':
        return SubjectKind::kMeeting;
      default:
        Fail("subjects begin with t, c, p, d or m: " + name);
    }
  }

  domain::SubjectRef Subject(const std::string& name) {
    const auto ref = domain::SubjectRefOf(suite_.name, suite_.instance, SubjectKindOf(name), name.substr(1));
    case_.subject_names[ref] = name;
    return ref;
  }
  domain::SubjectRef Alias(const std::string& repo, const std::string& name) {
    return domain::SubjectAliasOf(suite_.name, suite_.instance, repo + "#" + name.substr(1));
  }

  // `ana`, `x!bot`, `x!team`, `x!unknown`, `none`.
  domain::Party Party(const std::string& text) {
    if (text == "none") return {};
    const size_t mark = text.find('!');
    domain::AccountKind kind = domain::AccountKind::kHuman;
    if (mark != std::string::npos) kind = Find(kAccountKinds, text.substr(mark + 1));
    return {case_.world->Account(text.substr(0, mark)), kind};
  }

  void ReadPolicies() {
    if (!node_["policies"]) case_.policies.push_back(domain::FirstPolicy(false, absl::UnixEpoch()));
    for (const YAML::Node& node : node_["policies"]) {
      domain::Policy policy = domain::FirstPolicy(node["pilot"].as<bool>(false), absl::UnixEpoch());
      policy.number = static_cast<int32_t>(case_.policies.size()) + 1;
      if (node["from_day"]) policy.active_time = TimeOf(node["from_day"].as<std::string>(), "00:00");
      if (node["done"]) policy.done_resolutions = node["done"].as<std::vector<std::string>>();
      if (node["bots"]) policy.bot_accounts = node["bots"].as<std::vector<std::string>>();
      policy.bulk_limit = node["bulk_limit"].as<int>(policy.bulk_limit);
      for (const auto& hold : node["hold_hours"]) {
        policy.rules[static_cast<size_t>(Find(kDeedKindNames, hold.first.as<std::string>()))].hold = absl::Hours(hold.second.as<int>());
      }
      for (const auto& mode : node["modes"]) {
        policy.rules[static_cast<size_t>(Find(kDeedKindNames, mode.first.as<std::string>()))].mode =
            mode.second.as<std::string>() == "shadow" ? domain::RuleMode::kShadow : domain::RuleMode::kActive;
      }
      case_.policies.push_back(policy);
    }
  }

  void ReadFact(const std::string& line);
  void ReadField(Fact& fact, const std::string& name, const std::string& value);
  bool ReadFlag(Fact& fact, const std::string& word);
  void Finish(Fact& fact, const std::string& subject, const std::string& repo);
  domain::DeedKey DeedKeyOf(const std::vector<std::string>& words, size_t& i);
  void ReadStatement(const std::string& line);
  void ReadDeed(const std::string& line);
  ExpectedLine ReadLine(const std::vector<std::string>& words, size_t& i);
  void ReadInternal(const std::string& line);

  YAML::Node node_;
  Suite suite_;
  Case case_;
  std::string asker_, author_, repo_;
};

void Reader::ReadField(Fact& fact, const std::string& name, const std::string& value) {
  if (name == "by") {
    fact.actor = Party(value);
  } else if (name == "asker") {
    fact.asker = Party(value);
  } else if (name == "author") {
    fact.author = Party(value);
  } else if (name == "target") {
    fact.target = Party(value);
  } else if (name == "as") {
    fact.resolution = Find(kResolutions, value);
  } else if (name == "word") {
    fact.resolution_text = value;
  } else if (name == "review") {
    fact.review_state = Find(kReviewStates, value);
  } else if (name == "object") {
    fact.object_id = value;
  } else if (name == "rev") {
    fact.revision = value;
  } else if (name == "opened") {
    fact.open_time = TimeOf(value.substr(0, value.find('T')), value.substr(value.find('T') + 1));
  } else if (name == "assurance") {
    fact.assurance = Find(kAssurances, value);
  } else if (name == "version") {
    fact.object_version = std::stoll(value);
  } else if (name == "label") {
    fact.labels.push_back(value);
  } else if (name == "path" || name == "space") {
    fact.places.insert(fact.places.begin(), {name, value});
  } else {
    std::string target = value;  // `closes=t12`, or `closes=acme/billing#12` by key
    fact.links.push_back({Find(kLinkKinds, name), target.find('#') != std::string::npos
                                                      ? domain::SubjectAliasOf(suite_.name, suite_.instance, target)
                                                      : Subject(target)});
  }
}

bool Reader::ReadFlag(Fact& fact, const std::string& word) {
  if (word == "automation") return fact.automation = true;
  if (word == "minor") return fact.minor = true;
  if (word == "revert") return fact.revert = true;
  if (word == "confidential") return fact.confidential = true;
  if (word == "tentative") return fact.tentative = true;
  if (word == "side_branch") {
    fact.default_branch = false;
    return true;
  }
  return false;
}

// What every connector says of a fact of this kind, where the line did not.
void Reader::Finish(Fact& fact, const std::string& subject, const std::string& repo) {
  const auto account = [&](const domain::Party& party) { return case_.world->NameOf(party.account); };
  if (fact.object_id.empty()) {
    fact.object_id = subject.substr(1);
    if (fact.kind == FactKind::kAssigned || fact.kind == FactKind::kReviewRequested) fact.object_id += "/" + account(fact.target);
    if (fact.kind == FactKind::kCommented || fact.kind == FactKind::kChangeReviewed) {
      fact.object_id = "n" + std::to_string(case_.facts.size() + 1);
    }
    if (fact.kind >= FactKind::kChangeTested && fact.kind <= FactKind::kChangeCoWritten) fact.object_id += "/" + account(fact.actor);
  }
  if (fact.kind == FactKind::kPageEdited && fact.revision.empty()) fact.revision = "r" + std::to_string(case_.facts.size() + 1);
  if (repo != "none") fact.places.push_back({"repo", repo});
  fact.alias = Alias(repo, subject);
  fact.key = domain::EventKeyOf(fact.suite, fact.instance, fact.kind, fact.object_id, fact.occur_time, fact.revision);
}

// DAY TIME KIND SUBJECT name=value… flag… [=> OUTCOME [REASON]]
void Reader::ReadFact(const std::string& line) {
  const std::vector<std::string> words = Split(line);
  if (words.size() < 4) Fail("too short: " + line);
  CaseFact made{.fact = {}, .line = line, .expected = {}};
  Fact& fact = made.fact;
  fact.suite = suite_.name;
  fact.instance = suite_.instance;
  fact.occur_time = TimeOf(words[0], words[1]);
  fact.kind = Find(kFactKinds, words[2]);
  fact.subject = Subject(words[3]);
  fact.subject_kind = SubjectKindOf(words[3]);
  fact.assurance = domain::Assurance::kSigned;
  if (fact.subject_kind == SubjectKind::kIssue || fact.subject_kind == SubjectKind::kDiscussion) fact.asker = Party(asker_);
  if (fact.subject_kind == SubjectKind::kChange) fact.author = Party(author_);
  if (fact.kind == FactKind::kResolved) fact.resolution = domain::Resolution::kDone;
  if (fact.kind == FactKind::kChangeReviewed) fact.review_state = domain::ReviewState::kApproved;
  if (fact.kind == FactKind::kChangeMerged) fact.default_branch = true;
  std::string repo = repo_;
  size_t i = 4;
  for (; i < words.size() && words[i] != "=>"; ++i) {
    const size_t equals = words[i].find('=');
    const std::string name = words[i].substr(0, equals);
    if (name == "repo") {
      repo = words[i].substr(equals + 1);
    } else if (equals != std::string::npos) {
      ReadField(fact, name, words[i].substr(equals + 1));
    } else if (!ReadFlag(fact, words[i])) {
      Fail("unknown word `" + words[i] + "` in: " + line);
    }
  }
  if (i + 1 < words.size()) made.expected = ExpectedOutcome{words[i + 1], i + 2 < words.size() ? words[i + 2] : ""};
  Finish(fact, words[3], repo);
  case_.facts.push_back(std::move(made));
}

// KIND SUBJECT [of PERSON | episode N]
domain::DeedKey Reader::DeedKeyOf(const std::vector<std::string>& words, size_t& i) {
  domain::DeedKey key;
  key.kind = Find(kDeedKindNames, words.at(i++));
  key.subject = Subject(words.at(i++));
  if (i < words.size() && words[i] == "of") {
    key.person = case_.world->Person(words.at(i + 1));
    i += 2;
  } else if (i < words.size() && words[i] == "episode") {
    key.episode = std::stoi(words.at(i + 1));
    i += 2;
  }
  return key;
}

// DAY TIME PERSON confirms|declines|corrects|gives DEED [to PERSON PPM…]
void Reader::ReadStatement(const std::string& line) {
  const std::vector<std::string> words = Split(line);
  domain::Statement said;
  said.uid.bytes[15] = static_cast<uint8_t>(case_.statements.size() + 1);
  said.time = TimeOf(words.at(0), words.at(1));
  said.by = case_.world->Person(words.at(2));
  said.kind = Find(kStatementKinds, words.at(3));
  said.by_helper = words[3] == "gives";
  size_t i = 4;
  said.deed = DeedKeyOf(words, i);
  if (i < words.size() && words[i] == "to") ++i;
  for (; i + 1 < words.size(); i += 2) said.shares.emplace_back(case_.world->Person(words[i]), std::stoi(words[i + 1]));
  case_.statements.push_back(said);
}

// WHO PPM TEAM served|stepped_in [declined]; WHO is a person or ?ACCOUNT, which has no team and stance.
ExpectedLine Reader::ReadLine(const std::vector<std::string>& words, size_t& i) {
  ExpectedLine line;
  const std::string who = words.at(i++);
  line.share_ppm = std::stoi(words.at(i++));
  if (who[0] == '?') {
    line.account = case_.world->Account(who.substr(1));
    return line;
  }
  line.person = case_.world->Person(who);
  line.team = case_.world->Team(words.at(i++));
  line.stance = Find(kStances, words.at(i++));
  if (i < words.size() && words[i] == "declined") {
    line.declined = true;
    ++i;
  }
  return line;
}

// DEED -> HELPED_TEAM : LINE [, LINE]… [| word…]; words: a state, waits, shadow, asker=PERSON, policy=N, a reason in capitals.
void Reader::ReadDeed(const std::string& text) {
  const std::vector<std::string> words = Split(text);
  ExpectedDeed deed;
  size_t i = 0;
  deed.key = DeedKeyOf(words, i);
  if (i < words.size() && words[i] == "->") {
    deed.helped_team = case_.world->Team(words.at(i + 1));
    i += 3;
    while (i < words.size() && words[i] != "|") {
      deed.lines.push_back(ReadLine(words, i));
      if (i < words.size() && words[i] == ",") ++i;
    }
  }
  if (deed.key.kind != domain::DeedKind::kResolved && deed.key.person.empty() && !deed.lines.empty())
    deed.key.person = deed.lines[0].person;
  if (i < words.size() && words[i] == "|") ++i;
  for (; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "waits") {
      deed.awaits_yes = true;
    } else if (word == "shadow") {
      deed.shadow = true;
    } else if (word.starts_with("asker=")) {
      const std::string asker = word.substr(6);
      deed.asker = asker == "nobody" ? domain::PersonUid{} : case_.world->Person(asker);
    } else if (word.starts_with("policy=")) {
      deed.policy = std::stoi(word.substr(7));
    } else if (std::isupper(static_cast<unsigned char>(word[0]))) {
      deed.reason = word;
    } else {
      deed.state = Find(kStates, word);
    }
  }
  case_.deeds.push_back(std::move(deed));
}

// KIND SUBJECT TEAM
void Reader::ReadInternal(const std::string& line) {
  const std::vector<std::string> words = Split(line);
  case_.internal.push_back(
      {.subject = Subject(words.at(1)), .kind = Find(kDeedKindNames, words.at(0)), .team = case_.world->Team(words.at(2))});
}

}  // namespace

namespace {

const std::filesystem::path& Folder() {
  static const auto& folder = *new std::filesystem::path(COMITY_SOURCE_DIR "/tests/cases");
  return folder;
}

}  // namespace

Case ReadCase(const YAML::Node& node) {
  static const auto& chart = *new YAML::Node(YAML::LoadFile((Folder() / "chart.yaml").string()));
  return ReadCase(node, chart);
}

Case ReadCase(const YAML::Node& node, const YAML::Node& chart) { return Reader(node, chart).Read(); }

std::vector<Case> ReadCases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(Folder())) {
    if (entry.path().extension() == ".yaml" && entry.path().stem() != "chart") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const auto& file : files) {
    for (const YAML::Node& node : YAML::LoadFile(file.string())) {
      try {
        cases.push_back(ReadCase(node));
        cases.back().file = file.filename().string();
      } catch (const std::exception& fault) {
        Fail(file.filename().string() + ", line " + std::to_string(node.Mark().line + 1) + ": " + fault.what());
      }
    }
  }
  return cases;
}

}  // namespace comity::cases
