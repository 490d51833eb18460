#!/usr/bin/env bash
# Everything a change must pass: formatting, includes between folders, warnings, unit tests (release, ASan+UBSan, TSan),
# clang-tidy on what changed, the integration tests in network namespaces and the lab end to end. Installs what it needs.
# Safe to run twice. In CI a skipped test fails unless tests/allowed-skips.txt says why it may be skipped.
# Usage: scripts/test.sh [STEP …]
#   steps: format includes release integration debug tsan tidy lab (default: all); tidy-all (clang-tidy on every file)
set -euo pipefail
cd "$(dirname "$0")/.."
steps=("$@")
[ "${#steps[@]}" -gt 0 ] || steps=(format includes release integration debug tsan tidy lab)

say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

# tests PRESET LABEL [ARGUMENT …]: with what was skipped, and, in CI, whether it may be.
tests() {
  local preset=$1 label=$2 results=$PWD/build/$1/tests-$2.xml
  ctest --preset "$preset" -L "$label" --output-junit "$results" "${@:3}"
  scripts/check-skips.py "$results" "$preset" || [ -z "${CI:-}" ]
}

# clang-tidy's own build folder: clang cannot read the headers that GCC has compiled.
tidy() {
  scripts/build.sh tidy sriov-schemas </dev/null
  grep -vE '^(tests|gui)/' | xargs -r -P "$(nproc)" -n 4 clang-tidy -p build/tidy --quiet
}

step_format() { git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run -Werror; }
step_includes() { scripts/check-includes.py; }
step_release() { scripts/build.sh release && tests release unit -j "$(nproc)"; }
step_integration() { scripts/build.sh release && tests release integration; }
step_debug() { scripts/build.sh debug sriov-unit-tests && tests debug unit -j "$(nproc)"; }
step_tsan() { scripts/build.sh tsan sriov-unit-tests && tests tsan unit -j "$(nproc)"; }
step_tidy() { scripts/changed-sources.py | tidy; }
step_tidy-all() { git ls-files '*.cpp' | tidy; }
# A guest of the emulated machine dies now and then of an emulator's fault (docs/user-guide.md): one more try is allowed.
step_lab() {
  scripts/build.sh release
  build/release/cli/sriov-bench lab build --hypervisor source
  tests release lab --repeat until-pass:2
}

for step in "${steps[@]}"; do
  declare -F "step_$step" >/dev/null || { echo "test.sh: no step '$step'" >&2; exit 2; }
done
scripts/setup.sh --all
for step in "${steps[@]}"; do
  say "$step"
  "step_$step"
done
say "all steps passed: ${steps[*]}"
