#include "report/text/render_recording.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/format_number.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr double kNsPerPercent = 1e7;  // 1 % of a second.
constexpr double kBitsPerByte = 8;
constexpr std::size_t kMostGroups = 6;

std::string duration_or_absent(const std::optional<std::int64_t>& ns) { return ns ? format_duration(*ns) : "absent"; }

/// "12.3 Mbit/s", "4.5 % of a CPU", "1,234 interrupts/s".
std::string value_text(const RecordedMetric& metric, double value) {
  if (metric.kind == MetricKind::gauge) {
    if (metric.unit == "ns") return format_duration(static_cast<std::int64_t>(value));
    return format_number(value) + " " + metric.unit;
  }
  if (metric.unit == "ns") return format_number(value / kNsPerPercent) + " %";
  if (metric.unit == "bytes") {
    const DisplayUnit unit = display_unit("bit/s", value * kBitsPerByte);
    return format_number(value * kBitsPerByte / unit.divisor) + " " + unit.text;
  }
  return format_number(value) + " " + metric.unit + "/s";
}

/// The labels that the group does not say already.
std::string rest_of(const Labels& labels, const Labels& group) {
  Labels rest;
  for (const auto& entry : labels)
    if (std::find(group.begin(), group.end(), entry) == group.end() && !entry.second.empty()) rest.push_back(entry);
  return to_string(rest);
}

std::string biggest_text(const RecordedMetric& metric) {
  if (metric.series < 2 || metric.biggest.empty()) return metric.resets == 0 ? "" : "it was reset";
  const SeriesMean& first = metric.biggest.front();
  std::string out = fmt::format("{}: {}", rest_of(first.labels, metric.group), value_text(metric, first.value));
  if (metric.resets != 0) out += fmt::format(" ({} resets)", metric.resets);
  return out;
}

std::string sampling_table(const RecordingSummary& summary, const TextStyle& style) {
  TextTable table({{"sampled", Align::left},
                   {"rows", Align::right},
                   {"over", Align::right},
                   {"missed", Align::right},
                   {"late p50", Align::right},
                   {"p99", Align::right},
                   {"max", Align::right}});
  for (const SamplingHealth& health : summary.endpoints)
    table.add_row({health.endpoint, std::to_string(health.rows),
                   format_duration(static_cast<std::int64_t>(health.seconds * 1e9)),
                   health.missed_deadlines ? std::to_string(*health.missed_deadlines) : "absent",
                   duration_or_absent(health.lateness_p50_ns), duration_or_absent(health.lateness_p99_ns),
                   duration_or_absent(health.lateness_max_ns)});
  return table.empty() ? "No row was sampled.\n" : table.text(style);
}

std::string ratio_table(const RecordingSummary& summary, const TextStyle& style) {
  TextTable table({{"endpoint", Align::left},
                   {"per unit of traffic", Align::left},
                   {"of", Align::left},
                   {"mean", Align::right},
                   {"traffic of", Align::left}});
  for (const RecordedRatio& ratio : summary.ratios)
    table.add_row({ratio.endpoint, ratio.ratio, ratio.of, format_number(ratio.value), ratio.against});
  return table.empty() ? "" : "\n" + table.text(style);
}

}  // namespace

std::string render_recording(const RecordingSummary& summary, const TextStyle& style) {
  TextTable table({{"endpoint", Align::left},
                   {"metric", Align::left},
                   {"of", Align::left},
                   {"mean", Align::right},
                   {"series", Align::right},
                   {"the biggest of them", Align::left}});
  std::map<std::pair<std::string, std::string>, std::size_t> listed;
  std::size_t still = 0;
  std::size_t more = 0;
  for (const RecordedMetric& metric : summary.metrics) {
    if (metric.metric.starts_with("self.")) continue;  // The first table has it.
    if (metric.value == 0 && metric.resets == 0) {
      ++still;
    } else if (++listed[{metric.endpoint, metric.metric}] > kMostGroups) {
      ++more;
    } else {
      table.add_row({metric.endpoint, metric.metric, to_string(metric.group), value_text(metric, metric.value),
                     std::to_string(metric.series), biggest_text(metric)});
    }
  }
  std::string out;
  if (summary.emulated) out = style.warning("EMULATED: times, rates and throughputs are the emulator's.") + "\n\n";
  out += sampling_table(summary, style);
  if (!table.empty()) out += "\n" + table.text(style);
  out += ratio_table(summary, style);
  if (still > 0) out += style.dim(fmt::format("  {} more did not move\n", still));
  if (more > 0)
    out += style.dim(fmt::format("  {} more moved less than the first {} of their metric\n", more, kMostGroups));
  return out;
}

}  // namespace sriov
