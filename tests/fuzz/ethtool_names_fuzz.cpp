#include <cstdlib>

#include "collector/net/ethtool_names.h"
#include "host/ethtool_ioctl.h"

/// The input is what ETHTOOL_GSTRINGS wrote; its first byte is the number of strings it claims.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto names = sriov::ethtool_strings(bytes, data[0]);
  if (names.size() > data[0] || names.size() * ETH_GSTRING_LEN > bytes.size()) std::abort();
  for (const std::string& name : names) {
    const sriov::EthtoolName parts = sriov::parse_ethtool_name(name);
    if (parts.queue.empty() != parts.direction.empty()) std::abort();
    if (parts.queue.empty() ? parts.statistic != name : parts.statistic.empty()) std::abort();
    if (parts.queue.find_first_not_of("0123456789") != std::string::npos) std::abort();
  }
  return 0;
}
