// A machine's network devices and their interrupt lines as text.
#pragma once

#include <string>

#include "report/text/text_table.h"

namespace sriov {

/// "eth0 (igb), vif1.0 (vif)" of environment_json(); "" when it tells of no device.
[[nodiscard]] std::string device_list(const std::string& environment_json);

/// A table for every network device (driver, link, queues, coalescing, VFs, offloads) and one of the interrupt lines,
/// of which those that are treated alike are one row: "34-37  eth0  eth0-rx, eth0-tx  0-1". "" when there are none.
[[nodiscard]] std::string render_devices(const std::string& endpoint, const std::string& environment_json,
                                         const TextStyle& style);

}  // namespace sriov
