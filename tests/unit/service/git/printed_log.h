// Commits as `git log` prints them in GitLogFormat().
#ifndef COMITY_TESTS_UNIT_SERVICE_GIT_PRINTED_LOG_H_
#define COMITY_TESTS_UNIT_SERVICE_GIT_PRINTED_LOG_H_

#include <cstdio>
#include <string>
#include <vector>

namespace comity::git {

inline std::string HexId(int number) {
  char text[41];
  std::snprintf(text, sizeof text, "%040x", static_cast<unsigned>(number) * 0x01010101u);
  return std::string(text + 8) + std::string(text, 8);  // so that the first bytes differ
}

struct Printed {
  int id = 1;
  std::vector<int> parents = {};
  int64_t time = 1'000;
  std::string name = "Ana", email = "ana@x", trailers = {}, body = {};
  std::vector<std::string> files = {};

  std::string Text() const {
    std::string text = HexId(id) + '\0';
    for (size_t i = 0; i < parents.size(); ++i) text += (i == 0 ? "" : " ") + HexId(parents[i]);
    for (const std::string& field : {std::to_string(time), name, email, trailers, body}) text += '\0' + field;
    text += '\0';
    for (size_t i = 0; i < files.size(); ++i) text += std::string(i == 0 ? "\nM" : "M") + '\0' + files[i] + '\0';
    return text;
  }
};

}  // namespace comity::git

#endif  // COMITY_TESTS_UNIT_SERVICE_GIT_PRINTED_LOG_H_
