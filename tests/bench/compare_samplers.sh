#!/bin/bash
# What a sample of interrupts, soft interrupts and CPU times costs: record beside mpstat and sadc (sysstat) and, where it
# is installed, PCP's pmcd and pmlogger. All run at the same time and at the same rate.
#
#   tests/bench/compare_samplers.sh [build/release/cli/sriov-bench] [seconds] [interval in seconds]
#
# Prints CPU time (user + system, all processes of the tool) and bytes stored a sample. What starting costs is taken from
# a short run and subtracted. Needs mpstat and sadc; PCP's part needs root.
set -euo pipefail
export LC_ALL=C

bench=${1:-build/release/cli/sriov-bench}
seconds=${2:-60}
interval=${3:-1}
short=3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sadc=$(command -v sadc || echo /usr/lib/sysstat/sadc)
TIMEFORMAT='%U %S'

# timed NAME COMMAND…: CPU seconds in $work/NAME.cpu, output thrown away
timed() {
  local name=$1
  shift
  { time "$@" >/dev/null 2>"$work/$name.err"; } 2>"$work/$name.cpu"
}
record() { # NAME SECONDS COLLECTORS
  timed "$1" "$bench" record --collectors "$3" --interval "${interval}s" --duration "${2}s" -o "$work/$1"
}
cpu_of() { awk '{ s += $1 + $2 } END { printf "%.6f", s }' "$work/$1.cpu"; }
bytes_of() { find "$work/$1"* -type f ! -name '*.cpu' ! -name '*.err' -printf '%s\n' | awk '{ s += $1 } END { print s + 0 }'; }

# daemons_cpu: CPU seconds that PCP's daemons have used; their clock ticks are coarse, so it takes a minute or so
daemons_cpu() {
  local pid ticks=0
  for pid in $(pgrep -x 'pmcd|pmdalinux'); do ticks=$((ticks + $(awk '{ print $14 + $15 }' "/proc/$pid/stat"))); done
  awk -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.6f", ticks / hz }'
}
have_pcp() { [ -n "$pmlogger" ] && pgrep -x pmcd >/dev/null; }
pmlogger=$(command -v pmlogger || ls /usr/lib/pcp/bin/pmlogger 2>/dev/null || true)
cat >"$work/pmlogger.conf" <<CONFIG
log mandatory on every $interval sec {
  kernel.percpu.interrupts
  kernel.percpu.softirqs
  kernel.percpu.cpu
}
CONFIG

round() { # LABEL SECONDS
  local count
  count=$(awk -v s="$2" -v i="$interval" 'BEGIN { print int(s / i) }')
  record "ours-$1" "$2" interrupts,softirqs,cpu &
  timed "mpstat-$1" mpstat -I ALL -P ALL "$interval" "$count" &
  timed "sadc-$1" "$sadc" -S INT "$interval" "$((count + 1))" "$work/sadc-$1.sa" &
  if have_pcp; then
    local before
    before=$(daemons_cpu)
    timed "pcp-$1" "$pmlogger" -c "$work/pmlogger.conf" -T "${2}s" -t "${interval}s" "$work/pcp-$1"
    awk -v before="$before" -v after="$(daemons_cpu)" 'BEGIN { print after - before, 0 }' >>"$work/pcp-$1.cpu"
  fi
  wait
}
round short "$short"
round long "$seconds"

printf '%-8s %14s %16s\n' tool 'CPU/sample' 'bytes/sample'
for tool in ours mpstat sadc pcp; do
  [ -s "$work/$tool-long.cpu" ] || { echo "$tool: not installed or not running"; continue; }
  awk -v tool="$tool" -v long="$(cpu_of $tool-long)" -v short="$(cpu_of $tool-short)" \
    -v bytes="$(bytes_of $tool-long)" -v less="$(bytes_of $tool-short)" \
    -v n="$(awk -v l="$seconds" -v s="$short" -v i="$interval" 'BEGIN { print (l - s) / i }')" \
    'BEGIN { printf "%-8s %11.3f ms %16s\n", tool, (long - short) / n * 1000,
             (bytes > 0) ? sprintf("%.0f", (bytes - less) / n) : "-" }'
done
