#include "analyzers/strips/workload_strips.h"

#include <array>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/time.h"

namespace sriov {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr int kGoodputPlace = 33;
constexpr int kLatencyPlace = 60;
constexpr std::array<std::pair<double, const char*>, 3> kQuantiles{{{0.5, "p50"}, {0.9, "p90"}, {0.99, "p99"}}};

/// The middle of an interval on the controller's clock.
std::optional<std::int64_t> middle(const WorkloadInterval& interval, const std::string& endpoint,
                                   const ClockAlignment& clocks) {
  return clocks.to_controller(endpoint, interval.begin_ns + (interval.end_ns - interval.begin_ns) / 2);
}

Strip strip_of(const EndpointReport& report, const char* kind, int place, std::string title, std::string unit) {
  Strip strip;
  strip.kind = fmt::format("{}-{}", kind, report.lane + 1);
  strip.place = place;
  strip.endpoint = report.endpoint;
  strip.title = fmt::format("{}, lane {}", title, report.lane + 1);
  strip.unit = std::move(unit);
  return strip;
}

Strip goodput(const EndpointReport& report, const std::vector<WorkloadInterval>& intervals,
              const ClockAlignment& clocks) {
  Strip strip = strip_of(report, "goodput", kGoodputPlace, "Goodput of the workload", "Mbit/s");
  strip.names = {"received", "sent"};
  strip.values.resize(2);
  for (const WorkloadInterval& interval : intervals) {
    const auto at = middle(interval, report.endpoint, clocks);
    if (!at || interval.end_ns <= interval.begin_ns) continue;
    strip.instants_ns.push_back(*at);
    const double megabits_per_byte = 8e3 / static_cast<double>(interval.end_ns - interval.begin_ns);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto bytes = interval.measure(i == 0 ? "bytes_received" : "bytes_sent");
      strip.values[i].push_back(bytes ? *bytes * megabits_per_byte : kUnknown);
    }
  }
  return strip;
}

Strip latency(const EndpointReport& report, const std::vector<WorkloadInterval>& intervals,
              const ClockAlignment& clocks) {
  Strip strip = strip_of(report, "latency", kLatencyPlace, "Latency of requests", "µs");
  strip.values.resize(kQuantiles.size());
  for (const auto& [quantile, name] : kQuantiles) strip.names.emplace_back(name);
  for (const WorkloadInterval& interval : intervals) {
    const auto at = middle(interval, report.endpoint, clocks);
    if (!at || !interval.latency_ns || interval.latency_ns->words().empty()) continue;
    const Histogram histogram = interval.latency_ns->unpack();
    strip.instants_ns.push_back(*at);
    for (std::size_t i = 0; i < kQuantiles.size(); ++i)
      strip.values[i].push_back(static_cast<double>(histogram.quantile(kQuantiles[i].first)) / kNsPerUs);
  }
  return strip;
}

}  // namespace

std::vector<Strip> workload_strips(const TrialRecord& trial,
                                   const std::vector<std::vector<WorkloadInterval>>& intervals) {
  const ClockAlignment clocks(trial.clocks);
  std::vector<Strip> out;
  for (std::size_t i = 0; i < trial.reports.size() && i < intervals.size(); ++i) {
    for (const Strip& strip :
         std::array{goodput(trial.reports[i], intervals[i], clocks), latency(trial.reports[i], intervals[i], clocks)})
      if (!strip.instants_ns.empty()) out.push_back(strip);
  }
  return out;
}

}  // namespace sriov
