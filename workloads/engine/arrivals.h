// When an open-loop sender means to send: independent of how long the answers take.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

/// Times of arrivals on the sender's monotonic clock, in order.
class Arrivals {
 public:
  virtual ~Arrivals() = default;
  /// When the next one is meant to happen.
  [[nodiscard]] std::int64_t next_ns() const { return static_cast<std::int64_t>(next_ns_); }
  /// The next one has happened, or never will: goes on to the one after it.
  void advance() { next_ns_ += gap_ns(); }

 protected:
  explicit Arrivals(std::int64_t first_ns) : next_ns_(static_cast<double>(first_ns)) {}
  /// From this arrival to the one after it.
  virtual double gap_ns() = 0;

 private:
  double next_ns_;
};

/// What own options "arrivals" name.
enum class ArrivalPattern {
  even,     ///< The same gap always.
  poisson,  ///< Exponential gaps: many independent users.
};
[[nodiscard]] Result<ArrivalPattern> parse_arrival_pattern(std::string_view text);

/// `per_s` arrivals a second on average, from `first_ns` on. The same `seed` makes the same times.
[[nodiscard]] std::unique_ptr<Arrivals> make_arrivals(ArrivalPattern pattern, double per_s, std::int64_t first_ns,
                                                      std::uint64_t seed);

/// Bursts: arrivals `gap_ns` apart for `on_ns`, silence for `off_ns`, and again.
[[nodiscard]] std::unique_ptr<Arrivals> make_bursts(double gap_ns, std::int64_t on_ns, std::int64_t off_ns,
                                                    std::int64_t first_ns);

/// The gaps of a recording, over and over. At least one gap is above 0.
[[nodiscard]] std::unique_ptr<Arrivals> make_replay(std::vector<std::int64_t> gaps_ns, std::int64_t first_ns);

}  // namespace sriov
