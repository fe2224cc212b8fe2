#include "clients/cli/account_proposals.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/names.h"

namespace comity::cli {
namespace {

constexpr size_t kShortestLogin = 3;

struct AccountParts {
  std::string installation, id;  // `github:github.com`
};

AccountParts PartsOf(const std::string& name) {
  const std::string bare = BareName(name);
  const size_t first = bare.find(':'), second = first == std::string::npos ? first : bare.find(':', first + 1);
  if (second == std::string::npos) return {bare, ""};
  return {bare.substr(0, second), bare.substr(second + 1)};
}

bool IsAddress(std::string_view text) {
  const size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos;
}

// Addresses by which an account can be told: ids of calendars and commits, logins that are addresses.
std::set<std::string> AddressesOf(const v1::DirectoryAccount& account) {
  std::set<std::string> addresses;
  for (const std::string& text : {PartsOf(account.name()).id, account.login()}) {
    if (IsAddress(text)) addresses.insert(absl::AsciiStrToLower(text));
  }
  return addresses;
}

// Anybody may write any address into a commit.
bool WritesItsOwnAddress(const v1::DirectoryAccount& account) { return BareName(account.name()).starts_with("git:"); }

struct Hint {
  Confidence confidence;
  std::string person, reason;
};

class Proposer {
 public:
  Proposer(const std::vector<v1::DirectoryAccount>& accounts, const std::vector<v1::Person>& people) {
    for (const v1::DirectoryAccount& account : accounts) {
      if (account.person().empty()) continue;
      for (const std::string& address : AddressesOf(account)) by_address_.emplace(address, &account);
      if (!account.login().empty()) by_login_.emplace(absl::AsciiStrToLower(account.login()), &account);
    }
    for (const v1::Person& person : people) {
      if (!person.former()) people_.insert(BareName(person.name()));
    }
  }

  std::optional<AccountProposal> For(const v1::DirectoryAccount& account) const {
    const bool nobodys = account.kind() == v1::ACCOUNT_KIND_BOT || account.kind() == v1::ACCOUNT_KIND_TEAM;
    if (!account.person().empty() || nobodys) return std::nullopt;
    const std::vector<Hint> hints = HintsFor(account);
    if (hints.empty()) return std::nullopt;
    const Hint& best =
        *std::max_element(hints.begin(), hints.end(), [](const Hint& a, const Hint& b) { return a.confidence < b.confidence; });
    const bool several = std::any_of(hints.begin(), hints.end(),
                                     [&](const Hint& hint) { return hint.confidence == best.confidence && hint.person != best.person; });
    if (several) return std::nullopt;
    return AccountProposal{account.name(), best.person, best.confidence, best.reason};
  }

 private:
  std::vector<Hint> HintsFor(const v1::DirectoryAccount& account) const {
    std::vector<Hint> hints;
    for (const std::string& address : AddressesOf(account)) {
      for (auto [found, end] = by_address_.equal_range(address); found != end; ++found) {
        const v1::DirectoryAccount& known = *found->second;
        const bool written = WritesItsOwnAddress(account) || WritesItsOwnAddress(known);
        hints.push_back({written ? Confidence::kMedium : Confidence::kHigh, known.person(),
                         absl::StrCat("the same address as ", BareName(known.name()), written ? ", as its commits say" : "")});
      }
    }
    const std::string login = absl::AsciiStrToLower(account.login());
    if (login.size() < kShortestLogin || IsAddress(login)) return hints;
    for (auto [found, end] = by_login_.equal_range(login); found != end; ++found) {
      const v1::DirectoryAccount& known = *found->second;
      // Within one installation a login says nothing: it was given away and taken again.
      if (PartsOf(known.name()).installation == PartsOf(account.name()).installation) continue;
      hints.push_back({Confidence::kMedium, known.person(), absl::StrCat("the same login as ", BareName(known.name()))});
    }
    if (people_.contains(login)) hints.push_back({Confidence::kLow, "people/" + login, "the login is the person's id in the directory"});
    return hints;
  }

  std::multimap<std::string, const v1::DirectoryAccount*> by_address_, by_login_;
  std::set<std::string> people_;
};

}  // namespace

std::vector<AccountProposal> ProposeLinks(const std::vector<v1::DirectoryAccount>& accounts, const std::vector<v1::Person>& people) {
  const Proposer proposer(accounts, people);
  std::vector<AccountProposal> proposals;
  for (const v1::DirectoryAccount& account : accounts) {
    if (auto proposal = proposer.For(account)) proposals.push_back(*std::move(proposal));
  }
  std::stable_sort(proposals.begin(), proposals.end(),
                   [](const AccountProposal& a, const AccountProposal& b) { return a.confidence > b.confidence; });
  return proposals;
}

}  // namespace comity::cli
