// What `git log` prints, in any pieces: commits within their bounds, the same however it is cut, or a clear refusal; then the whole look
// back. Link: comity_domain_lookback
#include "service/domain/lookback/lookback.h"
#include "service/git/contact.h"
#include "tests/fuzz/input.h"

namespace {

using namespace comity::domain::lookback;  // NOLINT(google-build-using-namespace)
using namespace comity::git;               // NOLINT(google-build-using-namespace)

bool Read(std::string_view log, size_t piece, const GitLogParser::Visit& visit) {
  GitLogParser parser(visit);
  for (size_t at = 0; at < log.size(); at += piece) {
    if (!parser.Feed(log.substr(at, piece)).ok()) return false;
  }
  return parser.Finish().ok();
}

std::string Digest(const LogCommit& commit) {
  std::string text(commit.id);
  text.append(commit.author_email).append(std::to_string(commit.time));
  for (const auto reverted : commit.reverts) text.append(reverted).push_back('|');
  for (const auto file : commit.files) text.append(file).push_back('|');
  for (const auto& trailer : commit.trailers) text.append(trailer.key).append(trailer.value);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view log = comity::fuzz::Text(data, size);
  std::string whole, cut;
  Areas areas;
  History history(areas, {});
  const bool ok = Read(log, size + 1, [&](const LogCommit& commit) {
    comity::fuzz::Require(commit.files.size() <= kMaxFiles && commit.trailers.size() <= kMaxTrailers, "within its bounds");
    comity::fuzz::Require(commit.time >= 0 && commit.time < 253'370'764'800, "a time there is");
    whole += Digest(commit);
    history.Add(commit);
  });
  const bool ok_cut = Read(log, 3, [&](const LogCommit& commit) { cut += Digest(commit); });
  comity::fuzz::Require(ok == ok_cut && whole == cut, "cutting changes nothing");
  for (size_t i = 0; i < history.contacts().size(); ++i) {
    const auto contact = ParseContact(history.contacts()[i]);
    comity::fuzz::Require(contact.has_value(), "a contact that is kept can be read again");
    history.Resolve(i, contact->name, contact->email);
  }
  Options options;
  options.min_people = 2;
  if (!history.people().empty()) options.me = 0;
  const Report report = Look(history, areas, options);
  for (const Pair& pair : report.pairs) {
    for (const Tally& tally : pair.columns) {
      comity::fuzz::Require(!tally.shown || tally.helpers >= options.min_people, "no number is one person's");
      comity::fuzz::Require(tally.shown || tally.times == 0, "what is not shown is not there");
    }
  }
  return 0;
}
