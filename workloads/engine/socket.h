// Sockets of the workload engine: addresses as numbers only (a static binary has no resolver), everything with a
// deadline, errors that name the address.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/result.h"
#include "core/workload_types.h"
#include "host/file.h"
#include "workloads/engine/halt.h"
#include "workloads/engine/wire.h"

namespace sriov {

/// An IPv4 or IPv6 address and port.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] std::uint16_t port() const;
  void set_port(std::uint16_t port);
  /// "10.0.0.1:5001", "[fe80::1%2]:5001".
  [[nodiscard]] std::string text() const;
  friend bool operator==(const SocketAddress& a, const SocketAddress& b);
};

/// "10.0.0.1", "fd00::1" or "fe80::1%eth0"; host names are usage errors.
[[nodiscard]] Result<SocketAddress> parse_address(const std::string& text, std::uint16_t port);
[[nodiscard]] Result<SocketAddress> local_address(int socket);

/// What of a spec is set on a socket before it is bound or connected; what does not concern its type is not set.
struct SocketOptions {
  std::int64_t buffer_bytes = 0;  ///< SO_SNDBUF and SO_RCVBUF; 0 = the kernel's default.
  bool no_delay = false;          ///< TCP_NODELAY.
  std::string congestion;         ///< TCP_CONGESTION; "" = the kernel's default.
  std::int64_t mss_bytes = 0;     ///< TCP_MAXSEG; 0 = the kernel's choice.
  bool zero_copy = false;         ///< SO_ZEROCOPY.
  std::int64_t busy_poll_us = 0;  ///< SO_BUSY_POLL; 0 = off.
  std::int64_t dscp = 0;          ///< IP_TOS, IPV6_TCLASS.
  std::string interface;          ///< SO_BINDTODEVICE; "auto" = the device that has the bind address; "" = none.
};
[[nodiscard]] SocketOptions socket_options(const WorkloadSpec& spec);
/// The device that `interface` means: itself, or for "auto" the one that has `bind_address`. "" is none.
[[nodiscard]] Result<std::string> resolve_interface(const std::string& interface, const std::string& bind_address);
/// Sets all of them. `bind_address` is what "auto" looks for.
[[nodiscard]] Result<void> apply(const SocketOptions& options, int socket, int family, int type,
                                 const std::string& bind_address);

/// A socket of `type` (SOCK_STREAM, SOCK_DGRAM) bound to `bind_address`, or to any address of both families when that
/// is "" (IPv4 alone where the kernel has no IPv6). Buffer sizes are set before binding, as window scaling needs.
[[nodiscard]] Result<Fd> bind_socket(int type, const std::string& bind_address, std::uint16_t port,
                                     const SocketOptions& options);
[[nodiscard]] Result<Fd> listen_tcp(const std::string& bind_address, std::uint16_t port, int backlog,
                                    const SocketOptions& options);
/// A socket of `type` connected to `to`. TCP: waits for the peer within `patience`.
[[nodiscard]] Result<Fd> connect_socket(int type, const SocketAddress& to, const std::string& bind_address,
                                        const SocketOptions& options, const Patience& patience);

struct Accepted {
  Fd socket;
  SocketAddress peer;
};
/// The next connection. When `patience` ends: an error of kind `interrupted` (halt) or `failed` (deadline).
[[nodiscard]] Result<Accepted> accept_tcp(int listener, const SocketOptions& options, const Patience& patience);

/// Blocking calls on the socket return EAGAIN after `timeout_ns`.
[[nodiscard]] Result<void> set_io_timeout(int socket, std::int64_t timeout_ns);
/// "" or a note that the kernel gave less buffer than asked for.
[[nodiscard]] std::string socket_buffer_note(int socket, std::int64_t asked_bytes);

/// Waits until `events` (POLLIN, POLLOUT) are there.
[[nodiscard]] Result<void> wait_for(int socket, short events, const Patience& patience);
/// Whole reads and writes for the exchanges around the traffic (not for the traffic itself).
[[nodiscard]] Result<void> read_exact(int socket, std::span<std::byte> bytes, const Patience& patience);
[[nodiscard]] Result<void> write_all(int socket, std::span<const std::byte> bytes, const Patience& patience);

/// What the peer has said without being asked, found without waiting.
enum class PeerState {
  present,  ///< Nothing.
  done,     ///< Mark::done.
  stopped,  ///< Mark::stopped: it ends early and wants us to end too.
  gone,     ///< Closed or reset.
};
[[nodiscard]] PeerState look_at_peer(int socket);
/// Sends one mark if the socket takes it at once; a lost peer is found out by what follows.
void send_mark(int socket, Mark mark);

}  // namespace sriov
