// The parts of environment_json(), one file each.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "host/host.h"

namespace sriov::environment {

/// Model, vendor, microcode, counts, frequency governor, clocksource.
[[nodiscard]] nlohmann::json describe_cpu(const Host& host);
/// Type, version and command line of the hypervisor; an empty object on bare metal.
[[nodiscard]] nlohmann::json describe_hypervisor(const Host& host);
/// What `xl sched-credit`, `sched-credit2` or `sched-rtds` prints: {"pools": {"Pool-0": {"ratelimit": "1000us"}},
/// "domains": {"guest1": {"weight": 256, "cap": 0}}}; null when it is nothing of the kind.
[[nodiscard]] nlohmann::json scheduler_parameters(const std::string& xl_output);
/// One object a network device, sorted by name; the loopback is left out.
[[nodiscard]] nlohmann::json describe_nics(const Host& host);
/// One object an interrupt line of a network device: number, class, device, action, and the CPUs it may and does go to.
[[nodiscard]] nlohmann::json describe_irqs(const Host& host);
/// What only the driver knows (ETHTOOL ioctls): driver version, firmware, offloads, coalescing, rings, channels.
[[nodiscard]] nlohmann::json describe_driver(const std::string& device);

/// Sets `key` unless the fact could not be read.
void put(nlohmann::json& object, const char* key, const std::string& value);
/// put() as a number; left out when `text` is not one or negative (sysfs says -1 for "unknown").
void put_number(nlohmann::json& object, const char* key, const std::string& text);

}  // namespace sriov::environment
