// What the kill tests ask and send.
#ifndef COMITY_TESTS_KILL_KILL_SUPPORT_H_
#define COMITY_TESTS_KILL_KILL_SUPPORT_H_

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "clients/cpp/client.h"
#include "comity/v1/deed.pb.h"
#include "service/net/http.h"
#include "tests/support/traffic.h"

namespace comity::testing {

// The answer to the webhook that closes this ticket; status 0 if there was none.
inline net::Response SendHook(const std::string& url, int64_t ticket) {
  const std::string body = ClosedHookBody(ticket);
  const auto response = net::Fetch("POST", url, HookHeaders("d" + std::to_string(ticket), body), body, {std::chrono::seconds(5)});
  return response.ok() ? *response : net::Response{0, {}, ""};
}

// A signed delivery that no connector can read: it becomes a dead letter.
inline net::Response SendUnreadableHook(const std::string& url, int64_t number) {
  const std::string body = "{" + std::to_string(number);
  const auto response = net::Fetch("POST", url, HookHeaders("u" + std::to_string(number), body), body, {std::chrono::seconds(5)});
  return response.ok() ? *response : net::Response{0, {}, ""};
}

// Every deed's subject, with repeats; as far as the service answers.
inline std::multiset<std::string> DeedSubjects(client::Client& steward) {
  std::multiset<std::string> subjects;
  v1::ListDeedsRequest request;
  request.set_page_size(1000);
  do {
    v1::ListDeedsResponse page;
    const absl::Status status = steward.Call("/comity.v1.DeedService/ListDeeds", request, &page);
    EXPECT_TRUE(status.ok()) << status;
    if (!status.ok()) break;
    for (const v1::Deed& deed : page.deeds()) subjects.insert(deed.subject());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return subjects;
}

}  // namespace comity::testing

#endif  // COMITY_TESTS_KILL_KILL_SUPPORT_H_
