#include "analyzers/trial/counter.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace sriov {
namespace {

constexpr std::int64_t kTwoTo32 = std::int64_t{1} << 32;
constexpr std::int64_t kQuarter = kTwoTo32 / 4;

using Status = CounterIncrease::Status;

struct Presence {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::optional<Presence> find_presence(std::span<const std::int64_t> values) {
  const auto known = [](std::int64_t value) { return value != kAbsent; };
  const auto first = std::find_if(values.begin(), values.end(), known);
  if (first == values.end()) return std::nullopt;
  const auto last = std::find_if(values.rbegin(), values.rend(), known);
  return Presence{static_cast<std::size_t>(first - values.begin()), static_cast<std::size_t>(values.rend() - last) - 1};
}

/// The part of `rise_between`, which happened evenly between two instants, that falls into [from, to].
double share_inside(std::int64_t begin, std::int64_t end, std::int64_t rise_between, std::int64_t from,
                    std::int64_t to) {
  if (end <= begin) return begin >= from && end <= to ? static_cast<double>(rise_between) : 0;
  const std::int64_t inside = std::min(end, to) - std::max(begin, from);
  if (inside <= 0) return 0;
  return static_cast<double>(rise_between) * static_cast<double>(inside) / static_cast<double>(end - begin);
}

}  // namespace

std::optional<std::int64_t> counter_rise(std::int64_t before, std::int64_t after) {
  if (after >= before) {
    std::int64_t rise = 0;  // Of damaged values it may not fit.
    return __builtin_sub_overflow(after, before, &rise) ? std::nullopt : std::optional(rise);
  }
  const bool wrapped = before < kTwoTo32 && before >= kTwoTo32 - kQuarter && after >= 0 && after < kQuarter;
  if (wrapped) return after + kTwoTo32 - before;
  return std::nullopt;
}

std::vector<std::int64_t> row_instants(const SampleBlock& block) {
  std::vector<std::int64_t> instants(block.rows());
  for (std::size_t i = 0; i < block.rows(); ++i) instants[i] = std::midpoint(block.begin_ns[i], block.end_ns[i]);
  return instants;
}

CounterIncrease counter_increase(std::span<const std::int64_t> instants, std::span<const std::int64_t> values,
                                 std::int64_t from_ns, std::int64_t to_ns, bool partial) {
  const auto presence = find_presence(values);
  if (!presence) return {Status::never_present, 0};
  if (partial) {
    from_ns = std::max(from_ns, instants[presence->first]);
    to_ns = std::min(to_ns, instants[presence->last]);
    if (to_ns < from_ns) return {Status::known, 0};
  }
  if (from_ns < instants[presence->first] || to_ns > instants[presence->last] || to_ns < from_ns)
    return {Status::not_covered, 0};
  double total = 0;
  // Instants ascend, so what ended before the window is passed over in one step; from the last value before it on.
  const auto after = std::upper_bound(instants.begin() + static_cast<std::ptrdiff_t>(presence->first),
                                      instants.begin() + static_cast<std::ptrdiff_t>(presence->last) + 1, from_ns);
  // Never before the first value, also where a clock went back and instants do not ascend.
  auto before = std::max(static_cast<std::size_t>(after - instants.begin()), presence->first + 1) - 1;
  while (values[before] == kAbsent) --before;
  for (std::size_t i = before + 1; i <= presence->last && instants[before] < to_ns; ++i) {
    if (values[i] == kAbsent) continue;
    if (instants[i] > from_ns) {
      const auto risen = counter_rise(values[before], values[i]);
      if (!risen) return {Status::reset, 0};
      total += share_inside(instants[before], instants[i], *risen, from_ns, to_ns);
    }
    before = i;
  }
  return {Status::known, total};
}

std::optional<double> increase(const SampleBlock& block, std::size_t column, std::int64_t from_ns, std::int64_t to_ns) {
  if (column >= block.columns.size() || block.columns[column].size() != block.rows()) return std::nullopt;
  const CounterIncrease result = counter_increase(row_instants(block), block.columns[column], from_ns, to_ns);
  if (result.status != Status::known) return std::nullopt;
  return result.value;
}

}  // namespace sriov
