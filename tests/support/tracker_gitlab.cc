// How GitLab tells of tickets, in hooks and by its REST API, as far as tests/support/fake_trackers.h goes.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "plugins/sdk/signatures.h"
#include "tests/support/tracker_dialect.h"

namespace comity::testing {
namespace {

using namespace dialect;  // NOLINT: the words of all dialects

class GitLab : public TrackerDialect {
 public:
  std::string suite() const override { return "gitlab"; }
  std::string instance() const override { return "gitlab.com"; }
  std::string options() const override { return "projects: acme/work"; }
  std::string place() const override { return "repo:acme/work"; }
  std::string AccountOf(int person) const override { return IdOf(person); }

  TrackerHook Tell(const FakeTicket& ticket, size_t count) const override {
    const Act* act = count == 0 ? nullptr : &ticket.acts[count - 1];
    const absl::Time at = act == nullptr ? ticket.created : act->at;
    const bool note = act != nullptr && act->what == What::kComment;
    const Act* closed = ticket.ClosedBefore(count);
    const std::string labels = LabelsOf(closed, true);
    const std::string issue =
        absl::StrCat(R"("id":)", 9000 + ticket.number, R"(,"iid":)", ticket.number, R"(,"title":"t","type":"Issue","author_id":)",
                     IdOf(ticket.asker), R"(,"project_id":7001,"created_at":)", TimeText(ticket.created, kHookTime), R"(,"updated_at":)",
                     TimeText(at, kHookTime), R"(,"closed_at":)", OrNull(closed, kHookTime), R"(,"confidential":false,"description":)",
                     kText, R"(,"moved_to_id":null,"duplicated_to_id":null,"state":")", closed == nullptr ? "opened" : "closed",
                     R"(","url":"https://gitlab.com/)", R"(acme/work/-/issues/)", ticket.number, R"(","labels":)", labels);
    const std::string action = act == nullptr ? "open" : act->what == What::kReopen ? "reopen" : "close";
    const std::string what = note ? absl::StrCat(R"("object_kind":"note","event_type":"note","object_attributes":{"id":)", act->id,
                                                 R"(,"note":)", kText, R"(,"noteable_type":"Issue","author_id":)", IdOf(act->person),
                                                 R"(,"created_at":)", TimeText(at, kHookTime), R"(,"updated_at":)", TimeText(at, kHookTime),
                                                 R"(,"system":false,"internal":false,"action":"create"},"issue":{)", issue, "}")
                                  : absl::StrCat(R"("object_kind":"issue","event_type":"issue","object_attributes":{)", issue,
                                                 R"(,"action":")", action, R"("},"labels":)", labels);
    const std::string body =
        absl::StrCat("{", what, R"(,"user":)", User(act == nullptr ? ticket.asker : act->person), R"(,"project":)",
                     R"({"id":7001,"path_with_namespace":"acme/work","default_branch":"main","visibility_level":20}})");
    const std::string id = absl::StrCat("gitlab-", ticket.number, "-", count), time = std::to_string(absl::ToUnixSeconds(absl::Now()));
    return {{{"Content-Type", "application/json"},
             {"X-Gitlab-Event", note ? "Note Hook" : "Issue Hook"},
             {"Idempotency-Key", id},
             {"webhook-id", id},
             {"webhook-timestamp", time},
             {"webhook-signature", sdk::StandardWebhooks::Sign(kTrackerSecret, id, time, body).value_or("")}},
            body};
  }

  net::Response Answer(const std::deque<FakeTicket>& tickets, const net::Request& request) const override {
    const std::string project = "/projects/7001", issues = project + "/issues";
    if (request.path == "/projects/acme%2Fwork") {
      return JsonAnswer(R"({"id":7001,"path_with_namespace":"acme/work","default_branch":"main","visibility":"public"})");
    }
    if (request.path == project + "/merge_requests") return JsonAnswer("[]");
    std::vector<std::string> list;
    if (request.path == issues) {
      for (const FakeTicket* ticket : ByUpdate(tickets, Instant(request.query, "updated_after", absl::InfinitePast()))) {
        list.push_back(Issue(*ticket));
      }
      return JsonAnswer(PageOf(list, request.query, "per_page"));
    }
    const FakeTicket* ticket = Find(tickets, request.path, issues + "/");
    if (ticket == nullptr) return {404, {}, "{}"};
    const bool states = request.path.ends_with("/resource_state_events");
    for (const Act& act : ticket->acts) {
      if (states == (act.what == What::kComment)) continue;
      list.push_back(
          states ? absl::StrCat(R"({"id":)", act.id, R"(,"user":)", User(act.person), R"(,"created_at":)", TimeText(act.at, kApiTime),
                                R"(,"state":")", act.what == What::kReopen ? "reopened" : "closed", "\"}")
                 : absl::StrCat(R"({"id":)", act.id, R"(,"body":)", kText, R"(,"author":)", User(act.person), R"(,"created_at":)",
                                TimeText(act.at, kApiTime), R"(,"system":false,"confidential":false,"internal":false})"));
    }
    if (!states) std::reverse(list.begin(), list.end());
    return JsonAnswer(PageOf(list, request.query, "per_page"));
  }

 private:
  static constexpr char kHookTime[] = "\"%Y-%m-%d %H:%M:%S UTC\"";
  static constexpr char kApiTime[] = "\"%Y-%m-%dT%H:%M:%S.412Z\"";  // the API says it more exactly than hooks do

  static std::string User(int person) { return absl::StrCat(R"({"id":)", IdOf(person), R"(,"username":"u)", person, R"(","name":"U"})"); }
  static std::string LabelsOf(const Act* closed, bool hook) {
    if (closed == nullptr || closed->what != What::kCloseUndone) return "[]";
    return hook ? R"([{"id":52,"title":"resolution::Won't do"}])" : R"(["resolution::Won't do"])";
  }
  static std::string Issue(const FakeTicket& ticket) {
    const Act* closed = ticket.closed();
    const auto notes = std::count_if(ticket.acts.begin(), ticket.acts.end(), [](const Act& act) { return act.what == What::kComment; });
    return absl::StrCat(R"({"id":)", 9000 + ticket.number, R"(,"iid":)", ticket.number, R"(,"title":"t","description":)", kText,
                        R"(,"state":")", closed == nullptr ? "opened" : "closed", R"(","created_at":)", TimeText(ticket.created, kApiTime),
                        R"(,"updated_at":)", TimeText(ticket.updated(), kApiTime), R"(,"closed_at":)", OrNull(closed, kApiTime),
                        R"(,"closed_by":)", closed == nullptr ? "null" : User(closed->person), R"(,"labels":)", LabelsOf(closed, false),
                        R"(,"author":)", User(ticket.asker), R"(,"issue_type":"issue","user_notes_count":)", notes,
                        R"(,"confidential":false,"moved_to_id":null,"web_url":"https://gitlab.com/acme/work/-/issues/)", ticket.number,
                        "\"}");
  }
};

}  // namespace

std::unique_ptr<TrackerDialect> GitLabDialect() { return std::make_unique<GitLab>(); }

}  // namespace comity::testing
