#!/bin/bash
# tcp_stream against iperf3, alternating, between two network namespaces joined by a veth pair.
#
#   tests/bench/compare_iperf3.sh [build/release/tests/bench/sriov-workload-driver] [rounds] [seconds] [message]
#
# Needs root and iperf3. Prints throughput and CPU (both sides, user + system) per round, and the ratios of the medians.
# Both tools send `message` bytes a call with default socket buffers. CPU is that of the whole processes, by times(1)'s
# accounting in bash's TIMEFORMAT, so both are measured by the same ruler; it does not include softirq work done on
# behalf of other processes, which falls on whoever is running.
set -euo pipefail

driver=${1:-build/release/tests/bench/sriov-workload-driver}
rounds=${2:-5}
seconds=${3:-3}
message=${4:-128k}
work=$(mktemp -d)

# Namespaces live with these two processes, so nothing is left behind.
unshare --net sleep infinity & client_ns=$!
unshare --net sleep infinity & server_ns=$!
trap 'kill $client_ns $server_ns 2>/dev/null; rm -rf "$work"' EXIT
for pid in $client_ns $server_ns; do
  until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
done
in_client() { nsenter --net=/proc/$client_ns/ns/net -- "$@"; }
in_server() { nsenter --net=/proc/$server_ns/ns/net -- "$@"; }
ip link add cmp0 netns $client_ns type veth peer name cmp1 netns $server_ns
in_client ip addr add 10.99.0.1/24 dev cmp0
in_client ip link set cmp0 up
in_server ip addr add 10.99.0.2/24 dev cmp1
in_server ip link set cmp1 up

TIMEFORMAT='%U %S'
# timed NAME COMMAND…: its output in $work/NAME.out, its CPU seconds in $work/NAME.cpu
timed() {
  local name=$1
  shift
  { time "$@" >"$work/$name.out" 2>"$work/$name.err"; } 2>"$work/$name.cpu"
}
cpu_seconds() { awk '{s += $1 + $2} END {printf "%.3f", s}' "$work/server.cpu" "$work/client.cpu"; }
wait_for_port() { until [ -n "$(in_server ss -Hltn "sport = :$1")" ]; do sleep 0.05; done; }

# Each prints: bytes received over the run, length in s, CPU s.
run_ours() {
  timed server in_server "$driver" server tcp_stream bind=10.99.0.2 port=5301 message_bytes="$message" & local server=$!
  wait_for_port 5301
  timed client in_client "$driver" client tcp_stream address=10.99.0.2 port=5301 message_bytes="$message" \
    duration="${seconds}s"
  wait $server
  awk -v cpu="$(cpu_seconds)" '/^total_bytes_received/ {b = $2} /^window_ns/ {t = $2 / 1e9} END {print b, t, cpu}' \
    "$work/server.out"
}
run_iperf3() {
  timed server in_server iperf3 -s -1 -B 10.99.0.2 -p 5302 & local server=$!
  wait_for_port 5302
  timed client in_client iperf3 -c 10.99.0.2 -p 5302 -l "$message" -t "$seconds" -J
  wait $server
  python3 - "$work/client.out" "$(cpu_seconds)" <<'PY'
import json, sys
received = json.load(open(sys.argv[1]))["end"]["sum_received"]
print(received["bytes"], received["seconds"], sys.argv[2])
PY
}

for round in $(seq "$rounds"); do
  for tool in ours iperf3; do
    run_$tool | awk -v tool=$tool -v round="$round" \
      '{printf "%d %s %.3f %.4f\n", round, tool, $1 * 8 / $2 / 1e9, $3 / ($1 / 1e9)}' | tee -a "$work/rows"
  done
done
python3 - "$work/rows" <<'PY'
import statistics, sys
rows = [line.split() for line in open(sys.argv[1])]
median = lambda tool, column: statistics.median(float(row[column]) for row in rows if row[1] == tool)
for label, column in (("throughput Gbit/s", 2), ("CPU s per GB, both sides", 3)):
    ours, theirs = median("ours", column), median("iperf3", column)
    print(f"{label}: ours {ours:.3f}, iperf3 {theirs:.3f}, ratio {ours / theirs:.3f}")
PY
