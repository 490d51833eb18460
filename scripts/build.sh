#!/usr/bin/env bash
# Configures and builds one preset. On a terminal a line tells how far it is and how long it still takes; compilers'
# messages are printed in any case. Usage: scripts/build.sh [release|debug|tsan] [TARGET …]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
targets=("${@:2}")

# Takes ninja's status lines "[DONE/ALL] …" out of its output and shows them as one line that rewrites itself. Time left:
# what is to be done takes as long, a piece, as what was done.
show_progress() {
  local line shown="" begin=$SECONDS passed
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\  ]]; then
      [ -t 2 ] && [ "${BASH_REMATCH[1]}" -gt 0 ] || continue
      passed=$((SECONDS - begin))
      shown=$(printf '%3d %% %d s, %d s left  building' $((BASH_REMATCH[1] * 100 / BASH_REMATCH[2])) "$passed" \
        $((passed * (BASH_REMATCH[2] - BASH_REMATCH[1]) / BASH_REMATCH[1])))
      printf '\r\033[K%s' "$shown" >&2
    else
      clear_progress
      printf '%s\n' "$line"
    fi
  done
  clear_progress
}
clear_progress() {
  [ -z "$shown" ] || printf '\r\033[K' >&2
  shown=""
}

mkdir -p build
cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log" >&2; exit 1; }
cmake --build --preset "$preset" -j "$(nproc)" ${targets:+--target "${targets[@]}"} | show_progress
