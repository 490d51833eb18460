#include "analyzers/trial/clock_alignment.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace sriov {
namespace {

std::int64_t offset_at(const std::vector<ClockOffset>& offsets, std::int64_t controller_ns) {
  const auto after = std::find_if(offsets.begin(), offsets.end(),
                                  [&](const ClockOffset& offset) { return offset.taken_ns >= controller_ns; });
  if (after == offsets.begin()) return after->offset_ns;
  if (after == offsets.end()) return offsets.back().offset_ns;
  const ClockOffset& before = *(after - 1);
  const auto span = static_cast<double>(after->taken_ns - before.taken_ns);
  const auto passed = static_cast<double>(controller_ns - before.taken_ns);
  const auto drift = static_cast<double>(after->offset_ns - before.offset_ns);
  return before.offset_ns + static_cast<std::int64_t>(drift * passed / span);
}

}  // namespace

ClockAlignment::ClockAlignment(const std::vector<ClockOffset>& offsets) {
  for (const ClockOffset& offset : offsets) by_endpoint_[offset.endpoint].push_back(offset);
  for (auto& [endpoint, list] : by_endpoint_)
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.taken_ns < b.taken_ns; });
}

std::optional<std::int64_t> ClockAlignment::to_controller(const std::string& endpoint, std::int64_t endpoint_ns) const {
  const auto found = by_endpoint_.find(endpoint);
  if (found == by_endpoint_.end()) return std::nullopt;
  // The offset depends on the time that is sought; one correction is enough because clocks drift by ppm.
  const std::int64_t guess = endpoint_ns - found->second.front().offset_ns;
  return endpoint_ns - offset_at(found->second, guess);
}

std::optional<std::int64_t> ClockAlignment::from_controller(const std::string& endpoint,
                                                            std::int64_t controller_ns) const {
  const auto found = by_endpoint_.find(endpoint);
  if (found == by_endpoint_.end()) return std::nullopt;
  return controller_ns + offset_at(found->second, controller_ns);
}

std::optional<std::int64_t> ClockAlignment::error_ns(const std::string& endpoint) const {
  const auto found = by_endpoint_.find(endpoint);
  if (found == by_endpoint_.end()) return std::nullopt;
  return std::ranges::max(found->second, {}, &ClockOffset::error_ns).error_ns;
}

CountedWindow counted_window(const TrialRecord& trial, const ClockAlignment& clocks) {
  if (trial.reports.empty()) return {0, 0, "the workload reported nothing"};
  CountedWindow window{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), ""};
  for (const EndpointReport& entry : trial.reports) {
    const auto begin = clocks.to_controller(entry.endpoint, entry.report.window_begin_ns);
    const auto end = clocks.to_controller(entry.endpoint, entry.report.window_end_ns);
    if (!begin || !end) return {0, 0, fmt::format("the clock offset of {} was not taken", entry.endpoint)};
    window.begin_ns = std::max(window.begin_ns, *begin);
    window.end_ns = std::min(window.end_ns, *end);
  }
  if (window.end_ns <= window.begin_ns) return {0, 0, "the two sides of the workload never counted at the same time"};
  return window;
}

}  // namespace sriov
