// Small values kept as bytes in one column: parameters of reasons, shares, lists.
#ifndef COMITY_SERVICE_STORE_SQL_VALUE_CODEC_H_
#define COMITY_SERVICE_STORE_SQL_VALUE_CODEC_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/base/bytes.h"
#include "service/domain/deeds/judge.h"

namespace comity::store::sql {

using Parameters = std::vector<std::pair<std::string, std::string>>;
using Shares = std::vector<std::pair<domain::PersonUid, int32_t>>;

template <typename IdType>
IdType TakeId(ByteReader& in) {
  return IdType::FromBytes(in.Raw(16)).value_or(IdType{});
}

// As texts, as earlier builds wrote them.
Parameters TakeParameters(ByteReader& in);

// Whole columns; what cannot be read is empty.
std::string EncodeParameters(const Parameters& parameters);
Parameters DecodeParameters(std::string_view bytes);
std::string EncodeShares(const Shares& shares);
Shares DecodeShares(std::string_view bytes);
// Of people and of teams.
template <typename IdType>
std::string EncodeIds(const std::vector<IdType>& ids);
template <typename IdType>
std::vector<IdType> DecodeIds(std::string_view bytes);
std::string EncodeTexts(const std::vector<std::string>& texts);
std::vector<std::string> DecodeTexts(std::string_view bytes);
std::string EncodeNumbers(const std::vector<int32_t>& numbers);
std::vector<int32_t> DecodeNumbers(std::string_view bytes);

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_VALUE_CODEC_H_
