#include "analyzers/strips/strip_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzers/trial/counter.h"

namespace sriov {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// One row of a block, beside the one before: of the same block, or the last of the block before.
struct Step {
  const SampleBlock& block;
  std::size_t row;
  const std::vector<std::int64_t>& last;
  double seconds;

  [[nodiscard]] std::int64_t before(std::size_t column) const {
    return row > 0 ? block.columns[column][row - 1] : last[column];
  }
};

/// What one column adds to a sum over the step; NaN when that cannot be known. A series that is not there adds nothing.
double part_of(const Step& step, std::size_t column) {
  const std::int64_t now = step.block.columns[column][step.row];
  if (step.block.series[column].kind == MetricKind::gauge) return now == kAbsent ? kUnknown : static_cast<double>(now);
  const std::int64_t before = step.before(column);
  if (now == kAbsent && before == kAbsent) return 0;
  if (now == kAbsent || before == kAbsent) return kUnknown;
  const auto rise = counter_rise(before, now);
  return rise ? static_cast<double>(*rise) : kUnknown;
}

double sum_of(const Step& step, const std::vector<std::size_t>& columns) {
  double sum = 0;
  bool any = false;
  for (const std::size_t column : columns) {
    sum += part_of(step, column);
    any = any || step.block.columns[column][step.row] != kAbsent;
  }
  return any ? sum : kUnknown;
}

double value_of(const Step& step, const StripPlan& plan, const StripCurve& curve) {
  const double sum = sum_of(step, curve.columns);
  if (!curve.over.empty()) {
    const double over = sum_of(step, curve.over);
    return over > 0 ? sum / over * plan.scale : kUnknown;
  }
  const bool is_level = step.block.series[curve.columns.front()].kind == MetricKind::gauge;
  return is_level ? sum * plan.scale : sum / step.seconds * plan.scale;
}

/// The place of a curve in a strip; a new one was not known until now.
std::size_t place_of(Strip& strip, const std::string& name) {
  const auto found = std::find(strip.names.begin(), strip.names.end(), name);
  if (found != strip.names.end()) return static_cast<std::size_t>(found - strip.names.begin());
  strip.names.push_back(name);
  strip.values.emplace_back(strip.instants_ns.size(), kUnknown);
  return strip.names.size() - 1;
}

std::vector<std::int64_t> row_of(const SampleBlock& block, std::size_t row) {
  std::vector<std::int64_t> values;
  values.reserve(block.columns.size());
  for (const auto& column : block.columns) values.push_back(column[row]);
  return values;
}

}  // namespace

StripBuilder::StripBuilder(ToAxis to_axis) : to_axis_(std::move(to_axis)) {
  const auto& registry = Registry<StripSource>::instance();
  for (const std::string& name : registry.names()) sources_.push_back({name, registry.make(name)});
}

void StripBuilder::append(const SampleBlock& block) {
  std::vector<std::int64_t> instants;
  for (const std::int64_t instant : row_instants(block))
    if (const auto on_axis = to_axis_(block.endpoint, instant)) instants.push_back(*on_axis);
  if (instants.empty() || instants.size() != block.rows()) return;
  for (const Source& source : sources_) append(source, block, instants);
}

void StripBuilder::append(const Source& source, const SampleBlock& block, const std::vector<std::int64_t>& instants) {
  const Key key{source.source->place(), block.endpoint, source.kind, block.collector};
  auto found = making_.find(key);
  if (found == making_.end() || found->second.series != block.series) {
    StripPlan plan = source.source->plan(block);
    if (plan.curves.empty()) return;
    Making& making = making_[key];
    Strip& strip = making.strip;
    strip.kind = source.kind;
    strip.place = source.source->place();
    strip.endpoint = block.endpoint;
    strip.title = plan.title;
    strip.unit = plan.unit;
    strip.is_stacked = plan.is_stacked;
    making.plan = std::move(plan);
    making.series = block.series;
    making.last.clear();  // Of other columns.
    found = making_.find(key);
  }
  Making& making = found->second;
  std::vector<std::size_t> places;
  for (const StripCurve& curve : making.plan.curves) places.push_back(place_of(making.strip, curve.name));
  for (std::size_t row = 0; row < instants.size(); ++row) {
    if ((row > 0 || !making.last.empty()) && instants[row] > making.last_ns) {
      const Step step{block, row, making.last, static_cast<double>(instants[row] - making.last_ns) / 1e9};
      making.strip.instants_ns.push_back(making.last_ns + (instants[row] - making.last_ns) / 2);
      for (auto& values : making.strip.values) values.push_back(kUnknown);
      for (std::size_t i = 0; i < places.size(); ++i)
        making.strip.values[places[i]].back() = value_of(step, making.plan, making.plan.curves[i]);
    }
    making.last_ns = instants[row];
  }
  making.last = row_of(block, instants.size() - 1);
}

void StripBuilder::break_off(std::int64_t at_ns) {
  for (auto& [key, making] : making_) {
    making.last.clear();
    if (at_ns <= making.last_ns) continue;
    making.strip.instants_ns.push_back(at_ns);
    for (auto& values : making.strip.values) values.push_back(kUnknown);
    making.last_ns = at_ns;
  }
}

std::vector<Strip> StripBuilder::take() {
  std::vector<Strip> out;
  for (auto& [key, making] : making_) {
    out.push_back(making.strip);
    making.strip.instants_ns.clear();
    for (auto& values : making.strip.values) values.clear();
  }
  return out;
}

std::vector<Strip> strips_of(const std::vector<SampleBlock>& blocks, const ClockAlignment& clocks) {
  StripBuilder builder(
      [&](const std::string& endpoint, std::int64_t ns) { return clocks.to_controller(endpoint, ns); });
  for (const SampleBlock& block : blocks) builder.append(block);
  return builder.take();
}

}  // namespace sriov
