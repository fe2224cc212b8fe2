// How Gitea tells of tickets, in hooks and by its REST API, as far as tests/support/fake_trackers.h goes.

#include "absl/strings/str_cat.h"
#include "plugins/sdk/signatures.h"
#include "tests/support/tracker_dialect.h"

namespace comity::testing {
namespace {

using namespace dialect;  // NOLINT: the words of all dialects

class Gitea : public TrackerDialect {
 public:
  std::string suite() const override { return "gitea"; }
  std::string instance() const override { return "git.acme.example"; }
  std::string options() const override { return "repositories: acme/work"; }
  std::string place() const override { return "repo:acme/work"; }
  std::string AccountOf(int person) const override { return IdOf(person); }

  TrackerHook Tell(const FakeTicket& ticket, size_t count) const override {
    const Act* act = count == 0 ? nullptr : &ticket.acts[count - 1];
    const bool comment = act != nullptr && act->what == What::kComment;
    const std::string action = act == nullptr || comment    ? comment ? "created" : "opened"
                               : act->what == What::kReopen ? "reopened"
                                                            : "closed";
    const std::string body =
        absl::StrCat(R"({"action":")", action, R"(","number":)", ticket.number, R"(,"issue":)", Issue(ticket, count),
                     comment ? absl::StrCat(R"(,"comment":)", Entry(*act), R"(,"is_pull":false)") : "", R"(,"repository":)", kRepository,
                     R"(,"sender":)", User(act == nullptr ? ticket.asker : act->person), "}");
    const sdk::HmacHex scheme{sdk::HashAlgorithm::kSha256, "", "X-Gitea-Signature"};
    const std::string event = comment ? "issue_comment" : "issues";
    return {{{"Content-Type", "application/json"},
             {"X-Gitea-Delivery", absl::StrCat("gitea-", ticket.number, "-", count)},
             {"X-Gitea-Event", event},
             {"X-Gitea-Event-Type", event},
             {"X-Gitea-Signature", scheme.Sign(kTrackerSecret, body)}},
            body};
  }

  net::Response Answer(const std::deque<FakeTicket>& tickets, const net::Request& request) const override {
    const std::string repository = "/api/v1/repos/acme/work", issues = repository + "/issues";
    if (request.path == repository) return JsonAnswer(kRepository);
    const absl::Time since = Instant(request.query, "since", absl::InfinitePast());
    const absl::Time before = Instant(request.query, "before", absl::InfiniteFuture());
    std::vector<std::string> list;
    if (request.path == issues) {
      for (auto ticket = tickets.rbegin(); ticket != tickets.rend(); ++ticket) {  // by creation, newest first
        if (ticket->updated() >= since && ticket->updated() <= before) list.push_back(Issue(*ticket, ticket->acts.size()));
      }
    } else {
      const FakeTicket* ticket = Find(tickets, request.path, issues + "/");
      if (ticket == nullptr || !request.path.ends_with("/timeline")) return {404, {}, "{}"};
      for (const Act& act : ticket->acts) {
        if (act.at >= since) list.push_back(Entry(act));
      }
    }
    net::Response response = JsonAnswer(PageOf(list, request.query, "limit"));
    response.headers.emplace_back("X-Total-Count", std::to_string(list.size()));
    return response;
  }

 private:
  static constexpr char kTime[] = "\"%Y-%m-%dT%H:%M:%SZ\"";
  static constexpr char kRepository[] =
      R"({"id":61,"name":"work","full_name":"acme/work","owner":{"id":9,"login":"acme","username":"acme"},"private":false,"internal":false,)"
      R"("html_url":"https://git.acme.example/acme/work","default_branch":"main","has_issues":true,"has_pull_requests":false})";

  static std::string User(int person) {
    return absl::StrCat(R"({"id":)", IdOf(person), R"(,"login":"u)", person, R"(","username":"u)", person, "\"}");
  }
  static std::string Issue(const FakeTicket& ticket, size_t count) {
    const Act* closed = ticket.ClosedBefore(count);
    return absl::StrCat(R"({"id":)", 400 + ticket.number, R"(,"number":)", ticket.number, R"(,"title":"t","body":)", kText,
                        R"(,"html_url":"https://git.acme.example/acme/work/issues/)", ticket.number, R"(","user":)", User(ticket.asker),
                        R"(,"labels":)", closed != nullptr && closed->what == What::kCloseUndone ? R"([{"id":6,"name":"wontfix"}])" : "[]",
                        R"(,"state":")", closed == nullptr ? "open" : "closed", R"(","created_at":)", TimeText(ticket.created, kTime),
                        R"(,"updated_at":)", TimeText(count == 0 ? ticket.created : ticket.acts[count - 1].at, kTime), R"(,"closed_at":)",
                        OrNull(closed, kTime), R"(,"pull_request":null})");
  }
  static std::string Entry(const Act& act) {
    const std::string type = act.what == What::kComment ? "comment" : act.what == What::kReopen ? "reopen" : "close";
    return absl::StrCat(R"({"id":)", act.id, R"(,"type":")", type, R"(","user":)", User(act.person), R"(,"body":)", kText,
                        R"(,"created_at":)", TimeText(act.at, kTime), R"(,"updated_at":)", TimeText(act.at, kTime), "}");
  }
};

}  // namespace

std::unique_ptr<TrackerDialect> GiteaDialect() { return std::make_unique<Gitea>(); }

}  // namespace comity::testing
