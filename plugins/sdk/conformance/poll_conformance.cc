// What a connector's polling must withstand: each recorded talk as it is, and a suite that lies in every answer.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <set>
#include <utility>

#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"

namespace comity::sdk::conformance {
namespace {

constexpr size_t kMaxRequests = 3000;
constexpr double kLongestSeconds = 20;  // of one walk, with sanitizers

// What makes a fact this fact.
std::string KeyOf(const v1::Fact& fact) {
  return fact.suite() + "/" + fact.instance() + "/" + std::to_string(fact.kind()) + "/" + fact.object_id() + "/" + fact.revision() + "/" +
         std::to_string(fact.occur_time().seconds());
}

// Whose greater observation wins may differ; what happened may not.
std::string ContentOf(v1::Fact fact) {
  fact.clear_assurance();
  fact.clear_object_version();
  return fact.SerializeAsString();
}

class PollRun {
 public:
  PollRun(const Subject& subject, Report& report) : subject_(subject), connector_(*subject.connector), report_(report) {}

  void Add(const Talk& talk) {
    talk_ = &talk;
    Note("its source is without fault", connector_.Check(talk.source).empty());
    const Answerer truth = [&](const Fetch& fetch) {
      const auto answer = talk.answers.find(fetch.Name());
      return answer == talk.answers.end() ? net::Response{404, {}, "{\"message\": \"Not Found\"}"} : answer->second;
    };
    const Walked walked = Walk(truth);
    Expected(walked);
    Hooks(walked);
    Again(walked, truth);
    Lies(truth);
  }

 private:
  void Note(const std::string& property, bool holds, const std::string& what = "") {
    Property& noted = report_.properties["poll: " + property];
    ++noted.checks;
    if (!holds) noted.failures.push_back(report_.suite + "/polls/" + talk_->name + ": " + property + (what.empty() ? "" : ": " + what));
  }

  // Every walk of the kit goes through here.
  Walked Walk(const Answerer& answer, const Poll* poll = nullptr) {
    const std::clock_t begin = std::clock();
    Walked walked = conformance::Walk(connector_, talk_->source, poll == nullptr ? talk_->poll : *poll, answer, kMaxRequests);
    Note("every walk ends in time", walked.ended && static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < kLongestSeconds);
    for (const std::string& asked : walked.asked) {
      const size_t method = asked.starts_with('/') ? 0 : asked.find(' ') + 1;
      const std::string path = asked.substr(method, asked.find(' ', method) - method);
      bool sound = path.starts_with('/') && path.size() < kMaxCursorBytes + 500;
      for (const char c : path) sound = sound && c > ' ' && c < 0x7f;
      Note("requests are paths", sound, path);
    }
    for (const auto& [stream, cursor] : walked.cursors) {
      Note("cursors are within their bounds",
           !stream.empty() && stream.size() <= kMaxStreamBytes && !cursor.empty() && cursor.size() <= kMaxCursorBytes);
    }
    for (const v1::Fact& fact : walked.facts) {
      const std::string why = OutOfBounds(fact);
      Note("facts are within the API's bounds", why.empty(), why);
      Note("facts say that they were polled", fact.assurance() == v1::ASSURANCE_POLLED);
      Note("no text of messages in facts", fact.SerializeAsString().find(kMarker) == std::string::npos);
    }
    for (const std::string& error : walked.errors) Note("errors say what is wrong", !error.empty() && error.find(kMarker) == error.npos);
    return walked;
  }

  void Expected(const Walked& walked) {
    const std::string described = Describe(walked);
    if (std::getenv("COMITY_UPDATE_CASES") != nullptr) {
      std::ofstream(talk_->folder + "/expected.json") << described;
    } else {
      Note("gives what is expected", described == talk_->expected, "is now\n" + described);
    }
  }

  // What a hook told and what the poll found of the same act is one fact, with the same content.
  void Hooks(const Walked& walked) {
    if (talk_->hooks.empty()) return;
    const auto cases = LoadCases(subject_.cases);
    if (!cases.ok()) return Note("cases can be read", false);
    for (const std::string& name : talk_->hooks) {
      bool there = false;
      for (const Case& one : *cases) {
        if (one.name != name) continue;
        there = true;
        const auto parsed = connector_.Parse(one.delivery.View(), one.source, talk_->poll.now);
        Note("its hooks can be read", parsed.ok(), name);
        if (!parsed.ok()) continue;
        for (const v1::Fact& told : parsed->facts) {
          const auto same =
              std::find_if(walked.facts.begin(), walked.facts.end(), [&](const v1::Fact& found) { return KeyOf(found) == KeyOf(told); });
          Note("finds what a hook told, under the same key", same != walked.facts.end(), name + "\n" + told.ShortDebugString());
          if (same == walked.facts.end()) continue;
          Note("finds what a hook told, with the same content", ContentOf(*same) == ContentOf(told),
               name + "\nhook " + told.ShortDebugString() + "\npoll " + same->ShortDebugString());
        }
      }
      Note("its hooks are there", there, name);
    }
  }

  // From the cursors where it ended: nothing that is not known.
  void Again(const Walked& walked, const Answerer& truth) {
    Poll later = talk_->poll;
    later.cursors = walked.cursors;
    std::set<std::string> known;
    for (const v1::Fact& fact : walked.facts) known.insert(fact.SerializeAsString());
    for (const v1::Fact& fact : Walk(truth, &later).facts) Note("again gives the same", known.contains(fact.SerializeAsString()));
  }

  void Lies(const Answerer& truth) {
    const std::vector<net::Response> lies = {
        {200, {}, ""},
        {200, {}, "null"},
        {200, {}, "[]"},
        {200, {}, "{}"},
        {200, {}, "[[], 1, \"x\", null, {}]"},
        {200, {}, "{\"id\": {}, \"full_name\": \"../../admin\", \"number\": -1}"},
        {200, {}, "[{\"id\": 1, \"full_name\": \"a/b?c#d\", \"number\": 1, \"updated_at\": \"9999-12-31T00:00:00Z\"}]"},
        {200, {}, "{\"action\": \"\xC3\x28\xFF\"}"},
        {200, {}, std::string(100'000, '[')},
        {301, {{"Location", "https://evil.example/"}}, ""},
        {304, {}, ""},
        {404, {}, "{\"message\": \"Not Found\"}"},
        {410, {}, ""},
        {422, {}, "{}"},
    };
    for (const net::Response& lie : lies) {
      Walk([&](const Fetch&) { return lie; });
      size_t asked = 0;
      // The truth first, the lie for all that follows.
      for (size_t from = 1; from < 4; ++from) {
        asked = 0;
        Walk([&](const Fetch& fetch) { return ++asked <= from ? truth(fetch) : lie; });
      }
    }
    // Links lead nowhere, whatever an answer says.
    const Walked straight = Walk(truth);
    const Walked led = Walk([&](const Fetch& fetch) {
      net::Response response = truth(fetch);
      response.headers.emplace_back("Link", "<https://evil.example/take?all>; rel=\"next\"");
      return response;
    });
    Note("links to other hosts are not followed", led.asked == straight.asked);
    // Each answer cut short, at several places.
    for (int eighth = 1; eighth < 8; ++eighth) {
      Walk([&](const Fetch& fetch) {
        net::Response response = truth(fetch);
        response.body.resize(response.body.size() * static_cast<size_t>(eighth) / 8);
        return response;
      });
    }
  }

  const Subject& subject_;
  const Connector& connector_;
  Report& report_;
  const Talk* talk_ = nullptr;
};

}  // namespace

void CheckPolls(const Subject& subject, Report& report) {
  PollRun run(subject, report);
  const absl::StatusOr<std::vector<Talk>> talks = LoadTalks(subject.polls);
  if (!talks.ok()) {
    report.properties["poll: talks can be read"] = {1, {std::string(talks.status().message())}};
    return;
  }
  for (const Talk& talk : *talks) run.Add(talk);
  report.talks = static_cast<int>(talks->size());
}

}  // namespace comity::sdk::conformance
