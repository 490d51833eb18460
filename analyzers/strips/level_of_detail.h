// The extremes of any part of a long curve, quickly: what a drawing needs at any zoom so that no peak vanishes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sriov {

struct Extent {
  double low = 0;
  double high = 0;
};

/// The values of one curve with the extremes of groups of 8, 64, 512 … of them. NaN (not known) is passed over. Values
/// are kept as float: 7 digits, more than a screen shows. Appending costs O(1), a question O(log n).
class LevelOfDetail {
 public:
  static constexpr std::size_t kGroup = 8;

  /// `keep`: how many of the newest values are kept singly, and how many of the newest groups of each size; of older
  /// ones only the groups of the next size remain, so that memory grows ever more slowly. 0: all.
  explicit LevelOfDetail(std::size_t keep = 0) : keep_(keep) {}

  void append(double value);
  [[nodiscard]] std::size_t size() const { return size_; }
  /// The index of the oldest value that is kept singly.
  [[nodiscard]] std::size_t first_kept() const { return first_kept_; }
  /// One that is kept.
  [[nodiscard]] double at(std::size_t index) const { return static_cast<double>(values_[index - first_kept_]); }
  /// Of the values first … last-1, widened to whole groups where single ones are not kept any more; nullopt when none
  /// of them is known.
  [[nodiscard]] std::optional<Extent> extent(std::size_t first, std::size_t last) const;
  /// Memory of the values and groups.
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Range {
    float low;
    float high;
  };
  struct Level {
    std::vector<Range> groups;
    std::size_t first_kept = 0;  ///< Of groups.front(), among all that there were.
  };
  void close_groups();
  void forget();
  [[nodiscard]] std::size_t finest_level(std::size_t index) const;
  void widen(std::optional<Extent>& extent, std::size_t level, std::size_t index) const;

  std::size_t keep_;
  std::size_t size_ = 0;
  std::size_t first_kept_ = 0;
  std::vector<float> values_;
  std::vector<Level> levels_;  ///< Group i of levels_[k]: of the values from i * 8^(k+1), whole groups only.
};

/// What a drawing shows of one column of pixels.
struct DrawnColumn {
  std::int64_t instant_ns = 0;
  double low = 0;
  double high = 0;
};

/// The curve between two instants, at most `columns` + 2 of them: the values themselves where there are no more than
/// that, else the extremes of equal spans of time. The neighbours outside are in, so that lines reach the edge. A part
/// that is not known is a gap: a column with NaN.
[[nodiscard]] std::vector<DrawnColumn> draw_columns(std::span<const std::int64_t> instants_ns,
                                                    const LevelOfDetail& curve, std::int64_t from_ns,
                                                    std::int64_t to_ns, std::size_t columns);

}  // namespace sriov
