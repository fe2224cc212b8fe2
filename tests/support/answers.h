// What the doubles of suites have alike: what a request's query asks for, and pages of JSON.
#ifndef COMITY_TESTS_SUPPORT_ANSWERS_H_
#define COMITY_TESTS_SUPPORT_ANSWERS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "service/net/http.h"

namespace comity::testing {

// Of a query that needs no decoding; empty if it is not there.
std::string Parameter(const std::string& query, const std::string& name);
int64_t Number(const std::string& query, const std::string& name, int64_t fallback);
// Whether its colons are encoded or not.
absl::Time Instant(const std::string& query, const std::string& name, absl::Time fallback);

// A JSON list of some of these.
std::string ListOf(const std::vector<std::string>& items, size_t begin, size_t count);
// What APIs answer whose pages are numbered from 1; `size` names the parameter that gives a page's size.
std::string PageOf(const std::vector<std::string>& items, const std::string& query, const std::string& size);
net::Response JsonAnswer(std::string body, int status = 200);

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_ANSWERS_H_
