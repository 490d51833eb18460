// The other end of a connection, which says what the fuzzer wrote and hears everything.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "host/file.h"

namespace sriov::fuzz {

/// A connection on which `size` bytes of `data` wait, and then its end. What is written to it goes nowhere.
class AnsweringEnd {
 public:
  AnsweringEnd(const std::uint8_t* data, std::size_t size) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
    ours_ = Fd(ends[0]);
    theirs_ = Fd(ends[1]);
    constexpr std::size_t kMostBytes = 65536;  // Fits into the socket.
    static_cast<void>(::send(ours_.get(), data, std::min(size, kMostBytes), MSG_DONTWAIT | MSG_NOSIGNAL));
    ::shutdown(ours_.get(), SHUT_WR);
  }
  [[nodiscard]] Fd take() { return std::move(theirs_); }

 private:
  Fd ours_;
  Fd theirs_;
};

}  // namespace sriov::fuzz
