// A small GitLab, a small Gitea and a small Jira Cloud of our own on loopback: people act on tickets of one project; each act is a signed
// hook and shows in the suite's REST API, in its own dialect. They page, and limit rates when told.
#ifndef COMITY_TESTS_SUPPORT_FAKE_TRACKERS_H_
#define COMITY_TESTS_SUPPORT_FAKE_TRACKERS_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "comity/v1/event.pb.h"
#include "service/base/mutex.h"
#include "service/net/http.h"

namespace comity::testing {

// Of hooks, in every suite's form.
inline constexpr char kTrackerSecret[] = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
// In the file of poll.read_token_file.
inline constexpr char kTrackerToken[] = "reader@acme.example:read-token-of-a-test";

struct FakeTicket {
  enum class What { kComment, kClose, kCloseUndone, kReopen };
  struct Act {
    What what;
    int person;
    absl::Time at;
    int64_t id;  // unique within the tracker, growing
  };
  int number = 0, asker = 0;
  absl::Time created;
  std::vector<Act> acts;

  absl::Time updated() const { return acts.empty() ? created : acts.back().at; }
  // The act that closed it, as it was before act number `count`; null while it is open.
  const Act* ClosedBefore(size_t count) const;
  const Act* closed() const { return ClosedBefore(acts.size()); }
};

struct TrackerHook {
  net::Headers headers;
  std::string body;
  v1::FactKind kind = v1::FACT_KIND_UNSPECIFIED;  // of the fact that it tells
};

// How one suite tells of tickets.
class TrackerDialect {
 public:
  virtual ~TrackerDialect() = default;
  // As `comity sources create` names it.
  virtual std::string suite() const = 0;
  virtual std::string instance() const = 0;
  // What the source's `config` needs.
  virtual std::string options() const = 0;
  // Where its tickets are, as the directory's `ownership` names it.
  virtual std::string place() const = 0;
  virtual std::string AccountOf(int person) const = 0;
  // The hook of its opening (`count` 0), or of act number `count`.
  virtual TrackerHook Tell(const FakeTicket& ticket, size_t count) const = 0;
  virtual net::Response Answer(const std::deque<FakeTicket>& tickets, const net::Request& request) const = 0;
};

std::unique_ptr<TrackerDialect> GitLabDialect();
std::unique_ptr<TrackerDialect> GiteaDialect();
std::unique_ptr<TrackerDialect> JiraDialect();

// Project `acme/work` (WORK in Jira). Safe to call from any thread.
class FakeTracker {
 public:
  explicit FakeTracker(std::unique_ptr<TrackerDialect> dialect);
  ~FakeTracker();
  std::string url() const;
  const TrackerDialect& dialect() const { return *dialect_; }

  // Acts; each returns its hook. Tickets are numbered from 1.
  TrackerHook Open(int person, absl::Time at);
  TrackerHook Act(int number, FakeTicket::What what, int person, absl::Time at);
  int tickets() const;

  void Refuse(int times);        // the next requests: 429, `Retry-After: 1`
  int64_t requests() const;      // authentic ones
  int64_t refused() const;       // of these, for their rate
  int64_t unauthorised() const;  // the others

 private:
  net::Response Serve(const net::Request& request);

  const std::unique_ptr<TrackerDialect> dialect_;
  mutable Mutex mutex_;
  std::deque<FakeTicket> tickets_ ABSL_GUARDED_BY(mutex_);
  int64_t next_id_ ABSL_GUARDED_BY(mutex_) = 100'000;
  int refusals_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t requests_ ABSL_GUARDED_BY(mutex_) = 0, refused_ ABSL_GUARDED_BY(mutex_) = 0, unauthorised_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<net::Server> server_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_FAKE_TRACKERS_H_
