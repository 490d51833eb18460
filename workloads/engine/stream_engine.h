// Threads of one side: one per stream, started together, joined with their results.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/histogram.h"
#include "core/result.h"
#include "core/workload_types.h"
#include "host/file.h"
#include "workloads/engine/halt.h"
#include "workloads/engine/jitter.h"
#include "workloads/engine/socket.h"
#include "workloads/engine/window.h"
#include "workloads/engine/wire.h"

namespace sriov {

/// How a stream came to its end.
enum class StreamEnd {
  completed,     ///< As planned.
  stopped,       ///< Asked to stop on this side.
  peer_stopped,  ///< The peer was asked to stop.
  unconfirmed,   ///< The window is whole, but the peer did not confirm the end.
};

/// One stream: what its thread works on and what it leaves behind.
struct Stream {
  /// A stream of a run of `spec`; `tcp_socket` says whether retransmissions can be read from the socket.
  Stream(Hello greeting, Fd connected, std::string peer_address, WorkloadSpec plan, bool tcp_socket);

  Hello hello;
  Fd socket;
  std::string peer;  ///< Its address, for messages.
  WorkloadSpec spec;
  std::optional<std::int64_t> cpu;  ///< That its thread is pinned to.
  Meter meter;
  std::optional<Histogram> latency_ns;  ///< Made beforehand where the workload measures it.
  std::optional<Jitter> jitter;         ///< Of a paced stream, at its receiver.
  std::optional<Histogram> one_way_ns;  ///< At the receiver, where the clocks' offset is known.
  StreamEnd end = StreamEnd::completed;
  std::vector<Fd> own_sockets;              ///< What the set-up made: a listener, connections beside the greeting's.
  std::optional<SocketAddress> own_server;  ///< Client: where the server listens for this stream.
  std::int64_t flows = 0;                   ///< Connections that it carried, where that is not one.
  std::int64_t flows_silent = 0;            ///< Of these, those on which nothing came.
  double transactions_asked_per_s = 0;      ///< Of an open loop.
  std::int64_t footprint_bytes = 0;         ///< Memory that it sent from, round and round.
  std::int64_t zero_copy_sends = 0;         ///< Of its whole life.
  std::int64_t zero_copy_copied = 0;        ///< Of these, what the kernel copied after all.
  std::string note;                         ///< What the reader of the report must know of this stream, or "".

  [[nodiscard]] Timing timing() const { return {hello.warmup_ns, hello.duration_ns, spec.interval_ns}; }
  /// This stream's share of the paced rate; 0 = not paced.
  [[nodiscard]] double rate_bps() const { return static_cast<double>(hello.rate_bps) / hello.streams; }
};

/// The traffic of one stream, on its own thread.
using StreamBody = std::function<Result<StreamEnd>(Stream&, RunClock&, const Halt&)>;

/// Pins the streams' threads to the CPUs of a list, in turn: "0,2-3". "" leaves them free.
void assign_cpus(std::vector<Stream>& streams, const std::string& cpus);

/// Runs `body` for every stream. No body begins before all threads are there. When one fails the others are halted and
/// its error, with the stream and the bytes it carried, is returned: partial sums would pass for a measurement.
/// Meanwhile the calling thread keeps the book of the intervals (RunClock::intervals).
[[nodiscard]] Result<void> run_streams(std::vector<Stream>& streams, RunClock& clock, Halt& halt,
                                       const StreamBody& body);

/// "stream 3 of 8 (10.0.0.1:5001)".
[[nodiscard]] std::string name_of(const Stream& stream);
/// "Connection reset by peer" of an errno.
[[nodiscard]] std::string reason(int error_number);
/// The error of a stream whose peer went away in the middle.
[[nodiscard]] tl::unexpected<Error> lost_peer(const std::string& how);

}  // namespace sriov
