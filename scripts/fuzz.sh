#!/usr/bin/env bash
# Fuzzes every parser of outside input for SECONDS each (default 60), starting from the inputs in tests/fuzz/corpus where
# it has some. Stops at the first input that breaks one; libFuzzer says where it wrote it. New inputs stay in build/fuzz/found.
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
  inputs=("build/fuzz/found/$parser")
  [ ! -d "tests/fuzz/corpus/$parser" ] || inputs+=("tests/fuzz/corpus/$parser")
  "build/fuzz/tests/fuzz/${parser}_fuzz" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/found/$parser-" "${inputs[@]}"
done
echo "no input broke a parser: ${parsers[*]}"
