// What is kept of thanks: programmes, behaviours, recognitions with comments and reports, choices, and what people were asked.
#ifndef COMITY_SERVICE_STORE_RECOGNITION_STORE_H_
#define COMITY_SERVICE_STORE_RECOGNITION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/domain/recognition/asks.h"
#include "service/domain/recognition/behaviours.h"
#include "service/domain/recognition/recognition.h"

namespace comity::store {

// `number` grows with each that comes: the order of lists.
struct RecognitionRow {
  int64_t number = 0;
  domain::Recognition recognition;
};
struct CommentRow {
  int64_t number = 0;
  domain::Comment comment;
};
struct ReportRow {
  int64_t number = 0;
  domain::Report report;
};
// Which of all: those that somebody else than those concerned may see, or those that were reported.
enum class RecognitionSet : uint8_t { kWide, kReported };
enum class RecognitionPart : uint8_t { kAuthor = 0, kRecipient = 1 };

struct RecognitionChoice {
  domain::Visibility visibility = domain::Visibility::kPrivate;
  bool no_invitations = false;
  bool operator==(const RecognitionChoice&) const = default;
};

// Something a person was asked: about a deed, or about a check-in (domain::AskedAbout).
struct AskRow {
  domain::Ask ask;
  domain::DeedHash about;
  bool waiting = true;  // neither answered nor dismissed
  bool operator==(const AskRow&) const = default;
};

// Every call blocks on I/O and belongs to its transaction. Errors not named: UNAVAILABLE (busy or lost), RESOURCE_EXHAUSTED (disk full).
class RecognitionStore {
 public:
  virtual ~RecognitionStore() = default;

  // Inserts or replaces by id.
  virtual absl::Status PutProgramme(const domain::Programme& programme) = 0;
  // All of them, in order of id.
  virtual absl::StatusOr<std::vector<domain::Programme>> LoadProgrammes() = 0;
  // Inserts or replaces by behaviour and version.
  virtual absl::Status PutCriteria(const domain::Criteria& criteria) = 0;
  // Every version, in order of behaviour and version.
  virtual absl::StatusOr<std::vector<domain::Criteria>> LoadCriteria() = 0;
  // Of one behaviour, in order of version.
  virtual absl::StatusOr<std::vector<domain::Criteria>> VersionsOf(const std::string& behaviour) = 0;

  // Errors: ALREADY_EXISTS for a uid that is there. The recognition comes back with its recipients in an order of the store's own.
  virtual absl::Status Insert(const domain::Recognition& recognition) = 0;
  virtual absl::StatusOr<std::optional<RecognitionRow>> Find(domain::RecognitionUid uid) = 0;
  // Newest first, numbers below `before`, at most `limit`.
  virtual absl::StatusOr<std::vector<RecognitionRow>> List(RecognitionSet set, int64_t before, int32_t limit) = 0;
  // The same, of those in which the person has this part.
  virtual absl::StatusOr<std::vector<RecognitionRow>> ListOf(domain::PersonUid person, RecognitionPart part, int64_t before,
                                                             int32_t limit) = 0;
  // The same, of those for this deed.
  virtual absl::StatusOr<std::vector<RecognitionRow>> ListFor(domain::DeedHash deed, int64_t before, int32_t limit) = 0;
  // Whether the person has given thanks for the deed that they have not taken back.
  virtual absl::StatusOr<bool> HasThanked(domain::PersonUid author, domain::DeedHash deed) = 0;
  // A recipient's word. False if they are none.
  virtual absl::StatusOr<bool> SetVisibility(domain::RecognitionUid uid, domain::PersonUid person, domain::Visibility visibility) = 0;
  // An empty reason lets it stand again.
  virtual absl::Status SetTakenDown(domain::RecognitionUid uid, const std::string& because) = 0;
  // Taken back, and kept while a report of it waits.
  virtual absl::Status SetWithdrawn(domain::RecognitionUid uid) = 0;
  // A deed has another name from now on: thanks for it and asks about it are for that one.
  virtual absl::Status MoveDeed(domain::DeedHash from, domain::DeedHash to) = 0;
  // With its people and comments. Reports stay.
  virtual absl::Status Delete(domain::RecognitionUid uid) = 0;

  virtual absl::Status InsertComment(domain::RecognitionUid recognition, const domain::Comment& comment) = 0;
  // Oldest first. Nothing for a recognition that is not there.
  virtual absl::StatusOr<std::vector<domain::Comment>> CommentsOf(domain::RecognitionUid recognition) = 0;
  // With the recognition it is on.
  virtual absl::StatusOr<std::optional<std::pair<domain::RecognitionUid, domain::Comment>>> FindComment(domain::CommentUid uid) = 0;
  virtual absl::Status DeleteComment(domain::CommentUid uid) = 0;
  // In the order they were written, numbers above `after`, at most `limit`.
  virtual absl::StatusOr<std::vector<CommentRow>> CommentsBy(domain::PersonUid author, int64_t after, int32_t limit) = 0;

  // Inserts, or replaces by uid. The recognition is reported from then on.
  virtual absl::Status PutReport(const domain::Report& report) = 0;
  virtual absl::StatusOr<std::optional<ReportRow>> FindReport(domain::ReportUid uid) = 0;
  // Oldest first, at most `limit`.
  virtual absl::StatusOr<std::vector<ReportRow>> ReportsOn(domain::RecognitionUid recognition, int32_t limit) = 0;
  // Newest first, numbers below `before`, at most `limit`; of this reporter, or of all if empty.
  virtual absl::StatusOr<std::vector<ReportRow>> ListReports(domain::PersonUid reporter, int64_t before, int32_t limit) = 0;

  virtual absl::StatusOr<RecognitionChoice> ChoiceOf(domain::PersonUid person) = 0;  // the default if they made none
  virtual absl::Status SetChoice(domain::PersonUid person, const RecognitionChoice& choice) = 0;

  // Inserts or replaces by kind and what it is about.
  virtual absl::Status PutAsk(domain::PersonUid person, const AskRow& ask) = 0;
  virtual absl::StatusOr<std::vector<AskRow>> AsksOf(domain::PersonUid person) = 0;
  // Whether anybody was asked anything before that time, and forgetting it.
  virtual absl::StatusOr<bool> AnyAskBefore(absl::Time time) = 0;
  virtual absl::Status ForgetAsksBefore(absl::Time time) = 0;
};

}  // namespace comity::store

#endif  // COMITY_SERVICE_STORE_RECOGNITION_STORE_H_
