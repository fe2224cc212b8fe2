# Shared by service/up and tests/run: say what is done, install what is missing, build with progress. Sourced, not run.

say() { printf '%s\n' "$*"; }
step() { if [ -t 1 ]; then printf '\033[1m== %s\033[0m\n' "$*"; else printf '== %s\n' "$*"; fi; }
fail() { printf '%s: %s\n' "$(basename "$(dirname "$(readlink -f "$0")")")/${0##*/}" "$*" >&2; exit 1; }
quoted() { printf %q "$1"; }  # as a shell reads it back

# Installs what the given lists name and the machine lacks. Without root or sudo: prints the one line to run and exits 3.
install_packages() {
  local missing=() name
  while read -r name; do
    dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done < <(cat "$@" | sed -e 's/#.*//' -e '/^ *$/d')
  [ ${#missing[@]} -eq 0 ] && return 0
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      as=(sudo)
    else
      say "These Debian packages are missing; please install them, then run this again:"
      say "  apt-get install --no-install-recommends ${missing[*]}"
      exit 3
    fi
  fi
  step "Installing ${#missing[@]} Debian packages"
  say "  ${missing[*]}"
  local log; log=$(mktemp)
  if ! { "${as[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${as[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "the packages could not be installed; is this Debian 12 with a reachable mirror?"
  fi
  rm -f "$log"
}

# build PRESET TARGET…: configures once, then builds, showing ninja's progress on a terminal and every tenth step elsewhere.
build() {
  local preset=$1; shift
  local dir=build/$preset log
  log=$(mktemp)
  if [ ! -e "$dir/build.ninja" ] || [ -n "${COMITY_RECONFIGURE:-}" ]; then
    cmake --preset "$preset" "${COMITY_CMAKE_OPTIONS[@]}" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; fail "could not configure $preset"; }
  fi
  rm -f "$log"
  if [ -t 1 ]; then
    cmake --build "$dir" --target "$@" || fail "the $preset build failed"
  else
    local line
    cmake --build "$dir" --target "$@" | while IFS= read -r line; do  # not awk: Debian's mawk holds lines back
      case $line in *'Re-checking globbed'*|'ninja: no work to do.'*) continue ;; esac
      [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] && ((BASH_REMATCH[1] % 10 && BASH_REMATCH[1] != BASH_REMATCH[2])) && continue
      printf '%s\n' "$line"
    done || fail "the $preset build failed"  # both scripts set pipefail
  fi
}
COMITY_CMAKE_OPTIONS=()
