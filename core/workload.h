// What a workload is asked to do and what it reports: plain data shared by engine, agent, store and analyzers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/histogram.h"
#include "core/metric.h"
#include "core/result.h"

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
  bool no_delay = false;                 ///< TCP_NODELAY (always on for tcp_rr).
  std::int64_t warmup_ns = 0;            ///< Traffic flows but is not counted.
  std::int64_t duration_ns = 0;          ///< Counted window after the warm-up.
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

/// What one side saw during the counted window.
struct WorkloadReport {
  std::int64_t window_begin_ns = 0;  ///< This endpoint's CLOCK_MONOTONIC.
  std::int64_t window_end_ns = 0;
  std::vector<Measure> measures;        ///< Always has bytes_sent, bytes_received and cpu_ns; the rest by workload.
  std::optional<Histogram> latency_ns;  ///< Round-trip times in ns where the workload measures them.
  std::string note;                     ///< Something the reader must know ("3 of 4 streams ended early"), or "".
  std::vector<AbsentMeasure> absent;    ///< What could not be measured.

  /// The value of a measure, if reported.
  [[nodiscard]] std::optional<double> measure(std::string_view name) const;
};

}  // namespace sriov
