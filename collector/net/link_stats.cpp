#include "collector/net/link_stats.h"

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "collector/sampler.h"

namespace sriov {
namespace {

template <class Body>
std::span<const std::byte> bytes_of(const Body& body) {
  return std::as_bytes(std::span(&body, 1));
}

/// The message's fixed part, copied out; zeroes when it is too short.
template <class Body>
Body body_of(const nlmsghdr& message) {
  Body body{};
  if (nlmsg_datalen(&message) >= static_cast<int>(sizeof(body))) std::memcpy(&body, nlmsg_data(&message), sizeof(body));
  return body;
}

/// The attributes after the fixed part of `header_size` bytes.
std::span<const std::byte> attributes_of(const nlmsghdr& message, std::size_t header_size) {
  const auto* body = static_cast<const std::byte*>(nlmsg_data(&message));
  const std::span<const std::byte> bytes(body, static_cast<std::size_t>(std::max(0, nlmsg_datalen(&message))));
  return bytes.subspan(std::min<std::size_t>(NLMSG_ALIGN(header_size), bytes.size()));
}

template <std::size_t size>
std::string text_of(const char (&field)[size]) {  // NOLINT(modernize-avoid-c-arrays): the kernel's structures.
  return {field, ::strnlen(field, size)};
}

/// Driver and bus address by ethtool: unlike sysfs it answers for the namespace that the socket is in.
void ask_driver(Link& link) {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  ifreq request{};
  link.name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = static_cast<char*>(static_cast<void*>(&info));
  if (!socket.is_open() || ::ioctl(socket.get(), SIOCETHTOOL, &request) != 0) return;
  link.driver = text_of(info.driver);
  link.bus_info = text_of(info.bus_info);
}

}  // namespace

Result<LinkStats> LinkStats::open() {
  LinkStats out;
  SRIOV_ASSIGN(out.events_, NetlinkSocket::open(NETLINK_ROUTE, RTMGRP_LINK));
  SRIOV_ASSIGN(out.socket_, NetlinkSocket::open(NETLINK_ROUTE));
  SRIOV_TRY(out.refresh_names());
  if (out.read_counters()) return out;
  out.use_getstats_ = false;
  SRIOV_TRY(out.read_counters());
  return out;
}

Result<std::shared_ptr<LinkStats>> LinkStats::open_shared() {
  thread_local std::weak_ptr<LinkStats> shared;
  thread_local std::uint64_t sampler = 0;
  const bool same_sampler = sampler_being_opened() != 0 && sampler_being_opened() == sampler;
  if (auto opened = shared.lock(); opened && same_sampler) return opened;
  SRIOV_ASSIGN(LinkStats stats, open());
  auto opened = std::make_shared<LinkStats>(std::move(stats));
  shared = opened;
  sampler = sampler_being_opened();
  return opened;
}

Result<std::span<const LinkSample>> LinkStats::read_row() {
  const std::int64_t row = sampler_health().row;
  if (row != 0 && row == row_) return std::span<const LinkSample>(samples_);
  row_ = 0;
  SRIOV_ASSIGN(const auto samples, read());
  row_ = row;
  return samples;
}

Result<std::span<const LinkSample>> LinkStats::read() {
  if (events_.drain()) SRIOV_TRY(refresh_names());
  SRIOV_TRY(read_counters());
  if (unknown_seen_) {
    SRIOV_TRY(refresh_names());
    SRIOV_TRY(read_counters());
  }
  return std::span<const LinkSample>(samples_);
}

Result<void> LinkStats::read_counters() {
  samples_.clear();
  unknown_seen_ = false;
  if (use_getstats_) {
    if_stats_msg request{};
    request.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
    return socket_.dump(RTM_GETSTATS, bytes_of(request), [this](const nlmsghdr& message) {
      if (message.nlmsg_type != RTM_NEWSTATS) return;
      const auto body = body_of<if_stats_msg>(message);
      take_counters(static_cast<int>(body.ifindex), message, sizeof(body), IFLA_STATS_LINK_64);
    });
  }
  return socket_.dump(RTM_GETLINK, bytes_of(ifinfomsg{}), [this](const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWLINK) return;
    const auto body = body_of<ifinfomsg>(message);
    take_counters(body.ifi_index, message, sizeof(body), IFLA_STATS64);
  });
}

void LinkStats::take_counters(int ifindex, const nlmsghdr& message, std::size_t header_size, int attribute) {
  const auto counters = parse_link_counters(attributes_of(message, header_size), attribute);
  if (!counters) return;
  const auto known = by_ifindex_.find(ifindex);
  if (known == by_ifindex_.end()) {
    unknown_seen_ = true;
    return;
  }
  samples_.push_back({known->second, *counters});
}

Result<void> LinkStats::refresh_names() {
  by_ifindex_.clear();
  return socket_.dump(RTM_GETLINK, bytes_of(ifinfomsg{}), [this](const nlmsghdr& message) { take_name(message); });
}

void LinkStats::take_name(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWLINK) return;
  const int ifindex = body_of<ifinfomsg>(message).ifi_index;
  const std::string_view name = parse_link_name(attributes_of(message, sizeof(ifinfomsg)));
  if (name.empty()) return;
  const auto same = [&](const Link& link) { return link.ifindex == ifindex && link.name == name; };
  auto link = std::find_if(links_.begin(), links_.end(), same);
  if (link == links_.end()) {
    link = links_.insert(links_.end(), Link{ifindex, std::string(name), {}, {}});
    ask_driver(*link);
  }
  by_ifindex_[ifindex] = static_cast<std::size_t>(link - links_.begin());
}

}  // namespace sriov
