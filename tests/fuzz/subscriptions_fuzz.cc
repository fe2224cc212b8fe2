// What suites say of subscriptions. The first byte says what the rest is: 0 the file they are kept in, 1 Google's answer, 2 Graph's answer,
// 3 Graph's list, 4 a query with a handshake, 5 the headers of a Google channel's hook, line by line, 6 the body of Graph's hook.
// Link: comity_host
#include <memory>
#include <string>

#include "plugins/google/google.h"
#include "plugins/graph/graph.h"
#include "plugins/host/subscription_file.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/subscription.h"
#include "tests/fuzz/input.h"

namespace {

using comity::fuzz::Require;
using comity::sdk::Source;

const std::string kName(32, 'a'), kHook = "https://hooks.acme.example/in/s";

Source SourceOf(std::string suite) {
  Source source;
  source.id = "s";
  source.suite = std::move(suite);
  source.secrets = {"open sesame"};
  source.polls = true;
  return source;
}

void TryFile(std::string_view text) {
  (void)comity::host::DecodeSubscriptions(text);
  const std::string summed = std::string(text) + "sha256 " + comity::sdk::Sha256Hex(text) + "\n";
  if (const auto book = comity::host::DecodeSubscriptions(summed); book.ok()) {
    const std::string again = comity::host::EncodeSubscriptions(*book);
    const auto read = comity::host::DecodeSubscriptions(again);
    Require(read.ok() && comity::host::EncodeSubscriptions(*read) == again, "subscriptions come back");
  }
}

void TryHook(const comity::sdk::Connector& connector, const Source& source, const comity::sdk::Request& request) {
  const auto now = absl::FromUnixSeconds(1'788'343'200);
  const auto parsed = connector.Parse(request, source, now);
  if (connector.Verify(request, source, now) != comity::sdk::Auth::kOk) {
    Require(!parsed.ok() || parsed->notices.empty() || request.body.empty(), "what is not authentic says nothing");
    return;
  }
  if (!parsed.ok()) return;
  Require(parsed->facts.empty() && !parsed->ignored.empty(), "it holds no facts");
  for (const auto& notice : parsed->notices) Require(notice.subscription.size() == kName.size(), "a notice names a subscription of ours");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto google = comity::google_calendar::MakeConnector(), graph = comity::microsoft_graph::MakeConnector();
  static const Source of_google = SourceOf("google-calendar"), of_graph = SourceOf("microsoft-graph");
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const comity::sdk::Subscription asked{"ana@acme.example", kName};
  const comity::net::Response response{200, {}, std::string(rest)};
  switch (data[0] % 7) {
    case 0:
      TryFile(rest);
      break;
    case 1:
      if (const auto granted = google->subscriber()->ReadGranted(of_google, asked, response); granted.ok()) {
        Require(granted->id == kName, "a channel is the one that was asked for");
      }
      break;
    case 2:
      if (const auto granted = graph->subscriber()->ReadGranted(of_graph, asked, response); granted.ok()) {
        Require(granted->id.find('/') == std::string::npos, "an id is no path");
      }
      break;
    case 3:
      if (const auto listing = graph->subscriber()->ReadListing(of_graph, kHook, response); listing.ok() && listing->next) {
        Require(listing->next->path.starts_with("/subscriptions?") && listing->next->path.find(' ') == std::string::npos,
                "links are paths");
      }
      break;
    case 4:
      if (const auto text = comity::sdk::PlainTokenIn(rest, "validationToken")) {
        Require(!text->empty() && text->size() <= 1000 && text->find_first_of("<>&\"'\r\n") == std::string::npos, "a token is plain text");
      }
      (void)comity::sdk::SubscriptionNameIn(of_graph, rest);
      break;
    case 5: {
      std::string_view lines = rest;
      comity::net::Headers headers;
      for (const char* name : {"X-Goog-Channel-ID", "X-Goog-Channel-Token", "X-Goog-Resource-State"}) {
        headers.emplace_back(name, std::string(comity::fuzz::TakeUntil(lines, '\n')));
      }
      TryHook(*google, of_google, {"POST", "/in/s", "", &headers, ""});
      break;
    }
    default: {
      const comity::net::Headers none;
      TryHook(*graph, of_graph, {"POST", "/in/s", "", &none, rest});
    }
  }
  return 0;
}
