// Opening a recognition for a caller, and what that caller sees of it. The only place where this is put together; the rule itself is
// service/domain/recognition's.
#ifndef COMITY_SERVICE_APP_RECOGNITION_ACCESS_H_
#define COMITY_SERVICE_APP_RECOGNITION_ACCESS_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "comity/v1/recognition.pb.h"
#include "service/app/caller.h"
#include "service/app/context.h"
#include "service/app/names.h"
#include "service/app/visibility.h"

namespace comity::app {

struct OpenedRecognition {
  store::RecognitionRow row;
  domain::Onlooker onlooker;
  std::shared_ptr<const domain::Directory> directory;
  const domain::Recognition& recognition() const { return row.recognition; }
};

// Errors: NOT_FOUND (RECOGNITION_NOT_FOUND), the same for one that is not there and one that the caller may not see.
absl::StatusOr<OpenedRecognition> OpenRecognition(Context& context, store::Transaction& transaction, const Caller& caller,
                                                  std::string_view name);
absl::Status RecognitionNotFound();
// None for a name that is none. Errors: INVALID_ARGUMENT (FIELD_INVALID) for an empty one.
absl::StatusOr<std::optional<domain::RecognitionUid>> RecognitionUidOf(std::string_view name);

domain::Onlooker OnlookerOf(const Viewer& viewer, const domain::Recognition& recognition, const domain::Directory& directory,
                            absl::Time now);

// As the onlooker sees it.
absl::StatusOr<v1::Recognition> ToRecognition(store::Transaction& transaction, const domain::Directory& directory,
                                              const domain::Recognition& recognition, const domain::Onlooker& onlooker, bool with_comments);
std::string EtagOf(const domain::Report& report);
v1::Report ToReport(const domain::Report& report, const domain::Directory& directory);

// Its name and nothing else.
v1::Recognition NameAlone(domain::RecognitionUid uid);
// What a call that changed it answers: the recognition as the caller sees it now, or its name alone if they do not any more. Apart from the
// write: what is kept for a repeat of the call is the name, so that a repeat shows nothing that is gone.
absl::StatusOr<v1::Recognition> AsItIsNow(Context& context, const Caller& caller, const absl::StatusOr<v1::Recognition>& written);

// Whom somebody reads about who sees it only because they oversee; they are told. Empty for everybody else.
std::set<domain::PersonUid> ReadAbout(const domain::Recognition& recognition, const domain::Onlooker& onlooker);

std::string CursorOf(int64_t number);                     // of a row; as long for each, so that its length tells nothing
std::string RecognitionName(domain::RecognitionUid uid);  // `recognitions/…`
// INVALID_ARGUMENT (FIELD_INVALID) unless 1 to `most` characters, line breaks allowed.
absl::Status CheckWords(std::string_view text, std::string_view field, int most);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_RECOGNITION_ACCESS_H_
