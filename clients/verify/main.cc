// comity-verify: checks the ledger, checkpoints and proofs without the service and with none of its code.
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "clients/verify/checks.h"

namespace comity::verify {
namespace {

constexpr char kUsage[] = R"(comity-verify checks what Comity signed, without the service.

  comity-verify checkpoint FILE --key KEYS
      who signed the checkpoint, and for what
  comity-verify proof FILE --key KEYS [--checkpoint KEPT]
      a proof of `comity checkpoints prove` or `comity checkpoints compare`; KEPT = a checkpoint that you kept from before
  comity-verify ledger LEDGER --key KEYS [--checkpoint KEPT]
      every entry, hash, chain and tree of a backup's folder, a store's file or leaves as lines, against KEPT or the backup's own checkpoint

KEYS is a file with what `comity checkpoints keys` printed. Get it once from somebody you trust, and keep it: with keys from whoever
might have changed the ledger, nothing is proved. Exit code: 0 it holds, 1 it does not, 2 it could not be checked.
)";

constexpr size_t kMaxSmallFile = 1 << 20;
constexpr size_t kMaxLines = size_t{4} << 30;

// Nothing when it cannot be read or is larger.
std::optional<std::string> ReadFile(const std::string& path, size_t most) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) return std::nullopt;
  std::string text;
  char buffer[1 << 16];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(file.gcount()));
    if (text.size() > most) return std::nullopt;
  }
  return text;
}

int Stop(const std::string& why) {
  std::fprintf(stderr, "comity-verify: %s\n", why.c_str());
  return 2;
}

int Print(const Report& report) {
  for (size_t i = 0; i < report.sentences.size(); ++i) {
    const bool fault = !report.holds && i + 1 == report.sentences.size();
    std::printf("%s%s\n", fault ? "Does not hold: " : "", report.sentences[i].c_str());
  }
  std::printf("%s\n", report.holds ? "It holds." : "It does NOT hold.");
  return report.holds ? 0 : 1;
}

// The signed note at the end of a backup's manifest.
std::string NoteIn(const std::string& manifest) {
  const size_t gap = manifest.find("\n\n");
  return gap == std::string::npos ? "" : manifest.substr(gap + 2);
}

int CheckLedgerAt(const std::string& path, const std::vector<PublicKey>& keys, const std::optional<std::string>& kept) {
  std::string file = path;
  std::optional<std::string> note = kept;
  if (std::filesystem::is_directory(path)) {
    file = path + "/store";
    const auto manifest = ReadFile(path + "/manifest", kMaxSmallFile);
    if (!manifest.has_value()) return Stop(path + " holds no finished backup: there is no manifest in it");
    if (!note.has_value()) note = NoteIn(*manifest);
  }
  if (!note.has_value()) return Stop("name the checkpoint to compare with: --checkpoint FILE");
  char start[16] = {};
  std::ifstream(file, std::ios::binary).read(start, sizeof start);
  if (std::memcmp(start, "SQLite format 3", 16) == 0) return Print(CheckLedger(FileOf(file), *note, keys));
  const auto lines = ReadFile(file, kMaxLines);
  if (!lines.has_value()) return Stop(file + " cannot be read");
  return Print(CheckLedger(LinesOf(*lines), *note, keys));
}

int Run(const std::vector<std::string>& words) {
  std::map<std::string, std::string> options;
  std::vector<std::string> places;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--help" || words[i] == "-h") {
      std::fputs(kUsage, stdout);
      return 0;
    }
    if (!words[i].starts_with("--")) {
      places.push_back(words[i]);
    } else if ((words[i] == "--key" || words[i] == "--checkpoint") && i + 1 < words.size()) {
      options[words[i]] = words[i + 1];
      ++i;
    } else {
      return Stop("unknown option " + words[i] + "; comity-verify --help says what there is");
    }
  }
  if (places.size() != 2) return Stop("say what to check; comity-verify --help says how");
  if (!options.count("--key")) return Stop("name the file of the keys that you trust: --key FILE");
  const auto key_text = ReadFile(options["--key"], kMaxSmallFile);
  if (!key_text.has_value()) return Stop(options["--key"] + " cannot be read");
  const std::vector<PublicKey> keys = ReadKeys(*key_text);
  if (keys.empty()) return Stop(options["--key"] + " is no file of keys as `comity checkpoints keys` prints them");
  std::optional<std::string> kept;
  if (options.count("--checkpoint")) {
    kept = ReadFile(options["--checkpoint"], kMaxNoteBytes);
    if (!kept.has_value()) return Stop(options["--checkpoint"] + " cannot be read");
  }
  if (places[0] == "ledger") return CheckLedgerAt(places[1], keys, kept);
  const auto file = ReadFile(places[1], kMaxSmallFile);
  if (!file.has_value()) return Stop(places[1] + " cannot be read");
  if (places[0] == "checkpoint") return Print(CheckNote(*file, keys));
  if (places[0] == "proof") return Print(CheckProof(*file, keys, kept));
  return Stop("`" + places[0] + "` cannot be checked; comity-verify --help says what can");
}

}  // namespace
}  // namespace comity::verify

int main(int count, char** values) { return comity::verify::Run(std::vector<std::string>(values + 1, values + count)); }
