// Messages of a known size over a byte stream. The first byte of each is a Mark: `data`, or how its sender ends.
#pragma once

#include <span>
#include <string>

#include "core/result.h"
#include "workloads/engine/halt.h"

namespace sriov {

/// What the transfer of one message came to.
enum class Transfer { whole, halted, peer_done, peer_stopped };

/// Sends all of it. The socket's calls return EAGAIN now and then (set_io_timeout): `halt` is looked at then.
[[nodiscard]] Result<Transfer> send_message(int socket, std::span<const char> message, const Halt& halt);
/// Fills all of it, unless its first byte says that the peer ends.
[[nodiscard]] Result<Transfer> receive_message(int socket, std::span<char> message, const Halt& halt);

}  // namespace sriov
