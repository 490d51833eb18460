#include "workloads/tcp/flow_listener.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "host/clock.h"

namespace sriov {

namespace {

Result<void> announce(const Stream& stream, int listener, const Halt& halt) {
  SRIOV_ASSIGN(const SocketAddress address, local_address(listener));
  std::array<std::byte, 4> port{};
  put_u32(port.data(), address.port());
  return write_all(stream.socket.get(), port, {monotonic_ns() + kSilenceNs, &halt});
}

}  // namespace

Result<void> open_flow_listener(Stream& stream, int backlog, const Halt& halt) {
  SRIOV_ASSIGN(SocketAddress address, local_address(stream.socket.get()));
  Fd listener(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener.is_open()) return fail_errno("cannot open a socket", errno);
  SRIOV_TRY(apply(socket_options(stream.spec), listener.get(), address.storage.ss_family, SOCK_STREAM,
                  stream.spec.bind_address));
  address.set_port(0);
  if (bind(listener.get(), address.get(), address.length) != 0)
    return fail_errno("cannot bind to " + address.text(), errno);
  if (listen(listener.get(), backlog) != 0) return fail_errno("cannot listen at " + address.text(), errno);
  SRIOV_TRY(set_io_timeout(listener.get(), kPollNs));
  stream.own_sockets.push_back(std::move(listener));
  return announce(stream, stream.own_sockets.back().get(), halt);
}

Result<void> find_flow_listener(Stream& stream, const Halt& halt) {
  std::array<std::byte, 4> port{};
  SRIOV_TRY(read_exact(stream.socket.get(), port, {monotonic_ns() + kSilenceNs, &halt}));
  SRIOV_ASSIGN(stream.own_server, parse_address(stream.spec.address, static_cast<std::uint16_t>(get_u32(port.data()))));
  return {};
}

}  // namespace sriov
