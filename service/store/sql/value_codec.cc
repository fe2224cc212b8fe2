#include "service/store/sql/value_codec.h"

#include <iterator>

#include "service/store/sql/id_codec.h"

namespace comity::store::sql {
namespace {

// Names of parameters that have a number. Append only: the numbers are stored. A name that is not here is stored as text.
constexpr std::string_view kParameterNames[] = {"account", "asker",       "author", "deed",  "person",  "share",
                                                "target",  "team",        "time",   "owner", "hours",   "until",
                                                "subject", "helped_team", "policy", "event", "blocker", "minutes"};
constexpr uint64_t kOtherName = 0;

uint64_t NumberOfName(std::string_view name) {
  const auto* const found = std::find(std::begin(kParameterNames), std::end(kParameterNames), name);
  return found == std::end(kParameterNames) ? kOtherName : static_cast<uint64_t>(found - std::begin(kParameterNames)) + 1;
}

// A parameter's value may be the text of any sort of id.
using AnyId = domain::SubjectRef;

// How compact parameters begin; a plain list that is stored has at least one, and begins with their number.
constexpr char kCompact = 0;

// A list = its count and its elements.
template <typename List, typename Put>
std::string EncodeList(const List& list, Put put) {
  ByteWriter out;
  out.Varint(list.size());
  for (const auto& element : list) put(element, out);
  return out.Take();
}

template <typename Element, typename Take>
std::vector<Element> DecodeList(std::string_view bytes, size_t least, Take take) {
  ByteReader in(bytes);
  std::vector<Element> list(bytes.empty() ? 0 : in.Count(least));
  for (Element& element : list) element = take(in);
  if (!in.ok()) list.clear();
  return list;
}

}  // namespace

Parameters TakeParameters(ByteReader& in) {
  Parameters parameters(in.Count(2));
  for (auto& [name, value] : parameters) {
    name = std::string(in.Text());
    value = std::string(in.Text());
  }
  return parameters;
}

void PutCompactParameters(const Parameters& parameters, IdWriter& out) {
  out.Varint(parameters.size());
  for (const auto& [name, value] : parameters) {
    const auto id = AnyId::FromText(value);
    const bool is_id = id.has_value() && id->ToText() == value;
    const uint64_t number = NumberOfName(name);
    out.Varint(number * 2 + (is_id ? 1 : 0));
    if (number == kOtherName) out.Text(name);
    if (is_id) {
      out.PutId(*id);
    } else {
      out.Text(value);
    }
  }
}

Parameters TakeCompactParameters(IdReader& in) {
  Parameters parameters(in.Count(2));
  for (auto& [name, value] : parameters) {
    const uint64_t head = in.Varint(), number = head / 2;
    if (number > std::size(kParameterNames)) {
      in.Fault();
      return {};
    }
    name = number == kOtherName ? std::string(in.Text()) : std::string(kParameterNames[number - 1]);
    value = head % 2 != 0 ? in.TakeId<AnyId>().ToText() : std::string(in.Text());
  }
  return parameters;
}

std::string EncodeParameters(const Parameters& parameters) {
  IdWriter out;
  out.Byte(kCompact);
  PutCompactParameters(parameters, out);
  return out.Take();
}

Parameters DecodeParameters(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (bytes.front() == kCompact) {
    IdReader compact(bytes.substr(1), false);
    Parameters parameters = TakeCompactParameters(compact);
    return compact.sound() ? parameters : Parameters{};
  }
  ByteReader in(bytes);
  Parameters parameters = TakeParameters(in);
  return in.ok() ? parameters : Parameters{};
}

std::string EncodeShares(const Shares& shares) {
  return EncodeList(shares, [](const auto& share, ByteWriter& out) {
    out.Raw(share.first.view());
    out.Signed(share.second);
  });
}
Shares DecodeShares(std::string_view bytes) {
  return DecodeList<Shares::value_type>(bytes, 17, [](ByteReader& in) {
    const auto person = TakeId<domain::PersonUid>(in);
    return std::pair(person, static_cast<int32_t>(in.Signed()));
  });
}

template <typename IdType>
std::string EncodeIds(const std::vector<IdType>& ids) {
  return EncodeList(ids, [](const IdType& id, ByteWriter& out) { out.Raw(id.view()); });
}
template <typename IdType>
std::vector<IdType> DecodeIds(std::string_view bytes) {
  return DecodeList<IdType>(bytes, 16, [](ByteReader& in) { return TakeId<IdType>(in); });
}
template std::string EncodeIds(const std::vector<domain::PersonUid>& ids);
template std::string EncodeIds(const std::vector<domain::TeamUid>& ids);
template std::vector<domain::PersonUid> DecodeIds(std::string_view bytes);
template std::vector<domain::TeamUid> DecodeIds(std::string_view bytes);

std::string EncodeTexts(const std::vector<std::string>& texts) {
  return EncodeList(texts, [](const std::string& text, ByteWriter& out) { out.Text(text); });
}
std::vector<std::string> DecodeTexts(std::string_view bytes) {
  return DecodeList<std::string>(bytes, 1, [](ByteReader& in) { return std::string(in.Text()); });
}

std::string EncodeNumbers(const std::vector<int32_t>& numbers) {
  return EncodeList(numbers, [](int32_t number, ByteWriter& out) { out.Signed(number); });
}
std::vector<int32_t> DecodeNumbers(std::string_view bytes) {
  return DecodeList<int32_t>(bytes, 1, [](ByteReader& in) { return static_cast<int32_t>(in.Signed()); });
}

}  // namespace comity::store::sql
