#include "plugins/icalendar/icalendar.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/meetings/meetings.h"
#include "plugins/sdk/signatures.h"
#include "plugins/sdk/source_checks.h"
#include "plugins/sdk/walk.h"
#include "service/base/error.h"

namespace comity::icalendar {
namespace {

using meetings::Progress;
using meetings::Window;

constexpr size_t kMaxPaths = 200, kMaxPath = 1000, kStreamChars = 16;
constexpr std::string_view kWhole = "whole";
constexpr absl::Duration kReadStep = absl::Hours(1);  // how exactly the cursor keeps when a file was read, where nothing changes

constexpr std::string_view kSetup =
    R"(Nothing to click where the calendar has an address of its own that ends in .ics (Google: Settings of the calendar > Secret address in iCal
format; Nextcloud: share by link; a static file on a web server).
config.paths: the paths below https://INSTANCE, with commas between them: /team/rota.ics
read_token_file: USER:PASSWORD of an account that may read them, in one line, 0600.
An address that is itself the secret stays in this configuration: it is neither logged nor sent.)";

// In cursors and health a stream shows no address: some are secrets.
std::string StreamOf(const std::string& path) { return "calendar-" + sdk::Sha256Hex(path).substr(0, kStreamChars); }

sdk::Fetch Get(const std::string& path, std::string_view note) { return {path, "text/calendar", StreamOf(path), std::string(note)}; }

bool IsFilePath(const std::string& path) {
  return path.starts_with('/') && !path.starts_with("//") && path.size() > 1 && path.size() <= kMaxPath && path.find("/../") == path.npos &&
         std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c <= '~' && c != '#' && c != '"' && c != '\\'; });
}

class ICalendar : public sdk::Connector {
 public:
  ICalendar() {
    manifest_.suite = "icalendar";
    manifest_.title = "iCalendar";
    manifest_.classified = {"SUMMARY", "DESCRIPTION", "COMMENT", "LOCATION", "ATTACH"};
    manifest_.options = {{"paths", "paths of .ics files such as /team/rota.ics, with commas between them", ""}};
    for (const sdk::Option& option : meetings::ReadingOptions()) manifest_.options.push_back(option);
    manifest_.scopes = {"read"};
    manifest_.reconciles = true;
    manifest_.hooks = false;
    manifest_.basic_token = true;
    manifest_.setup = kSetup;
  }

  const sdk::Manifest& manifest() const override { return manifest_; }

  std::vector<std::string> Check(const sdk::Source& source) const override {
    std::vector<std::string> faults = sdk::CheckSource(manifest_, source);
    if (source.instance.find('/') != std::string::npos) {
      faults.push_back("instance must be a host name such as cal.acme.example, without https:// and path");
    }
    meetings::ReadReading(manifest_, source, &faults);
    const std::vector<std::string> paths = sdk::SplitList(sdk::OptionOf(manifest_, source, "paths"));
    if (paths.empty())
      faults.push_back("config.paths is missing; list paths of .ics files such as /team/rota.ics, with commas between them");
    if (!std::all_of(paths.begin(), paths.end(), IsFilePath)) {
      faults.push_back(
          "config.paths must begin with a slash and be percent-encoded, a comma as %2C: the part of the address behind the host");
    }
    if (paths.size() > kMaxPaths) faults.push_back("config.paths are more than 200; make several sources of them");
    return faults;
  }

  sdk::Auth Verify(const sdk::Request&, const sdk::Source&, absl::Time) const override { return sdk::Auth::kUnauthenticated; }
  absl::StatusOr<sdk::Parsed> Parse(const sdk::Request&, const sdk::Source&, absl::Time) const override {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFieldInvalid, "iCalendar files have no hooks; this source is polled");
  }

  std::string ApiBase(const sdk::Source& source) const override { return "https://" + source.instance; }

  std::string Polled(const sdk::Source& source) const override {
    std::vector<std::string> faults;
    const meetings::Reading reading = meetings::ReadReading(manifest_, source, &faults);
    return absl::StrCat("meetings of ", PathsOf(source).size(), " files, ", reading.days_ahead, " days ahead");
  }

  sdk::Step Plan(const sdk::Source& source, const sdk::Poll&) const override {
    sdk::Step step;
    for (const std::string& path : PathsOf(source)) step.next.push_back(Get(path, ""));
    return step;
  }

  absl::StatusOr<sdk::Step> Absorb(const sdk::Source& source, const sdk::Poll& poll, const sdk::Fetch& fetch,
                                   const net::Response& response) const override {
    std::vector<std::string> faults;
    const meetings::Reading reading = meetings::ReadReading(manifest_, source, &faults);
    std::string_view rest;
    const std::optional<Progress> progress = Progress::Of(poll, fetch.stream, &rest);
    const absl::Time end = meetings::EndOf(poll, reading);
    const bool due = !progress || progress->IsDue(end);
    const Progress done{poll.now, due ? end : progress->told};
    sdk::Step step;
    if (response.status == 304 && fetch.note != kWhole) {
      if (due) {
        // What comes into view is in the file as it was, which the host has not kept: once a day it is asked for under a name of which the
        // host knows no version. Servers take an empty query for none.
        const std::string path = absl::StrCat(fetch.path, fetch.path.find('?') == std::string::npos ? "?" : "&");
        step.next.push_back({path, "text/calendar", fetch.stream, std::string(kWhole)});
      } else if (poll.now - progress->read >= kReadStep) {
        step.commit = sdk::Commit{fetch.stream, done.ToText()};
      }
      return step;
    }
    if (response.status != 200) {
      return Error(absl::StatusCode::kNotFound, ErrorReason::kPeerUnavailable,
                   absl::StrCat("the server answers ", response.status,
                                ": a file of config.paths is not there, or the account of read_token_file may not read it"));
    }
    ical::Budget budget(meetings::kMaxSteps);
    // The whole of a file that has not changed is asked for on account of what comes into view.
    const bool whole = fetch.note == kWhole && progress;
    const Window window{whole ? progress->told : progress ? progress->Since(poll) : poll.begin, done.told};
    COMITY_ASSIGN_OR_RETURN(meetings::Found found, meetings::MapCalendars(response.body, window, source, poll, reading, budget));
    step.facts = std::move(found.facts);
    step.unreadable = found.unreadable;
    step.settled = !whole;
    step.commit = sdk::Commit{fetch.stream, done.ToText()};
    return step;
  }

 private:
  std::vector<std::string> PathsOf(const sdk::Source& source) const {
    std::vector<std::string> paths = sdk::SplitList(sdk::OptionOf(manifest_, source, "paths"));
    std::erase_if(paths, [](const std::string& path) { return !IsFilePath(path); });
    return paths;
  }
  sdk::Manifest manifest_;
};

}  // namespace

std::unique_ptr<sdk::Connector> MakeConnector() { return std::make_unique<ICalendar>(); }

}  // namespace comity::icalendar
