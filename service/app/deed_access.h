// Opening a deed for a caller: found, seen by them, with names at hand.
#ifndef COMITY_SERVICE_APP_DEED_ACCESS_H_
#define COMITY_SERVICE_APP_DEED_ACCESS_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/app/caller.h"
#include "service/app/context.h"
#include "service/app/convert.h"

namespace comity::app {

struct OpenedDeed {
  store::DeedRow row;
  DeedView view;
  Names names;
  std::shared_ptr<const domain::Directory> directory;
  absl::Time now;
};

// Errors: NOT_FOUND (DEED_NOT_FOUND), the same for a deed that is not there and one that the caller is on no side of.
absl::StatusOr<OpenedDeed> OpenDeed(Context& context, store::Transaction& transaction, const Caller& caller, std::string_view name);

// Why this deed, as this reader may see it, and what they may say to it. Who oversees reads what those concerned may say.
v1::Explanation ExplainRow(const store::DeedRow& row, const DeedView& view, Names& names);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_DEED_ACCESS_H_
