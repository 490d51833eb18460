#include "workloads/engine/socket.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"

namespace sriov {
namespace {

std::string connect_hint(int error_number) {
  switch (error_number) {
    case ECONNREFUSED:
      return "nothing listens there: start the server side first and check the port";
    case ETIMEDOUT:
    case EAGAIN:
      return "no answer: check the address, that the path is up, and firewalls";
    case ENETUNREACH:
    case EHOSTUNREACH:
      return "no route from this endpoint: check the address and that the interface is up";
    case EADDRNOTAVAIL:
      return "bind_address is not an address of this endpoint, or local ports have run out";
    default:
      return "";
  }
}

tl::unexpected<Error> fail_socket(std::string what, int error_number) {
  auto error = fail_errno(std::move(what), error_number);
  if (std::string hint = connect_hint(error_number); !hint.empty()) error.value().hint = std::move(hint);
  return error;
}

Result<void> set_option(int socket, int level, int name, int value, const char* label) {
  if (setsockopt(socket, level, name, &value, sizeof value) != 0)
    return fail_errno(fmt::format("cannot set {} to {}", label, value), errno);
  return {};
}

Result<Fd> open_socket(int family, int type, const SocketOptions& options, const std::string& bind_address) {
  Fd socket(::socket(family, type | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return fail_errno("cannot open a socket", errno);
  SRIOV_TRY(apply(options, socket.get(), family, type, bind_address));
  return socket;
}

Result<Fd> bind_to(int type, const SocketAddress& address, const SocketOptions& options,
                   const std::string& bind_address) {
  SRIOV_ASSIGN(Fd socket, open_socket(address.storage.ss_family, type, options, bind_address));
  // A server port must be free again right after a run, while old connections linger in TIME_WAIT.
  if (type == SOCK_STREAM) SRIOV_TRY(set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR"));
  if (address.storage.ss_family == AF_INET6)
    SRIOV_TRY(set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0, "IPV6_V6ONLY"));
  if (bind(socket.get(), address.get(), address.length) != 0) {
    const int error_number = errno;
    auto error = fail_socket("cannot bind to " + address.text(), error_number);
    if (error_number == EADDRINUSE) error.value().hint = "another program uses that port: choose another";
    return error;
  }
  return socket;
}

Result<void> set_blocking(int socket, bool blocking) {
  const int on = blocking ? 0 : 1;
  if (ioctl(socket, FIONBIO, &on) != 0) return fail_errno("cannot switch the socket's blocking mode", errno);
  return {};
}

Result<void> finish_connect(int socket, const SocketAddress& to, const Patience& patience) {
  const auto ready = wait_for(socket, POLLOUT, patience);
  if (!ready && ready.error().kind == ErrorKind::interrupted) return tl::unexpected(ready.error());
  if (!ready) return fail_socket("cannot connect to " + to.text(), ETIMEDOUT);
  int error_number = 0;
  socklen_t length = sizeof error_number;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &error_number, &length);
  if (error_number != 0) return fail_socket("cannot connect to " + to.text(), error_number);
  return {};
}

}  // namespace

std::uint16_t SocketAddress::port() const {
  if (storage.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
  return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
}

void SocketAddress::set_port(std::uint16_t port) {
  if (storage.ss_family == AF_INET)
    reinterpret_cast<sockaddr_in&>(storage).sin_port = htons(port);
  else
    reinterpret_cast<sockaddr_in6&>(storage).sin6_port = htons(port);
}

std::string SocketAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (storage.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(storage).sin_addr, buffer.data(), buffer.size());
    return fmt::format("{}:{}", buffer.data(), port());
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  inet_ntop(AF_INET6, &v6.sin6_addr, buffer.data(), buffer.size());
  if (v6.sin6_scope_id != 0) return fmt::format("[{}%{}]:{}", buffer.data(), v6.sin6_scope_id, port());
  return fmt::format("[{}]:{}", buffer.data(), port());
}

bool operator==(const SocketAddress& a, const SocketAddress& b) {
  return a.length == b.length && std::memcmp(&a.storage, &b.storage, a.length) == 0;
}

Result<SocketAddress> parse_address(const std::string& text, std::uint16_t port) {
  SocketAddress address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.length = sizeof v4;
    return address;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  const std::size_t percent = std::min(text.find('%'), text.size());
  if (inet_pton(AF_INET6, text.substr(0, percent).c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.length = sizeof v6;
    if (percent == text.size()) return address;
    const std::string scope = text.substr(percent + 1);
    v6.sin6_scope_id = if_nametoindex(scope.c_str());
    if (v6.sin6_scope_id != 0) return address;
    return fail_usage(fmt::format("'{}' names no interface of this endpoint", scope), text);
  }
  return fail_usage(fmt::format("'{}' is not an IPv4 or IPv6 address", text), "", "names are not resolved here");
}

Result<SocketAddress> local_address(int socket) {
  SocketAddress address;
  address.length = sizeof address.storage;
  if (getsockname(socket, address.get(), &address.length) != 0)
    return fail_errno("cannot read the socket's own address", errno);
  return address;
}

Result<Fd> bind_socket(int type, const std::string& bind_address, std::uint16_t port, const SocketOptions& options) {
  if (!bind_address.empty()) {
    SRIOV_ASSIGN(const SocketAddress address, parse_address(bind_address, port));
    return bind_to(type, address, options, bind_address);
  }
  // An IPv6 socket serves both families; a kernel booted with ipv6.disable=1 has none.
  if (const Fd probe(::socket(AF_INET6, type | SOCK_CLOEXEC, 0)); probe.is_open()) {
    SRIOV_ASSIGN(const SocketAddress any_v6, parse_address("::", port));
    return bind_to(type, any_v6, options, bind_address);
  }
  SRIOV_ASSIGN(const SocketAddress any_v4, parse_address("0.0.0.0", port));
  return bind_to(type, any_v4, options, bind_address);
}

Result<Fd> listen_tcp(const std::string& bind_address, std::uint16_t port, int backlog, const SocketOptions& options) {
  SRIOV_ASSIGN(Fd socket, bind_socket(SOCK_STREAM, bind_address, port, options));
  if (listen(socket.get(), backlog) != 0) return fail_errno(fmt::format("cannot listen on port {}", port), errno);
  return socket;
}

Result<Fd> connect_socket(int type, const SocketAddress& to, const std::string& bind_address,
                          const SocketOptions& options, const Patience& patience) {
  SRIOV_ASSIGN(Fd socket, open_socket(to.storage.ss_family, type, options, bind_address));
  if (!bind_address.empty()) {
    SRIOV_ASSIGN(const SocketAddress from, parse_address(bind_address, 0));
    if (bind(socket.get(), from.get(), from.length) != 0) return fail_socket("cannot bind to " + from.text(), errno);
  }
  SRIOV_TRY(set_blocking(socket.get(), false));
  if (connect(socket.get(), to.get(), to.length) != 0) {
    if (errno != EINPROGRESS) return fail_socket("cannot connect to " + to.text(), errno);
    SRIOV_TRY(finish_connect(socket.get(), to, patience));
  }
  SRIOV_TRY(set_blocking(socket.get(), true));
  SRIOV_TRY(set_io_timeout(socket.get(), kPollNs));
  return socket;
}

Result<Accepted> accept_tcp(int listener, const SocketOptions& options, const Patience& patience) {
  SRIOV_TRY(wait_for(listener, POLLIN, patience));
  Accepted accepted;
  accepted.peer.length = sizeof accepted.peer.storage;
  accepted.socket = Fd(accept4(listener, accepted.peer.get(), &accepted.peer.length, SOCK_CLOEXEC));
  if (!accepted.socket.is_open()) return fail_errno("cannot accept a connection", errno);
  if (options.no_delay) SRIOV_TRY(set_option(accepted.socket.get(), IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"));
  SRIOV_TRY(set_io_timeout(accepted.socket.get(), kPollNs));
  return accepted;
}

Result<void> set_io_timeout(int socket, std::int64_t timeout_ns) {
  const timeval timeout{timeout_ns / kNsPerSecond, timeout_ns % kNsPerSecond / 1000};
  if (setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) != 0 ||
      setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) != 0)
    return fail_errno("cannot set the socket's timeouts", errno);
  return {};
}

std::string socket_buffer_note(int socket, std::int64_t asked_bytes) {
  if (asked_bytes == 0) return "";
  const auto given = [socket](int name) {
    int bytes = 0;
    socklen_t length = sizeof bytes;
    getsockopt(socket, SOL_SOCKET, name, &bytes, &length);
    return bytes / 2;  // the kernel doubles what it was asked for, for its own book-keeping
  };
  const int send_bytes = given(SO_SNDBUF);
  const int receive_bytes = given(SO_RCVBUF);
  if (std::min(send_bytes, receive_bytes) >= asked_bytes) return "";
  return fmt::format(
      "socket buffers of {} bytes were asked for, the kernel gave {} to send and {} to receive (raise "
      "net.core.wmem_max and net.core.rmem_max)",
      asked_bytes, send_bytes, receive_bytes);
}

Result<void> wait_for(int socket, short events, const Patience& patience) {
  while (true) {
    if (patience.halt != nullptr && patience.halt->requested()) return fail("stopped", "", "", ErrorKind::interrupted);
    const std::int64_t left_ns = patience.deadline_ns - monotonic_ns();
    if (left_ns <= 0) return fail("timed out");
    pollfd waiting{socket, events, 0};
    const auto slice_ms = static_cast<int>((std::min(left_ns, kPollNs) + kNsPerMs - 1) / kNsPerMs);
    const int ready = poll(&waiting, 1, slice_ms);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail_errno("cannot wait on the socket", errno);
  }
}

Result<void> read_exact(int socket, std::span<std::byte> bytes, const Patience& patience) {
  while (!bytes.empty()) {
    SRIOV_TRY(wait_for(socket, POLLIN, patience));
    const ssize_t got = recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got == 0) return fail("the peer closed the connection");
    if (got > 0)
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    else if (errno != EAGAIN && errno != EINTR)
      return fail_errno("cannot receive", errno);
    else  // Woken by the error queue alone (zero-copy notices): no reason to spin.
      sleep_until_ns(monotonic_ns() + kNsPerMs);
  }
  return {};
}

Result<void> write_all(int socket, std::span<const std::byte> bytes, const Patience& patience) {
  while (!bytes.empty()) {
    SRIOV_TRY(wait_for(socket, POLLOUT, patience));
    const ssize_t put = send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put >= 0)
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    else if (errno != EAGAIN && errno != EINTR)
      return fail_errno("cannot send", errno);
  }
  return {};
}

PeerState look_at_peer(int socket) {
  std::uint8_t byte = 0;
  const ssize_t got = recv(socket, &byte, 1, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? PeerState::present : PeerState::gone;
  if (got == 1 && byte == static_cast<std::uint8_t>(Mark::stopped)) return PeerState::stopped;
  if (got == 1 && byte == static_cast<std::uint8_t>(Mark::done)) return PeerState::done;
  return PeerState::gone;
}

void send_mark(int socket, Mark mark) { (void)send(socket, &mark, 1, MSG_DONTWAIT | MSG_NOSIGNAL); }

}  // namespace sriov
