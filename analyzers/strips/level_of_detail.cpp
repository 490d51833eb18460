#include "analyzers/strips/level_of_detail.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzers/strips/tight_growth.h"

namespace sriov {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// 8^level.
std::size_t group_size(std::size_t level) { return std::size_t{1} << (3 * level); }
static_assert(LevelOfDetail::kGroup == 8);

}  // namespace

void LevelOfDetail::append(double value) {
  push_back_tightly(values_, static_cast<float>(value));
  ++size_;
  if (size_ % kGroup == 0) close_groups();
  if (keep_ > 0) forget();
}

/// Of every level whose group has become whole.
void LevelOfDetail::close_groups() {
  std::size_t group = kGroup;
  for (std::size_t level = 0; size_ % group == 0; ++level, group *= kGroup) {
    if (levels_.size() <= level) levels_.emplace_back();
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    Range range{kNan, kNan};
    for (std::size_t i = kGroup; i > 0; --i) {
      const auto part_of = [&](const std::vector<Range>& groups) { return groups[groups.size() - i]; };
      const Range part = level == 0 ? Range{values_[values_.size() - i], values_[values_.size() - i]}
                                    : part_of(levels_[level - 1].groups);
      range = {std::fmin(range.low, part.low), std::fmax(range.high, part.high)};  // NaN gives way.
    }
    push_back_tightly(levels_[level].groups, range);
  }
}

/// In steps of a quarter. Whole groups of the next level only, which has them by then.
void LevelOfDetail::forget() {
  const std::size_t most = keep_ + std::max(keep_ / 4, kGroup);
  const auto drop_from = [&](auto& all, std::size_t& first_kept) {
    if (all.size() < most) return;
    const std::size_t drop = (all.size() - keep_) / kGroup * kGroup;
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(drop));
    first_kept += drop;
  };
  drop_from(values_, first_kept_);
  for (Level& level : levels_) drop_from(level.groups, level.first_kept);
}

/// The one with the smallest groups that still has a value; 0: singly.
std::size_t LevelOfDetail::finest_level(std::size_t index) const {
  if (index >= first_kept_) return 0;
  std::size_t level = 1;
  index /= kGroup;
  for (; level < levels_.size() && index < levels_[level - 1].first_kept; ++level) index /= kGroup;
  return level;
}

/// By group `index` of `level`; level 0 are the values.
void LevelOfDetail::widen(std::optional<Extent>& extent, std::size_t level, std::size_t index) const {
  const auto single = [&] { return Range{values_[index - first_kept_], values_[index - first_kept_]}; };
  const Range range = level == 0 ? single() : levels_[level - 1].groups[index - levels_[level - 1].first_kept];
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
  std::optional<Extent> extent;
  // Upwards through ever larger groups as far as they are whole and inside, then down again.
  while (first < last) {
    std::size_t level = finest_level(first);
    std::size_t group = group_size(level);
    first = first / group * group;
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
  for (const Level& level : levels_) bytes += level.groups.capacity() * sizeof(Range);
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
