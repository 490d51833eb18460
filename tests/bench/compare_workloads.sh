#!/bin/bash
# The bundled workloads against iperf3 and sockperf, alternating, between two network namespaces joined by a veth pair.
#
#   tests/bench/compare_workloads.sh [-r ROUNDS] [-s SECONDS] [PART …]
#
# Parts: tcp_stream tcp_stream_4 udp_pps udp_pps_offloads tcp_rr udp_rr paced flows (default: all). Needs root, iperf3 and
# sockperf. Prints a line a round and tool, then the ratios of the medians, ours over theirs. CPU is that of the whole
# processes at both ends (user + system, bash's time), so all tools are measured by the same ruler; soft interrupts fall
# on whoever is running.
set -euo pipefail

driver=build/release/tests/bench/sriov-workload-driver
rounds=5 seconds=3
while getopts r:s: option; do
  case $option in
    r) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
parts=("$@")
[ "${#parts[@]}" -gt 0 ] || parts=(tcp_stream tcp_stream_4 udp_pps udp_pps_offloads tcp_rr udp_rr paced flows)
work=$(mktemp -d)

# Namespaces live with these two processes, so nothing is left behind.
unshare --net sleep infinity & client_ns=$!
unshare --net sleep infinity & server_ns=$!
trap 'kill $client_ns $server_ns 2>/dev/null || true; rm -rf "$work"' EXIT
for pid in $client_ns $server_ns; do
  until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
done
in_client() { nsenter --net=/proc/$client_ns/ns/net -- "$@"; }
in_server() { nsenter --net=/proc/$server_ns/ns/net -- "$@"; }
ip link add cmp0 netns $client_ns type veth peer name cmp1 netns $server_ns
in_client ip addr add 10.99.0.1/24 dev cmp0
in_client ip link set cmp0 up
in_client ip link set lo up
in_server ip addr add 10.99.0.2/24 dev cmp1
in_server ip link set cmp1 up
in_server ip link set lo up

TIMEFORMAT='%U %S'
# timed NAME COMMAND…: its output in $work/NAME.out, its CPU seconds in $work/NAME.cpu
timed() {
  local name=$1
  shift
  { time "$@" >"$work/$name.out" 2>"$work/$name.err"; } 2>"$work/$name.cpu"
}
cpu_seconds() { cat "$work/server.cpu" "$work/client.cpu" | awk '{s += $1 + $2} END {printf "%.3f", s}'; }
wait_for_port() { until [ -n "$(in_server ss -Hltun "sport = :$1")" ]; do sleep 0.05; done; }
value() { awk -v name="$1" '$1 == name {print $2}' "$work/$2.out"; }

# ours WORKLOAD OPTION=VALUE…: both sides of one of our workloads
ours() {
  local workload=$1
  shift
  timed server in_server "$driver" server "$workload" bind=10.99.0.2 port=5301 "$@" & local server=$!
  wait_for_port 5301
  timed client in_client "$driver" client "$workload" address=10.99.0.2 port=5301 duration="${seconds}s" "$@"
  wait $server
}
# iperf3 with the client's options
theirs_iperf3() {
  timed server in_server iperf3 -s -1 -B 10.99.0.2 -p 5302 -J & local server=$!
  wait_for_port 5302
  timed client in_client iperf3 -c 10.99.0.2 -p 5302 -t "$seconds" -J "$@"
  wait $server
}
# sockperf MODE OPTIONS…
theirs_sockperf() {
  local mode=$1
  shift
  in_server sh -c 'echo $$ > '"$work"'/sockperf.pid; exec sockperf server -i 10.99.0.2 -p 5303 '"$*" \
    >"$work/server.out" 2>"$work/server.err" & local server=$!
  wait_for_port 5303
  timed client in_client sockperf "$mode" -i 10.99.0.2 -p 5303 -t "$seconds" --msg-size 64 "$@"
  echo "0 $(awk '{print ($14 + $15) / 100}' "/proc/$(cat "$work/sockperf.pid")/stat")" >"$work/server.cpu"
  kill -INT "$(cat "$work/sockperf.pid")"  # It tells then how many messages came.
  wait $server || true
}
json() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$work/$1.out" "$2"; }
row() { printf '%s %s %s %s %s\n' "$part" "$round" "$@" | tee -a "$work/rows"; }  # tool metric value

bulk_rows() {  # tool, bytes received, seconds
  row "$1" Gbit/s "$(awk -v b="$2" -v t="$3" 'BEGIN {printf "%.3f", b * 8 / t / 1e9}')"
  row "$1" CPU-s/GB "$(awk -v b="$2" -v c="$(cpu_seconds)" 'BEGIN {printf "%.4f", c / (b / 1e9)}')"
}
run_tcp() {  # streams
  ours tcp_stream message_bytes=128k streams="$1"
  bulk_rows ours "$(value total_bytes_received server)" "$(awk -v n="$(value window_ns server)" 'BEGIN {print n / 1e9}')"
  theirs_iperf3 -l 128k -P "$1"
  bulk_rows iperf3 "$(json client 'd["end"]["sum_received"]["bytes"]')" "$(json client 'd["end"]["sum_received"]["seconds"]')"
}
run_tcp_stream() { run_tcp 1; }
run_tcp_stream_4() { run_tcp 4; }

pps_row() { row "$1" datagrams/s "$2"; }
run_udp() {  # our options
  ours udp_pps message_bytes=64 "$@"
  pps_row ours "$(value datagrams_received_per_s server)"
  theirs_iperf3 -u -b 0 -l 64
  pps_row iperf3 "$(json server '(lambda s: (s["packets"] - s["lost_packets"]) / s["seconds"])(d["end"]["sum"])')"
  theirs_sockperf throughput
  pps_row sockperf "$(awk -v t="$seconds" '/Total [0-9]+ messages received/ {printf "%.0f", $3 / t}' "$work/server.out")"
}
run_udp_pps() { run_udp; }
run_udp_pps_offloads() { run_udp gso=true gro=true; }

rr_rows() { row "$1" transactions/s "$2"; row "$1" p50-us "$3"; }
run_rr() {  # our workload, sockperf's option
  ours "$1" message_bytes=64
  rr_rows ours "$(value transactions_per_s client)" "$(awk '$1 == "latency_p50_ns" {print $2 / 1000}' "$work/client.out")"
  theirs_sockperf ping-pong ${2:+"$2"}
  # sockperf's percentiles are of half a round trip.
  rr_rows sockperf "$(grep -oE 'ReceivedMessages=[0-9]+' "$work/client.out" | head -2 | tail -1 | cut -d= -f2 |
    awk -v t="$(grep -oE 'RunTime=[0-9.]+' "$work/client.out" | tail -1 | cut -d= -f2)" '{printf "%.0f", $1 / t}')" \
    "$(awk '/percentile 50.000/ {print 2 * $NF}' "$work/client.out")"
}
run_tcp_rr() { run_rr tcp_rr --tcp; }
run_udp_rr() { run_rr udp_rr; }

run_paced() {
  ours udp_stream message_bytes=1400 rate_bps=200M
  row ours rate-error-% "$(awk -v a="$(value rate_achieved_bps client)" 'BEGIN {printf "%.4f", (a / 200e6 - 1) * 100}')"
  row ours jitter-us "$(value jitter_us server)"
  row ours jitter-p99-us "$(value jitter_p99_us server)"
  theirs_iperf3 -u -b 200M -l 1400
  row iperf3 rate-error-% "$(awk -v a="$(json client 'd["end"]["sum"]["bits_per_second"]')" 'BEGIN {printf "%.4f", (a / 200e6 - 1) * 100}')"
  row iperf3 jitter-us "$(json server 'd["end"]["sum"]["jitter_ms"] * 1000')"
}
run_flows() {
  for flows in 100 1000; do
    ours many_flows message_bytes=1024 flows=$flows
    row "flows-$flows" Gbit/s "$(awk -v b="$(value goodput_bps server)" 'BEGIN {printf "%.3f", b / 1e9}')"
  done
}

for round in $(seq "$rounds"); do
  for part in "${parts[@]}"; do "run_$part"; done
done
python3 - "$work/rows" <<'PY'
import statistics, sys
rows = [line.split() for line in open(sys.argv[1]) if len(line.split()) == 5]
print("\nmedians")
for part, metric in dict.fromkeys((row[0], row[3]) for row in rows):
    values = {}
    for row in rows:
        if (row[0], row[3]) == (part, metric):
            values.setdefault(row[2], []).append(float(row[4]))
    medians = {tool: statistics.median(seen) for tool, seen in values.items()}
    first = next(iter(medians))
    ratios = ", ".join(f"{first}/{tool} {medians[first] / seen:.3f}" for tool, seen in medians.items() if tool != first and seen)
    print(f"{part:18} {metric:16} " + ", ".join(f"{tool} {seen:.6g}" for tool, seen in medians.items()) + f"   {ratios}")
PY
