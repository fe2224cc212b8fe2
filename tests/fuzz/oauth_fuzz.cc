// What token endpoints answer, and what is in the files that are exchanged. The first byte: 0 an answer of 200, 1 of 400, 2 a credential of
// Google's, 3 one of Microsoft's.
// Link: comity_connector_google comity_connector_graph
#include <memory>
#include <string>

#include "plugins/google/google.h"
#include "plugins/graph/graph.h"
#include "plugins/sdk/oauth.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connectors[] = {comity::google_calendar::MakeConnector(),
                                                                       comity::microsoft_graph::MakeConnector()};
  static const comity::sdk::Source source{.id = "s", .suite = "s", .instance = "acme.example", .secrets = {}, .config = {}, .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const unsigned char what = data[0] % 4;
  if (what < 2) {
    const auto answer = comity::sdk::ReadTokenAnswer({what == 0 ? 200 : 400, {}, std::string(rest)});
    if (!answer.ok()) return 0;
    Require(what == 0, "an error is no token");
    Require(answer->token.find_first_of("\r\n ") == std::string::npos, "a token fits into a header");
    Require(answer->lifetime >= absl::Seconds(1) && answer->lifetime <= absl::Hours(24), "a token ends");
    return 0;
  }
  const auto request = connectors[what - 2]->Exchange(source, rest, absl::FromUnixSeconds(1'788'343'200));
  if (request.ok() && request->has_value()) {
    Require((*request)->path.starts_with('/') && (*request)->path.find("//") == std::string::npos, "the form goes to the endpoint");
    Require((*request)->form.starts_with("grant_type="), "a form says its grant");
  }
  return 0;
}
