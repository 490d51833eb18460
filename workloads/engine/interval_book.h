// The intervals of one side's run: what its streams did in each, added up and kept within bounds.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "core/histogram.h"
#include "workloads/engine/window.h"

namespace sriov {

/// All streams of a side in one interval.
struct RunInterval {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  bool is_warmup = false;
  Tally tally;
  std::optional<PackedHistogram> latency_ns;
};

/// Streams put their parts of an interval, which costs them a lock and, where they measure latency, the merge of a
/// histogram; they allocate nothing. One other thread collects what is complete, tells an observer and keeps it. Some
/// intervals can be open at once, since streams reach an edge at different times. When one stream is far behind the
/// others its part goes to a later interval than it belongs to: nothing is lost, and the others need not wait.
class IntervalBook {
 public:
  using Observer = std::function<void(const RunInterval&)>;

  static constexpr std::size_t kMostKept = 3'600;
  static constexpr std::size_t kMostHistogramBytes = std::size_t{16} << 20U;

  explicit IntervalBook(Observer observer = {}) : observer_(std::move(observer)) {}

  /// Before the streams begin.
  void expect(std::size_t streams, bool measures_latency);

  /// A stream begins. The first one's grid counts for all.
  void join(std::size_t stream, const IntervalGrid& grid);
  /// A stream's way past one edge or more, by the numbers of the intervals.
  struct Passage {
    std::int64_t from = 0;      ///< What the part is of.
    std::int64_t last = 0;      ///< The last that is over for this stream: `from`, unless it was away for longer.
    std::int64_t next = 0;      ///< Where it is from now on.
    std::int64_t until_ns = 0;  ///< End of `last`, which may have been cut off.
  };
  /// Adds a stream's part. `latency_ns` (or nullptr) is emptied into it.
  void put(std::size_t stream, const Passage& passage, const Tally& part, Histogram* latency_ns);
  /// A stream's thread is done.
  void leave(std::size_t stream);

  /// Collects until all streams have left.
  void collect();
  /// What is complete now.
  void collect_complete();

  /// After collect(), in order.
  [[nodiscard]] const std::vector<RunInterval>& intervals() const { return kept_; }
  /// Of all intervals together.
  [[nodiscard]] const Histogram* latency_ns() const { return latency_ns_ ? &*latency_ns_ : nullptr; }
  /// How many intervals were merged to each that is kept; 1 unless the run was long.
  [[nodiscard]] std::int64_t merged() const { return stride_; }

 private:
  /// An interval that parts are still put into.
  struct Open {
    Tally tally;
    std::optional<Histogram> latency_ns;
  };
  static constexpr std::int64_t kOpen = 8;
  static constexpr std::int64_t kMostBehind = kOpen / 2;
  static constexpr std::int64_t kNowhere = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] Open& open(std::int64_t index) { return open_[static_cast<std::size_t>(index % kOpen)]; }
  [[nodiscard]] bool is_news() const;
  void move_to(std::size_t stream, std::int64_t interval);
  void drain(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] RunInterval take_oldest();
  void pack_latency(RunInterval& interval);
  void keep(RunInterval interval);
  void flush();
  void merge_neighbours();

  Observer observer_;

  mutable std::mutex mutex_;
  std::condition_variable news_;
  IntervalGrid grid_;
  std::vector<std::int64_t> at_;  ///< The interval each stream is in; kNowhere before and after its run.
  std::array<Open, kOpen> open_;
  std::int64_t oldest_ = 0;     ///< Open, as the kOpen - 1 after it are.
  std::int64_t furthest_ = -1;  ///< The last that any stream has behind it.
  std::int64_t furthest_until_ns_ = 0;
  std::int64_t slowest_ = kNowhere;  ///< Of at_.
  std::size_t present_ = 0;

  // Of the collecting thread.
  std::vector<RunInterval> kept_;
  std::size_t kept_histogram_bytes_ = 0;
  std::int64_t stride_ = 1;
  std::optional<RunInterval> growing_;  ///< Fewer than stride_ intervals so far.
  std::int64_t grown_ = 0;
  std::optional<Histogram> latency_ns_;
  std::optional<Histogram> spare_;  ///< Changes places with that of the oldest interval, to be packed without the lock.
};

}  // namespace sriov
