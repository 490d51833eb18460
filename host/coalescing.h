// How long a network device may wait before it interrupts (ethtool -c).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <linux/ethtool.h>

#include "core/result.h"

namespace sriov {

/// One number of ethtool_coalesce, by the name that `ethtool -C` has for it.
struct CoalescingField {
  std::string_view name;  ///< "rx-usecs".
  std::uint32_t ethtool_coalesce::*member = nullptr;
};
[[nodiscard]] std::span<const CoalescingField> coalescing_fields();

/// What the driver says; an error when it tells of none.
[[nodiscard]] Result<ethtool_coalesce> read_coalescing(const std::string& device);
/// Sets one field and returns all as they are afterwards: drivers round. A usage error for an unknown field.
[[nodiscard]] Result<ethtool_coalesce> set_coalescing(const std::string& device, std::string_view field,
                                                      std::uint32_t value);

}  // namespace sriov
