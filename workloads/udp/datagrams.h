// Datagrams in bulk: many numbered ones out of one call, many into one call; with or without the kernel's UDP offloads.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/result.h"
#include "workloads/udp/udp_side.h"

namespace sriov {

/// Datagrams ready to send from one socket. With GSO the kernel gets up to 64 of them as one (UDP_SEGMENT,
/// udp(7)) and cuts them as late as the device allows; a device's counters may then see one packet where several
/// datagrams were sent.
class Outbox {
 public:
  /// All datagrams are `datagram_bytes` long. Error when the kernel has no UDP_SEGMENT or the size is too large for it.
  [[nodiscard]] static Result<std::unique_ptr<Outbox>> make(int socket, std::size_t datagram_bytes, bool gso);
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// The most that send() takes.
  [[nodiscard]] std::int64_t capacity() const;
  struct Sent {
    std::int64_t datagrams = -1;  ///< -1: none, see errno.
    std::int64_t packets = 0;     ///< What was handed to the network stack: fewer than datagrams with GSO.
  };
  /// Sends `count` datagrams numbered from `first`, stamped with `now_ns`. `bytes`: cuts them to this length (without
  /// GSO only); 0 leaves it.
  Sent send(std::uint64_t first, std::int64_t count, std::int64_t now_ns, std::size_t bytes = 0);

 private:
  static constexpr std::size_t kMessages = 32;
  static constexpr std::size_t kGsoMessages = 4;
  static constexpr std::size_t kMostSegments = 64;  ///< UDP_MAX_SEGMENTS of Linux before 6.10.

  Outbox(int socket, std::size_t datagram_bytes, std::size_t segments);

  int socket_;
  std::size_t datagram_bytes_;
  std::size_t segments_;  ///< Datagrams in one message.
  std::vector<std::byte> bytes_;
  std::array<iovec, kMessages> pieces_{};
  std::array<mmsghdr, kMessages> messages_{};
};

/// Receive buffers for a batch of datagrams. With GRO the kernel may hand over several of one sender as one (UDP_GRO).
class Inbox {
 public:
  /// Error when the kernel has no UDP_GRO.
  [[nodiscard]] static Result<std::unique_ptr<Inbox>> make(int socket, std::size_t datagram_bytes, bool gro);
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// Packets that one call takes at most.
  static constexpr std::size_t kMessages = 32;

  /// Waits for one packet and takes what else is there; how many packets, or -1 with errno.
  int receive();
  /// Calls `take` with each datagram of packet `index`.
  template <class Take>
  void each(int index, Take take) const {
    std::span<const std::byte> rest = packet(index);
    const std::size_t segment = segment_bytes(index);
    while (rest.size() > segment) {
      take(rest.first(segment));
      rest = rest.subspan(segment);
    }
    take(rest);
  }

 private:
  static constexpr std::size_t kControlBytes = CMSG_SPACE(sizeof(int));

  Inbox(int socket, std::size_t packet_bytes, bool gro);
  [[nodiscard]] std::span<const std::byte> packet(int index) const;
  /// Length of the datagrams that packet `index` was put together from; its own when it is one.
  [[nodiscard]] std::size_t segment_bytes(int index) const;

  int socket_;
  bool gro_;
  std::vector<std::byte> bytes_;
  std::array<iovec, kMessages> pieces_{};
  std::array<mmsghdr, kMessages> messages_{};
  struct alignas(cmsghdr) Control {
    std::array<char, kControlBytes> bytes{};
  };
  std::array<Control, kMessages> controls_{};
};

}  // namespace sriov
