// Random numbers that are the same everywhere: the standard fixes what mt19937_64 yields, but not its distributions.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace sriov::stats {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// 0 … bound - 1, each as likely but for less than bound/2^32 (D. Lemire, "Fast Random Integer Generation in an
  /// Interval", 2019, without the rejection). bound > 0.
  std::uint32_t below(std::uint32_t bound) {
    if (!has_half_) half_ = engine_();
    const auto bits = static_cast<std::uint32_t>(half_);
    half_ >>= 32U;
    has_half_ = !has_half_;
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(bits) * bound) >> 32U);
  }
  /// Above 0, below 1.
  double uniform() { return (static_cast<double>(engine_() >> 12U) + 0.5) * 0x1p-52; }
  /// Standard normal (G. E. P. Box, M. E. Muller, 1958).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::mt19937_64 engine_;
  std::uint64_t half_ = 0;  // What is left of the last 64 bits, for the next 32.
  bool has_half_ = false;
};

}  // namespace sriov::stats
