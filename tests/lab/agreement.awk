# From samples.csv: by how much two groups of counters rose in the time that all their series cover, values between two
# rows taken on the straight line. Prints both sums.
# Variables: workload, and of each group endpoint, metric, column and value: endpoint1, metric1, column1, value1, …2.
BEGIN { FS = "," }
NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
$at["workload"] != workload || $at["value"] == "" { next }
$at["endpoint"] == endpoint1 && $at["metric"] == metric1 && (column1 == "" || $at[column1] == value1) { add(1) }
$at["endpoint"] == endpoint2 && $at["metric"] == metric2 && (column2 == "" || $at[column2] == value2) { add(2) }
function add(which,    series, i) {
  series = which
  for (i = 1; i <= NF; ++i) if (i != at["time_s"] && i != at["value"] && i != at["emulated"]) series = series "," $i
  group[series] = which
  time[series, ++rows[series]] = $at["time_s"]
  count[series, rows[series]] = $at["value"]
}
function value_at(series, when,    i, share) {
  for (i = 2; i < rows[series] && time[series, i] < when; ++i) continue
  share = (when - time[series, i - 1]) / (time[series, i] - time[series, i - 1])
  return count[series, i - 1] + share * (count[series, i] - count[series, i - 1])
}
END {
  for (series in rows) {
    which = group[series]
    if (!(which in first) || time[series, 1] < first[which]) first[which] = time[series, 1]
    if (to == "" || time[series, rows[series]] < to) to = time[series, rows[series]]
  }
  from = first[1] > first[2] ? first[1] : first[2]
  for (series in rows) {
    if (rows[series] < 2) continue
    # A series that begins later began with its first event: it was 0 before.
    sum[group[series]] += value_at(series, to) - (time[series, 1] > from ? 0 : value_at(series, from))
  }
  printf "%d %d\n", sum[1], sum[2]
}
