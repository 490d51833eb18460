// Questions to the kernel over netlink, answered into a kept buffer, so that reading counters at every row allocates
// nothing.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.h"
#include "host/file.h"

namespace sriov {

/// A netlink socket of the calling thread's network namespace. Messages are walked with libnl's nlmsg_/nla_ helpers.
class NetlinkSocket {
 public:
  /// `protocol`: NETLINK_ROUTE or NETLINK_GENERIC. `groups`: RTMGRP_… bits to subscribe to; 0 for a socket that only
  /// asks.
  [[nodiscard]] static Result<NetlinkSocket> open(int protocol, std::uint32_t groups = 0);

  /// Asks for a dump (`type` with `body`) and calls `on_message` with each message of the answer. Error when the kernel
  /// refuses or does not answer within a second.
  template <class OnMessage>
  Result<void> dump(std::uint16_t type, std::span<const std::byte> body, OnMessage&& on_message) {
    SRIOV_TRY(send(type, NLM_F_DUMP, body));
    return answer(on_message);
  }
  /// Asks about one thing (`type` with `body`, which names it); otherwise as dump().
  template <class OnMessage>
  Result<void> get(std::uint16_t type, std::span<const std::byte> body, OnMessage&& on_message) {
    SRIOV_TRY(send(type, NLM_F_ACK, body));
    return answer(on_message);
  }

  /// Takes whatever the subscribed groups sent; true when there was something (or it was too much to keep).
  [[nodiscard]] bool drain();

 private:
  Result<void> send(std::uint16_t type, std::uint16_t flags, std::span<const std::byte> body);
  Result<std::span<const std::byte>> receive();
  /// The next message of `messages`, which is shortened; nullptr at the end.
  static const nlmsghdr* next(std::span<const std::byte>& messages);
  /// What an NLMSG_ERROR says; success for an acknowledgement.
  static Result<void> check_error(const nlmsghdr& message);

  /// All messages up to the one that says that they are all.
  template <class OnMessage>
  Result<void> answer(OnMessage&& on_message) {
    while (true) {
      SRIOV_ASSIGN(const std::span<const std::byte> messages, receive());
      SRIOV_ASSIGN(const bool done, walk(messages, on_message));
      if (done) return {};
    }
  }

  template <class OnMessage>
  Result<bool> walk(std::span<const std::byte> messages, OnMessage&& on_message) {
    while (const nlmsghdr* message = next(messages)) {
      if (message->nlmsg_seq != sequence_) continue;  // A late answer to an earlier question.
      if (message->nlmsg_type == NLMSG_ERROR) SRIOV_TRY(check_error(*message));
      if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return true;
      on_message(*message);
    }
    return false;
  }

  Fd fd_;
  std::vector<std::byte> buffer_;
  std::uint32_t sequence_ = 0;
};

}  // namespace sriov
