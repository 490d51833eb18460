# From samples.csv: whether busy time is what domains were charged and the rest, in every sample of dom0's xen collector.
# Prints the number of samples, how many break it, and the largest share of busy time that is unattributed, in percent.
BEGIN { FS = "," }
NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
$at["collector"] != "xen" { next }
{ sample = $at["trial"] "," $at["attempt"] "," $at["time_s"] }
$at["metric"] == "xen.busy_time" { busy[sample] = $at["value"] }
$at["metric"] == "xen.unattributed_time" { rest[sample] = $at["value"] }
$at["metric"] == "xen.domain_cpu_time" {
  domain = $at["trial"] "," $at["attempt"] "," $at["domid"]
  if (!(domain in first)) first[domain] = $at["value"]
  charged[sample] += $at["value"] - first[domain]
}
END {
  for (sample in busy) {
    ++samples
    if (busy[sample] - charged[sample] - rest[sample] != 0) ++broken
    share = busy[sample] > 1e9 ? 100 * rest[sample] / busy[sample] : 0  # Of less than a second nothing can be said.
    if (share < 0) share = -share
    if (share > largest) largest = share
  }
  printf "%d %d %d\n", samples, broken, largest
}
