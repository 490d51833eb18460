// Latency histogram with a bounded relative error (log-linear buckets, as HdrHistogram's).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sriov {

/// Counts values 0 … 2^40-1 (18 minutes in ns) with a relative error of at most 1/1024 (3 significant digits).
/// record() allocates nothing. Histograms of different streams and endpoints merge exactly.
/// Source of the layout: G. Tene, HdrHistogram (sub-buckets of equal width inside each power of two).
class Histogram {
 public:
  Histogram();

  /// Counts `value` once; values beyond the range count in the last bucket and in saturated().
  void record(std::int64_t value, std::uint64_t times = 1);
  void merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t saturated() const { return saturated_; }
  [[nodiscard]] std::int64_t min() const { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] std::int64_t max() const { return max_; }
  [[nodiscard]] double mean() const;
  /// Smallest recorded magnitude such that at least `quantile` (0…1) of the values are no greater. 0 when empty.
  [[nodiscard]] std::int64_t quantile(double quantile) const;

  /// Sparse form for the wire and the store: pairs (bucket index, count), preceded by min, max, sum, saturated.
  [[nodiscard]] std::vector<std::int64_t> encode() const;
  /// Inverse of encode(); false (and an empty histogram) when `words` is not such an encoding.
  [[nodiscard]] bool decode(std::span<const std::int64_t> words);

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t saturated_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace sriov
