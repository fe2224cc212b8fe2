// Instants on the API: google.protobuf.Timestamp, in microseconds.
#ifndef COMITY_SERVICE_APP_API_TIME_H_
#define COMITY_SERVICE_APP_API_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace comity::app {

inline google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1'000'000;
  int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    --seconds;
    rest += 1'000'000;
  }
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(rest * 1000));
  return timestamp;
}

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_API_TIME_H_
