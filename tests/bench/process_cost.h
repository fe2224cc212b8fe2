// What a process has used so far, from /proc: rates swing with the machine's neighbours, these hardly do.
#ifndef COMITY_TESTS_BENCH_PROCESS_COST_H_
#define COMITY_TESTS_BENCH_PROCESS_COST_H_

#include <sys/types.h>

#include <string_view>

namespace comity::bench {

struct ProcessCost {
  double cpu_us = 0;         // of all its threads
  double written_bytes = 0;  // asked of the kernel: log, checkpoints and all
  ProcessCost operator-(const ProcessCost& before) const { return {cpu_us - before.cpu_us, written_bytes - before.written_bytes}; }
};
ProcessCost CostOf(pid_t pid);

// A line of /proc/PID/status in megabytes: `VmRSS` is what it holds, `VmHWM` the most it ever held.
double MegabytesOf(pid_t pid, std::string_view line);

}  // namespace comity::bench

#endif  // COMITY_TESTS_BENCH_PROCESS_COST_H_
