#include "host/coalescing.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "core/text.h"
#include "host/ethtool_ioctl.h"

namespace sriov {
namespace {

constexpr std::array<CoalescingField, 6> kFields{{
    {"rx-usecs", &ethtool_coalesce::rx_coalesce_usecs},
    {"rx-frames", &ethtool_coalesce::rx_max_coalesced_frames},
    {"tx-usecs", &ethtool_coalesce::tx_coalesce_usecs},
    {"tx-frames", &ethtool_coalesce::tx_max_coalesced_frames},
    {"adaptive-rx", &ethtool_coalesce::use_adaptive_rx_coalesce},
    {"adaptive-tx", &ethtool_coalesce::use_adaptive_tx_coalesce},
}};

Result<CoalescingField> find_field(std::string_view name) {
  std::vector<std::string> known;
  for (const CoalescingField& field : kFields) {
    if (field.name == name) return field;
    known.emplace_back(field.name);
  }
  return fail_usage(fmt::format("'{}' is not a field of interrupt coalescing", name), "",
                    "known: " + join(known, ", "));
}

}  // namespace

std::span<const CoalescingField> coalescing_fields() { return kFields; }

Result<ethtool_coalesce> read_coalescing(const std::string& device) {
  EthtoolDevice ethtool(device);
  ethtool_coalesce coalesce{};
  coalesce.cmd = ETHTOOL_GCOALESCE;
  if (ethtool.ask(&coalesce)) return coalesce;
  return fail_environment(fmt::format("its driver tells of no interrupt coalescing: {}", std::strerror(errno)), device);
}

Result<ethtool_coalesce> set_coalescing(const std::string& device, std::string_view field, std::uint32_t value) {
  SRIOV_ASSIGN(const CoalescingField found, find_field(field));
  SRIOV_ASSIGN(ethtool_coalesce coalesce, read_coalescing(device));
  coalesce.cmd = ETHTOOL_SCOALESCE;
  coalesce.*found.member = value;
  EthtoolDevice ethtool(device);
  if (!ethtool.ask(&coalesce))
    return fail(fmt::format("{} could not be set to {}: {}", field, value, std::strerror(errno)), device,
                "the driver may take other values only (ethtool -C)");
  return read_coalescing(device);
}

}  // namespace sriov
