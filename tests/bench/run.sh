# The benchmarks of tests/run --bench; sourced by tests/run. Each figure stands beside a limit measured in the same run.

run_benchmarks() {
  step "Building the benchmarks"
  COMITY_CMAKE_OPTIONS=(-DCOMITY_BENCH=ON)
  grep -q '^COMITY_BENCH:BOOL=ON' build/release/CMakeCache.txt 2>/dev/null || COMITY_RECONFIGURE=1
  build release all
  local bin=build/release/bin program
  for program in "$bin"/*_limit "$bin"/*_bench; do
    [ -x "$program" ] || continue
    step "${program##*/}"
    "$program" || fail "${program##*/} failed"
  done
}
