// What is measured: metrics declared as data, series that carry labels.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sriov {

/// How values of a metric relate over time.
enum class MetricKind {
  counter,  ///< Rises from an unknown start; stored raw, rates are computed by the analyzers.
  gauge,    ///< A level at the instant of the sample.
};

[[nodiscard]] std::string_view to_string(MetricKind kind);

/// One thing that can be measured. Collectors declare constexpr arrays of these; docs/metrics.md is made from them.
struct Metric {
  std::string_view name;  ///< Dotted, collector first: "netdev.rx_bytes".
  std::string_view unit;  ///< "bytes", "packets", "ns", "interrupts", "count".
  MetricKind kind;
  std::string_view labels;  ///< Label names a series of it carries, comma separated: "device".
  std::string_view help;    ///< One sentence: what it counts, from whose point of view.
  std::string_view source;  ///< Where the number comes from: a kernel file, a library call.
};

/// Label names and values, sorted by name.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// The value of `name` in `labels`, or "" when it is not there.
[[nodiscard]] std::string_view label(const Labels& labels, std::string_view name);
/// Sorts by name; later duplicates win.
[[nodiscard]] Labels sorted(Labels labels);
/// "a=1,b=2": a stable key and what tables print.
[[nodiscard]] std::string to_string(const Labels& labels);

/// A metric with its labels: one column of samples.
struct Series {
  std::string metric;  ///< Metric::name.
  std::string unit;    ///< Metric::unit.
  MetricKind kind = MetricKind::counter;
  Labels labels;  ///< Sorted. The endpoint is not a label here: it belongs to the block.

  friend bool operator==(const Series&, const Series&) = default;
};

}  // namespace sriov
