// What a test and the library that makes a disk fail (disk_faults.cc) share: a small file that both map.
#ifndef COMITY_TESTS_SUPPORT_DISK_FAULTS_H_
#define COMITY_TESTS_SUPPORT_DISK_FAULTS_H_

#include <atomic>

namespace comity::testing {

struct DiskFaultControl {
  std::atomic<long> seen{0};   // calls that match
  std::atomic<long> fired{0};  // of those, made to fail
  std::atomic<bool> enabled{true};
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_DISK_FAULTS_H_
