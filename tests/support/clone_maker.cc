#include "tests/support/clone_maker.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "tests/support/process.h"

namespace comity::testing {
namespace {

[[noreturn]] void GiveUp(const char* what) {
  std::fprintf(stderr, "clone_maker: %s\n", what);
  std::abort();
}

// Small numbers that are the same in every run.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 2 + 1) {}
  int Below(int limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int>((state_ >> 33) % static_cast<uint64_t>(limit));
  }
  bool Chance(int percent) { return Below(100) < percent; }

 private:
  uint64_t state_;
};

constexpr std::array kAreaNames = {"net", "fs",  "mm",    "sched", "crypto", "docs", "sound",
                                   "gpu", "usb", "block", "tools", "arch",   "ipc",  "lib"};

class Organisation {
 public:
  Organisation(const std::string& folder, const CloneShape& shape) : shape_(shape), dice_(shape.seed), maker_(folder, true) {}

  void Make() {
    int tip = First();
    int made = 1;
    while (made < shape_.commits) {
      if (made % 25 == 0 && made + 5 < shape_.commits) {
        tip = Branch(tip);
        made += 4;
      } else {
        tip = maker_.Commit(Change(dice_.Below(shape_.people), {tip}));
        ++made;
      }
    }
    maker_.Finish(tip);
  }

 private:
  std::string Area(int area) const {
    const auto count = static_cast<int>(kAreaNames.size());
    return std::string(kAreaNames[static_cast<size_t>(area % count)]) + (area < count ? "" : std::to_string(area / count));
  }
  std::string Name(int person) const { return "Person Number" + std::to_string(person); }
  std::string Email(int person) const { return "p" + std::to_string(person) + "@team" + std::to_string(person % 7) + ".example"; }
  std::string Contact(int person) const { return Name(person) + " <" + Email(person) + ">"; }
  int HomeOf(int person) const { return person % shape_.areas; }
  std::string File(int area, int number) const {
    return Area(area) + (number % 3 == 0 ? "/core/" : number % 3 == 1 ? "/drivers/" : "/") + "part" + std::to_string(number) + ".c";
  }
  int64_t Now() { return time_ += 600 + dice_.Below(3600); }

  int First() {
    CommitSpec commit{Name(0), Email(0), Now(), "Begin\n", {}, {}};
    commit.files.emplace_back(".mailmap", "Person Number3 <p3@team3.example> <third@elsewhere.example>\n");
    commit.files.emplace_back(shape_.maintainers ? "MAINTAINERS" : ".github/CODEOWNERS", shape_.maintainers ? Maintainers() : Codeowners());
    for (int area = 0; area < shape_.areas; ++area) commit.files.emplace_back(File(area, 0), "begin\n");
    return maker_.Commit(commit);
  }

  std::string Codeowners() const {
    std::string text = "# Who reviews what\n*  @acme/platform\n";
    for (int area = 0; area < shape_.areas; ++area) text += "/" + Area(area) + "/  @acme/" + Area(area) + "-team\n";
    return text + "/docs/  @ana\n*.md  @acme/writers\n";
  }

  std::string Maintainers() const {
    std::string text =
        "List of maintainers\n===================\n\nDescriptions of section entries:\n\n\tM: *Mail* patches to: FullName "
        "<address@domain>\n\n";
    for (int area = 0; area < shape_.areas; ++area) {
      std::string title = Area(area) + " subsystem";
      std::transform(title.begin(), title.end(), title.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
      text += title + "\nM:\t" + Contact(area) + "\nL:\tlist@lists.example\nS:\tSupported\nF:\t" + Area(area) + "/\nF:\tDocumentation/" +
              Area(area) + ".rst\n";
      if (area % 3 == 0) text += "X:\t" + Area(area) + "/drivers/\n";
      text += "\n";
      if (area % 3 == 0)
        text += title + " DRIVERS\nM:\t" + Contact(area + 20) + "\nS:\tMaintained\nF:\t" + Area(area) + "/drivers/*\nN:\t[^a-z]part\n\n";
    }
    return text + "THE REST\nM:\t" + Contact(0) + "\nS:\tBuried alive in reporters\nF:\t*\nF:\t*/\n";
  }

  void Trailer(std::string& message, const char* key, int percent) {
    if (!dice_.Chance(percent)) return;
    const int person = dice_.Below(shape_.people);
    message += std::string(key) + ": " + (person == 3 ? "Third <third@elsewhere.example>" : Contact(person)) + "\n";
  }

  std::string Message() {
    static constexpr const char* kWords[] = {"buffer", "queue", "lock", "path", "retry", "page", "device", "table", "order", "timeout"};
    const auto word = [&] { return kWords[dice_.Below(10)]; };
    std::string message = std::string("Keep the ") + word() + " of the " + word() + "\n\n";
    for (int line = dice_.Below(8); line >= 0; --line) {
      message += std::string("The ") + word() + " was read before the " + word() + " was ready, so the " + word() + " could be lost.\n";
    }
    message += "\n";
    Trailer(message, "Reported-by", 12);
    Trailer(message, "Helped-by", 4);
    Trailer(message, "Reviewed-by", 45);
    Trailer(message, "Reviewed-by", 10);
    Trailer(message, "Tested-by", 9);
    Trailer(message, "Co-authored-by", 6);
    Trailer(message, "Mentored-by", 1);
    if (dice_.Chance(2)) message += "Reviewed-by: kernel test robot <lkp@robots.example>\n";
    return message + "Signed-off-by: Somebody <s@x.example>\n";
  }

  CommitSpec Change(int person, std::vector<int> parents) {
    CommitSpec commit{Name(person), Email(person), Now(), Message(), {}, std::move(parents)};
    for (int files = 1 + dice_.Below(3); files > 0; --files) {
      const int area = dice_.Chance(88) ? HomeOf(person) : dice_.Below(shape_.areas);
      commit.files.emplace_back(File(area, dice_.Below(60)), "change at " + std::to_string(commit.time) + "\n");
    }
    return commit;
  }

  // Three commits of one person on a branch, and the merge by another.
  int Branch(int tip) {
    const int person = dice_.Below(shape_.people);
    CommitSpec merge{Name(dice_.Below(20)), "", 0, "", {}, {}};
    int branch = tip;
    for (int i = 0; i < 3; ++i) {
      const CommitSpec commit = Change(person, {branch});
      merge.files.insert(merge.files.end(), commit.files.begin(), commit.files.end());
      branch = maker_.Commit(commit);
    }
    merge.email = Email(std::atoi(merge.name.c_str() + std::strlen("Person Number")));
    merge.time = Now();
    merge.message = "Merge branch 'topic'\n";
    merge.parents = {tip, branch};
    return maker_.Commit(merge);
  }

  const CloneShape shape_;
  Dice dice_;
  CloneMaker maker_;
  int64_t time_ = 1'400'000'000;
};

}  // namespace

int RunProgram(const std::vector<std::string>& command, const std::string& log) { return Process(command, log).Wait(); }

CloneMaker::CloneMaker(std::string folder, bool bare) : folder_(std::move(folder)) {
  std::vector<std::string> init = {"git", "init", "-q", "-b", "main", folder_};
  if (bare) init.insert(init.begin() + 2, "--bare");
  if (RunProgram(init) != 0) GiveUp("git init failed");
  stream_ = popen(("git -C '" + folder_ + "' fast-import --quiet --force").c_str(), "w");
  if (stream_ == nullptr) GiveUp("git fast-import cannot be started");
}

CloneMaker::~CloneMaker() {
  if (stream_ != nullptr) pclose(stream_);
}

void CloneMaker::Data(const std::string& bytes) {
  std::fprintf(stream_, "data %zu\n", bytes.size());
  std::fwrite(bytes.data(), 1, bytes.size(), stream_);
  std::fputc('\n', stream_);
}

int CloneMaker::Commit(const CommitSpec& commit) {
  const int mark = ++last_;
  std::fprintf(stream_, "commit refs/heads/main\nmark :%d\ncommitter %s <%s> %lld +0000\n", mark, commit.name.c_str(), commit.email.c_str(),
               static_cast<long long>(commit.time));
  Data(commit.message);
  for (size_t i = 0; i < commit.parents.size(); ++i) std::fprintf(stream_, "%s :%d\n", i == 0 ? "from" : "merge", commit.parents[i]);
  for (const auto& [path, content] : commit.files) {
    std::fprintf(stream_, "M 100644 inline %s\n", path.c_str());
    Data(content);
  }
  std::fputc('\n', stream_);
  return mark;
}

void CloneMaker::Finish(int commit) {
  std::fprintf(stream_, "reset refs/heads/main\nfrom :%d\n\n", commit);
  const int failed = pclose(stream_);
  stream_ = nullptr;
  if (failed != 0) GiveUp("git fast-import did not take everything");
}

void MakeClone(const std::string& folder, const CloneShape& shape) { Organisation(folder, shape).Make(); }

}  // namespace comity::testing
