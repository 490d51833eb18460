// Which PF drivers tell the host what their VFs carry.
#pragma once

#include <optional>
#include <string_view>

namespace sriov::doctor {

enum class VfCounterSupport { yes, no, unproven };

struct VfCounterDriver {
  std::string_view driver;
  VfCounterSupport support;
  std::string_view source;  ///< Where this is known from.
};

/// What is known of a PF driver; nullopt for one that is not in the table. The kernel prints zeros for a driver without
/// ndo_get_vf_stats, so a reading of 0 alone proves nothing: hence a table.
[[nodiscard]] std::optional<VfCounterDriver> vf_counter_driver(std::string_view driver);

}  // namespace sriov::doctor
