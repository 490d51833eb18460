// How much a raw counter rose: wraps, resets, gaps and columns that come and go.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/sample_block.h"

namespace sriov {

/// The instants that rows stand for: the middle of each row's reading.
[[nodiscard]] std::vector<std::int64_t> row_instants(const SampleBlock& block);

/// The rise from one reading to the next, a wrap of 32 bits included; nullopt for a reset.
[[nodiscard]] std::optional<std::int64_t> counter_rise(std::int64_t before, std::int64_t after);

struct CounterIncrease {
  enum class Status {
    known,
    never_present,  ///< Every row is absent.
    not_covered,    ///< The samples do not reach from one end of the window to the other.
    reset,          ///< The counter fell and did not wrap: what it counted before is lost.
  };
  Status status = Status::never_present;
  double value = 0;  ///< When known.
};

/// Increase of a counter from `from_ns` to `to_ns`, by linear interpolation between rows; absent rows are bridged.
/// A fall from the top quarter of 32 bits to the bottom quarter is a wrap (a full wrap in one interval cannot be
/// seen), any other fall a reset. With `partial`, a counter that came or went inside the window (a hot-plugged
/// interrupt, a destroyed domain) counts from when it was first seen to when it was last seen.
[[nodiscard]] CounterIncrease counter_increase(std::span<const std::int64_t> instants,
                                               std::span<const std::int64_t> values, std::int64_t from_ns,
                                               std::int64_t to_ns, bool partial = false);

/// Increase of a counter between two instants of the endpoint's clock, by linear interpolation between rows; a wrap at
/// 2^32 is recognised. nullopt when the samples do not cover the window or the counter was reset inside it
/// (counter_increase() tells which).
[[nodiscard]] std::optional<double> increase(const SampleBlock& block, std::size_t column, std::int64_t from_ns,
                                             std::int64_t to_ns);

}  // namespace sriov
