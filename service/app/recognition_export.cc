#include "service/app/recognition_export.h"

#include <string>
#include <string_view>

#include "service/app/names.h"
#include "service/app/recognition_access.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

constexpr int32_t kWordsAtOnce = 10'000;  // the whole of what one person may have written in comments or reports

using Fields = google::protobuf::Map<std::string, google::protobuf::Value>;

Fields& AddPart(v1::ExportPersonResponse& response, std::string_view heading) {
  v1::ExportPersonResponse::Part& part = *response.add_parts();
  part.set_heading(std::string(heading));
  return *part.mutable_content()->mutable_fields();
}
void PutText(Fields& fields, const char* word, const std::string& text) {
  if (!text.empty()) fields[word].set_string_value(text);
}
void PutTime(Fields& fields, absl::Time time) {
  PutText(fields, "when", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()));
}

std::string WordsOfVisibility(domain::Visibility visibility) {
  switch (visibility) {
    case domain::Visibility::kTeam:
      return "your teams";
    case domain::Visibility::kOrganisation:
      return "everybody";
    case domain::Visibility::kWithdrawn:
      return "you took your consent back";
    default:
      return "those concerned";
  }
}

// As this person sees it: names that others keep from them stay kept.
void PutThanks(const domain::Recognition& from, domain::PersonUid person, const domain::Directory& directory,
               v1::ExportPersonResponse& response) {
  domain::Onlooker onlooker{.person = person, .oversees = false, .ties = {}};
  for (const domain::Recipient& recipient : from.recipients) {
    onlooker.ties.push_back({.shares_team = false, .opted_out = directory.IsOptedOut(recipient.person)});
  }
  Fields& fields = AddPart(response, from.author == person ? "thanks you gave" : "thanks you were given");
  PutText(fields, "thanks", RecognitionName(from.uid));
  PutTime(fields, from.created);
  PutText(fields, "author", PersonName(directory, from.author));
  PutText(fields, "behaviour", NameOf("behaviours", from.behaviour));
  PutText(fields, "what was seen", from.saw);
  for (const std::string& evidence : from.evidence) fields["evidence"].mutable_list_value()->add_values()->set_string_value(evidence);
  for (size_t i = 0; i < from.recipients.size(); ++i) {
    const std::string name = domain::MaySeeRecipient(from, onlooker, i) ? PersonName(directory, from.recipients[i].person) : "";
    fields["to"].mutable_list_value()->add_values()->set_string_value(name.empty() ? "somebody" : name);
    if (from.recipients[i].person == person) PutText(fields, "who may see it", WordsOfVisibility(from.recipients[i].visibility));
  }
  PutText(fields, "taken down because", from.taken_down_because);
}

absl::Status PutWords(store::RecognitionStore& store, domain::PersonUid person, v1::ExportPersonResponse& response) {
  COMITY_ASSIGN_OR_RETURN(const auto comments, store.CommentsBy(person, kWordsAtOnce));
  for (const domain::Comment& comment : comments) {
    Fields& fields = AddPart(response, "comments on thanks");
    PutTime(fields, comment.created);
    PutText(fields, "what you wrote", comment.text);
  }
  COMITY_ASSIGN_OR_RETURN(const auto reports, store.ListReports(person, INT64_MAX, kWordsAtOnce));
  for (const store::ReportRow& row : reports) {
    Fields& fields = AddPart(response, "reports of thanks");
    PutTime(fields, row.report.created);
    PutText(fields, "about", RecognitionName(row.report.recognition));
    PutText(fields, "what you wrote", row.report.because);
    PutText(fields, "answer", row.report.decision_because);
  }
  COMITY_ASSIGN_OR_RETURN(const store::RecognitionChoice choice, store.ChoiceOf(person));
  if (choice != store::RecognitionChoice{}) {
    Fields& fields = AddPart(response, "choices about thanks");
    PutText(fields, "who may see them", WordsOfVisibility(choice.visibility));
    fields["no invitations"].set_bool_value(choice.no_invitations);
  }
  COMITY_ASSIGN_OR_RETURN(const auto asks, store.AsksOf(person));
  for (const store::AskRow& ask : asks) {
    Fields& fields = AddPart(response, "what you were asked");
    PutTime(fields, ask.ask.time);
    PutText(fields, "what", "whether you want to thank");
    fields["still open"].set_bool_value(ask.waiting);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> ExportThanks(store::Transaction& transaction, const domain::Directory& directory, domain::PersonUid person, int limit,
                                  ThanksPlace& place, v1::ExportPersonResponse& response) {
  if (place.stage > 1) {
    COMITY_RETURN_IF_ERROR(PutWords(transaction.recognition(), person, response));
    return true;
  }
  const auto part = place.stage == 0 ? store::RecognitionPart::kAuthor : store::RecognitionPart::kRecipient;
  const int64_t before = place.before == 0 ? INT64_MAX : place.before;
  COMITY_ASSIGN_OR_RETURN(const auto rows, transaction.recognition().ListOf(person, part, before, limit));
  for (const store::RecognitionRow& row : rows) {
    PutThanks(row.recognition, person, directory, response);
    place.before = row.number;
  }
  if (rows.size() < static_cast<size_t>(limit)) place = {place.stage + 1, 0};
  return false;
}

}  // namespace comity::app
