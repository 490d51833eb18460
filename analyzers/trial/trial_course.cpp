#include "analyzers/trial/trial_course.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/drift.h"
#include "analyzers/stats/steady_state.h"
#include "analyzers/trial/clock_alignment.h"
#include "analyzers/trial/counter.h"
#include "analyzers/trial/window_rates.h"

namespace sriov {
namespace {

constexpr double kPercent = 100;

/// Rates of the device at the guest's end that carried most of the lane's payload.
RowRises rates_of_lane(const TrialRecord& trial, const WindowRates& rates, const Lane& lane) {
  RowRises most;
  for (const SampleBlock& block : trial.blocks)
    for (const Carrier& carrier : lane.carriers) {
      if (!carrier.must_carry || carrier.endpoint != block.endpoint || !carrier.endpoint.starts_with("guest")) continue;
      auto found = rates.of(block, [&](const Series& series) -> std::string {
        const bool is_it = series.metric == carrier.metric && label(series.labels, "device") == carrier.device;
        return is_it ? carrier.device : "";
      });
      for (auto& [device, rises] : found)
        if (most.rise.empty() || rises.total() > most.total()) most = std::move(rises);
    }
  return most;
}

void look_at_lane(const RowRises& rises, std::size_t lanes, TrialCourse& out) {
  const std::vector<double> per_s = rises.rates();
  if (const auto part = stats::settling(per_s)) {
    const double seconds = rises.at_s[part->index - 1] - rises.at_s.front() + rises.seconds.front();
    if (!out.settling || std::abs(part->percent) > std::abs(out.settling->percent))
      out.settling = SettlingPart{seconds, part->percent};
  }
  const auto drift = stats::drift(per_s);
  if (!drift || !std::isfinite(drift->percent_of_mean)) return;
  const double p_value = std::min(1.0, drift->p_value * static_cast<double>(lanes));
  if (!out.drift || p_value < out.drift->p_value) out.drift = DriftOfTrial{drift->percent_of_mean, p_value};
}

void look_at_rates(const TrialRecord& trial, const WindowRates& rates, TrialCourse& out) {
  const std::size_t lanes = trial.setup.lanes.size();
  out.rates = std::numeric_limits<std::size_t>::max();
  for (const Lane& lane : trial.setup.lanes) {
    const RowRises rises = rates_of_lane(trial, rates, lane);
    out.rates = std::min(out.rates, rises.rise.size());
    look_at_lane(rises, lanes, out);
  }
  if (lanes == 0) out.rates = 0;
  if (out.rates < stats::kFewestForSettling)
    out.why_not_steady_known =
        fmt::format("{} sampled rates in the window, {} are needed", out.rates, stats::kFewestForSettling);
}

void look_at_clocks(const TrialRecord& trial, const ClockAlignment& clocks, const CountedWindow& window,
                    TrialCourse& out) {
  if (!window.why_absent.empty()) return;
  const auto length = static_cast<double>(window.end_ns - window.begin_ns);
  for (const ClockOffset& offset : trial.clocks) {
    const std::int64_t error_ns = clocks.error_ns(offset.endpoint).value_or(0);
    if (out.worst_clock && error_ns <= out.worst_clock->error_ns) continue;
    out.worst_clock = ClockError{offset.endpoint, error_ns, kPercent * static_cast<double>(error_ns) / length};
  }
}

/// What happens to one counter between the rows [first, last).
void look_at_counter(const SampleBlock& block, std::size_t column, std::size_t first, std::size_t last,
                     TrialCourse& out) {
  const std::vector<std::int64_t>& values = block.columns[column];
  std::optional<std::size_t> before;
  bool was_reset = false;
  for (std::size_t row = first; row < last; ++row) {
    if (values[row] == kAbsent) continue;
    if (before && row > *before + 1) out.bridged += row - *before - 1;
    if (before && values[row] < values[*before]) {
      const bool wrapped = counter_rise(values[*before], values[row]).has_value();
      out.wraps += wrapped ? 1 : 0;
      was_reset = was_reset || !wrapped;
    }
    before = row;
  }
  if (!was_reset) return;
  const Series& series = block.series[column];
  const std::string labels = to_string(series.labels);
  out.resets.push_back(
      fmt::format("{} of {}{}", series.metric, block.endpoint, labels.empty() ? "" : " (" + labels + ")"));
}

void look_at_block(const SampleBlock& block, const ClockAlignment& clocks, const CountedWindow& window,
                   std::set<std::string>& backward, TrialCourse& out) {
  const std::vector<std::int64_t> instants = row_instants(block);
  if (!std::is_sorted(instants.begin(), instants.end())) {
    backward.insert(block.endpoint);
    return;
  }
  const auto from = clocks.from_controller(block.endpoint, window.begin_ns);
  const auto to = clocks.from_controller(block.endpoint, window.end_ns);
  if (!window.why_absent.empty() || !from || !to) return;
  // The rows around both ends are read as well: rises are interpolated from them.
  const auto after = std::upper_bound(instants.begin(), instants.end(), *from);
  const auto end = std::lower_bound(instants.begin(), instants.end(), *to);
  const auto first = static_cast<std::size_t>((after == instants.begin() ? after : after - 1) - instants.begin());
  const auto last = static_cast<std::size_t>((end == instants.end() ? end : end + 1) - instants.begin());
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (block.series[i].kind == MetricKind::counter) look_at_counter(block, i, first, last, out);
}

}  // namespace

std::optional<SampleGap> sample_gap(std::span<const double> instants_s, double begin_s, double end_s) {
  constexpr double kFactor = 5;
  constexpr double kLeastS = 0.2;
  std::vector<double> steps;
  for (std::size_t i = 1; i < instants_s.size(); ++i) steps.push_back(instants_s[i] - instants_s[i - 1]);
  if (steps.size() < 3) return std::nullopt;
  const double usual = stats::median(steps);
  std::optional<SampleGap> longest;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool reaches_in = instants_s[i + 1] > begin_s && instants_s[i] < end_s;
    if (!reaches_in || steps[i] < kLeastS || steps[i] < kFactor * usual) continue;
    if (!longest || steps[i] > longest->seconds) longest = SampleGap{"", instants_s[i], steps[i], usual};
  }
  return longest;
}

TrialCourse trial_course(const TrialRecord& trial) {
  TrialCourse out;
  const WindowRates rates(trial);
  look_at_rates(trial, rates, out);
  const ClockAlignment clocks(trial.clocks);
  const CountedWindow window = counted_window(trial, clocks);
  look_at_clocks(trial, clocks, window, out);
  std::set<std::string> backward;
  std::set<std::string> looped;
  for (const SampleBlock& block : trial.blocks) {
    look_at_block(block, clocks, window, backward, out);
    // All collectors of an endpoint are read in one loop: one of them tells where it stood still.
    if (!looped.insert(block.endpoint).second) continue;
    auto gap = sample_gap(rates.instants_s(block), rates.window_begin_s(), rates.window_end_s());
    if (!gap || (out.gap && gap->seconds <= out.gap->seconds)) continue;
    out.gap = std::move(gap);
    out.gap->endpoint = block.endpoint;
  }
  out.clocks_backward.assign(backward.begin(), backward.end());
  return out;
}

}  // namespace sriov
