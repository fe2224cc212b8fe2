// A deed as bytes, so that its explanation and evidence lie with it in one row. Equal deeds give equal bytes. Versioned.
#ifndef COMITY_SERVICE_STORE_SQL_DEED_CODEC_H_
#define COMITY_SERVICE_STORE_SQL_DEED_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/domain/deeds/judge.h"

namespace comity::store::sql {

// Times in whole microseconds; finer parts are cut off.
std::string EncodeDeed(const domain::Deed& deed);
// Errors: DATA_LOSS (STORE_FAILED) for anything EncodeDeed did not write.
absl::StatusOr<domain::Deed> DecodeDeed(std::string_view bytes);

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_DEED_CODEC_H_
