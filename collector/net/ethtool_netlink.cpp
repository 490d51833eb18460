#include "collector/net/ethtool_netlink.h"

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <netlink/msg.h>

#include <algorithm>

#include "collector/net/netlink_request.h"

namespace sriov {
namespace {

constexpr std::uint32_t kGroupsOfAWord = 32;

/// The attributes of a message of `family`; empty for another message.
std::span<const std::byte> attributes_of(const nlmsghdr& message, std::uint16_t family) {
  if (message.nlmsg_type != family || nlmsg_datalen(&message) < static_cast<int>(GENL_HDRLEN)) return {};
  const auto* body = static_cast<const std::byte*>(nlmsg_data(&message));
  return std::span(body, static_cast<std::size_t>(nlmsg_datalen(&message))).subspan(GENL_HDRLEN);
}

}  // namespace

Result<EthtoolNetlink> EthtoolNetlink::open() {
  EthtoolNetlink out;
  SRIOV_ASSIGN(out.socket_, NetlinkSocket::open(NETLINK_GENERIC));
  GenericRequest request(CTRL_CMD_GETFAMILY);
  request.put_name(CTRL_ATTR_FAMILY_NAME, ETHTOOL_GENL_NAME);
  SRIOV_TRY(out.socket_.get(GENL_ID_CTRL, request.bytes(), [&](const nlmsghdr& message) {
    if (const auto id = parse_family_id(attributes_of(message, GENL_ID_CTRL))) out.family_ = *id;
  }));
  if (out.family_ == 0) return fail_environment("this kernel has no ethtool netlink (Linux 5.6 and later)");
  return out;
}

Result<std::vector<std::string>> EthtoolNetlink::strings(std::uint32_t set) {
  GenericRequest request(ETHTOOL_MSG_STRSET_GET);
  request.nest(ETHTOOL_A_STRSET_HEADER, [] {});  // Names no device, but has to be there.
  request.nest(ETHTOOL_A_STRSET_STRINGSETS, [&] {
    request.nest(ETHTOOL_A_STRINGSETS_STRINGSET, [&] { request.put_u32(ETHTOOL_A_STRINGSET_ID, set); });
  });
  std::vector<std::string> out;
  SRIOV_TRY(socket_.get(family_, request.bytes(), [&](const nlmsghdr& message) {
    if (auto strings = parse_string_set(attributes_of(message, family_), set); !strings.empty())
      out = std::move(strings);
  }));
  return out;
}

Result<void> EthtoolNetlink::read_standard_stats(const std::string& device, std::uint32_t groups,
                                                 std::vector<StandardValue>& out) {
  out.clear();
  const std::uint32_t wanted = groups < kGroupsOfAWord ? (1U << groups) - 1 : ~0U;
  GenericRequest request(ETHTOOL_MSG_STATS_GET);
  request.nest(ETHTOOL_A_STATS_HEADER, [&] { request.put_name(ETHTOOL_A_HEADER_DEV_NAME, device); });
  request.nest(ETHTOOL_A_STATS_GROUPS, [&] {
    request.put(ETHTOOL_A_BITSET_NOMASK, {});
    request.put_u32(ETHTOOL_A_BITSET_SIZE, std::min(groups, kGroupsOfAWord));
    request.put_u32(ETHTOOL_A_BITSET_VALUE, wanted);
  });
  return socket_.get(family_, request.bytes(), [&](const nlmsghdr& message) {
    if (const auto attributes = attributes_of(message, family_); !attributes.empty())
      parse_standard_stats(attributes, out);
  });
}

}  // namespace sriov
