#!/usr/bin/env bash
# Everything a change must pass: formatting, warnings, unit tests (release, ASan+UBSan, TSan), clang-tidy, the
# integration tests in network namespaces and the lab end to end. Installs what it needs. Safe to run twice.
# Usage: scripts/test.sh [STEP …]   steps: format release integration debug tsan tidy lab (default: all)
set -euo pipefail
cd "$(dirname "$0")/.."
steps=("$@")
[ "${#steps[@]}" -gt 0 ] || steps=(format release integration debug tsan tidy lab)
scripts/setup.sh --all

say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
sources() { git ls-files '*.cpp' '*.h'; }
tests() { ctest --preset release --output-on-failure -L "$1" "${@:2}"; }

step_format() { sources | xargs clang-format --dry-run -Werror; }
step_release() { scripts/build.sh release && tests unit -j "$(nproc)"; }
step_integration() { scripts/build.sh release && tests integration; }
step_debug() { scripts/build.sh debug sriov-unit-tests && ctest --preset debug -j "$(nproc)"; }
step_tsan() { scripts/build.sh tsan sriov-unit-tests && ctest --preset tsan -j "$(nproc)"; }
step_tidy() {
  scripts/build.sh release
  git ls-files '*.cpp' | grep -vE '^tests/|^gui/' | xargs -P "$(nproc)" -n 4 clang-tidy -p build/release --quiet
}
# A guest of the emulated machine dies now and then of an emulator's fault (docs/user-guide.md): one more try is allowed.
step_lab() {
  scripts/build.sh release
  build/release/cli/sriov-bench lab build --hypervisor source
  tests lab --repeat until-pass:2
}

for step in "${steps[@]}"; do
  declare -F "step_$step" >/dev/null || { echo "test.sh: no step '$step'" >&2; exit 2; }
  say "$step"
  "step_$step"
done
say "all steps passed: ${steps[*]}"
