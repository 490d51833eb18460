// Sends that the kernel makes from the program's own pages (Documentation/networking/msg_zerocopy.rst).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>

namespace sriov {

/// Zero-copy sends of one TCP socket with SO_ZEROCOPY on, and what the kernel said became of them.
class ZeroCopySender {
 public:
  explicit ZeroCopySender(int socket) : socket_(socket) {}

  /// As send(2). Notices are taken when many are owed and when the kernel has no room for more.
  ssize_t send(std::span<const char> message);
  /// Takes the notices that are there, without waiting.
  void take_notices();

  /// Sends that were made, and of those that were noticed: how many the kernel copied after all.
  [[nodiscard]] std::int64_t sends() const { return sends_; }
  [[nodiscard]] std::int64_t copied() const { return copied_; }
  /// "" or what the reader must know: that the path does not carry pages without copying them.
  [[nodiscard]] std::string note() const;

 private:
  static constexpr std::int64_t kMostOwed = 64;
  int socket_;
  std::int64_t sends_ = 0;
  std::int64_t noticed_ = 0;
  std::int64_t copied_ = 0;
};

}  // namespace sriov
