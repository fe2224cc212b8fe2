// A small Google Calendar and a small Microsoft Graph of our own on loopback, with the same meetings: both page, issue tokens for
// credentials, remember what changed since their own sync tokens, limit rates, and forget tokens when told.
#ifndef COMITY_TESTS_SUPPORT_FAKE_CALENDARS_H_
#define COMITY_TESTS_SUPPORT_FAKE_CALENDARS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "service/base/mutex.h"
#include "service/net/http.h"

namespace comity::testing {

inline constexpr char kClientSecret[] = "client-secret-of-a-test";

// A calendar of ana@acme.example, who leads every meeting in it; bob@acme.example is invited to all. Safe to call from any thread.
class FakeCalendars {
 public:
  FakeCalendars();
  ~FakeCalendars();
  std::string url() const;  // of both APIs' roots and of both token endpoints

  // Acts. A meeting takes an hour; the same name again moves it.
  void Meet(const std::string& name, absl::Time start);
  void Cancel(const std::string& name);
  // An occurrence of the series `name`, which began at `original`.
  void MeetInSeries(const std::string& name, absl::Time original, absl::Time start);

  // How it behaves.
  void ForgetSyncTokens();                  // those given so far are answered 410
  void RevokeTokens();                      // access tokens given so far are answered 401
  void Refuse(int times, int status);       // the next requests, with `Retry-After: 1`
  void RefuseToken(int times, int status);  // the next requests of tokens, likewise

  int64_t tokens_given() const;
  int64_t requests() const;                           // authentic ones
  std::vector<std::string> paths() const;             // of these, with query
  std::vector<std::string> bodies_elsewhere() const;  // of requests that are not the token endpoint's, and their headers

 private:
  struct Meeting {
    std::string name;
    absl::Time start, original = absl::InfinitePast();  // of a series: `original`
    bool cancelled = false;
    int64_t change = 0;
  };
  net::Response Serve(const net::Request& request);
  net::Response GiveToken(const net::Request& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  net::Response Google(const std::string& query, bool list) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  net::Response Graph(const std::string& query) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Meeting& Find(const std::string& name, absl::Time original) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<const Meeting*> Since(int64_t change, absl::Time from, absl::Time to) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::vector<Meeting> meetings_ ABSL_GUARDED_BY(mutex_);
  int64_t change_ ABSL_GUARDED_BY(mutex_) = 1, forgotten_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t tokens_ ABSL_GUARDED_BY(mutex_) = 0, revoked_ ABSL_GUARDED_BY(mutex_) = 0, requests_ ABSL_GUARDED_BY(mutex_) = 0;
  int refusals_ ABSL_GUARDED_BY(mutex_) = 0, refusal_ ABSL_GUARDED_BY(mutex_) = 429;
  int token_refusals_ ABSL_GUARDED_BY(mutex_) = 0, token_refusal_ ABSL_GUARDED_BY(mutex_) = 429;
  std::vector<std::string> paths_ ABSL_GUARDED_BY(mutex_), elsewhere_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<net::Server> server_;
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_FAKE_CALENDARS_H_
