// What the offline verifier reads: keys, checkpoints, proofs, ledgers as lines, entries. The key is of the seeds' own making.
// Link: comity_verify
#include "clients/verify/checks.h"
#include "clients/verify/entry.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using comity::fuzz::Require;
  static const std::vector<comity::verify::PublicKey> kKeys =
      comity::verify::ReadKeys("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n");
  const std::string_view text = comity::fuzz::Text(data, size);
  for (const auto& key : comity::verify::ReadKeys(text)) Require(key.key.size() == 32 && key.id.size() == 4, "a key has its sizes");
  for (const auto& report : {comity::verify::CheckNote(text, kKeys), comity::verify::CheckProof(text, kKeys, std::nullopt),
                             comity::verify::CheckProof(text, kKeys, std::string(text)),
                             comity::verify::CheckLedger(comity::verify::LinesOf(text), text, kKeys)}) {
    Require(!report.sentences.empty(), "every answer says something");
    Require(!report.holds || text.find("PeterNeumann") != std::string_view::npos, "nothing holds without the key's signature");
  }
  (void)comity::verify::LinesOf(text)([](const comity::verify::KeptEntry&) { return true; });
  Require(!comity::verify::DescribeEntry(text).empty(), "every leaf is described");
  return 0;
}
