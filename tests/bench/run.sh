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
# times N NUMBER: N times the number, for bounds that are given in another unit than their limit.
times() { [ -z "$2" ] || awk -v n="$1" -v of="$2" 'BEGIN { print n * of }'; }

# SourceCred 0.11.2 is the peer of some goals. It does not install from the registry alone, so its figures are constants, measured once on
# the same kind of machine: for 100 thousand contributions 24 s to compute standing anew, 93 thousand a second by flat rules, 1580 MB.
SOURCECRED_RECOMPUTE_MS=24000 SOURCECRED_RULES=93000 SOURCECRED_MB=1580

print_table() {
  local from=$1 bare replayed echo_rate echo_p99 syncs
  bare=$(figure "$from" '^ingest_limit/bare/batch=1000' 2)
  replayed=$(figure "$from" '^ingest_limit/replay/batch=1000' 2)
  echo_rate=$(figure "$from" '^unary/echo/' 2) echo_p99=$(figure "$from" '^unary/echo/' 7)
  syncs=$(figure "$from" '^append_fdatasync/' 2)
  printf '%-66s %9s %9s %-8s %7s %8s\n' what reached "limit" "" share floor
  row "1 ingest over gRPC, one stream, batches of 1000" "$(figure "$from" '^ingest/streams=1/' 2)" "$bare" events/s 60
  row "2 ingest over gRPC, eight streams, batches of 100" "$(figure "$from" '^ingest/streams=8/' 2)" "$bare" events/s 45
  row "3 stored events sent again, one stream, batches of 1000" "$(figure "$from" '^replay/streams=1/' 2)" "$replayed" events/s 50
  row "5 a profile read, 16 outstanding" "$(figure "$from" '^unary/GetPerson/' 2)" "$echo_rate" calls/s 60
  bound "5 its p99 (twice the echo's)" "$(figure "$from" '^unary/GetPerson/' 7)" "$(times 2 "$echo_p99")" ms
  row "5 one's own numbers of 50 deeds, 16 outstanding" "$(figure "$from" '^unary/GetMyNumbers/' 2)" "$echo_rate" calls/s 60
  row "6 a durable write, 64 outstanding, beside a sync a call" "$(figure "$from" '^unary/IngestEventBatch/' 2)" "$syncs" calls/s 300
  row "7 webhooks, nothing kept" "$(figure "$from" '^no_spool' 3)" "$(figure "$from" '^limit ' 2)" /s 75
  row "8 webhooks, synced to the spool before they are answered" "$(figure "$from" '^spool ' 3)" "$(figure "$from" '^limit ' 2)" /s 50
  bound "9 slowest first answer of 256 connections" "$(figure "$from" '^256 connections' 9)" 500 ms
  bound "10 webhook to visible credit, p99 at 200/s: times sync + read" "$(figure "$from" '^webhook_to_credit/200' 7)" 20 times
  bound "11 webhook to visible credit, p99 at 5000/s" "$(figure "$from" '^webhook_to_credit/5000' 5)" 250 ms
  bound "14 one contribution in rollups at 100 k (SourceCred: 24 s)" "$(figure "$from" '^standing/one_contribution' 8)" \
    "$(times 0.001 $SOURCECRED_RECOMPUTE_MS)" ms
  row "15 the rules over decoded facts, one core (SourceCred)" "$(figure "$from" '^rules/judge ' 2)" $SOURCECRED_RULES facts/s 500
  row "15 the rules over stored facts, one core (SourceCred)" "$(figure "$from" '^rules/decode_and_judge' 2)" $SOURCECRED_RULES facts/s 500
  bound "17 rollups that differ from a rebuild" "$(figure "$from" '^standing/rebuild' 2 | sed 's/^equal:*$/0/; s/^DIFF.*/1/')" 0 ""
  bound "18 store, all of it" "$(figure "$from" '^ingest_limit/size/batch=1000' 2)" 580 B/event
  bound "19 memory of the idle service (SourceCred: 1580 MB)" "$(figure "$from" '^standing/memory' 3)" "$(times 0.0667 $SOURCECRED_MB)" MB
  bound "19 most memory while it rebuilds 100 k" "$(figure "$from" '^standing/memory' 6)" "$(times 0.0667 $SOURCECRED_MB)" MB
  row "policy comparison, facts at hand, a draft of one rule" "$(figure "$from" '^policy/at_hand/one_rule' 2)" 500000 facts/s 100
  row "policy comparison, facts in the store, a draft of one rule" "$(figure "$from" '^policy/store/one_rule' 2)" 250000 facts/s 100
  bound "a million leaves hashed anew" "$(figure "$from" '^rehash/service' 2)" 5 s
  bound "one inclusion proof checked, of a million leaves" "$(figure "$from" '^verify/inclusion' 2)" 1 ms
  sed -n 's/^connector\/\([a-z-]*\) .* \([0-9.]*\) times;.*/\1 \2/p' "$from" | while read -r suite ratio; do
    bound "a hook of $suite verified and read, beside the libraries' part" "$ratio" 2 times
  done
  bound "from a backup to a service that answers" "$(figure "$from" '^restore/until' 2)" 600 s
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
    [ "${program##*/}" != history_bench ] || continue  # takes an hour and 12 GB: by hand
    step "${program##*/}"
    "$program" >"$printed.one" || fail "${program##*/} failed"
    cat "$printed.one"
    cat "$printed.one" >>"$printed"
  done
  step "Table"
  print_table "$printed"
  rm -f "$printed" "$printed.one"
}
