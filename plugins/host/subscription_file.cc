#include "plugins/host/subscription_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "plugins/host/cursor_file.h"
#include "plugins/host/files.h"
#include "plugins/host/summed_text.h"
#include "service/base/error.h"
#include "service/obs/log.h"

namespace comity::host {
namespace {

constexpr std::string_view kHead = "comity-subscriptions 1\n";
constexpr size_t kMaxKept = 2000, kFields = 8;

std::optional<absl::Time> MicrosIn(std::string_view text) {
  int64_t micros = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), micros);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return absl::FromUnixMicros(micros);
}

std::optional<KeptSubscription> KeptIn(std::string_view line) {
  std::array<std::string_view, kFields> fields;
  for (size_t i = 0; i < kFields; ++i) {
    const size_t tab = line.find('\t');
    if ((tab == std::string_view::npos) != (i + 1 == kFields)) return std::nullopt;
    fields[i] = line.substr(0, tab);
    line.remove_prefix(std::min(fields[i].size() + 1, line.size()));
  }
  const auto& [key, name, id, detail, made, expire, proof, heard] = fields;
  for (const std::string_view text : {key, name}) {
    if (!IsStreamText(text)) return std::nullopt;
  }
  for (const std::string_view text : {id, detail, proof}) {
    if (!text.empty() && !IsStreamText(text)) return std::nullopt;
  }
  const auto made_time = MicrosIn(made), expire_time = MicrosIn(expire);
  if (!made_time || !expire_time || (heard != "heard" && heard != "unheard")) return std::nullopt;
  return KeptSubscription{{std::string(key), std::string(name), std::string(id), std::string(detail), *expire_time},
                          *made_time,
                          std::string(proof),
                          heard == "heard"};
}

}  // namespace

std::string EncodeSubscriptions(const SubscriptionBook& book) {
  std::string text(kHead);
  for (const KeptSubscription& kept : book) {
    const sdk::Subscription& what = kept.subscription;
    for (const std::string& field : {what.key, what.name, what.id, what.detail, std::to_string(absl::ToUnixMicros(kept.made_time)),
                                     std::to_string(absl::ToUnixMicros(what.expire_time)), kept.proof}) {
      text.append(field).append("\t");
    }
    text.append(kept.heard ? "heard\n" : "unheard\n");
  }
  return Summed(std::move(text));
}

absl::StatusOr<SubscriptionBook> DecodeSubscriptions(std::string_view bytes) {
  COMITY_ASSIGN_OR_RETURN(std::string_view rest, WithoutSum(bytes, kHead));
  SubscriptionBook book;
  while (!rest.empty()) {
    std::optional<KeptSubscription> kept = KeptIn(TakeLine(rest));
    if (!kept || book.size() >= kMaxKept) return DamagedText();
    book.push_back(*std::move(kept));
  }
  return book;
}

absl::StatusOr<SubscriptionBook> OpenSubscriptions(const std::string& dir, const std::string& source) {
  SubscriptionBook book;
  const auto decode = [&](std::string_view bytes) -> absl::Status {
    COMITY_ASSIGN_OR_RETURN(book, DecodeSubscriptions(bytes));
    return absl::OkStatus();
  };
  COMITY_ASSIGN_OR_RETURN(const bool damaged, ReadSummed(dir, source, decode));
  if (damaged) {
    obs::Log(obs::Level::kError, "A file of subscriptions was damaged and is set aside; the source subscribes anew.", {{"source", source}});
  }
  return book;
}

absl::Status SaveSubscriptions(const std::string& dir, const std::string& source, const SubscriptionBook& book) {
  return WriteWholeFile(dir, source, EncodeSubscriptions(book));
}

std::vector<std::string> ForgottenSubscriptions(const std::string& dir, const std::vector<std::string>& known) {
  auto names = ListDir(dir);
  if (!names.ok()) return {};
  std::erase_if(*names, [&](const std::string& name) {
    return name.find('.') != std::string::npos || std::find(known.begin(), known.end(), name) != known.end();
  });
  return *std::move(names);
}

}  // namespace comity::host
