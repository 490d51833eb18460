#include "collector/xen/xen_vif.h"

#include <charconv>

#include "host/file.h"

namespace sriov {
namespace {

/// "1" + separator + "0", and nothing else.
std::optional<VifId> parse_pair(std::string_view text, char separator) {
  VifId id;
  const char* end = text.data() + text.size();
  const auto domid = std::from_chars(text.data(), end, id.domid);
  if (domid.ec != std::errc() || domid.ptr == end || *domid.ptr != separator) return std::nullopt;
  const auto handle = std::from_chars(domid.ptr + 1, end, id.handle);
  if (handle.ec != std::errc() || handle.ptr != end) return std::nullopt;
  return id;
}

}  // namespace

std::optional<VifId> parse_vif_name(std::string_view name) {
  return name.starts_with("vif") ? parse_pair(name.substr(3), '.') : std::nullopt;
}

std::optional<VifId> vif_of(const Host& host, const std::string& device) {
  constexpr std::string_view kBackend = "backend/vif/";
  const std::string node = read_word(host.sys + "/class/net/" + device + "/device/nodename");
  if (node.starts_with(kBackend)) return parse_pair(std::string_view(node).substr(kBackend.size()), '/');
  return parse_vif_name(device);
}

GuestTraffic guest_traffic(const LinkCounters& dom0_counters) {
  GuestTraffic guest;
  guest.rx_bytes = dom0_counters.value(&rtnl_link_stats64::tx_bytes);
  guest.tx_bytes = dom0_counters.value(&rtnl_link_stats64::rx_bytes);
  guest.rx_packets = dom0_counters.value(&rtnl_link_stats64::tx_packets);
  guest.tx_packets = dom0_counters.value(&rtnl_link_stats64::rx_packets);
  return guest;
}

}  // namespace sriov
