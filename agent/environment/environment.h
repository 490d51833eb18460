// Facts about a machine that a result must carry.
#pragma once

#include <string>

#include "host/host.h"

namespace sriov {

/// JSON object: hostname, kernel, command line, CPU model, microcode, CPU count, memory, hypervisor (Xen version and
/// command line where readable), clocksource, per NIC: driver, firmware, PCI address, MAC, MTU, speed, offloads,
/// coalescing, rings, VF layout; per interrupt of a network device its CPUs; tool version. Facts that cannot be read
/// are left out.
[[nodiscard]] std::string environment_json(const Host& host);

}  // namespace sriov
