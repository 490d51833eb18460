# From samples.csv: how much a counter rose in each trial, summed over its time series.
# Variables: path, workload, endpoint, metric, and key=value filters on columns: column, value (optional).
# Prints the sum over trials.
BEGIN { FS = "," }
NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
$at["path"] == path && $at["workload"] == workload && $at["endpoint"] == endpoint && $at["metric"] == metric &&
(column == "" || $at[column] == value) {
  series = $0
  sub(/,[^,]*,[^,]*,[^,]*$/, "", series)  # Without time, value and the label of emulation.
  if (!(series in first)) first[series] = $at["value"]
  last[series] = $at["value"]
}
END { for (series in first) sum += last[series] - first[series]; printf "%.0f\n", sum }
