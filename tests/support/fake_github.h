// A small GitHub of our own on loopback: people act on tickets and pull requests; each act is a hook and shows in the REST API. It pages,
// remembers ETags, limits rates, and misbehaves when told.
#ifndef COMITY_TESTS_SUPPORT_FAKE_GITHUB_H_
#define COMITY_TESTS_SUPPORT_FAKE_GITHUB_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "service/base/mutex.h"
#include "service/net/http.h"

namespace comity::testing {

inline constexpr char kReadToken[] = "read-token-of-a-test";

// Repository `acme/work`. People are numbers as in `Deployment`: accounts 1000+n. Safe to call from any thread.
class FakeGitHub {
 public:
  struct Hook {
    std::string event, body;
  };

  FakeGitHub();
  ~FakeGitHub();
  std::string url() const;

  // Acts; each returns what the hook tells. Items are numbered from 1.
  int next_number() const;
  Hook OpenTicket(int person, absl::Time at);
  Hook OpenChange(int person, absl::Time at, const std::string& body);
  Hook Comment(int number, int person, absl::Time at);
  Hook Assign(int number, int person, int target, absl::Time at);
  Hook Close(int number, int person, absl::Time at, const std::string& reason = "completed");
  Hook Reopen(int number, int person, absl::Time at);
  Hook RequestReview(int number, int person, int target, absl::Time at);
  Hook Review(int number, int person, absl::Time at, const std::string& state = "approved");
  Hook Merge(int number, int person, absl::Time at);

  // How it behaves. `interfere` sees each authentic request's path and may answer in its place; it must not call this back.
  void Interfere(std::function<std::unique_ptr<net::Response>(const std::string& path)> interfere);
  void LimitRate(int64_t remaining, absl::Time reset);  // requests that are answered 304 are free

  int64_t requests() const;      // authentic ones
  int64_t not_modified() const;  // of these
  int64_t refused() const;       // without the token
  std::vector<std::string> paths() const;

 private:
  struct Item {
    int number = 0;
    bool change = false;
    int asker = 0;
    absl::Time created, updated, closed = absl::InfinitePast(), merged = absl::InfinitePast();
    int merger = 0;
    std::string reason, body;
    std::vector<std::string> timeline;
  };
  net::Response Serve(const net::Request& request);
  net::Response Route(const std::string& path, const std::string& query) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Item& Touch(int number, absl::Time at) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string Event(Item& item, const std::string& event, int person, absl::Time at, const std::string& more = "")
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static std::string IssueJson(const Item& item);
  static std::string ChangeJson(const Item& item);

  mutable Mutex mutex_;
  std::deque<Item> items_ ABSL_GUARDED_BY(mutex_);
  int64_t next_id_ ABSL_GUARDED_BY(mutex_) = 100'000;
  std::function<std::unique_ptr<net::Response>(const std::string&)> interfere_ ABSL_GUARDED_BY(mutex_);
  int64_t remaining_ ABSL_GUARDED_BY(mutex_) = -1;
  absl::Time reset_ ABSL_GUARDED_BY(mutex_);
  int64_t requests_ ABSL_GUARDED_BY(mutex_) = 0, not_modified_ ABSL_GUARDED_BY(mutex_) = 0, refused_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> paths_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<net::Server> server_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_FAKE_GITHUB_H_
