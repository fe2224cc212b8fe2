// Signed tree heads as signed notes (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) with Ed25519. Pure but for the making of a key.
//
//   comity/ledger/4f0q…                               origin: which ledger
//   1042                                              how many entries
//   kx3bYk…=                                          root of their Merkle tree
//   chain 9vJ1…=                                      the chain's hash at the last of them
//   time 2026-09-02T10:04:00Z
//
//   — comity/ledger/4f0q… 3mFo…=                      key name, and its 4-byte id with the signature
#ifndef COMITY_SERVICE_DOMAIN_PROOF_CHECKPOINT_H_
#define COMITY_SERVICE_DOMAIN_PROOF_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/domain/digest.h"

namespace comity::domain {

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Digest root{};
  Digest chain{};
  absl::Time time;  // whole seconds
  bool operator==(const Checkpoint&) const = default;
};

// The private half. Its text form is that of Go's note package: `PRIVATE+KEY+name+id+base64`.
class SigningKey {
 public:
  // A new one from the system's randomness. `name` has no spaces and no `+`. Errors: INTERNAL when there is no randomness.
  static absl::StatusOr<SigningKey> Generate(std::string_view name);
  // Errors: INVALID_ARGUMENT (SECRET_FILE_UNSAFE): never with a part of the text.
  static absl::StatusOr<SigningKey> FromText(std::string_view text);
  std::string ToText() const;

  const std::string& name() const { return name_; }
  // The public half, to hand out: `name+id+base64`.
  std::string VerifierText() const;
  // The note with this key's signature. `note` ends with a line break.
  std::string Sign(std::string_view note) const;

 private:
  SigningKey() = default;
  std::string name_, seed_, public_;  // 32 bytes each
};

// Checks a signed note's signature of the key that `verifier` describes.
bool HasSignature(std::string_view signed_note, std::string_view verifier);

// The lines above, without signatures.
std::string CheckpointNote(const Checkpoint& checkpoint);
// Of a signed note, signatures not looked at. Errors: DATA_LOSS (STORE_FAILED) for anything that CheckpointNote would not have written.
absl::StatusOr<Checkpoint> ReadCheckpoint(std::string_view signed_note);

}  // namespace comity::domain

#endif  // COMITY_SERVICE_DOMAIN_PROOF_CHECKPOINT_H_
