// An event channel from this domain to itself.
#pragma once

#include <cstdint>
#include <utility>

#include "core/result.h"
#include "host/file.h"
#include "host/host.h"

namespace sriov {

/// Both ends in one /dev/xen/evtchn handle; closing it closes them.
class EventLoopPort {
 public:
  [[nodiscard]] static Result<void> probe(const Host& host);
  [[nodiscard]] static Result<EventLoopPort> open(const Host& host);

  /// Sends an event to ourselves.
  [[nodiscard]] bool notify() const;
  /// Takes the event and lets the next one in.
  [[nodiscard]] bool consume() const;

 private:
  EventLoopPort(Fd device, std::uint32_t sending) : device_(std::move(device)), sending_(sending) {}
  Fd device_;
  std::uint32_t sending_;
};

}  // namespace sriov
