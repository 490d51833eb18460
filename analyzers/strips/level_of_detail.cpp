#include "analyzers/strips/level_of_detail.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sriov {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void LevelOfDetail::append(double value) {
  values_.push_back(static_cast<float>(value));
  ++size_;
  if (size_ % kGroup == 0) close_groups();
  if (keep_ > 0 && values_.size() >= 2 * keep_) forget();
}

/// Of every level whose group has become whole.
void LevelOfDetail::close_groups() {
  std::size_t group = kGroup;
  for (std::size_t level = 0; size_ % group == 0; ++level, group *= kGroup) {
    if (levels_.size() <= level) levels_.emplace_back();
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    Range range{kNan, kNan};
    for (std::size_t i = kGroup; i > 0; --i) {
      const Range part = level == 0 ? Range{values_[values_.size() - i], values_[values_.size() - i]}
                                    : levels_[level - 1][levels_[level - 1].size() - i];
      range = {std::fmin(range.low, part.low), std::fmax(range.high, part.high)};  // NaN gives way.
    }
    levels_[level].push_back(range);
  }
}

void LevelOfDetail::forget() {
  const std::size_t drop = (values_.size() - keep_) / kGroup * kGroup;
  values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(drop));
  first_kept_ += drop;
}

/// By group `index` of `level`; level 0 are the values.
void LevelOfDetail::widen(std::optional<Extent>& extent, std::size_t level, std::size_t index) const {
  const Range range =
      level == 0 ? Range{values_[index - first_kept_], values_[index - first_kept_]} : levels_[level - 1][index];
  if (std::isnan(range.low)) return;
  const auto low = static_cast<double>(range.low);
  const auto high = static_cast<double>(range.high);
  if (extent)
    *extent = {std::min(extent->low, low), std::max(extent->high, high)};
  else
    extent = Extent{low, high};
}

std::optional<Extent> LevelOfDetail::extent(std::size_t first, std::size_t last) const {
  last = std::min(last, size_);
  if (first < first_kept_) first = first / kGroup * kGroup;
  if (last < first_kept_) last = (last + kGroup - 1) / kGroup * kGroup;
  std::optional<Extent> extent;
  // Upwards through ever larger groups as far as they are whole and inside, then down again.
  while (first < last) {
    std::size_t level = 0;
    std::size_t group = 1;
    while (level < levels_.size() && first % (group * kGroup) == 0 && first + group * kGroup <= last) {
      group *= kGroup;
      ++level;
    }
    widen(extent, level, first / group);
    first += group;
  }
  return extent;
}

std::size_t LevelOfDetail::bytes() const {
  std::size_t bytes = values_.capacity() * sizeof(float);
  for (const auto& level : levels_) bytes += level.capacity() * sizeof(Range);
  return bytes;
}

std::vector<DrawnColumn> draw_columns(std::span<const std::int64_t> instants_ns, const LevelOfDetail& curve,
                                      std::int64_t from_ns, std::int64_t to_ns, std::size_t columns) {
  const std::size_t size = std::min(instants_ns.size(), curve.size());
  std::vector<DrawnColumn> out;
  if (size == 0 || to_ns <= from_ns || columns == 0) return out;
  const auto index_of = [&](std::int64_t ns) {
    return static_cast<std::size_t>(
        std::lower_bound(instants_ns.begin(), instants_ns.begin() + static_cast<std::ptrdiff_t>(size), ns) -
        instants_ns.begin());
  };
  std::size_t first = index_of(from_ns);
  std::size_t last = index_of(to_ns);
  first = first > 0 ? first - 1 : 0;
  last = std::min(size, last + 1);
  out.reserve(columns + 2);
  const auto add = [&](std::int64_t instant, std::size_t begin, std::size_t end) {
    const auto extent = curve.extent(begin, end);
    out.push_back(extent ? DrawnColumn{instant, extent->low, extent->high} : DrawnColumn{instant, kUnknown, kUnknown});
  };
  if (last - first <= columns + 2) {
    for (std::size_t i = first; i < last; ++i) add(instants_ns[i], i, i + 1);
    return out;
  }
  add(instants_ns[first], first, first + 1);
  const double width_ns = static_cast<double>(to_ns - from_ns) / static_cast<double>(columns);
  std::size_t begin = index_of(from_ns);
  for (std::size_t column = 0; column < columns; ++column) {
    const auto edge_ns = from_ns + static_cast<std::int64_t>(width_ns * static_cast<double>(column + 1));
    const std::size_t end = column + 1 == columns ? index_of(to_ns) : index_of(edge_ns);
    if (end > begin) add(instants_ns[begin] + (instants_ns[end - 1] - instants_ns[begin]) / 2, begin, end);
    begin = end;
  }
  if (last > begin) add(instants_ns[last - 1], last - 1, last);
  return out;
}

}  // namespace sriov
