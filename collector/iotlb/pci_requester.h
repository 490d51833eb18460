// Who asks the IOMMU: PCI functions by their requester id.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/collector.h"
#include "core/metric.h"
#include "core/result.h"
#include "host/host.h"

namespace sriov {

struct PciRequester {
  std::string address;   ///< "0000:01:10.2".
  std::uint16_t id = 0;  ///< Bus, device and function: what the IOMMU's filter compares.
  bool is_vf = false;
  std::string iommu;  ///< The unit it is behind: "dmar0", "ivhd1"; "" when sysfs does not tell.

  /// requester and, of a VF, vf.
  [[nodiscard]] Labels labels() const;
};

/// The requester id of "0000:01:10.2"; nullopt for anything else.
[[nodiscard]] std::optional<std::uint16_t> requester_id(std::string_view address);

/// The option of backends that can filter.
inline constexpr std::array<CollectorOption, 1> kRequesterOptions{{
    {"requesters", "none",
     "Backends dmar and amd: devices to count apart from the rest as well: vf for every VF, or PCI addresses separated "
     "by "
     "commas."},
}};

/// A usage error when the option's value can name devices on no host.
[[nodiscard]] Result<void> check_requesters(const std::string& option);

/// The devices that the option names; none is an empty list. A usage error for what is no address or no device here.
[[nodiscard]] Result<std::vector<PciRequester>> parse_requesters(const Host& host, const std::string& option);

}  // namespace sriov
