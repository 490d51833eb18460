#include "workloads/tcp/zero_copy.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>

namespace sriov {

ssize_t ZeroCopySender::send(std::span<const char> message) {
  if (sends_ - noticed_ >= kMostOwed) take_notices();
  ssize_t put = ::send(socket_, message.data(), message.size(), MSG_NOSIGNAL | MSG_ZEROCOPY);
  if (put < 0 && errno == ENOBUFS) {  // Out of memory for notices (net.core.optmem_max) or for pinned pages.
    take_notices();
    put = ::send(socket_, message.data(), message.size(), MSG_NOSIGNAL);
    return put;
  }
  if (put > 0) ++sends_;
  return put;
}

void ZeroCopySender::take_notices() {
  while (true) {
    alignas(cmsghdr) std::array<char, 128> control{};
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(socket_, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
      const bool is_error = (part->cmsg_level == SOL_IP && part->cmsg_type == IP_RECVERR) ||
                            (part->cmsg_level == SOL_IPV6 && part->cmsg_type == IPV6_RECVERR);
      if (!is_error) continue;
      const auto* notice = reinterpret_cast<const sock_extended_err*>(CMSG_DATA(part));
      if (notice->ee_origin != SO_EE_ORIGIN_ZEROCOPY) continue;
      // A range of sends, both ends included, numbered modulo 2^32.
      const std::int64_t count = static_cast<std::uint32_t>(notice->ee_data - notice->ee_info) + std::int64_t{1};
      noticed_ += count;
      if ((notice->ee_code & SO_EE_CODE_ZEROCOPY_COPIED) != 0) copied_ += count;
    }
  }
}

std::string ZeroCopySender::note() const {
  if (copied_ == 0) return "";
  return fmt::format(
      "the kernel copied {} of {} zero-copy sends after all: the device or the path cannot send from the "
      "program's pages",
      copied_, sends_);
}

}  // namespace sriov
