// The timed loop: samples several collectors at absolute deadlines on a thread of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "collector/collector.h"
#include "core/time.h"

namespace sriov {

struct SamplerConfig {
  std::string endpoint;                                   ///< Stamped on the blocks.
  std::vector<std::string> collectors;                    ///< Registered names; those whose probe fails are skipped.
  std::map<std::string, CollectorOptions> options;        ///< By collector name; of those not sampled: ignored.
  std::int64_t interval_ns = 100 * kNsPerMs;              ///< >= 1 ms.
  std::int64_t expected_duration_ns = 10 * kNsPerSecond;  ///< For reserving memory; sampling goes on until stop().
};

/// Samples until stopped. Deadlines are absolute (no drift) and aligned to multiples of the interval on
/// CLOCK_MONOTONIC; a missed deadline is skipped, counted and published by the `self` collector, never caught up.
class Sampler {
 public:
  /// Opens the collectors, starts the thread and returns when the first row is taken, so that whatever the caller
  /// starts next is covered. Unknown names and options are usage errors with the nearest valid name. The thread keeps
  /// the caller's network namespace and takes no signals.
  [[nodiscard]] static Result<Sampler> start(const Host& host, const SamplerConfig& config);

  Sampler(Sampler&&) noexcept;
  Sampler& operator=(Sampler&&) noexcept;
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  ~Sampler();

  /// Collectors that do not work, and one entry for each thing that a working one cannot know.
  [[nodiscard]] const std::vector<CollectorStatus>& skipped() const;
  /// Hands out the rows since the start or the last call, one block per collector, while sampling goes on: no row is
  /// lost in between, and counters go on where the block before ended. Keeps the memory of a long recording bounded.
  [[nodiscard]] std::vector<SampleBlock> take_rows();
  /// What collectors have to tell since the last call, and which of them fell silent: rows go on without any value.
  /// After stop() too.
  [[nodiscard]] std::vector<Complaint> take_complaints();
  /// Takes a last row, ends the thread and hands out one block per collector.
  [[nodiscard]] std::vector<SampleBlock> stop();

 private:
  struct State;
  explicit Sampler(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What the sampling thread knows of itself; read by the `self` collector from the same thread.
struct SamplerHealth {
  std::int64_t row = 0;               ///< Number of the current row, from 1; 0 outside of a sampling thread.
  std::int64_t cpu_ns = 0;            ///< CPU time of the sampling thread.
  std::int64_t lateness_ns = 0;       ///< How late the current row began.
  std::int64_t missed_deadlines = 0;  ///< Since the start.
  std::int64_t row_ns = 0;            ///< How long the previous row took, all collectors together.
};
[[nodiscard]] SamplerHealth& sampler_health();

/// Number of the sampler whose collectors are being opened on this thread, 0 outside of that: collectors of one sampler
/// may share what they read, those of two must not (they run on different threads).
[[nodiscard]] std::uint64_t sampler_being_opened();

}  // namespace sriov
