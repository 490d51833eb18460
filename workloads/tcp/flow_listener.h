// A listener that one stream opens beside its greeting connection, for workloads that connect anew.
#pragma once

#include "workloads/engine/socket.h"
#include "workloads/engine/stream_engine.h"

namespace sriov {

/// Server's set-up: listens on the address that the client greeted, with the options of the stream's spec, and tells
/// the client where. The listener is the stream's last own socket; accept() on it returns EAGAIN now and then, so that
/// the stream can be ended.
[[nodiscard]] Result<void> open_flow_listener(Stream& stream, int backlog, const Halt& halt);
/// Client's set-up: hears where that is; own_server has it then.
[[nodiscard]] Result<void> find_flow_listener(Stream& stream, const Halt& halt);

}  // namespace sriov
