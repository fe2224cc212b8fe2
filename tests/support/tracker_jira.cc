// How Jira Cloud tells of tickets, in hooks and by its REST API, as far as tests/support/fake_trackers.h goes.
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/signatures.h"
#include "tests/support/tracker_dialect.h"

namespace comity::testing {
namespace {

using namespace dialect;  // NOLINT: the words of all dialects

bool IsClosing(What what) { return what == What::kClose || what == What::kCloseUndone; }

class Jira : public TrackerDialect {
 public:
  std::string suite() const override { return "jira"; }
  std::string instance() const override { return "acme.atlassian.net"; }
  std::string options() const override { return "projects: WORK"; }
  std::string place() const override { return "project:WORK"; }
  std::string AccountOf(int person) const override { return "5b10ac8d82e05b22cc7d" + IdOf(person); }

  TrackerHook Tell(const FakeTicket& ticket, size_t count) const override {
    const Act* act = count == 0 ? nullptr : &ticket.acts[count - 1];
    const bool comment = act != nullptr && act->what == What::kComment;
    const absl::Time at = act == nullptr ? ticket.created : act->at;
    std::string body = absl::StrCat(R"({"timestamp":)", absl::ToUnixMillis(at), R"(,"webhookEvent":")",
                                    comment          ? "comment_created"
                                    : act == nullptr ? "jira:issue_created"
                                                     : "jira:issue_updated",
                                    R"(","issue":)", Issue(ticket, count, ""));
    if (comment) {
      absl::StrAppend(&body, R"(,"comment":)", Comment(*act));
    } else {
      absl::StrAppend(&body, R"(,"user":)", User(act == nullptr ? ticket.asker : act->person));
    }
    if (act != nullptr && !comment) {
      absl::StrAppend(&body, R"(,"issue_event_type_name":"issue_generic","changelog":{"id":")", act->id, R"(","items":)",
                      Items(ticket, count), "}");
    }
    body += "}";
    const sdk::HmacHex scheme{sdk::HashAlgorithm::kSha256, "sha256=", "X-Hub-Signature"};
    return {{{"Content-Type", "application/json"},
             {"X-Atlassian-Webhook-Identifier", absl::StrCat("jira-", ticket.number, "-", count)},
             {"X-Hub-Signature", scheme.Sign(kTrackerSecret, body)}},
            body};
  }

  net::Response Answer(const std::deque<FakeTicket>& tickets, const net::Request& request) const override {
    if (request.path == "/rest/api/3/status") {
      return JsonAnswer(
          R"([{"id":"1","name":"Open","statusCategory":{"key":"new"}},{"id":"10001","name":"Done","statusCategory":{"key":"done"}}])");
    }
    if (request.path == "/rest/api/3/search/jql") return Search(tickets, request.body);
    const FakeTicket* ticket = Find(tickets, request.path, "/rest/api/2/issue/1");  // ids begin with a 1
    if (ticket == nullptr || !request.path.ends_with("/comment")) return {404, {}, "{}"};
    std::vector<std::string> list;
    for (auto act = ticket->acts.rbegin(); act != ticket->acts.rend(); ++act) {
      if (act->what == What::kComment) list.push_back(Comment(*act));
    }
    const auto start = static_cast<size_t>(Number(request.query, "startAt", 0));
    return JsonAnswer(absl::StrCat(R"({"startAt":)", start, R"(,"total":)", list.size(), R"(,"comments":)",
                                   ListOf(list, start, static_cast<size_t>(Number(request.query, "maxResults", 50))), "}"));
  }

 private:
  static constexpr char kTime[] = "\"%Y-%m-%dT%H:%M:%S.000+0000\"";
  static constexpr char kOpen[] = R"({"id":"1","name":"Open","statusCategory":{"key":"new"}})";
  static constexpr char kDone[] = R"({"id":"10001","name":"Done","statusCategory":{"key":"done"}})";

  std::string User(int person) const {
    return absl::StrCat(R"({"accountId":")", AccountOf(person), R"(","accountType":"atlassian","displayName":"U )", person, "\"}");
  }
  static std::string Resolution(const Act& closed) {
    return closed.what == What::kClose ? R"({"id":"10000","name":"Done"})" : R"({"id":"10001","name":"Won't Do"})";
  }
  std::string Issue(const FakeTicket& ticket, size_t count, const std::string& more) const {
    const Act* closed = ticket.ClosedBefore(count);
    return absl::StrCat(
        R"({"id":"1)", ticket.number, R"(","key":"WORK-)", ticket.number, R"(","self":"https://acme.atlassian.net/rest/api/2/issue/1)",
        ticket.number, R"(","fields":{"summary":"t","description":)", kText, R"(,"created":)", TimeText(ticket.created, kTime),
        R"(,"updated":)", TimeText(count == 0 ? ticket.created : ticket.acts[count - 1].at, kTime), R"(,"status":)",
        closed == nullptr ? kOpen : kDone, R"(,"resolution":)", closed == nullptr ? "null" : Resolution(*closed), R"(,"creator":)",
        User(ticket.asker), R"(,"reporter":)", User(ticket.asker),
        R"(,"assignee":null,"project":{"key":"WORK"},"components":[],"labels":[],"issuelinks":[],"security":null})", more, "}");
  }
  // What act number `count`, which is no comment, changed.
  static std::string Items(const FakeTicket& ticket, size_t count) {
    const Act& act = ticket.acts[count - 1];
    const Act* before = ticket.ClosedBefore(count - 1);
    const auto side = [](const Act* closed, const char* id, const char* text) {
      if (closed == nullptr) return absl::StrCat("\"", id, "\":null,\"", text, "\":null");
      const bool done = closed->what == What::kClose;
      return absl::StrCat("\"", id, "\":\"", done ? "10000" : "10001", "\",\"", text, "\":\"", done ? "Done" : "Won't Do", "\"");
    };
    const bool closes = IsClosing(act.what);
    return absl::StrCat(R"([{"field":"status","fieldId":"status","from":")", closes ? "1" : "10001", R"(","fromString":")",
                        closes ? "Open" : "Done", R"(","to":")", closes ? "10001" : "1", R"(","toString":")", closes ? "Done" : "Open",
                        R"("},{"field":"resolution","fieldId":"resolution",)", side(before, "from", "fromString"), ",",
                        side(closes ? &act : nullptr, "to", "toString"), "}]");
  }
  std::string Comment(const Act& act) const {
    return absl::StrCat(R"({"id":")", act.id, R"(","author":)", User(act.person), R"(,"body":)", kText, R"(,"created":)",
                        TimeText(act.at, kTime), R"(,"updated":)", TimeText(act.at, kTime), R"(,"jsdPublic":true})");
  }
  // `{"jql": "… updated >= MILLISECONDS ORDER BY …", "maxResults": N, "nextPageToken": "N"}`
  net::Response Search(const std::deque<FakeTicket>& tickets, const std::string& body) const {
    const auto after = [&](const std::string& mark) {
      const size_t at = body.find(mark);
      return at == std::string::npos ? 0 : std::atoll(body.c_str() + at + mark.size());
    };
    std::vector<std::string> list;
    for (const FakeTicket* ticket : ByUpdate(tickets, absl::FromUnixMillis(after("updated >= ")))) {
      std::vector<std::string> histories;
      for (size_t count = ticket->acts.size(); count > 0; --count) {
        const Act& act = ticket->acts[count - 1];
        if (act.what == What::kComment) continue;
        histories.push_back(absl::StrCat(R"({"id":")", act.id, R"(","author":)", User(act.person), R"(,"created":)",
                                         TimeText(act.at, kTime), R"(,"items":)", Items(*ticket, count), "}"));
      }
      list.push_back(Issue(*ticket, ticket->acts.size(),
                           absl::StrCat(R"(,"changelog":{"startAt":0,"total":)", histories.size(), R"(,"histories":)",
                                        ListOf(histories, 0, histories.size()), "}")));
    }
    const auto start = static_cast<size_t>(after(R"("nextPageToken":")")), count = static_cast<size_t>(after(R"("maxResults":)"));
    const bool last = start + count >= list.size();
    return JsonAnswer(absl::StrCat(R"({"issues":)", ListOf(list, start, count), R"(,"isLast":)", last ? "true" : "false",
                                   last ? "" : absl::StrCat(R"(,"nextPageToken":")", start + count, "\""), "}"));
  }
};

}  // namespace

std::unique_ptr<TrackerDialect> JiraDialect() { return std::make_unique<Jira>(); }

}  // namespace comity::testing
