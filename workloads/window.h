// The counted window: warm-up, begin, end, and the meter that each stream's thread keeps against it.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
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

struct Timing {
  std::int64_t warmup_ns = 0;
  std::int64_t duration_ns = 0;
};

/// When this side's run began: the earliest stream decides for all, so that they share one window.
class RunClock {
 public:
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

 private:
  std::atomic<std::int64_t> start_ns_{0};
};

/// Counts of one stream, with snapshots taken as its thread crosses the window's edges. Used by that thread only.
class Meter {
 public:
  /// `tcp_socket`: whose retransmissions to read; -1 for other protocols.
  explicit Meter(int tcp_socket = -1) : socket_(tcp_socket) {}

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
  [[nodiscard]] std::optional<std::int64_t> window_retransmits() const;

  Traffic traffic;  ///< Whole life, warm-up included.

 private:
  struct Snapshot {
    Traffic traffic;
    CpuTime cpu;
    std::optional<std::int64_t> retransmits;
  };
  void cross(std::int64_t now_ns);
  [[nodiscard]] Snapshot snapshot() const { return {traffic, thread_cpu_time(), total_retransmits(socket_)}; }

  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  int socket_;
  std::int64_t next_edge_ns_ = kNever;
  std::int64_t begin_ns_ = kNever;
  std::int64_t end_ns_ = kNever;
  std::int64_t finished_ns_ = kNever;
  bool begun_ = false;
  bool ended_ = false;
  Snapshot before_;
  Snapshot after_;
};

}  // namespace sriov
