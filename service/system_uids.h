// Random ids from the system's generator.
#ifndef COMITY_SERVICE_SYSTEM_UIDS_H_
#define COMITY_SERVICE_SYSTEM_UIDS_H_

#include "service/domain/values.h"

namespace comity {

// Safe to call from any thread. Ends the process when the system gives no randomness: ids that repeat would mix people up.
class SystemUids : public domain::UidSource {
 public:
  std::array<uint8_t, 16> Next(std::string_view hint) override;
};

}  // namespace comity

#endif  // COMITY_SERVICE_SYSTEM_UIDS_H_
