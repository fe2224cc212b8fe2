// Git repositories for tests and benchmarks, made quickly by `git fast-import`: the same input gives the same commits.
#ifndef COMITY_TESTS_SUPPORT_CLONE_MAKER_H_
#define COMITY_TESTS_SUPPORT_CLONE_MAKER_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace comity::testing {

struct CommitSpec {
  std::string name, email;
  int64_t time = 0;  // Unix seconds, of author and committer
  std::string message;
  std::vector<std::pair<std::string, std::string>> files;  // path and content
  std::vector<int> parents;                                // what Commit() gave; the first is the branch it is made on
};

// Aborts the program if git cannot be run: there is nothing to test then.
class CloneMaker {
 public:
  // A new repository in `folder`, which must not exist. Its branch is `main`.
  CloneMaker(std::string folder, bool bare);
  ~CloneMaker();
  CloneMaker(const CloneMaker&) = delete;
  CloneMaker& operator=(const CloneMaker&) = delete;

  int Commit(const CommitSpec& commit);
  // Makes `commit` the newest of `main`, and writes everything.
  void Finish(int commit);

 private:
  void Data(const std::string& bytes);

  const std::string folder_;
  std::FILE* stream_ = nullptr;
  int last_ = 0;
};

// Runs a program and waits; its exit code. Output and errors into `log`, if given.
int RunProgram(const std::vector<std::string>& command, const std::string& log = "/dev/null");

// A made-up organisation's repository: people at home in areas, who now and then review, test, report and merge elsewhere.
struct CloneShape {
  int commits = 50'000;
  int people = 300;
  int areas = 14;
  bool maintainers = false;  // MAINTAINERS in the kernel's form; else .github/CODEOWNERS
  uint64_t seed = 1;
};
void MakeClone(const std::string& folder, const CloneShape& shape);

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_CLONE_MAKER_H_
