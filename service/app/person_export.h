// Everything kept about one person, in plain words, in pages.
#ifndef COMITY_SERVICE_APP_PERSON_EXPORT_H_
#define COMITY_SERVICE_APP_PERSON_EXPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "comity/v1/privacy.pb.h"
#include "service/app/context.h"
#include "service/domain/directory/directory.h"

namespace comity::app {

struct ExportPage {
  v1::ExportPersonResponse response;
  std::string cursor;  // empty at the end
};

// From `cursor` on (empty = from the start), about 100 parts. Other people's names are shown where the person may see them anyway.
// `own`: the person asks for it, and not somebody else for them.
absl::StatusOr<ExportPage> MakeExportPage(Context& context, store::Transaction& transaction, const domain::PersonRow& person, bool own,
                                          const std::string& cursor);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_PERSON_EXPORT_H_
