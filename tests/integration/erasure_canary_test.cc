// L4, S6: people erased from a store full of facts, through real processes, with a kill in the middle. Nothing of them is left in any file
// of the deployment, and everything else still verifies. Its size is in tests/support/figures.cc: of the
// release's, 1,000 of 10,000 people and a million events.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/directory.pb.h"
#include "comity/v1/event.pb.h"
#include "service/net/http.h"
#include "tests/support/deployment.h"
#include "tests/support/figures.h"
#include "tests/support/traffic.h"

namespace comity::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Every word of person 17 ends in this, so that whatever is found says whose it is.
std::string Digits(int person) {
  std::string digits = std::to_string(person);
  return std::string(5 - digits.size(), '0') + digits;
}
std::string Id(int person) { return "zqperson" + Digits(person); }
std::string Login(int person) { return "zqlogin" + Digits(person); }
std::string Name(int person) { return "Zqname" + Digits(person) + " Öztürk"; }
std::string AccountId(int person) { return "7707700" + Digits(person); }
std::string Title(int person) { return "zqtitle" + Digits(person); }

const char* const kMarks[] = {"zqperson", "zqlogin", "zqname", "zqtitle", "7707700"};

std::string Directory(int people, const std::set<int>& without) {
  std::string listed = "people:\n", memberships = "memberships:\n";
  for (int i = 0; i < people; ++i) {
    if (without.contains(i)) continue;
    listed += "  - {id: " + Id(i) + ", name: \"" + Name(i) + "\", accounts: [\"github:github.com:" + AccountId(i) + "\"]}\n";
    memberships += "  - {person: " + Id(i) + ", team: " + (i % 2 == 0 ? "alpha" : "beta") + "}\n";
  }
  return listed + "teams:\n  - {id: alpha, name: Alpha}\n  - {id: beta, name: Beta}\n" + memberships +
         "ownership:\n  - {match: \"github:github.com:repo:acme/*\", team: beta}\n";
}

// Five facts a ticket: opened by somebody of alpha, assigned, commented on and resolved by somebody of beta, and labelled with their login.
constexpr int kFactsPerTicket = 5;
constexpr int kHooks = 20;
int AskerOf(int64_t ticket, int people) { return static_cast<int>(ticket % (people / 2)) * 2; }
int HelperOf(int64_t ticket, int people) { return static_cast<int>((ticket / 3) % (people / 2)) * 2 + 1; }

void SetAccount(v1::Account* account, int person) {
  account->set_id(AccountId(person));
  account->set_login(Login(person));
  account->set_kind(v1::ACCOUNT_KIND_HUMAN);
}

v1::Fact FactOf(v1::FactKind kind, int64_t ticket, int people, const std::string& object, int64_t seconds) {
  v1::Fact fact;
  const int asker = AskerOf(ticket, people);
  fact.set_kind(kind);
  fact.set_suite("github");
  fact.set_instance("github.com");
  fact.mutable_subject()->set_kind(v1::SUBJECT_KIND_ISSUE);
  fact.mutable_subject()->set_id(std::to_string(ticket));
  fact.mutable_subject()->set_key("acme/work#" + std::to_string(ticket));
  fact.mutable_subject()->set_uri("https://github.com/acme/work/issues/" + std::to_string(ticket) + "?for=" + Login(asker));
  fact.mutable_subject()->set_title(Title(asker) + " and " + Name(asker));
  fact.set_object_id(object);
  fact.mutable_occur_time()->set_seconds(1'750'000'000 + ticket * 60 + seconds);
  v1::Place* place = fact.add_places();
  place->set_kind("repo");
  place->set_value("acme/work");
  fact.set_assurance(v1::ASSURANCE_SIGNED);
  SetAccount(fact.mutable_asker(), asker);
  return fact;
}

v1::IngestEventBatchRequest Batch(int64_t first, int tickets, int people) {
  v1::IngestEventBatchRequest batch;
  batch.set_source("load");
  for (int64_t ticket = first; ticket < first + tickets; ++ticket) {
    const std::string id = std::to_string(ticket);
    const int asker = AskerOf(ticket, people), helper = HelperOf(ticket, people);
    v1::Fact opened = FactOf(v1::FACT_KIND_OPENED, ticket, people, id, 0);
    SetAccount(opened.mutable_actor(), asker);
    v1::Fact assigned = FactOf(v1::FACT_KIND_ASSIGNED, ticket, people, id + "/" + AccountId(helper), 10);
    SetAccount(assigned.mutable_actor(), asker);
    SetAccount(assigned.mutable_target(), helper);
    assigned.add_labels("for " + Login(helper));
    v1::Fact commented = FactOf(v1::FACT_KIND_COMMENTED, ticket, people, id + "/c1", 20);
    SetAccount(commented.mutable_actor(), helper);
    v1::Fact more = FactOf(v1::FACT_KIND_COMMENTED, ticket, people, id + "/c2", 30);
    SetAccount(more.mutable_actor(), asker);
    v1::Fact resolved = FactOf(v1::FACT_KIND_RESOLVED, ticket, people, id, 40);
    SetAccount(resolved.mutable_actor(), helper);
    resolved.set_resolution(v1::RESOLUTION_DONE);
    for (v1::Fact* fact : {&opened, &assigned, &commented, &more, &resolved}) *batch.add_facts() = *fact;
  }
  return batch;
}

std::string Lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// How a mark looks in the encodings that something might use. Base64 at each of its three places, less the edges that its neighbours
// share.
std::vector<std::string> Encoded(const std::string& mark) {
  static constexpr char kHex[] = "0123456789abcdef";
  static constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string hex, little, big;
  for (const char c : mark) {
    hex += kHex[static_cast<unsigned char>(c) >> 4];
    hex += kHex[static_cast<unsigned char>(c) & 15];
    little += c;
    little += '\0';
    big += '\0';
    big += c;
  }
  std::vector<std::string> all = {hex, little, big};
  for (size_t skipped = 0; skipped < 3; ++skipped) {
    const std::string padded = std::string(skipped, 'x') + mark;
    std::string base64;
    for (size_t i = 0; i + 3 <= padded.size(); i += 3) {
      const uint32_t bits = static_cast<uint32_t>(static_cast<unsigned char>(padded[i])) << 16 |
                            static_cast<uint32_t>(static_cast<unsigned char>(padded[i + 1])) << 8 |
                            static_cast<unsigned char>(padded[i + 2]);
      for (int shift = 18; shift >= 0; shift -= 6) base64 += kBase64[(bits >> shift) & 63];
    }
    all.push_back(base64.substr(skipped == 0 ? 0 : 2));
  }
  return all;
}

struct Found {
  std::map<int, std::set<std::string>> places;  // by person: file and mark
  std::set<std::string> encoded;                // anybody's, in another encoding
  int64_t bytes = 0;
};

// Reads every file under `folder`.
Found Grep(const std::string& folder) {
  Found found;
  std::vector<std::pair<std::string, std::string>> encodings;
  for (const char* mark : kMarks) {
    for (const std::string& encoded : Encoded(mark)) encodings.emplace_back(encoded, mark);
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string raw = ReadFile(entry.path()), text = Lower(raw), name = entry.path().filename();
    found.bytes += static_cast<int64_t>(raw.size());
    for (const std::string mark : kMarks) {
      for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const std::string digits = text.substr(at + mark.size(), 5);
        if (digits.size() == 5 && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
          found.places[std::atoi(digits.c_str())].insert(name + ": " + mark);
        }
      }
    }
    for (const auto& [encoded, mark] : encodings) {
      if (raw.find(encoded) != std::string::npos) found.encoded.insert(name + ": " + mark + " encoded");
    }
  }
  return found;
}

class L4ErasedFromAFullStore : public ::testing::Test {
 protected:
  template <typename Response, typename Request>
  Response Must(client::Client& client, const std::string& method, const Request& request) {
    Response response;
    const absl::Status status = client.Call("/comity.v1." + method, request, &response);
    EXPECT_TRUE(status.ok()) << method << ": " << status;
    return response;
  }
  v1::VerifyLedgerResponse Verify() {
    v1::VerifyLedgerRequest request;
    request.set_rebuild(true);
    return Must<v1::VerifyLedgerResponse>(*deployment_.Steward(), "AdminService/VerifyLedger", request);
  }
  void Ingest();
  void MakeTraces();
  void EraseAll(const std::set<int>& erased);
  bool AllDone();

  const int erased_count_ = static_cast<int>(Figure("L4"));
  const int events_ = erased_count_ * 1000, people_ = erased_count_ * 10;
  const int tickets_ = events_ / kFactsPerTicket;
  Deployment deployment_;
};

void L4ErasedFromAFullStore::Ingest() {
  const auto connector = deployment_.Connector();
  for (int64_t ticket = 0; ticket < tickets_; ticket += 200) {
    const auto answer = connector->Push(Batch(ticket, static_cast<int>(std::min<int64_t>(200, tickets_ - ticket)), people_));
    ASSERT_TRUE(answer.ok()) << answer.status();
    for (const v1::IngestResult& result : answer->results()) {
      ASSERT_EQ(result.disposition(), v1::IngestResult::DISPOSITION_STORED) << result.DebugString();
    }
  }
}

// What else names people: words, tokens, reads, answers, audit, facts set aside, webhooks through the spool.
void L4ErasedFromAFullStore::MakeTraces() {
  const auto steward = deployment_.Steward();
  const auto connector = deployment_.Connector();
  for (int person = 1; person < std::min(people_, 4 * erased_count_); person += 2) {
    v1::CreateTokenRequest token;
    token.mutable_token()->add_roles(v1::ROLE_MEMBER);
    token.mutable_token()->set_person("people/" + Id(person));
    Must<v1::CreateTokenResponse>(*steward, "AdminService/CreateToken", token);
    v1::GetPersonRequest get;
    get.set_name("people/" + Id(person));
    Must<v1::Person>(*steward, "DirectoryService/GetPerson", get);
    v1::IngestEventBatchRequest ahead;
    ahead.set_source("load");
    *ahead.add_facts() = FactOf(v1::FACT_KIND_OPENED, 1'000'000'000 + person, people_, "ahead/" + std::to_string(person), 0);
    SetAccount(ahead.mutable_facts(0)->mutable_actor(), person);
    ahead.mutable_facts(0)->mutable_occur_time()->set_seconds(4'000'000'000);
    ASSERT_TRUE(connector->Push(ahead).ok());
  }
  v1::ExplainSubjectRequest why;
  for (int64_t ticket = 0; ticket < 20; ++ticket) {
    why.set_subject("acme/work#" + std::to_string(ticket));
    const auto explained = Must<v1::ExplainSubjectResponse>(*steward, "EventService/ExplainSubject", why);
    ASSERT_EQ(explained.deeds_size(), 1) << explained.DebugString();
    v1::CorrectDeedRequest correct;
    correct.set_name(explained.deeds(0).deed());
    correct.set_because("it was " + Login(AskerOf(ticket, people_)) + " and " + Name(HelperOf(ticket, people_)));
    v1::Deed ignored;  // a steward may not; the words are in the audit's way all the same
    (void)steward->Call("/comity.v1.DeedService/CorrectDeed", correct, &ignored);
  }
  for (int64_t ticket = 0; ticket < kHooks; ++ticket) {
    std::string body = ClosedHookBody(2'000'000 + ticket);
    const std::string hooked = "\"login\":\"" + Login(HelperOf(ticket, people_)) + "\",\"id\":" + AccountId(HelperOf(ticket, people_));
    const size_t sender = body.find("\"sender\":{") + 10;
    body.replace(sender, body.find(",\"type\"", sender) - sender, hooked);
    const auto answer =
        net::Fetch("POST", deployment_.hook_url(), HookHeaders("d" + std::to_string(ticket), body), body, {std::chrono::seconds(10)});
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_EQ(answer->status / 100, 2);
  }
}

void L4ErasedFromAFullStore::EraseAll(const std::set<int>& erased) {
  const auto admin = deployment_.Steward();
  for (const int person : erased) {
    v1::ErasePersonRequest request;
    request.set_data_subject("people/" + Id(person));
    v1::Erasure erasure;
    const absl::Status status = admin->Call("/comity.v1.AdminService/ErasePerson", request, &erasure);
    ASSERT_TRUE(status.ok()) << status;
  }
}

// No job is left.
bool L4ErasedFromAFullStore::AllDone() {
  v1::Status status;
  return deployment_.Steward()->Call("/comity.v1.AdminService/GetStatus", v1::GetStatusRequest(), &status).ok() &&
         status.running_job_count() == 0;
}

TEST_F(L4ErasedFromAFullStore, LeavesNoByteOfThemAndVerifies) {
  const auto admin = deployment_.Steward();
  v1::ApplyDirectoryRequest apply;
  apply.set_document(Directory(people_, {}));
  Must<v1::ApplyDirectoryResponse>(*admin, "DirectoryService/ApplyDirectory", apply);
  Ingest();
  MakeTraces();
  if (HasFatalFailure()) return;
  // The webhooks have come through the spool when no more facts come.
  int64_t count = 0;
  int still = 0;
  ASSERT_TRUE(WaitUntil(
      [&] {
        const int64_t now = Must<v1::Status>(*deployment_.Steward(), "AdminService/GetStatus", v1::GetStatusRequest()).event_count();
        still = now == count ? still + 1 : 0;
        count = now;
        return count >= events_ + kHooks && still > 5;
      },
      std::chrono::minutes(2)));
  ASSERT_TRUE(WaitUntil([&] { return AllDone(); }, std::chrono::minutes(10)));
  const auto before = Verify();
  ASSERT_TRUE(before.ok()) << before.DebugString();
  std::set<int> erased;
  for (int person = 0; static_cast<int>(erased.size()) < erased_count_; person += 3) erased.insert(person);
  const Found there = Grep(deployment_.dir().path());
  for (const int person : erased) ASSERT_TRUE(there.places.contains(person)) << person;

  const auto start = steady_clock::now();
  EraseAll(erased);
  if (HasFatalFailure()) return;
  deployment_.KillService();  // in the middle of the job
  deployment_.StartService();
  deployment_.AwaitService(milliseconds(60'000));
  EraseAll(erased);  // once more, as an operator would who saw no answer
  ASSERT_TRUE(WaitUntil([&] { return AllDone(); }, std::chrono::minutes(30)));
  const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  int64_t facts = 0, subjects = 0, audit = 0, aside = 0;
  for (const int person : erased) {
    v1::ErasePersonRequest request;
    request.set_data_subject("people/" + Id(person));
    const auto done = Must<v1::Erasure>(*deployment_.Steward(), "AdminService/ErasePerson", request);
    EXPECT_TRUE(done.done());
    facts += done.fact_count();
    subjects += done.subject_count();
    audit += done.audit_record_count();
    aside += done.set_aside_count();
  }

  const auto after = Verify();
  EXPECT_TRUE(after.ok()) << after.DebugString();
  EXPECT_EQ(after.standing_digest(), before.standing_digest());
  EXPECT_EQ(after.rollup_digest(), before.rollup_digest());
  EXPECT_EQ(after.entry_count(), before.entry_count() + erased_count_);

  // The same facts once more are known, and bring nobody back.
  const auto again = deployment_.Connector()->Push(Batch(0, 100, people_));
  ASSERT_TRUE(again.ok()) << again.status();
  for (const v1::IngestResult& result : again->results()) {
    EXPECT_EQ(result.disposition(), v1::IngestResult::DISPOSITION_DUPLICATE) << result.DebugString();
  }
  // A copy made now is what a backup made now holds.
  std::filesystem::copy_file(deployment_.store_path(), deployment_.dir() / "backup.db");
  const Found left = Grep(deployment_.dir().path());
  std::set<std::string> of_erased;
  int whose = 0;
  for (const int person : erased) {
    const auto found = left.places.find(person);
    if (found == left.places.end()) continue;
    ++whose;
    for (const std::string& place : found->second) of_erased.insert(std::to_string(person) + " in " + place);
  }
  EXPECT_EQ(whose, 0) << ::testing::PrintToString(of_erased);
  EXPECT_TRUE(left.encoded.empty()) << ::testing::PrintToString(left.encoded);
  for (int person = 0; person < people_; ++person) {
    EXPECT_TRUE(erased.contains(person) || left.places.contains(person)) << person << " was not erased";
  }
  Report("L4", absl::StrCat(erased.size(), " of ", people_, " people erased from ", events_, " events in ", seconds,
                            " s, a kill -9 in the middle: ", facts, " facts, ", subjects, " subjects, ", aside, " facts set aside, ", audit,
                            " audit records changed; ", whose, " of them left in ", left.bytes / 1'000'000,
                            " MB of files; standing and rollups as before"));
}

}  // namespace
}  // namespace comity::testing
