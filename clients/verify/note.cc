#include "clients/verify/note.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace comity::verify {
namespace {

constexpr size_t kMaxLines = 32;
constexpr std::string_view kDash = "\xe2\x80\x94 ";

// Up to the line break, which is taken too; nothing if there is none.
std::optional<std::string_view> TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

bool IsNumber(std::string_view text, uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::to_string(value) == text;
}

bool IsTime(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return false;
  }
  return true;
}

bool ReadHead(std::string_view text, TreeHead& head) {
  const auto origin = TakeLine(text), size = TakeLine(text), root = TakeLine(text), chain = TakeLine(text), time = TakeLine(text);
  if (!time.has_value() || !text.empty() || origin->empty() || !IsNumber(*size, head.size)) return false;
  if (!chain->starts_with("chain ") || !time->starts_with("time ") || !IsTime(time->substr(5))) return false;
  const auto root_hash = HashFromBase64(*root), chain_hash = HashFromBase64(chain->substr(6));
  if (!root_hash.has_value() || !chain_hash.has_value()) return false;
  head.origin = std::string(*origin);
  head.root = *root_hash;
  head.chain = *chain_hash;
  head.time = std::string(time->substr(5));
  return true;
}

bool IsSignature(std::string_view text, std::string_view signature, std::string_view key) {
  const auto bytes = [](std::string_view view) { return reinterpret_cast<const unsigned char*>(view.data()); };
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> parsed(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(key), key.size()), EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return parsed != nullptr && context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parsed.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

}  // namespace

std::optional<PublicKey> ReadKey(std::string_view text) {
  const size_t first = text.find('+');
  if (first == std::string_view::npos || first == 0 || text.size() > 1024) return std::nullopt;
  const size_t second = text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  PublicKey key;
  key.name = std::string(text.substr(0, first));
  const auto id = FromHex(text.substr(first + 1, second - first - 1)), bytes = FromBase64(text.substr(second + 1));
  if (!id.has_value() || !bytes.has_value() || bytes->size() != 33 || bytes->front() != 1) return std::nullopt;
  key.id = *id;
  key.key = bytes->substr(1);
  // The id is made of name and key, so a key that was damaged shows.
  const Hash hash = Sha256({key.name, "\n", *bytes});
  if (key.id != ViewOf(hash).substr(0, 4)) return std::nullopt;
  return key;
}

std::vector<PublicKey> ReadKeys(std::string_view text) {
  std::vector<PublicKey> keys;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    const auto key = ReadKey(line);
    if (!key.has_value() || keys.size() == 100) return {};
    keys.push_back(*key);
  }
  return keys;
}

std::string OpenNote(std::string_view note, const std::vector<PublicKey>& keys, TreeHead& head) {
  if (note.size() > kMaxNoteBytes) return "the checkpoint is larger than any is";
  const size_t gap = note.find("\n\n");
  if (gap == std::string_view::npos) return "the checkpoint has no signature";
  const std::string_view text = note.substr(0, gap + 1);
  if (!ReadHead(text, head)) return "the checkpoint cannot be read";
  std::string_view rest = note.substr(gap + 2);
  bool is_signed = false;
  for (size_t lines = 0; !rest.empty(); ++lines) {
    const auto line = TakeLine(rest);
    if (!line.has_value() || lines == kMaxLines || !line->starts_with(kDash)) return "the checkpoint's signatures cannot be read";
    const size_t space = line->find(' ', kDash.size());
    const auto bytes = space == std::string_view::npos ? std::nullopt : FromBase64(line->substr(space + 1));
    if (!bytes.has_value() || bytes->size() <= 4) return "the checkpoint's signatures cannot be read";
    const std::string_view name = line->substr(kDash.size(), space - kDash.size());
    for (const PublicKey& key : keys) {
      if (key.name != name || bytes->substr(0, 4) != key.id) continue;
      if (!IsSignature(text, std::string_view(*bytes).substr(4), key.key)) return "the checkpoint's signature is not of the key it names";
      is_signed = true;
    }
  }
  return is_signed ? "" : "the checkpoint is not signed with a key that you trust";
}

}  // namespace comity::verify
