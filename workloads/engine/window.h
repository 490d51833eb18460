// The counted window: warm-up, begin, end, and the meter that each stream's thread keeps against it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

namespace sriov {

/// What a stream has carried so far. All counts only rise, except that a late datagram takes back a loss.
struct Traffic {
  std::int64_t bytes_sent = 0;
  std::int64_t bytes_received = 0;
  std::int64_t transactions = 0;
  std::int64_t transactions_lost = 0;
  std::int64_t packets_sent = 0;      ///< Handed to the network stack: with GSO one holds several datagrams.
  std::int64_t packets_received = 0;  ///< Likewise, with GRO.
  std::int64_t datagrams_sent = 0;
  std::int64_t datagrams_received = 0;
  std::int64_t datagrams_lost = 0;
  std::int64_t datagrams_reordered = 0;
  std::int64_t datagrams_duplicated = 0;

  Traffic& operator+=(const Traffic& other);
  friend Traffic operator-(Traffic a, const Traffic& b);
};

/// CPU time of a thread. The total is exact; the kernel splits it by ticks unless it accounts precisely.
struct CpuTime {
  std::int64_t total_ns = 0;
  std::int64_t user_ns = 0;
  std::int64_t system_ns = 0;

  CpuTime& operator+=(const CpuTime& other);
  friend CpuTime operator-(CpuTime a, const CpuTime& b);
};
[[nodiscard]] CpuTime thread_cpu_time();

/// tcpi_total_retrans of a TCP socket, or nullopt (not TCP, or the kernel does not say).
[[nodiscard]] std::optional<std::int64_t> total_retransmits(int socket);

/// What a stream has carried, and what that took.
struct Tally {
  Traffic traffic;
  CpuTime cpu;
  std::optional<std::int64_t> retransmits;

  Tally& operator+=(const Tally& other);
  friend Tally operator-(Tally a, const Tally& b);
};

struct Timing {
  std::int64_t warmup_ns = 0;
  std::int64_t duration_ns = 0;
  std::int64_t interval_ns = 0;  ///< 0: the run is not cut into intervals.
};

class Histogram;
class IntervalBook;
struct RunInterval;

/// When this side's run began: the earliest stream decides for all, so that they share one window. It has the book of
/// the run's intervals too, because they are counted from that start.
class RunClock {
 public:
  /// `observer`: told of every interval when it is over, by the thread that is in run_streams().
  explicit RunClock(std::function<void(const RunInterval&)> observer = {});
  ~RunClock();
  RunClock(const RunClock&) = delete;
  RunClock& operator=(const RunClock&) = delete;

  /// The common start; `now_ns` if nobody was earlier.
  std::int64_t start(std::int64_t now_ns) {
    std::int64_t expected = 0;
    return start_ns_.compare_exchange_strong(expected, now_ns) ? now_ns : expected;
  }
  /// nullopt while no traffic has been seen.
  [[nodiscard]] std::optional<std::int64_t> started() const {
    const std::int64_t start_ns = start_ns_.load();
    return start_ns == 0 ? std::nullopt : std::optional(start_ns);
  }

  [[nodiscard]] IntervalBook& intervals() const { return *intervals_; }

 private:
  std::atomic<std::int64_t> start_ns_{0};
  std::unique_ptr<IntervalBook> intervals_;
};

/// The intervals of a run by number: they divide the warm-up from its begin and the window from its begin, so that the
/// last of each may be shorter.
class IntervalGrid {
 public:
  IntervalGrid() = default;
  IntervalGrid(std::int64_t start_ns, const Timing& timing);

  [[nodiscard]] std::int64_t count() const { return warmup_count_ + window_count_; }
  [[nodiscard]] std::int64_t begin_ns(std::int64_t index) const;
  [[nodiscard]] std::int64_t end_ns(std::int64_t index) const;
  [[nodiscard]] bool is_warmup(std::int64_t index) const { return index < warmup_count_; }

 private:
  std::int64_t start_ns_ = 0;
  Timing timing_;
  std::int64_t warmup_count_ = 0;
  std::int64_t window_count_ = 0;
};

/// Counts of one stream, with snapshots taken as its thread crosses the edges of window and intervals. Used by that
/// thread only.
class Meter {
 public:
  /// `tcp_socket`: whose retransmissions to read; -1 for other protocols.
  explicit Meter(int tcp_socket = -1) : socket_(tcp_socket) {}

  /// Where to put intervals, as stream number `stream`; `latency_ns` (or nullptr) is emptied into each. Before open().
  void keep_intervals(IntervalBook& book, std::size_t stream, Histogram* latency_ns);
  /// Sets the window; before this nothing is counted in it.
  void open(std::int64_t start_ns, const Timing& timing);
  /// Tells the time after each piece of traffic and *before* that piece is added to `traffic`: a piece that was on its
  /// way across the window's begin counts, one across its end does not.
  void at(std::int64_t now_ns) {
    if (now_ns >= next_edge_ns_) [[unlikely]]
      cross(now_ns);
  }
  /// The stream is over: closes the window if it is still open. Only the first call counts.
  void finish(std::int64_t now_ns);

  [[nodiscard]] bool counting() const { return begun_ && !ended_; }
  [[nodiscard]] std::int64_t end_ns() const { return end_ns_; }
  /// Where this stream's share of the window ended: its planned end, or earlier; nullopt if it never began.
  [[nodiscard]] std::optional<std::int64_t> counted_until_ns() const;

  [[nodiscard]] Traffic window_traffic() const { return after_.traffic - before_.traffic; }
  [[nodiscard]] CpuTime window_cpu() const { return after_.cpu - before_.cpu; }
  [[nodiscard]] std::optional<std::int64_t> window_retransmits() const { return (after_ - before_).retransmits; }

  Traffic traffic;  ///< Whole life, warm-up included.

 private:
  void cross(std::int64_t now_ns);
  /// Puts what was done since the last interval's end into the present one, and goes on to the one that `now_ns` is in.
  void close_intervals(std::int64_t now_ns, const Tally& here);
  [[nodiscard]] std::int64_t next_edge() const;
  [[nodiscard]] Tally tally() const { return {traffic, thread_cpu_time(), total_retransmits(socket_)}; }
  [[nodiscard]] bool keeps_intervals() const { return book_ != nullptr && interval_ < grid_.count(); }

  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  int socket_;
  std::int64_t next_edge_ns_ = kNever;
  std::int64_t begin_ns_ = kNever;
  std::int64_t end_ns_ = kNever;
  std::int64_t finished_ns_ = kNever;
  bool begun_ = false;
  bool ended_ = false;
  Tally before_;
  Tally after_;

  IntervalBook* book_ = nullptr;
  std::size_t stream_ = 0;
  Histogram* latency_ns_ = nullptr;
  IntervalGrid grid_;          ///< Empty until open().
  std::int64_t interval_ = 0;  ///< Number of the one under way.
  Tally interval_begin_;
};

}  // namespace sriov
