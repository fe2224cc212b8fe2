// Promise 10: nothing in the API orders, sums or scores people. A walk over the descriptors of everything that any method takes or gives.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/directory.pb.h"
#include "comity/v1/duty.pb.h"
#include "comity/v1/endpoint.pb.h"
#include "comity/v1/event.pb.h"
#include "comity/v1/recognition.pb.h"
#include "google/protobuf/descriptor.h"

namespace comity {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Parts of a name, by underscores or capitals.
std::vector<std::string> PartsOf(const std::string& name) {
  std::vector<std::string> parts(1);
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if ((c == '_' || upper) && !parts.back().empty()) parts.emplace_back();
    if (c != '_') parts.back() += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return parts;
}

bool Ranks(const std::string& name) {
  static const std::set<std::string> kWords = {"rank",  "ranks",   "ranking", "leaderboard", "score",  "scores", "scoring", "points",
                                               "top",   "best",    "worst",   "streak",      "badge",  "badges", "rating",  "percentile",
                                               "level", "winners", "karma",   "kudos",       "sortby", "order"};
  const std::vector<std::string> parts = PartsOf(name);
  return std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return kWords.contains(part); });
}

bool IsNumber(const FieldDescriptor& field) {
  return field.cpp_type() != FieldDescriptor::CPPTYPE_STRING && field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE &&
         field.cpp_type() != FieldDescriptor::CPPTYPE_BOOL && field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM;
}

bool NamesPerson(const Descriptor& message) {
  for (const char* name : {"person", "author", "reporter", "recipient"}) {
    if (message.FindFieldByName(name) != nullptr) return true;
  }
  return false;
}

// A number beside a person is a number of that person: one deed's share, a field's own, is all there may be.
const std::set<std::string>& NumbersBesidePeople() {
  static const std::set<std::string> kAllowed = {
      "comity.v1.Deed.Helper.share_ppm",                   // one person's part in one deed
      "comity.v1.CorrectDeedRequest.Share.share_ppm",      // the same, said otherwise
      "comity.v1.LedgerEntry.share_ppm",                   // the same, as an entry
      "comity.v1.LedgerEntry.sequence",                    // the entry's place in the ledger
      "comity.v1.DirectoryAccount.waiting_subject_count",  // facts that wait for a login to be linked
      "comity.v1.Recognition.criteria_version",            // of the words of a behaviour
      "comity.v1.Fact.object_version",                     // of a ticket or page in its suite
      "comity.v1.ListDeedsRequest.page_size",              // how long a page is
      "comity.v1.ListAuditRequest.page_size",
      "comity.v1.Draw.Candidate.seat",        // what a lot is drawn over; the order in which people came into a rotation
      "comity.v1.Draw.Candidate.even_turns",  // these two as one draw saw them, so that the team can check it; see the next test
      "comity.v1.Draw.Candidate.had_turns",
  };
  return kAllowed;
}

void Walk(const Descriptor& message, std::set<const Descriptor*>& seen) {
  if (!seen.insert(&message).second) return;
  EXPECT_FALSE(Ranks(message.name())) << message.full_name();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    EXPECT_FALSE(Ranks(field.name())) << field.full_name();
    if (field.is_map()) {
      EXPECT_FALSE(IsNumber(*field.message_type()->map_value())) << field.full_name() << " may sum by person";
    }
    if (NamesPerson(message) && IsNumber(field)) {
      EXPECT_TRUE(NumbersBesidePeople().contains(field.full_name())) << field.full_name() << " is a number beside a person";
    }
    if (field.message_type() != nullptr) Walk(*field.message_type(), seen);
  }
}

TEST(TheApi, HasNothingThatRanksOrSumsPeople) {
  std::set<const Descriptor*> seen;
  int methods = 0;
  for (const auto* file :
       {v1::Status::descriptor()->file(), v1::Person::descriptor()->file(), v1::Event::descriptor()->file(), v1::Deed::descriptor()->file(),
        v1::Recognition::descriptor()->file(), v1::Endpoint::descriptor()->file(), v1::Rotation::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto& method = *file->service(s)->method(m);
        EXPECT_FALSE(Ranks(method.name())) << method.full_name();
        Walk(*method.input_type(), seen);
        Walk(*method.output_type(), seen);
        ++methods;
      }
    }
  }
  EXPECT_GT(methods, 60);
  for (const char* name : {"top_helpers", "RankPeople", "help_score", "LeaderboardRow"}) EXPECT_TRUE(Ranks(name)) << name;
}

// Nobody can ask for turns by person: a message holds candidates only as one draw of one assignment.
TEST(TheApi, TellsTurnsOnlyWithinTheDrawOfOneAssignment) {
  std::set<const Descriptor*> seen;
  const auto& file = *v1::Rotation::descriptor()->file();
  for (int m = 0; m < file.service(0)->method_count(); ++m) {
    Walk(*file.service(0)->method(m)->input_type(), seen);
    Walk(*file.service(0)->method(m)->output_type(), seen);
  }
  const std::set<std::string> in = {"comity.v1.Draw.candidates", "comity.v1.Assignment.draws"};
  std::set<std::string> found;
  for (const Descriptor* message : seen) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor& field = *message->field(i);
      if (field.message_type() == v1::Draw::descriptor() || field.message_type() == v1::Draw::Candidate::descriptor()) {
        found.insert(field.full_name());
      }
    }
  }
  EXPECT_EQ(found, in);
  for (const char* name : {"turn_count", "turns", "total"}) EXPECT_EQ(v1::Assignment::descriptor()->FindFieldByName(name), nullptr);
  EXPECT_EQ(v1::ListUnthankedResponse::descriptor()->field_count(), 2) << "help and a page token; how much there is is not told";
}

}  // namespace
}  // namespace comity
