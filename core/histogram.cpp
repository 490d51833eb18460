#include "core/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace sriov {
namespace {

constexpr int kSubBucketBits = 10;  // 1,024 equal sub-buckets per power of two: relative error <= 1/1024
constexpr int kValueBits = 40;
constexpr std::int64_t kLimit = std::int64_t{1} << kValueBits;
constexpr std::size_t kSubBuckets = std::size_t{1} << kSubBucketBits;
// Values below 2^11 are exact; each further power of two adds 1,024 buckets.
constexpr std::size_t kBuckets = kSubBuckets * (kValueBits - kSubBucketBits + 1);

std::size_t bucket_of(std::int64_t value) {
  const auto v = static_cast<std::uint64_t>(value);
  const auto width = static_cast<int>(std::bit_width(v));
  if (width <= kSubBucketBits + 1) return static_cast<std::size_t>(v);
  const int shift = width - kSubBucketBits - 1;
  return kSubBuckets * static_cast<std::size_t>(shift) + static_cast<std::size_t>(v >> shift);
}

std::int64_t highest_value_in(std::size_t bucket) {
  if (bucket < 2 * kSubBuckets) return static_cast<std::int64_t>(bucket);
  const std::size_t shift = bucket / kSubBuckets - 1;
  const std::uint64_t mantissa = bucket - kSubBuckets * shift;
  return static_cast<std::int64_t>(((mantissa + 1) << shift) - 1);
}

std::int64_t to_word(double value) {
  std::int64_t word = 0;
  static_assert(sizeof word == sizeof value);
  std::memcpy(&word, &value, sizeof word);
  return word;
}

double from_word(std::int64_t word) {
  double value = 0;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

void Histogram::record(std::int64_t value, std::uint64_t times) {
  if (times == 0) return;
  std::int64_t clamped = std::max<std::int64_t>(value, 0);
  if (clamped >= kLimit) {
    clamped = kLimit - 1;
    saturated_ += times;
  }
  min_ = count_ == 0 ? clamped : std::min(min_, clamped);
  max_ = std::max(max_, clamped);
  sum_ += static_cast<double>(clamped) * static_cast<double>(times);
  count_ += times;
  buckets_[bucket_of(clamped)] += times;
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
  count_ += other.count_;
  saturated_ += other.saturated_;
  const std::size_t last = bucket_of(other.max_);
  for (std::size_t i = bucket_of(other.min_); i <= last; ++i) buckets_[i] += other.buckets_[i];
}

void Histogram::clear() {
  if (count_ == 0) return;
  const auto first = buckets_.begin() + static_cast<std::ptrdiff_t>(bucket_of(min_));
  std::fill(first, buckets_.begin() + static_cast<std::ptrdiff_t>(bucket_of(max_)) + 1, 0);
  count_ = saturated_ = 0;
  min_ = max_ = 0;
  sum_ = 0;
}

double Histogram::mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

std::int64_t Histogram::quantile(double quantile) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_));
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= rank) return std::clamp(highest_value_in(i), min_, max_);
  }
  return max_;
}

bool Histogram::occupies(std::size_t first, std::size_t last) const {
  if (count_ == 0) return first == 0 && last == 0;
  const auto is_used = [](std::uint64_t times) { return times > 0; };
  const auto low = std::find_if(buckets_.begin(), buckets_.end(), is_used);
  const auto high = std::find_if(buckets_.rbegin(), buckets_.rend(), is_used);
  return low - buckets_.begin() == static_cast<std::ptrdiff_t>(first) &&
         buckets_.rend() - high - 1 == static_cast<std::ptrdiff_t>(last);
}

std::vector<std::int64_t> Histogram::encode() const {
  std::vector<std::int64_t> words{min_, max_, to_word(sum_), static_cast<std::int64_t>(saturated_)};
  const std::size_t last = bucket_of(max_);
  for (std::size_t i = bucket_of(min_); i <= last; ++i) {
    if (buckets_[i] == 0) continue;
    words.push_back(static_cast<std::int64_t>(i));
    words.push_back(static_cast<std::int64_t>(buckets_[i]));
  }
  return words;
}

bool Histogram::decode(std::span<const std::int64_t> words) {
  *this = Histogram();
  if (words.size() < 4 || words.size() % 2 != 0) return false;
  Histogram read;
  for (std::size_t i = 4; i < words.size(); i += 2) {
    const std::int64_t bucket = words[i];
    const std::int64_t times = words[i + 1];
    if (bucket < 0 || static_cast<std::size_t>(bucket) >= kBuckets || times <= 0) return false;
    read.buckets_[static_cast<std::size_t>(bucket)] += static_cast<std::uint64_t>(times);
    read.count_ += static_cast<std::uint64_t>(times);
  }
  if (words[0] < 0 || words[1] < words[0] || words[1] >= kLimit || words[3] < 0) return false;
  if (!read.occupies(bucket_of(words[0]), bucket_of(words[1]))) return false;
  read.min_ = words[0];
  read.max_ = words[1];
  read.sum_ = from_word(words[2]);
  read.saturated_ = static_cast<std::uint64_t>(words[3]);
  *this = read;
  return true;
}

std::optional<PackedHistogram> PackedHistogram::from_words(std::vector<std::int64_t> words) {
  PackedHistogram packed;
  if (words.empty()) return packed;
  if (!Histogram().decode(words)) return std::nullopt;
  packed.words_ = std::move(words);
  return packed;
}

Histogram PackedHistogram::unpack() const {
  Histogram histogram;
  (void)histogram.decode(words_);
  return histogram;
}

}  // namespace sriov
