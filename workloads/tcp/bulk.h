// One-way byte streams: the sending and the receiving body that tcp_stream and tcp_maerts put on opposite sides.
#pragma once

#include "workloads/engine/stream_engine.h"
#include "workloads/tcp/send_region.h"

namespace sriov {

/// Sends messages until the window ends, then a trailer, and waits until the receiver confirms that it has all.
[[nodiscard]] Result<StreamEnd> send_bulk(Stream& stream, RunClock& clock, const Halt& halt);
/// The same from memory of the caller's making.
[[nodiscard]] Result<StreamEnd> send_bulk_from(SendRegion region, Stream& stream, RunClock& clock, const Halt& halt);
/// Receives until the sender's trailer and confirms it.
[[nodiscard]] Result<StreamEnd> receive_bulk(Stream& stream, RunClock& clock, const Halt& halt);

}  // namespace sriov
