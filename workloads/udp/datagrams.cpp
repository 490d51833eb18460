#include "workloads/udp/datagrams.h"

#include <netinet/in.h>
#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace sriov {
namespace {

constexpr std::size_t kLargestPacket = 65535;

/// The C library's headers may be older than the kernel.
#ifndef UDP_SEGMENT
constexpr int UDP_SEGMENT = 103;
#endif
#ifndef UDP_GRO
constexpr int UDP_GRO = 104;
#endif

Result<void> set_udp(int socket, int name, int value, const char* label) {
  if (setsockopt(socket, SOL_UDP, name, &value, sizeof value) != 0)
    return fail_errno(fmt::format("cannot set {} to {}", label, value), errno);
  return {};
}

}  // namespace

Result<std::unique_ptr<Outbox>> Outbox::make(int socket, std::size_t datagram_bytes, bool gso) {
  std::size_t segments = 1;
  if (gso) {
    segments = std::clamp<std::size_t>(kMaxDatagramBytes / datagram_bytes, 1, kMostSegments);
    SRIOV_TRY(set_udp(socket, UDP_SEGMENT, static_cast<int>(datagram_bytes), "UDP_SEGMENT"));
  }
  return std::unique_ptr<Outbox>(new Outbox(socket, datagram_bytes, segments));
}

Outbox::Outbox(int socket, std::size_t datagram_bytes, std::size_t segments)
    : socket_(socket),
      datagram_bytes_(datagram_bytes),
      segments_(segments),
      bytes_((segments > 1 ? kGsoMessages : kMessages) * segments * datagram_bytes, std::byte{'u'}) {
  const std::size_t message_bytes = segments_ * datagram_bytes_;
  for (std::size_t i = 0; i * message_bytes < bytes_.size(); ++i) {
    pieces_[i] = {&bytes_[i * message_bytes], message_bytes};
    messages_[i].msg_hdr.msg_iov = &pieces_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

std::int64_t Outbox::capacity() const { return static_cast<std::int64_t>(bytes_.size() / datagram_bytes_); }

Outbox::Sent Outbox::send(std::uint64_t first, std::int64_t count, std::int64_t now_ns, std::size_t bytes) {
  const auto datagrams = static_cast<std::size_t>(std::min(count, capacity()));
  for (std::size_t i = 0; i < datagrams; ++i)
    encode(DatagramHeader{DatagramKind::data, first + i, now_ns},
           std::span<std::byte, kDatagramHeaderBytes>(&bytes_[i * datagram_bytes_], kDatagramHeaderBytes));
  const std::size_t messages = (datagrams + segments_ - 1) / segments_;
  for (std::size_t i = 0; i < messages; ++i) {
    const std::size_t held = std::min(segments_, datagrams - i * segments_);
    pieces_[i].iov_len = segments_ == 1 && bytes > 0 ? bytes : held * datagram_bytes_;
  }
  const int sent = sendmmsg(socket_, messages_.data(), static_cast<unsigned>(messages), MSG_NOSIGNAL);
  if (sent < 0) return {};
  const auto packets = static_cast<std::size_t>(sent);
  return {static_cast<std::int64_t>(std::min(packets * segments_, datagrams)), sent};
}

Result<std::unique_ptr<Inbox>> Inbox::make(int socket, std::size_t datagram_bytes, bool gro) {
  if (gro) SRIOV_TRY(set_udp(socket, UDP_GRO, 1, "UDP_GRO"));
  return std::unique_ptr<Inbox>(new Inbox(socket, gro ? kLargestPacket : datagram_bytes, gro));
}

Inbox::Inbox(int socket, std::size_t packet_bytes, bool gro)
    : socket_(socket), gro_(gro), bytes_(kMessages * packet_bytes) {
  for (std::size_t i = 0; i < kMessages; ++i) {
    pieces_[i] = {bytes_.data() + i * packet_bytes, packet_bytes};
    messages_[i].msg_hdr.msg_iov = &pieces_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    if (gro_) messages_[i].msg_hdr.msg_control = controls_[i].bytes.data();
  }
}

int Inbox::receive() {
  if (gro_)
    for (mmsghdr& message : messages_) message.msg_hdr.msg_controllen = kControlBytes;
  return recvmmsg(socket_, messages_.data(), kMessages, MSG_WAITFORONE, nullptr);
}

std::span<const std::byte> Inbox::packet(int index) const {
  const auto i = static_cast<std::size_t>(index);
  return {static_cast<const std::byte*>(pieces_[i].iov_base), messages_[i].msg_len};
}

std::size_t Inbox::segment_bytes(int index) const {
  const mmsghdr& message = messages_[static_cast<std::size_t>(index)];
  const std::size_t whole = std::max<std::size_t>(message.msg_len, 1);
  if (!gro_) return whole;
  auto& header = const_cast<msghdr&>(message.msg_hdr);  // CMSG_NXTHDR does not change it.
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_UDP || part->cmsg_type != UDP_GRO) continue;
    int bytes = 0;
    std::memcpy(&bytes, CMSG_DATA(part), sizeof bytes);
    if (bytes > 0) return static_cast<std::size_t>(bytes);
  }
  return whole;
}

}  // namespace sriov
