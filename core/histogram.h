// Latency histogram with a bounded relative error (log-linear buckets, as HdrHistogram's).
#pragma once

#include <cstdint>
#include <optional>
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
  /// Its cost, and clear()'s, is that of the values' range, not of the whole histogram. Neither allocates.
  void merge(const Histogram& other);
  void clear();

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
  /// Whether these are the first and the last bucket in use.
  [[nodiscard]] bool occupies(std::size_t first, std::size_t last) const;

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t saturated_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0;
};

/// A histogram at rest: only its occupied buckets, so that many can be kept.
class PackedHistogram {
 public:
  PackedHistogram() = default;  ///< Of no values.
  explicit PackedHistogram(const Histogram& histogram) : words_(histogram.encode()) {}
  /// nullopt when `words` is no encoding.
  [[nodiscard]] static std::optional<PackedHistogram> from_words(std::vector<std::int64_t> words);

  [[nodiscard]] Histogram unpack() const;
  /// As of Histogram::encode(); empty when there is nothing in it.
  [[nodiscard]] const std::vector<std::int64_t>& words() const { return words_; }
  [[nodiscard]] std::size_t bytes() const { return words_.size() * sizeof(std::int64_t); }

 private:
  std::vector<std::int64_t> words_;
};

}  // namespace sriov
