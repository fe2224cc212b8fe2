# The rows of the reliability figures at the release's figures (tests/support/figures.cc); sourced by tests/run, which provides build, say, step.

# Every row, in the order of the table. A row's tests are the suites whose name begins with it, in whatever binary they are.
soak_rows=(D1 D2 D3 D4 D6 D8 I1 I2 I3 I4 I5 I7 I8 A1 A5 A7 A8 S5 S7 L1 L2 L4 L5)

# soak_row ROW: runs its tests, prints `ROW | result` lines, and fails if one of them does or if there are none.
soak_row() {
  local row=$1 binary filter found=0 rc=0 log=$results/$1.soak start=$SECONDS tmp=${TMPDIR:-/tmp}
  filter="${row}[A-Z]"
  # Where durability is not what is tested, a disk of memory saves hours.
  case $row in I2|I4|L5) [ ! -w /dev/shm ] || tmp=/dev/shm ;; esac
  for binary in unit contract case integration kill; do
    binary=build/release/bin/${binary}_tests
    local suites
    suites=$("$binary" --gtest_list_tests | grep -oE "^([A-Za-z0-9_]+/)?${filter}[A-Za-z0-9_]*(/[0-9]+)?\\.|^${filter}[A-Za-z0-9_]*\\." | sort -u | sed 's/$/*/' | paste -sd:) || continue
    [ -n "$suites" ] || continue
    found=1
    TMPDIR=$tmp COMITY_SOAK=1 "$binary" --gtest_brief=1 --gtest_filter="$suites" >>"$log" 2>&1 || rc=1
  done
  if [ $found = 0 ]; then table+=("$(printf '%-4s %-7s %5d s  %s' "$row" none 0 "no test is named after it")"); return 1; fi
  local verdict=passed; [ $rc = 0 ] || { verdict=FAILED; grep -B 2 -A 12 -E 'Failure|FAILED' "$log" | head -n 60; }
  while read -r line; do table+=("$(printf '%-4s %-7s %5d s  %s' "$row" "$verdict" $((SECONDS - start)) "${line#ROW * | }")"); done < <(grep -E "^ROW $row " "$log" || echo "ROW $row | no figure of its own")
  return $rc
}

run_soak() {
  local wanted=("$@") row rc=0
  [ $# -gt 0 ] || wanted=("${soak_rows[@]}")
  for row in "${wanted[@]}"; do
    [[ " ${soak_rows[*]} " == *" $row "* ]] || { say "tests/run --soak: no such row: $row; there are ${soak_rows[*]}" >&2; exit 2; }
  done
  step "Building the release"
  build release all
  for row in "${wanted[@]}"; do step "Row $row"; soak_row "$row" || rc=1; done
  step "Result"
  printf '%s\n' "${table[@]}"
  return $rc
}
