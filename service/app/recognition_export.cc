#include "service/app/recognition_export.h"

#include <string>
#include <string_view>

#include "service/app/export_part.h"
#include "service/app/names.h"
#include "service/app/recognition_access.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/checkin/checkin.h"

namespace comity::app {
namespace {

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

// As this person sees it: names that others keep from them stay kept. Also what a steward took down: it is kept about them.
void PutThanks(const domain::Recognition& from, domain::PersonUid person, const domain::Directory& directory,
               v1::ExportPersonResponse& response) {
  domain::Onlooker onlooker{.person = person, .oversees = false, .ties = {}};
  for (const domain::Recipient& recipient : from.recipients) {
    onlooker.ties.push_back({.shares_team = false, .opted_out = directory.IsOptedOut(recipient.person)});
  }
  std::vector<std::string> to;
  std::string word;
  for (size_t i = 0; i < from.recipients.size(); ++i) {
    const std::string name = domain::MaySeeRecipient(from, onlooker, i) ? PersonName(directory, from.recipients[i].person) : "";
    to.push_back(name.empty() ? "somebody" : name);
    if (from.recipients[i].person == person) word = WordsOfVisibility(from.recipients[i].visibility);
  }
  ExportPart(response, from.author == person ? "thanks you gave" : "thanks you were given")
      .Put("thanks", RecognitionName(from.uid))
      .Put("when", from.created)
      .Put("author",
           domain::MaySeeWriter(from, onlooker, from.author, directory.IsOptedOut(from.author)) ? PersonName(directory, from.author) : "")
      .Put("behaviour", NameOf("behaviours", from.behaviour))
      .Put("what was seen", from.saw)
      .Put("evidence", from.evidence)
      .Put("to", to)
      .Put("who may see it", word)
      .Put("no further than", from.author == person ? WordsOfVisibility(from.widest) : "")
      .Put("taken down because", from.taken_down_because);
}

// True when there are no more.
absl::StatusOr<bool> PutComments(store::RecognitionStore& store, domain::PersonUid person, int limit, ThanksPlace& place,
                                 v1::ExportPersonResponse& response) {
  COMITY_ASSIGN_OR_RETURN(const auto rows, store.CommentsBy(person, place.number, limit));
  for (const store::CommentRow& row : rows) {
    ExportPart(response, "comments on thanks").Put("when", row.comment.created).Put("what you wrote", row.comment.text);
    place.number = row.number;
  }
  return rows.size() < static_cast<size_t>(limit);
}

absl::StatusOr<bool> PutReports(store::RecognitionStore& store, domain::PersonUid person, int limit, ThanksPlace& place,
                                v1::ExportPersonResponse& response) {
  COMITY_ASSIGN_OR_RETURN(const auto rows, store.ListReports(person, place.number == 0 ? INT64_MAX : place.number, limit));
  for (const store::ReportRow& row : rows) {
    ExportPart(response, "reports of thanks")
        .Put("when", row.report.created)
        .Put("about", RecognitionName(row.report.recognition))
        .Put("what you wrote", row.report.because)
        .Put("answer", row.report.decision_because);
    place.number = row.number;
  }
  return rows.size() < static_cast<size_t>(limit);
}

absl::Status PutChoicesAndAsks(store::RecognitionStore& store, domain::PersonUid person, bool own, v1::ExportPersonResponse& response) {
  COMITY_ASSIGN_OR_RETURN(const store::RecognitionChoice choice, store.ChoiceOf(person));
  if (choice != store::RecognitionChoice{}) {
    ExportPart(response, "choices about thanks")
        .Put("who may see them", WordsOfVisibility(choice.visibility))
        .Put("no invitations", choice.no_invitations);
  }
  COMITY_ASSIGN_OR_RETURN(const auto asks, store.AsksOf(person));
  for (const store::AskRow& ask : asks) {
    if (!own && domain::IsCheckIn(ask.ask.kind)) continue;
    ExportPart(response, "what you were asked")
        .Put("when", ask.ask.time)
        .Put("what", ask.ask.kind == domain::AskKind::kThanks ? "whether you want to thank" : "a check-in")
        .Put("still open", ask.waiting);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> PutThanksOf(store::RecognitionStore& store, const domain::Directory& directory, domain::PersonUid person, int limit,
                                 ThanksPlace& place, v1::ExportPersonResponse& response) {
  const auto part = place.stage == ThanksPlace::kGiven ? store::RecognitionPart::kAuthor : store::RecognitionPart::kRecipient;
  COMITY_ASSIGN_OR_RETURN(const auto rows, store.ListOf(person, part, place.number == 0 ? INT64_MAX : place.number, limit));
  for (const store::RecognitionRow& row : rows) {
    place.number = row.number;
    // What was taken back and waits for a report's answer is nobody's to read but those who answer.
    if (row.recognition.withdrawn && row.recognition.author != person) continue;
    PutThanks(row.recognition, person, directory, response);
  }
  return rows.size() < static_cast<size_t>(limit);
}

}  // namespace

absl::StatusOr<bool> ExportThanks(store::Transaction& transaction, const domain::Directory& directory, domain::PersonUid person, bool own,
                                  int limit, ThanksPlace& place, v1::ExportPersonResponse& response) {
  store::RecognitionStore& store = transaction.recognition();
  if (place.stage >= ThanksPlace::kChoices) {
    COMITY_RETURN_IF_ERROR(PutChoicesAndAsks(store, person, own, response));
    return true;
  }
  const auto put = place.stage == ThanksPlace::kComments  ? PutComments(store, person, limit, place, response)
                   : place.stage == ThanksPlace::kReports ? PutReports(store, person, limit, place, response)
                                                          : PutThanksOf(store, directory, person, limit, place, response);
  if (!put.ok()) return put.status();
  if (*put) place = {place.stage + 1, 0};
  return false;
}

}  // namespace comity::app
