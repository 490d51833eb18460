// Whether a process listens on a port, without touching the port: some servers take a connection for a client.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "core/result.h"
#include "workloads/option.h"

namespace sriov {

/// True once `pid` itself has a listening TCP socket, or a UDP socket, on `port`: read from /proc/PID/net/tcp, tcp6,
/// udp and udp6 (proc(5)) and its descriptors, so that a stranger's socket is not taken for it.
[[nodiscard]] bool listens(pid_t pid, std::uint16_t port, Protocol protocol);
/// A port on which nothing listens on `address`, neither TCP nor UDP: `wanted`, or any when that is 0. It is free when
/// asked; nothing keeps it so.
[[nodiscard]] Result<std::uint16_t> find_free_port(const std::string& address, std::uint16_t wanted);

}  // namespace sriov
