#!/usr/bin/env bash
# Configures and builds one preset. Usage: scripts/build.sh [release|debug|tsan] [TARGET …]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
targets=("${@:2}")
mkdir -p build
cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log" >&2; exit 1; }
cmake --build --preset "$preset" -j "$(nproc)" ${targets:+--target "${targets[@]}"}
