// What is measured: metrics declared as data, series that carry labels.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
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

/// Metric::apart of a metric that declares none: all its labels but those that number parts of a whole (cpu, vcpu,
/// pcpu, queue). A sum over a label that nobody has thought about may count things twice.
inline constexpr std::string_view kApartByDefault = "*";

/// One thing that can be measured. Collectors declare constexpr arrays of these; docs/metrics.md is made from them.
struct Metric {
  std::string_view name;  ///< Dotted, collector first: "netdev.rx_bytes".
  std::string_view unit;  ///< "bytes", "packets", "ns", "interrupts", "count".
  MetricKind kind;
  std::string_view labels;  ///< Label names a series of it carries, comma separated: "device".
  std::string_view help;    ///< One sentence: what it counts, from whose point of view.
  std::string_view source;  ///< Where the number comes from: a kernel file, a library call.
  /// Labels that tell its series apart, comma separated; nothing is summed over them. A sum would count twice ("mode":
  /// user time contains guest time) or hide what is of interest ("domain").
  std::string_view apart = kApartByDefault;
};

/// Whether `name` is one of a comma separated list.
[[nodiscard]] constexpr bool is_listed(std::string_view list, std::string_view name) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = list.substr(begin).find(',');
    const std::string_view one = list.substr(begin, end);
    if (one == name) return true;
    if (end == std::string_view::npos) return false;
    begin += end + 1;
  }
  return false;
}

/// The same metrics; those that have this label are told apart by it alone.
template <std::size_t count>
[[nodiscard]] constexpr std::array<Metric, count> told_apart_by(std::string_view label_name,
                                                                std::array<Metric, count> metrics) {
  for (Metric& metric : metrics)
    if (is_listed(metric.labels, label_name)) metric.apart = label_name;
  return metrics;
}

/// Metric::apart, what holds by default worked out.
[[nodiscard]] std::string apart_labels(const Metric& metric);

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
  Labels labels;                          ///< Sorted. The endpoint is not a label here: it belongs to the block.
  std::optional<std::string> apart = {};  ///< apart_labels() of the metric; builds before it kept none.

  friend bool operator==(const Series&, const Series&) = default;
};

/// The labels that series have in common which may be summed, sorted: {"mode": "user"}. Whoever adds up series of a
/// metric without knowing what it means adds up those with the same ones.
[[nodiscard]] Labels sum_group(const Series& series);

}  // namespace sriov
