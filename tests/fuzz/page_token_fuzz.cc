// Page tokens: a filter, a line feed, a token. Only what the key made for this filter is taken, and gives its cursor back.
// Link: comity_app
#include "service/app/page_token.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string key(32, 'k');
  std::string_view rest = comity::fuzz::Text(data, size);
  const std::string_view filter = comity::fuzz::TakeUntil(rest, '\n');
  const auto cursor = comity::app::ReadPageToken(key, filter, rest);
  if (cursor.ok() && !rest.empty())
    Require(comity::app::MakePageToken(key, filter, *cursor) == rest, "only a token that the key made is taken");
  const std::string made = comity::app::MakePageToken(key, filter, rest.substr(0, 1000));
  const auto back = comity::app::ReadPageToken(key, filter, made);
  Require(back.ok() && *back == rest.substr(0, 1000), "a token gives its cursor back");
  Require(!comity::app::ReadPageToken(key, std::string(filter) + "x", made).ok(), "and not for another list");
  return 0;
}
