# The benchmarks of tests/run --bench; sourced by tests/run. Each figure stands beside a limit measured in the same run.

# figure FILE PATTERN FIELD: the FIELD-th word of the first line that matches.
figure() { awk -v pattern="$2" -v field="$3" '$0 ~ pattern { print $field; exit }' "$1"; }
# row WHAT REACHED LIMIT UNIT FLOOR: what was reached, as a share of the limit, beside the share it is meant to reach.
row() {
  [ -n "$2" ] && [ -n "$3" ] || return 0
  awk -v what="$1" -v reached="$2" -v limit="$3" -v unit="$4" -v floor="$5" 'BEGIN {
    share = 100 * reached / limit
    printf "%-66s %9.0f %9.0f %-8s %5.0f %% %6d %%  %s\n", what, reached, limit, unit, share, floor, (share >= floor ? "reached" : "MISSED") }'
}
# bound WHAT REACHED BOUND UNIT: less is better, and the bound is what it may be.
bound() {
  [ -n "$2" ] && [ -n "$3" ] || return 0
  awk -v what="$1" -v reached="$2" -v most="$3" -v unit="$4" 'BEGIN {
    printf "%-66s %9.1f %9.1f %-8s %18s  %s\n", what, reached, most, unit, "", (reached <= most ? "reached" : "MISSED") }'
}
print_table() {
  local from=$1
  printf '%-66s %9s %9s %-8s %7s %8s\n' what reached "limit" "" share floor
  row "ingest over gRPC, one stream, batches of 1000" \
    "$(figure "$from" '^ingest/streams=1/' 2)" "$(figure "$from" '^ingest_limit/bare/batch=1000' 2)" events/s 60
  row "ingest over gRPC, eight streams, batches of 100" \
    "$(figure "$from" '^ingest/streams=8/' 2)" "$(figure "$from" '^ingest_limit/bare/batch=1000' 2)" events/s 45
  row "webhooks, nothing kept" "$(figure "$from" '^no_spool' 3)" "$(figure "$from" '^limit ' 2)" /s 75
  row "webhooks, synced to the spool before they are answered" "$(figure "$from" '^spool ' 3)" "$(figure "$from" '^limit ' 2)" /s 50
  bound "slowest first answer of 256 connections" "$(figure "$from" '^256 connections' 9)" 500 ms
  bound "webhook to visible credit, p99 at 200/s: times sync + read" "$(figure "$from" '^webhook_to_credit' 7)" 20 times
  bound "store, all of it" "$(figure "$from" '^ingest_limit/size/batch=1000' 2)" 580 B/event
}

run_benchmarks() {
  step "Building the benchmarks"
  COMITY_CMAKE_OPTIONS=(-DCOMITY_BENCH=ON)
  grep -q '^COMITY_BENCH:BOOL=ON' build/release/CMakeCache.txt 2>/dev/null || COMITY_RECONFIGURE=1
  build release all
  local bin=build/release/bin program printed
  printed=$(mktemp)
  for program in "$bin"/*_limit "$bin"/*_bench; do
    [ -x "$program" ] || continue
    step "${program##*/}"
    "$program" >"$printed.one" || fail "${program##*/} failed"
    cat "$printed.one"
    cat "$printed.one" >>"$printed"
  done
  step "Table"
  print_table "$printed"
  rm -f "$printed" "$printed.one"
}
