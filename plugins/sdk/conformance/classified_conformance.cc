// What a manifest declares as classified stays on the host, whatever is written there: a word planted into those fields of every case and
// every recorded talk is in nothing that a connector makes of them.
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/conformance/canary.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"

namespace comity::sdk::conformance {
namespace {

constexpr size_t kMaxRequests = 3000;
constexpr Planting kEveryWay[] = {Planting::kBefore, Planting::kAfter, Planting::kInstead};
const absl::Time kReceived = absl::FromUnixSeconds(1'788'343'200);

class ClassifiedRun {
 public:
  ClassifiedRun(const Subject& subject, Report& report) : subject_(subject), connector_(*subject.connector), report_(report) {}

  void Add(const Case& one) {
    const std::vector<std::string_view> fields = FieldsOf(one.source);
    Delivery delivery = one.delivery;
    subject_.sign(delivery, one.source.secrets.front(), kReceived);
    const std::string body = delivery.body, type(net::FindHeader(delivery.headers, "Content-Type"));
    for (const Planting how : kEveryWay) {
      Planted planted = Plant(body, type, fields, how);
      if (planted.fields.empty()) return;
      seen_.insert(planted.fields.begin(), planted.fields.end());
      delivery.body = std::move(planted.body);
      const std::string where = WhereIn(connector_.Parse(delivery.View(), one.source, kReceived));
      Note("classified texts stay on the host", where.empty(), one.name + ": one is in " + where);
    }
  }

  void Add(const Talk& talk) {
    const std::vector<std::string_view> fields = FieldsOf(talk.source);
    for (const Planting how : kEveryWay) {
      bool planted_any = false;
      const Walked walked = Walk(
          connector_, talk.source, talk.poll,
          [&](const Fetch& fetch) {
            const auto answer = talk.answers.find(fetch.Name());
            if (answer == talk.answers.end()) return net::Response{404, {}, "{\"message\": \"Not Found\"}"};
            net::Response response = answer->second;
            Planted planted = Plant(response.body, net::FindHeader(response.headers, "Content-Type"), fields, how);
            planted_any |= !planted.fields.empty();
            seen_.insert(planted.fields.begin(), planted.fields.end());
            if (!planted.fields.empty()) response.body = std::move(planted.body);
            return response;
          },
          kMaxRequests);
      const std::string where = WhereIn(walked);
      if (planted_any) Note("poll: classified texts stay on the host", where.empty(), "polls/" + talk.name + ": one is in " + where);
    }
  }

  // Of the others nothing was proved.
  void Seen() {
    for (size_t i = 0; i < seen_.size(); ++i) Note("classified fields that its payloads have", true, "");
  }

 private:
  void Note(const std::string& property, bool holds, const std::string& what) {
    Property& noted = report_.properties[property];
    ++noted.checks;
    if (!holds) noted.failures.push_back(report_.suite + "/" + property + ": " + what);
  }

  std::vector<std::string_view> FieldsOf(const Source& source) const {
    std::vector<std::string_view> fields;
    for (const std::string_view field : connector_.manifest().classified) {
      const auto option = subject_.declassified_by.find(field);
      const auto value = option == subject_.declassified_by.end() ? source.config.end() : source.config.find(std::string(option->second));
      if (value == source.config.end() || value->second != "true") fields.push_back(field);
    }
    return fields;
  }

  static std::string WhereIn(const absl::StatusOr<Parsed>& parsed) {
    if (!parsed.ok()) return HoldsCanary({parsed.status().message().data(), parsed.status().message().size()}) ? "an error" : "";
    for (const v1::Fact& fact : parsed->facts) {
      if (HoldsCanary(fact.SerializeAsString())) return "a fact: " + fact.ShortDebugString();
    }
    for (const Notice& notice : parsed->notices) {
      if (HoldsCanary(notice.subscription)) return "a notice";
    }
    bool replied = HoldsCanary(parsed->reply.body);
    for (const auto& [name, value] : parsed->reply.headers) replied |= HoldsCanary(name) || HoldsCanary(value);
    return replied ? "a reply" : HoldsCanary(parsed->ignored) ? "the reason for no facts" : "";
  }

  static std::string WhereIn(const Walked& walked) {
    for (const v1::Fact& fact : walked.facts) {
      if (HoldsCanary(fact.SerializeAsString())) return "a fact: " + fact.ShortDebugString();
    }
    for (const std::string& error : walked.errors) {
      if (HoldsCanary(error)) return "an error";
    }
    for (const std::string& asked : walked.asked) {
      if (HoldsCanary(asked)) return "a request";
    }
    for (const auto& [stream, cursor] : walked.cursors) {
      if (HoldsCanary(stream) || HoldsCanary(cursor)) return "a cursor";
    }
    return "";
  }

  const Subject& subject_;
  const Connector& connector_;
  Report& report_;
  std::set<std::string_view> seen_;
};

}  // namespace

void CheckClassified(const Subject& subject, const std::vector<Case>& cases, Report& report) {
  if (subject.connector->manifest().classified.empty()) return;
  ClassifiedRun run(subject, report);
  for (const Case& one : cases) run.Add(one);
  const absl::StatusOr<std::vector<Talk>> talks = LoadTalks(subject.polls);
  if (talks.ok()) {
    for (const Talk& talk : *talks) run.Add(talk);
  }
  run.Seen();
}

}  // namespace comity::sdk::conformance
