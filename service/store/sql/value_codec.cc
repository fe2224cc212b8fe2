#include "service/store/sql/value_codec.h"

namespace comity::store::sql {
namespace {

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

void PutParameters(const Parameters& parameters, ByteWriter& out) {
  out.Varint(parameters.size());
  for (const auto& [name, value] : parameters) {
    out.Text(name);
    out.Text(value);
  }
}

Parameters TakeParameters(ByteReader& in) {
  Parameters parameters(in.Count(2));
  for (auto& [name, value] : parameters) {
    name = std::string(in.Text());
    value = std::string(in.Text());
  }
  return parameters;
}

std::string EncodeParameters(const Parameters& parameters) {
  ByteWriter out;
  PutParameters(parameters, out);
  return out.Take();
}

Parameters DecodeParameters(std::string_view bytes) {
  if (bytes.empty()) return {};
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

std::string EncodePeople(const std::vector<domain::PersonUid>& people) {
  return EncodeList(people, [](const domain::PersonUid& person, ByteWriter& out) { out.Raw(person.view()); });
}
std::vector<domain::PersonUid> DecodePeople(std::string_view bytes) {
  return DecodeList<domain::PersonUid>(bytes, 16, [](ByteReader& in) { return TakeId<domain::PersonUid>(in); });
}

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
