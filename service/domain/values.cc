#include "service/domain/values.h"

#include <cstdio>

#include "service/base/sha256.h"

namespace comity::domain {
namespace {

constexpr char kAlphabet[] = "0123456789abcdefghijklmnopqrstuv";
constexpr absl::CivilDay kEpoch(1970, 1, 1);

int ValueOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'v') return c - 'a' + 10;
  return -1;
}

std::optional<int> Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<absl::CivilDay> Day(std::string_view year, std::string_view month, std::string_view day) {
  const auto y = Digits(year), m = Digits(month), d = Digits(day);
  if (!y || !m || !d || *y < 1) return std::nullopt;
  const absl::CivilDay civil(*y, *m, *d);  // normalises 30 February; then it is another day
  if (civil.year() != *y || civil.month() != *m || civil.day() != *d) return std::nullopt;
  return civil;
}

}  // namespace

std::string ToBase32Hex(std::string_view bytes) {
  std::string text((bytes.size() * 8 + 4) / 5, '\0');
  char* out = text.data();  // every id that is shown or stored in a reason passes here
  uint32_t buffer = 0;
  int bits = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8) | static_cast<uint8_t>(c);
    for (bits += 8; bits >= 5; bits -= 5) *out++ = kAlphabet[(buffer >> (bits - 5)) & 31];
    buffer &= 0xff;
  }
  if (bits > 0) *out = kAlphabet[(buffer << (5 - bits)) & 31];
  return text;
}

std::optional<std::string> FromBase32Hex(std::string_view text) {
  std::string bytes;
  uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = ValueOf(c);
    if (value < 0) return std::nullopt;
    buffer = ((buffer << 5) | static_cast<uint32_t>(value)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bytes += static_cast<char>((buffer >> (bits - 8)) & 0xff);
      bits -= 8;
    }
  }
  if (bits >= 5 || (buffer & ((1u << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

template <typename Tag>
std::string Id<Tag>::ToText() const {
  return ToBase32Hex(view());
}

template <typename Tag>
std::optional<Id<Tag>> Id<Tag>::FromText(std::string_view text) {
  if (text.size() != 26) return std::nullopt;
  const std::optional<std::string> raw = FromBase32Hex(text);
  return raw ? FromBytes(*raw) : std::nullopt;
}

template struct Id<PersonTag>;
template struct Id<TeamTag>;
template struct Id<AccountTag>;
template struct Id<SubjectTag>;
template struct Id<FactTag>;
template struct Id<DeedTag>;
template struct Id<LineTag>;
template struct Id<StatementTag>;
template struct Id<struct RecognitionTag>;
template struct Id<struct CommentTag>;
template struct Id<struct AbsenceTag>;
template struct Id<struct ReportTag>;
template struct Id<struct DeliveryTag>;
template struct Id<struct CheckInTag>;
template struct Id<struct OccurrenceTag>;
template struct Id<struct PoolTag>;
template struct Id<struct SecretSeedTag>;

absl::CivilDay DayOf(absl::Time time) { return absl::ToCivilDay(time, absl::UTCTimeZone()); }
int32_t DayNumber(absl::CivilDay day) { return static_cast<int32_t>(day - kEpoch); }
absl::CivilDay DayFromNumber(int32_t number) { return kEpoch + number; }

std::string DayText(absl::CivilDay day) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02d%02d", static_cast<int>(day.year()), day.month(), day.day());
  return text;
}

std::optional<absl::CivilDay> ParseDayText(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  return Day(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
}

std::optional<absl::CivilDay> ParseIsoDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return Day(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
}

std::string IsoDay(absl::CivilDay day) {
  const std::string text = DayText(day);
  return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
}

Hasher::Hasher(std::string_view domain) {
  bytes_.reserve(256);
  Add(domain);
}

Hasher& Hasher::Add(std::string_view field) {
  Add(static_cast<int64_t>(field.size()));
  bytes_.append(field);
  return *this;
}

Hasher& Hasher::Add(int64_t number) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(static_cast<uint64_t>(number) >> (8 * i));
  bytes_.append(bytes, sizeof bytes);
  return *this;
}

std::array<uint8_t, 32> Hasher::Digest() const { return Sha256({bytes_}); }

}  // namespace comity::domain
