// Reads the cases that begin at bytes.
#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "absl/strings/str_replace.h"
#include "service/app/fact_intake.h"
#include "tests/cases/runner.h"
#include "tests/cases/suite_bytes.h"
#include "tests/cases/suite_case.h"
#include "tests/cases/words.h"

namespace comity::cases {
namespace {

// What is said of facts that come: `KIND SUBJECT [by=ACCOUNT] => OUTCOME [REASON]`; OUTCOME `absent`: there must be none such.
struct Told {
  std::string line, kind, subject, by, outcome, reason;
};

Told ReadTold(const std::string& line) {
  Told told;
  told.line = line;
  std::istringstream in(line);
  std::string word;
  in >> told.kind >> told.subject >> word;
  if (word.starts_with("by=")) {
    told.by = word.substr(3);
    in >> word;
  }
  if (word != "=>" || !(in >> told.outcome)) throw std::runtime_error("not KIND SUBJECT [by=ACCOUNT] => OUTCOME [REASON]: " + line);
  in >> told.reason;
  return told;
}

// One case under construction.
class Reader {
 public:
  Reader(const YAML::Node& node, const YAML::Node& file, const SuiteBytes& bytes) : node_(node), bytes_(bytes) {
    YAML::Node labels = YAML::Clone(node);
    labels["suite"] = file["suite"];
    labels["instance"] = node["instance"] ? node["instance"] : file["instance"];
    case_.suite = file["suite"].as<std::string>();
    case_.labelled = ReadCase(labels, file["chart"]);
  }

  SuiteCase Read() {
    Arrivals("hooks", [this](const YAML::Node& hook) { return bytes_.Hook(hook); });
    Arrivals("polls", [this](const YAML::Node& poll) { return bytes_.Poll(poll); });
    if (case_.arrivals.empty()) throw std::runtime_error("names neither hooks nor polls");
    const bool nothing = node_["told"] && node_["told"].IsScalar() && node_["told"].as<std::string>() == "nothing";
    if (nothing != case_.labelled.facts.empty()) Fault(nothing ? "facts came" : "no facts came");
    if (!nothing) {
      for (const YAML::Node& line : node_["told"]) Expect(ReadTold(line.as<std::string>()));
    }
    return std::move(case_);
  }

 private:
  void Fault(std::string what) { case_.faults.push_back(std::move(what)); }

  template <typename Get>
  void Arrivals(const char* key, Get get) {
    for (const YAML::Node& each : node_[key]) {
      for (const YAML::Node& one : Repeated(each)) {
        std::vector<size_t>& places = case_.arrivals.emplace_back();
        for (const Arrival arrival = get(one); const v1::Fact& fact : arrival.facts) Take(fact, arrival.received, places);
      }
    }
  }

  // `x21 NAME: {…$n…}`: 21 deliveries, `$n` counting from 100.
  static std::vector<YAML::Node> Repeated(const YAML::Node& each) {
    const std::string text = YAML::Dump(each);
    if (text[0] != 'x' || std::isdigit(static_cast<unsigned char>(text[1])) == 0) return {each};
    const size_t space = text.find(' ');
    std::vector<YAML::Node> all;
    for (int n = 100; n < 100 + std::stoi(text.substr(1, space)); ++n) {
      all.push_back(YAML::Load(absl::StrReplaceAll(text.substr(space + 1), {{"$n", std::to_string(n)}})));
    }
    return all;
  }

  void Take(const v1::Fact& told, absl::Time received, std::vector<size_t>& places) {
    World& world = *case_.labelled.world;
    app::TakenFact taken = app::TakeFact(told, "fact", received);
    const std::string line = KindName(static_cast<domain::FactKind>(told.kind())) + " " + told.subject().id() + " of " + told.object_id();
    if (!taken.status.ok()) {
      // The service keeps it apart; no rule ever sees it.
      set_aside_.push_back(line);
      return;
    }
    if (told.instance() != world.instance()) Fault("a fact comes from " + told.instance() + ", not " + world.instance());
    app::ForEachSighting(taken, [&](const store::AccountSighting& sighting, domain::Party& party) {
      party = {world.Sighted(sighting.name.id, sighting.kind), sighting.kind};
    });
    places.push_back(case_.labelled.facts.size());
    case_.labelled.facts.push_back({.fact = std::move(taken.fact), .line = line, .expected = {}});
  }

  static std::string KindName(domain::FactKind kind) { return std::string(NameIn(kFactKinds, kind)); }

  void Expect(const Told& told) {
    const std::string about = " " + told.subject.substr(1) + " of ";
    bool found = false;
    if (told.outcome == "SET_ASIDE") {
      for (const std::string& line : set_aside_) found |= line.starts_with(told.kind + about);
    } else {
      for (CaseFact& fact : case_.labelled.facts) {
        if (fact.line.starts_with(told.kind + about) && (told.by.empty() || told.by == ActorOf(fact.fact))) {
          found = true;
          fact.expected = ExpectedOutcome{told.outcome, told.reason};
        }
      }
    }
    if (found == (told.outcome == "absent")) Fault(std::string(found ? "there is: " : "there is no: ") + told.line);
  }

  std::string ActorOf(const domain::Fact& fact) const {
    return fact.actor.present() ? case_.labelled.world->NameOf(fact.actor.account) : "nobody";
  }

  const YAML::Node& node_;
  const SuiteBytes& bytes_;
  SuiteCase case_;
  std::vector<std::string> set_aside_;
};

}  // namespace

std::vector<SuiteCase> ReadSuiteCases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(COMITY_SOURCE_DIR "/tests/cases/suites")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<SuiteCase> cases;
  std::string faults;
  for (const auto& path : files) {
    const YAML::Node file = YAML::LoadFile(path.string());
    const SuiteBytes bytes(file["suite"].as<std::string>());
    for (const YAML::Node& node : file["cases"]) {
      try {
        cases.push_back(Reader(node, file, bytes).Read());
        cases.back().labelled.file = "suites/" + path.filename().string();
      } catch (const std::exception& fault) {
        faults += "\n" + path.filename().string() + ", line " + std::to_string(node.Mark().line + 1) + ": " + fault.what();
      }
    }
  }
  if (!faults.empty()) throw std::runtime_error(faults);
  return cases;
}

std::vector<std::string> Differences(const SuiteCase& one) {
  std::vector<std::string> differences = one.faults;
  for (std::string& said : Differences(one.labelled, JudgeCase(one.labelled, FactsOf(one.labelled))))
    differences.push_back(std::move(said));
  return differences;
}

}  // namespace comity::cases
