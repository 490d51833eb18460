// The counters in /sys/devices/*/xenbus (drivers/xen/xenbus/xenbus_probe.c).
#pragma once

#include <cstdint>
#include <string_view>

namespace sriov {

/// "680\n". The kernel prints its 32-bit counters as signed numbers: beyond 2^31 events they come with a minus. kAbsent
/// for anything else.
[[nodiscard]] std::int64_t parse_xenbus_count(std::string_view text);

}  // namespace sriov
