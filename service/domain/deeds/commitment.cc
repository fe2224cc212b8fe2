#include "service/domain/deeds/commitment.h"

namespace comity::domain {

Digest CommitmentOf(const Salt& salt, const Entry& entry, const CommittedDetails& details) {
  if (salt.empty()) return {};
  return Hasher("comity/commitment/1")
      .Add(salt.view())
      .Add(entry.line.view())
      .Add(static_cast<int64_t>(entry.revision))
      .Add(details.subject.view())
      .Add(details.who)
      .Add(details.cause.view())
      .Add(details.because)
      .Digest();
}

}  // namespace comity::domain
