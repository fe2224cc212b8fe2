// The injected clock: nothing below main asks the system for the time.
#ifndef COMITY_SERVICE_OBS_CLOCK_H_
#define COMITY_SERVICE_OBS_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace comity::obs {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;  // microseconds, safe to call from any thread
};

class SystemClock : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMicros(absl::ToUnixMicros(absl::Now())); }
};

}  // namespace comity::obs

#endif  // COMITY_SERVICE_OBS_CLOCK_H_
