#include "analyzers/trial/window_rates.h"

#include <algorithm>
#include <numeric>

#include "analyzers/trial/counter.h"
#include "core/time.h"

namespace sriov {
namespace {}  // namespace

double RowRises::total() const { return std::accumulate(rise.begin(), rise.end(), 0.0); }
double RowRises::duration_s() const { return std::accumulate(seconds.begin(), seconds.end(), 0.0); }

std::vector<double> RowRises::rates() const {
  std::vector<double> out;
  for (std::size_t i = 0; i < rise.size(); ++i) out.push_back(rise[i] / seconds[i]);
  return out;
}

std::size_t RowRises::worst() const {
  const std::vector<double> all = rates();
  return static_cast<std::size_t>(std::max_element(all.begin(), all.end()) - all.begin());
}

WindowRates::WindowRates(const TrialRecord& trial)
    : trial_(&trial), clocks_(trial.clocks), window_(counted_window(trial, clocks_)) {}

WindowRates::Span WindowRates::rows_in_window(const SampleBlock& block, std::vector<double>& at_s) const {
  if (!window_.why_absent.empty()) return {};
  Span span;
  const std::vector<std::int64_t> instants = row_instants(block);
  for (std::size_t row = 0; row < instants.size(); ++row) {
    const auto controller = clocks_.to_controller(block.endpoint, instants[row]);
    if (!controller) {
      at_s.clear();
      return {};
    }
    at_s.push_back(static_cast<double>(*controller - trial_->begin_ns) / kNsPerSecond);
    if (*controller < window_.begin_ns) span.first = row + 1;
    if (*controller <= window_.end_ns) span.last = row + 1;
  }
  return span;
}

std::vector<double> WindowRates::instants_s(const SampleBlock& block) const {
  std::vector<double> at_s;
  (void)rows_in_window(block, at_s);
  return at_s;
}

double WindowRates::window_begin_s() const {
  return window_.why_absent.empty() ? static_cast<double>(window_.begin_ns - trial_->begin_ns) / kNsPerSecond : 0;
}

double WindowRates::window_end_s() const {
  return window_.why_absent.empty() ? static_cast<double>(window_.end_ns - trial_->begin_ns) / kNsPerSecond : 0;
}

RowValues WindowRates::highest(const SampleBlock& block, std::string_view metric) const {
  std::vector<double> at_s;
  const Span span = rows_in_window(block, at_s);
  RowValues out;
  for (std::size_t row = span.first; row < span.last; ++row) {
    std::int64_t most = kAbsent;  // The least of all values.
    for (std::size_t i = 0; i < block.series.size(); ++i)
      if (block.series[i].metric == metric) most = std::max(most, block.columns[i][row]);
    if (most == kAbsent) continue;
    out.at_s.push_back(at_s[row]);
    out.values.push_back(static_cast<double>(most));
  }
  return out;
}

std::map<std::string, RowRises> WindowRates::of(const SampleBlock& block, const SeriesKey& key) const {
  std::map<std::string, std::vector<std::size_t>> columns;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (std::string name = key(block.series[i]); !name.empty()) columns[std::move(name)].push_back(i);
  std::map<std::string, RowRises> out;
  if (columns.empty()) return out;
  std::vector<double> at_s;
  const Span span = rows_in_window(block, at_s);
  for (const auto& [name, members] : columns) {
    RowRises& rises = out[name];
    for (std::size_t row = span.first + 1; row < span.last; ++row) {
      double sum = 0;
      bool known = at_s[row] > at_s[row - 1];
      for (const std::size_t column : members) {
        const std::int64_t before = block.columns[column][row - 1];
        const std::int64_t after = block.columns[column][row];
        const bool has_both = before != kAbsent && after != kAbsent;
        const auto rise = has_both ? counter_rise(before, after) : std::nullopt;
        if (has_both && !rise) ++rises.resets;
        known = known && rise.has_value();
        sum += static_cast<double>(rise.value_or(0));
      }
      if (!known) continue;
      rises.at_s.push_back(at_s[row]);
      rises.seconds.push_back(at_s[row] - at_s[row - 1]);
      rises.rise.push_back(sum);
    }
  }
  return out;
}

}  // namespace sriov
