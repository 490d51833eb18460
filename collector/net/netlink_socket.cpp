#include "collector/net/netlink_socket.h"

#include <netlink/msg.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace sriov {
namespace {

// The kernel fills at most 32 KiB a datagram when dumping.
constexpr std::size_t kBufferBytes = 65536;
constexpr std::size_t kMostRequestBytes = 128;

}  // namespace

Result<NetlinkSocket> NetlinkSocket::open(int protocol, std::uint32_t groups) {
  NetlinkSocket out;
  out.fd_ = Fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!out.fd_.is_open()) return fail_errno("cannot open a netlink socket", errno);
  constexpr timeval kPatience{1, 0};
  ::setsockopt(out.fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  // NOLINTNEXTLINE(bugprone-casting-through-void): the sockets interface.
  const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (::bind(out.fd_.get(), generic, sizeof(address)) != 0) return fail_errno("cannot bind a netlink socket", errno);
  out.buffer_.resize(kBufferBytes);
  return out;
}

Result<void> NetlinkSocket::send(std::uint16_t type, std::uint16_t flags, std::span<const std::byte> body) {
  alignas(nlmsghdr) std::array<std::byte, kMostRequestBytes> request{};
  if (NLMSG_HDRLEN + body.size() > request.size()) return fail("a netlink request is too long");
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(body.size()));
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  header.nlmsg_seq = ++sequence_;
  std::memcpy(request.data(), &header, sizeof(header));
  std::memcpy(request.data() + NLMSG_HDRLEN, body.data(), body.size());
  while (::send(fd_.get(), request.data(), header.nlmsg_len, 0) < 0)
    if (errno != EINTR) return fail_errno("cannot ask the kernel about network devices", errno);
  return {};
}

Result<std::span<const std::byte>> NetlinkSocket::receive() {
  while (true) {
    const ssize_t got = ::recv(fd_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("no answer about network devices", errno);
    const auto size = static_cast<std::size_t>(got);
    if (size <= buffer_.size()) return std::span<const std::byte>(buffer_).first(size);
    buffer_.resize(size);  // Large enough the next time.
    return fail("the answer about network devices was too long");
  }
}

const nlmsghdr* NetlinkSocket::next(std::span<const std::byte>& messages) {
  const auto* message = static_cast<const nlmsghdr*>(static_cast<const void*>(messages.data()));
  const int size = static_cast<int>(messages.size());
  if (nlmsg_ok(message, size) == 0) return nullptr;
  messages = messages.subspan(std::min<std::size_t>(NLMSG_ALIGN(message->nlmsg_len), messages.size()));
  return message;
}

Result<void> NetlinkSocket::check_error(const nlmsghdr& message) {
  nlmsgerr answer{};
  if (nlmsg_datalen(&message) < static_cast<int>(sizeof(answer.error))) return fail("a netlink error without a code");
  std::memcpy(&answer.error, nlmsg_data(&message), sizeof(answer.error));
  if (answer.error == 0) return {};
  return fail_errno("the kernel refused to tell about network devices", -answer.error);
}

bool NetlinkSocket::drain() {
  bool any = false;
  while (true) {
    const ssize_t got = ::recv(fd_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno != ENOBUFS) return any;
    any = true;
  }
}

}  // namespace sriov
