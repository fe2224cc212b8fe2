// A CalDAV server's answers as the poll reads them. The first byte says which answer the rest is: 0 the state, 1 the changes, 2 names of a
// window, 3 names of what recurs, 4 all names, 5 items, 6 the cursor; 7 and above refuse changes, windows or rules. The others are sound.
// Link: comity_connector_caldav
#include <iterator>
#include <memory>
#include <string>

#include "plugins/caldav/caldav.h"
#include "plugins/sdk/conformance/conformance.h"
#include "plugins/sdk/conformance/talk.h"
#include "tests/fuzz/input.h"

namespace {

constexpr std::string_view kNames =
    R"(<multistatus xmlns="DAV:"><response><href>/a/1.ics</href><propstat><prop><getetag>"1"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response><sync-token>2</sync-token></multistatus>)";
constexpr std::string_view kSound[] = {
    R"(<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response><href>/a/</href><propstat><prop><resourcetype><collection/><C:calendar/></resourcetype><sync-token>2</sync-token></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>)",
    kNames,
    kNames,
    kNames,
    kNames,
    "<multistatus xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><response><href>/a/1.ics</href><propstat><prop><C:calendar-data>"
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260902T090000Z\nRRULE:FREQ=DAILY\nORGANIZER:mailto:ana@acme.example\n"
    "ATTENDEE:mailto:bob@acme.example\nEND:VEVENT\nEND:VCALENDAR\n</C:calendar-data></prop></propstat></response></multistatus>",
    "1788339600 1790935200 t 1",
};
constexpr size_t kCursor = 6, kStages = 10;

size_t StageOf(const comity::sdk::Fetch& fetch) {
  if (fetch.method == "PROPFIND") return fetch.body.find("resourcetype") != std::string::npos ? 0 : 4;
  if (fetch.body.find("sync-collection") != std::string::npos) return 1;
  if (fetch.body.find("time-range") != std::string::npos) return 2;
  return fetch.body.find("prop-filter") != std::string::npos ? 3 : 5;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::unique_ptr<comity::sdk::Connector> connector = comity::caldav::MakeConnector();
  static const comity::sdk::Source source{
      .id = "s", .suite = "caldav", .instance = "cal.acme.example", .secrets = {}, .config = {{"calendars", "/a/"}}, .polls = true};
  if (size == 0) return 0;
  const std::string_view rest = comity::fuzz::Text(data + 1, size - 1);
  const size_t stage = data[0] % kStages;
  const comity::sdk::Poll poll{absl::FromUnixSeconds(1'788'343'200),
                               absl::FromUnixSeconds(1'788'256'800),
                               absl::Minutes(5),
                               {{"/a/", std::string(stage == kCursor ? rest.substr(0, 400) : kSound[kCursor])}}};
  const auto walked = comity::sdk::conformance::Walk(
      *connector, source, poll,
      [&](const comity::sdk::Fetch& fetch) {
        const size_t asked = StageOf(fetch);
        if (asked >= 1 && asked <= 3 && stage == asked + kCursor) return comity::net::Response{400, {}, std::string(rest)};
        return comity::net::Response{207, {}, std::string(asked == stage ? rest : kSound[asked])};
      },
      3000);
  for (const std::string& asked : walked.asked)
    Require(asked.starts_with("PROPFIND /a/ ") || asked.starts_with("REPORT /a/ "), "requests go to the calendar");
  for (const comity::v1::Fact& fact : walked.facts) {
    Require(comity::sdk::conformance::OutOfBounds(fact).empty(), "facts are within the API's bounds");
    Require(fact.assurance() == comity::v1::ASSURANCE_POLLED, "facts say that they were polled");
  }
  for (const auto& [stream, cursor] : walked.cursors)
    Require(stream == "/a/" && !cursor.empty() && cursor.size() <= 400, "cursors are short");
  return 0;
}
