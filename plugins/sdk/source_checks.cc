#include "plugins/sdk/source_checks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/signatures.h"

namespace comity::sdk {
namespace {

constexpr size_t kMaxDeliveryId = 200;

const Option* FindOption(const Manifest& manifest, std::string_view name) {
  const auto found =
      std::find_if(manifest.options.begin(), manifest.options.end(), [&](const Option& option) { return option.name == name; });
  return found == manifest.options.end() ? nullptr : &*found;
}

bool IsBooleanText(std::string_view text) { return text == "true" || text == "false"; }

std::string OptionFault(const Manifest& manifest, std::string_view name, std::string_view value) {
  const Option* option = FindOption(manifest, name);
  if (option == nullptr) {
    std::string names;
    for (const Option& known : manifest.options) absl::StrAppend(&names, names.empty() ? "" : ", ", std::string(known.name));
    return absl::StrCat("config.", std::string(name), " is not an option of ", std::string(manifest.suite),
                        names.empty() ? "; it has none" : "; it has: ", names);
  }
  if (IsBooleanText(option->fallback) && !IsBooleanText(value)) {
    return absl::StrCat("config.", std::string(name), " must be true or false");
  }
  return "";
}

}  // namespace

std::string DeliveryIdOf(const Manifest& manifest, const Request& request) {
  const std::string_view id = manifest.delivery_id_header.empty() ? std::string_view() : request.Header(manifest.delivery_id_header);
  const bool usable =
      !id.empty() && id.size() <= kMaxDeliveryId && std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
  return usable ? std::string(id) : "sha256:" + Sha256Hex(request.body);
}

std::vector<std::string> CheckSource(const Manifest& manifest, const Source& source) {
  std::vector<std::string> faults;
  if (!manifest.hooks && !source.secrets.empty()) faults.push_back("secret_files: this suite has no hooks; take them out");
  if (!manifest.hooks && !source.polls) faults.push_back("poll is missing: this suite has no hooks; the least is `poll: {every: 5m}`");
  if (manifest.hooks && !manifest.hooks_wake && source.secrets.empty() && !source.polls) {
    faults.push_back("secret_files is empty: name a file that holds the secret this source signs with");
  }
  if (manifest.hooks_wake && !source.polls) {
    faults.push_back("poll is missing: this suite's hooks only say when to ask; give poll with a read_token_file");
  }
  if (std::any_of(source.secrets.begin(), source.secrets.end(), [](const std::string& secret) { return secret.empty(); })) {
    faults.push_back("a file of secret_files is empty: write the secret into it");
  }
  if (source.instance.empty() || source.instance.size() > 200) faults.push_back("instance must name the installation in 1 to 200 bytes");
  for (const auto& [name, value] : source.config) {
    if (std::string fault = OptionFault(manifest, name, value); !fault.empty()) faults.push_back(std::move(fault));
  }
  return faults;
}

std::string_view OptionOf(const Manifest& manifest, const Source& source, std::string_view name) {
  if (const auto found = source.config.find(std::string(name)); found != source.config.end()) return found->second;
  const Option* option = FindOption(manifest, name);
  return option == nullptr ? std::string_view() : option->fallback;
}

bool IsSafeBase(std::string_view base) {
  if (base.size() > 500 || base.find_first_of("@?#\\ \t\r\n") != std::string_view::npos) return false;
  if (base.starts_with("https://")) return base.size() > 8 && base[8] != '/';
  if (!base.starts_with("http://")) return false;
  const std::string_view authority = base.substr(7, base.find('/', 7) - 7);
  const std::string_view host =
      authority.starts_with('[') ? authority.substr(0, authority.find(']') + 1) : authority.substr(0, authority.find(':'));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

bool IsAddressOption(std::string_view text) {
  constexpr size_t kMaxBytes = 300;
  return IsSafeBase(text) && text.size() <= kMaxBytes && text.back() != '/' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"'; });
}

}  // namespace comity::sdk
