// The options of a spec on a socket.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include <fmt/format.h>

#include "workloads/engine/socket.h"

namespace sriov {
namespace {

Result<void> set(int socket, int level, int name, int value, const char* label) {
  if (setsockopt(socket, level, name, &value, sizeof value) != 0)
    return fail_errno(fmt::format("cannot set {} to {}", label, value), errno);
  return {};
}

bool has_address(const ifaddrs& entry, const SocketAddress& wanted) {
  if (entry.ifa_addr == nullptr || entry.ifa_addr->sa_family != wanted.storage.ss_family) return false;
  if (entry.ifa_addr->sa_family == AF_INET)
    return reinterpret_cast<const sockaddr_in*>(entry.ifa_addr)->sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in&>(wanted.storage).sin_addr.s_addr;
  return IN6_ARE_ADDR_EQUAL(&reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr)->sin6_addr,
                            &reinterpret_cast<const sockaddr_in6&>(wanted.storage).sin6_addr) != 0;
}

/// The device that has `address`.
Result<std::string> device_of(const std::string& address) {
  if (address.empty())
    return fail_usage("interface = auto needs an address to bind to", "", "give the device's name instead");
  SRIOV_ASSIGN(const SocketAddress wanted, parse_address(address, 0));
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return fail_errno("cannot list the devices' addresses", errno);
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> entries(list, &freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next)
    if (has_address(*entry, wanted)) return std::string(entry->ifa_name);
  return fail(fmt::format("no device of this endpoint has the address {}", address));
}

Result<void> bind_to_device(int socket, const std::string& interface, const std::string& bind_address) {
  SRIOV_ASSIGN(const std::string device, resolve_interface(interface, bind_address));
  if (setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, device.data(), static_cast<socklen_t>(device.size())) != 0)
    return fail_errno(fmt::format("cannot bind to device '{}'", device), errno);
  return {};
}

Result<void> apply_tcp(const SocketOptions& options, int socket) {
  if (options.no_delay) SRIOV_TRY(set(socket, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"));
  if (options.mss_bytes > 0)
    SRIOV_TRY(set(socket, IPPROTO_TCP, TCP_MAXSEG, static_cast<int>(options.mss_bytes), "TCP_MAXSEG"));
  if (options.zero_copy) SRIOV_TRY(set(socket, SOL_SOCKET, SO_ZEROCOPY, 1, "SO_ZEROCOPY"));
  const std::string& name = options.congestion;
  if (!name.empty() &&
      setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(), static_cast<socklen_t>(name.size())) != 0) {
    auto error = fail_errno(fmt::format("cannot use congestion control '{}'", name), errno);
    error.value().hint = "see /proc/sys/net/ipv4/tcp_available_congestion_control; modprobe tcp_NAME";
    return error;
  }
  return {};
}

}  // namespace

Result<std::string> resolve_interface(const std::string& interface, const std::string& bind_address) {
  if (interface == "auto") return device_of(bind_address);
  return interface;
}

SocketOptions socket_options(const WorkloadSpec& spec) {
  return {.buffer_bytes = spec.socket_buffer_bytes,
          .no_delay = spec.no_delay,
          .congestion = spec.congestion,
          .mss_bytes = spec.mss_bytes,
          .zero_copy = spec.zero_copy,
          .busy_poll_us = spec.busy_poll_us,
          .dscp = spec.dscp,
          .interface = spec.interface};
}

Result<void> apply(const SocketOptions& options, int socket, int family, int type, const std::string& bind_address) {
  if (options.buffer_bytes > 0) {
    const int bytes = static_cast<int>(options.buffer_bytes);
    SRIOV_TRY(set(socket, SOL_SOCKET, SO_SNDBUF, bytes, "SO_SNDBUF"));
    SRIOV_TRY(set(socket, SOL_SOCKET, SO_RCVBUF, bytes, "SO_RCVBUF"));
  }
  if (options.busy_poll_us > 0)
    SRIOV_TRY(set(socket, SOL_SOCKET, SO_BUSY_POLL, static_cast<int>(options.busy_poll_us), "SO_BUSY_POLL"));
  if (options.dscp > 0) {
    const int traffic_class = static_cast<int>(options.dscp) << 2;  // The two low bits are ECN's (RFC 2474, 3168).
    SRIOV_TRY(set(socket, IPPROTO_IP, IP_TOS, traffic_class, "IP_TOS"));
    if (family == AF_INET6) SRIOV_TRY(set(socket, IPPROTO_IPV6, IPV6_TCLASS, traffic_class, "IPV6_TCLASS"));
  }
  if (!options.interface.empty()) SRIOV_TRY(bind_to_device(socket, options.interface, bind_address));
  if (type == SOCK_STREAM) return apply_tcp(options, socket);
  return {};
}

}  // namespace sriov
