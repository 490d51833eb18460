#!/usr/bin/env bash
# From a fresh Debian 12 or 13 to the comparison of vf, netfront and emulated in the emulated Xen lab.
# Installs what that takes, builds the tool and its agents (scripts/build.sh alone builds window and tests, too), builds
# the lab's image (once), boots it, runs the trials, prints the table and says where the CSV files are. Safe to run twice.
# Arguments are passed on to `sriov-bench run`.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/build.sh release sriov-bench sriov-bench-agent sriov-bench-agent-xen
exec build/release/cli/sriov-bench run configs/experiments/smoke.toml --testbed lab "$@"
