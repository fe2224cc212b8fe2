# What tests/run --ci checks beyond the tests; sourced by tests/run, which provides check, gtest, gtest_halves, step, build and wants.

sources() { git ls-files '*.h' '*.cc'; }
formatted() { sources | xargs -r clang-format --dry-run -Werror; }

api_linted() {
  local tool=build/buf
  [ -x $tool/node_modules/.bin/buf ] || { mkdir -p $tool && npm install --silent --no-audit --no-fund --prefix $tool @bufbuild/buf@1; } || return 1
  (cd proto && ../$tool/node_modules/.bin/buf lint)
}

# Files that differ from the last commit on origin's main, else from the previous commit; at most 25, so that the time stays bounded.
changed_sources() {
  local from; from=$(git rev-parse -q --verify origin/main 2>/dev/null || true)
  [ -n "$from" ] && [ "$from" != "$(git rev-parse HEAD)" ] || from=$(git rev-parse -q --verify HEAD~1 || true)
  [ -n "$from" ] || return 0
  git diff --name-only --diff-filter=AM "$from" -- '*.cc' | grep -v -E '^tests/(fuzz|bench)/' | head -n 25
}
tidied() {
  local files; files=$(changed_sources)
  [ -n "$files" ] || { say "no changed sources"; return 0; }
  # Files are compiled several at once, so the build's list of commands does not name each; what a file needs is the same everywhere.
  # shellcheck disable=SC2086
  printf '%s\n' $files | xargs -P 2 -I FILE clang-tidy --quiet FILE -- -std=c++20 -pthread -I. -isystem build/asan/proto/gen \
    '-DCOMITY_SOURCE_DIR=""' '-DCOMITY_BIN_DIR=""' '-DCOMITY_VERSION=""' 2>/dev/null
}

# fuzz_one TARGET SECONDS: from its corpus; says how often it ran, or the end of its log.
fuzz_one() {
  local target=$1 seconds=$2 name work rc=0
  name=$(basename "$target")
  work=$(mktemp -d)
  mkdir -p "tests/fuzz/corpus/${name%_fuzz}"
  if "$target" -max_total_time="$seconds" -timeout=1 -rss_limit_mb=1024 -print_final_stats=1 "$work" "tests/fuzz/corpus/${name%_fuzz}" >"$work.log" 2>&1; then
    printf '%s: %s executions\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$work.log")"
  else
    tail -n 30 "$work.log"; printf '%s FAILED\n' "$name"; rc=1
  fi
  rm -rf "$work" "$work.log"
  return $rc
}
# fuzzed SECONDS TIMES: every target for some seconds, two at a time; those whose turn it is, a twelfth of them by the day and the commit, for
# as many times that.
fuzzed() {
  local turn target number=0; turn=$(( ($(date +%s) / 86400 + $(git rev-list --count HEAD 2>/dev/null || echo 0)) % 12 ))
  export -f fuzz_one
  for target in build/asan/bin/*_fuzz; do
    if [ $((number % 12)) = $turn ]; then printf '%s %d\n' "$target" $(($1 * $2)); else printf '%s %d\n' "$target" "$1"; fi
    number=$((number + 1))
  done | xargs -P 2 -L 1 bash -c 'fuzz_one "$@"' fuzz
}

run_checks() {
  if wants format; then step "Formatting"; check format formatted; fi
  if wants buf; then step "API lint"; check buf api_linted; fi
  if wants tsan; then
    step "ThreadSanitizer, on what links no gRPC"
    build tsan threaded_tests
    TSAN_OPTIONS=halt_on_error=1 gtest_halves unit-tsan build/tsan/bin/threaded_tests
  fi
  # One build for all of these: Clang with thread-safety analysis as errors, both sanitizers, and coverage for the fuzz targets.
  if wants asan || wants clang || wants tidy || wants fuzz; then
    step "Clang with thread-safety analysis, AddressSanitizer, UndefinedBehaviourSanitizer"
    # Not what is run as a release alone: tests of real suites and of killed processes.
    check clang build asan comityd comity-connect comity comity-verify unit_tests contract_tests case_tests integration_tests fuzz_targets
  fi
  if wants asan; then
    export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp
    gtest_halves unit-asan build/asan/bin/unit_tests
    gtest contract-asan build/asan/bin/contract_tests
    gtest_halves cases-asan build/asan/bin/case_tests
    # Rows that measure memory and milliseconds are for the release: the sanitizer keeps what is freed, and takes its time.
    gtest_halves integration-asan build/asan/bin/integration_tests --gtest_filter='-A1*:A8*'
  fi
  if wants tidy; then step "clang-tidy on changed files"; check tidy tidied; fi
  if wants fuzz; then step "Short fuzzing"; check fuzz fuzzed "${COMITY_FUZZ_SECONDS:-2}" 30; fi
}
