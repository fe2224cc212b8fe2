#include "plugins/git/commits.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/git/options.h"
#include "plugins/sdk/fact_builder.h"
#include "service/git/git_log.h"

namespace comity::git_connector {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr size_t kMaxTrailers = 100, kMaxReverts = 1000, kShortId = 12;

// What each trailer says its person did for the author; Reported-by is the other way round.
constexpr std::array<std::pair<std::string_view, v1::FactKind>, 5> kActs = {{
    {"reviewed-by", v1::FACT_KIND_CHANGE_REVIEWED},
    {"tested-by", v1::FACT_KIND_CHANGE_TESTED},
    {"helped-by", v1::FACT_KIND_CHANGE_HELPED},
    {"mentored-by", v1::FACT_KIND_CHANGE_MENTORED},
    {"co-authored-by", v1::FACT_KIND_CHANGE_CO_WRITTEN},
}};
constexpr std::string_view kReportedBy = "reported-by";

bool IsKey(std::string_view key, std::string_view wanted) {
  return absl::EqualsIgnoreCase({key.data(), key.size()}, {wanted.data(), wanted.size()});
}

// Known by the address alone: display names tell nobody apart.
std::optional<v1::Account> AccountOf(Json person) {
  v1::Account account;
  account.set_id(std::string(person.At("/email").Text()));
  if (account.id().empty()) return std::nullopt;
  account.set_login(std::string(person.At("/name").Text()));
  account.set_kind(person.At("/bot").IsTrue() ? v1::ACCOUNT_KIND_BOT : v1::ACCOUNT_KIND_HUMAN);
  return account;
}

class Mapping {
 public:
  Mapping(Json commit, absl::Time time, const sdk::Source& source, const Reading& reading, std::vector<v1::Fact>* facts)
      : source_(source),
        reading_(reading),
        facts_(facts),
        id_(commit.At("/id").Text()),
        title_(commit.At("/subject").Text()),
        folder_(commit.At("/folder").Text()),
        author_(AccountOf(commit.At("/author"))),
        time_(time) {}

  void Map(Json commit) {
    for (const Json reverted : commit.At("/reverts").Items(kMaxReverts)) Reverted(reverted.Text());
    const std::vector<Json> trailers = commit.At("/trailers").Items(kMaxTrailers);
    std::optional<v1::Account> reporter;
    bool helped = false;
    for (size_t i = 0; i < trailers.size(); ++i) {
      const std::string_view key = trailers[i].At("/key").Text();
      std::optional<v1::Account> person = AccountOf(trailers[i].At("/person"));
      if (!person) continue;
      if (IsKey(key, kReportedBy)) {
        // One fix is one ticket, whoever else reported it; of oneself it is none.
        const bool own = author_ && author_->id() == person->id();
        if (!reporter && !own) reporter = std::move(person);
        continue;
      }
      for (const auto& [name, kind] : kActs) {
        if (!IsKey(key, name)) continue;
        FactBuilder act = Change(kind);
        act.ObjectId(absl::StrCat(id_, "/", std::string(name), "/", i)).Actor(*std::move(person));
        if (kind == v1::FACT_KIND_CHANGE_REVIEWED) act.fact().set_review_state(v1::REVIEW_STATE_APPROVED);
        Add(act);
        helped = true;
        break;
      }
    }
    if (!helped && !reporter) return;
    if (reporter) Reported(*std::move(reporter));
    FactBuilder merged = Change(v1::FACT_KIND_CHANGE_MERGED);  // it is on the branch that is read
    merged.fact().set_default_branch(true);
    Add(merged);
  }

 private:
  FactBuilder About(v1::FactKind kind, v1::SubjectKind subject, const std::string& id, const std::string& key) const {
    FactBuilder builder(source_, kind, v1::ASSURANCE_POLLED);
    builder.Subject(subject, id, "/id").Key(key).OccurTime(time_);
    if (!folder_.empty()) builder.Place("path", absl::StrCat(reading_.repository, "/", folder_));
    builder.Place("repo", reading_.repository);
    return builder;
  }
  std::string KeyOf(std::string_view id) const { return absl::StrCat(reading_.repository, "@", std::string(id.substr(0, kShortId))); }
  FactBuilder& Described(FactBuilder& builder, std::string_view id) const {
    return builder.Uri(CommitUrl(reading_.commit_url, reading_.repository, id));
  }
  FactBuilder Change(v1::FactKind kind) const {
    FactBuilder builder = About(kind, v1::SUBJECT_KIND_CHANGE, id_, KeyOf(id_));
    Described(builder, id_).Author(author_);
    if (reading_.titles) builder.Title(title_);
    return builder;
  }

  // What somebody reported is a ticket that this change closes: its reporter asked, the change's author solved it.
  void Reported(v1::Account reporter) {
    const std::string ticket = absl::StrCat(id_, "/", std::string(kReportedBy));
    FactBuilder resolved = About(v1::FACT_KIND_RESOLVED, v1::SUBJECT_KIND_ISSUE, ticket, KeyOf(id_) + "/report");
    Described(resolved, id_).Actor(author_).Asker(std::move(reporter));
    if (reading_.titles) resolved.Title(title_);
    resolved.fact().set_resolution(v1::RESOLUTION_DONE);
    Add(resolved);
    FactBuilder linked = Change(v1::FACT_KIND_LINKED);
    linked.Actor(author_).Link(v1::LINK_KIND_CLOSES, v1::SUBJECT_KIND_ISSUE, ticket, "");
    Add(linked);
  }

  void Reverted(std::string_view target) {
    if (!git::IsCommitId(target)) return;
    FactBuilder reverted = About(v1::FACT_KIND_REVERTED, v1::SUBJECT_KIND_CHANGE, std::string(target), KeyOf(target));
    Described(reverted, target).Revision(id_).Actor(author_);
    Add(reverted);
  }

  void Add(const FactBuilder& builder) {
    absl::StatusOr<v1::Fact> fact = builder.Build();
    if (fact.ok()) facts_->push_back(*std::move(fact));
  }

  const sdk::Source& source_;
  const Reading& reading_;
  std::vector<v1::Fact>* facts_;
  const std::string id_, title_, folder_;
  const std::optional<v1::Account> author_;
  const absl::Time time_;
};

}  // namespace

bool MapCommit(Json commit, const sdk::Source& source, const Reading& reading, std::vector<v1::Fact>* facts) {
  const int64_t seconds = commit.At("/time").Integer().value_or(0);
  if (!git::IsCommitId(commit.At("/id").Text()) || seconds <= 0) return false;
  const absl::Time time = absl::FromUnixSeconds(seconds);
  if (time > reading.until) return false;  // by a clock that lies
  if (time >= reading.begin) Mapping(commit, time, source, reading, facts).Map(commit);
  return true;
}

}  // namespace comity::git_connector
