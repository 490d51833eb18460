#!/usr/bin/env bash
# Fuzzes every parser of outside input for SECONDS each (default 60), starting from the inputs in tests/fuzz/corpus. Stops
# at the first input that breaks one; libFuzzer says where it wrote it. New inputs stay in build/fuzz/found.
# Usage: scripts/fuzz.sh [SECONDS [PARSER …]]   parsers: the names of tests/fuzz/*_fuzz.cpp, e.g. interrupts
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
parsers=("${@:2}")
if [ "${#parsers[@]}" -eq 0 ]; then
  for source in tests/fuzz/*_fuzz.cpp; do parsers+=("$(basename "$source" _fuzz.cpp)"); done
fi
scripts/setup.sh --with-tests
scripts/build.sh fuzz
for parser in "${parsers[@]}"; do
  printf '\n== %s, %s s\n' "$parser" "$seconds"
  mkdir -p "build/fuzz/found/$parser"
  "build/fuzz/tests/fuzz/${parser}_fuzz" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/found/$parser-" "build/fuzz/found/$parser" "tests/fuzz/corpus/$parser"
done
echo "no input broke a parser: ${parsers[*]}"
