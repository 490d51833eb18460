// What a workload is asked to do and what it reports: plain data shared by engine, agent, store and analyzers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/histogram.h"
#include "core/metric.h"
#include "core/result.h"
#include "core/time.h"

namespace sriov {

/// One side of a workload. Client and server get the same spec; only the client uses `address` and `port`.
struct WorkloadSpec {
  std::string workload;                  ///< Registered name: "tcp_stream".
  std::string address;                   ///< The server's IPv4/IPv6 address, as text.
  std::uint16_t port = 0;                ///< The server's port; 0 on the server side means "choose".
  std::string bind_address;              ///< Local address to bind to ("" = any): keeps traffic on the path under test.
  int streams = 1;                       ///< Parallel connections or sockets, 1 … 1,024.
  std::int64_t message_bytes = 65536;    ///< Size of one send, one datagram payload or one request/response.
  std::int64_t rate_bps = 0;             ///< Paced payload rate of all streams together; 0 = as fast as it goes.
  std::int64_t socket_buffer_bytes = 0;  ///< SO_SNDBUF and SO_RCVBUF; 0 = the kernel's default.
  bool no_delay = false;                 ///< TCP_NODELAY (always on for request/response).
  std::int64_t total_bytes = 0;          ///< Payload of all streams together after which a bulk sender ends; 0 = never.
  std::string interface;                 ///< SO_BINDTODEVICE: a device, "auto" = the one with bind_address, "" = none.
  std::string congestion;                ///< TCP_CONGESTION; "" = the kernel's default.
  std::int64_t mss_bytes = 0;            ///< TCP_MAXSEG; 0 = the kernel's choice.
  bool zero_copy = false;                ///< MSG_ZEROCOPY for bulk sends.
  bool gso = false;                      ///< UDP_SEGMENT: many datagrams in one call.
  bool gro = false;                      ///< UDP_GRO: many datagrams out of one call.
  std::int64_t busy_poll_us = 0;         ///< SO_BUSY_POLL; 0 = off.
  std::int64_t dscp = 0;                 ///< Differentiated services code point, 0 … 63.
  std::string client_cpus;               ///< CPUs that the client's threads are pinned to in turn: "0,2-3"; "" = free.
  std::string server_cpus;               ///< The same of the server.
  std::map<std::string, std::string> own;   ///< Options that this workload alone declares, by name.
  std::int64_t clock_offset_ns = 0;         ///< The server's monotonic clock less the client's, for one-way delays …
  std::int64_t clock_error_ns = -1;         ///< … and how wrong that may be; below 0 = not known.
  std::int64_t warmup_ns = 0;               ///< Traffic flows but is not counted.
  std::int64_t duration_ns = 0;             ///< Counted window after the warm-up.
  std::int64_t interval_ns = kNsPerSecond;  ///< Length of the report's intervals; 0 = none.
};

/// One number a workload reports, e.g. {"goodput_bps", "bit/s", 9.4e8}.
struct Measure {
  std::string name;
  std::string unit;
  double value = 0;
};

/// A number that a report should have and does not, and why.
struct AbsentMeasure {
  std::string name;
  std::string unit;
  std::string why;
};

/// What one side did in a part of its run.
struct WorkloadInterval {
  std::int64_t begin_ns = 0;  ///< This endpoint's CLOCK_MONOTONIC.
  std::int64_t end_ns = 0;
  bool is_warmup = false;  ///< Before the counted window.
  /// The counts among the report's measures: over the window's intervals they add up to the report's. A count is
  /// negative where late datagrams took back losses of an earlier interval.
  std::vector<Measure> measures;
  std::optional<PackedHistogram> latency_ns;  ///< As the report's; of the window only.

  [[nodiscard]] std::optional<double> measure(std::string_view name) const;
};
/// Called with each interval soon after its end, by a thread that carries no traffic.
using IntervalObserver = std::function<void(const WorkloadInterval&)>;

/// What one side saw during the counted window.
struct WorkloadReport {
  std::int64_t window_begin_ns = 0;  ///< This endpoint's CLOCK_MONOTONIC.
  std::int64_t window_end_ns = 0;
  std::vector<Measure> measures;        ///< Always has bytes_sent, bytes_received and cpu_ns; the rest by workload.
  std::optional<Histogram> latency_ns;  ///< Round-trip times in ns where the workload measures them.
  std::string note;                     ///< Something the reader must know ("3 of 4 streams ended early"), or "".
  std::vector<AbsentMeasure> absent;    ///< What could not be measured.
  /// Warm-up and window in order, without gaps. At most 3,600 of them, and 16 MiB of histograms: the intervals of
  /// longer runs are merged to longer ones.
  std::vector<WorkloadInterval> intervals;

  /// The value of a measure, if reported.
  [[nodiscard]] std::optional<double> measure(std::string_view name) const;
};

}  // namespace sriov
