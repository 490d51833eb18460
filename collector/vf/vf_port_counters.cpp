#include "collector/vf/vf_port_counters.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "collector/vf/vf_drivers.h"
#include "core/sample_block.h"

namespace sriov {
namespace {

constexpr std::array<VfCounter, kVfCounterCount> kAll{kVfRxBytes,   kVfTxBytes,   kVfRxPackets,   kVfTxPackets,
                                                      kVfRxDropped, kVfTxDropped, kVfRxBroadcast, kVfRxMulticast};
constexpr std::array<VfCounter, 5> kOfRegisters{kVfRxBytes, kVfTxBytes, kVfRxPackets, kVfTxPackets, kVfRxMulticast};
constexpr std::array<VfCounter, 4> kOfRepresentors{kVfRxBytes, kVfTxBytes, kVfRxPackets, kVfTxPackets};

/// RTM_GETLINK of one device, with its VFs and their statistics: RTEXT_FILTER_SKIP_STATS is not set.
struct Request {
  ifinfomsg link{};
  nlattr mask{sizeof(nlattr) + sizeof(std::uint32_t), IFLA_EXT_MASK};
  std::uint32_t filter = RTEXT_FILTER_VF;
};

VfCounterSupport support_of(const std::string& driver) {
  const auto known = vf_counter_driver(driver);
  return known ? known->support : VfCounterSupport::unproven;
}

std::string why_unbelieved(const std::string& driver) {
  const auto known = vf_counter_driver(driver);
  if (!known)
    return fmt::format(
        "whether {} reports what its VFs carry is not known, and the kernel fills in zeros for drivers "
        "that do not: absent until one of them is not zero",
        driver.empty() ? "its driver" : driver);
  if (known->support == VfCounterSupport::no)
    return fmt::format(
        "{} does not report what its VFs carry, and the kernel fills in zeros: they mean unknown, not "
        "idle ({})",
        driver, known->source);
  return fmt::format(
      "it is not proven that {} reports what its VFs carry, and the kernel fills in zeros for drivers "
      "that do not: absent until one of them is not zero ({})",
      driver, known->source);
}

}  // namespace

Result<VfQuery> kernel_vf_query() {
  SRIOV_ASSIGN(NetlinkSocket opened, NetlinkSocket::open(NETLINK_ROUTE));
  const auto socket = std::make_shared<NetlinkSocket>(std::move(opened));
  return [socket](const std::string& netdev, VfMessage& out) -> Result<void> {
    Request request;
    request.link.ifi_index = static_cast<int>(::if_nametoindex(netdev.c_str()));
    if (request.link.ifi_index == 0) return fail_environment("it has no network device in this namespace");
    return socket->get(RTM_GETLINK, std::as_bytes(std::span(&request, 1)), [&out](const nlmsghdr& message) {
      if (message.nlmsg_type != RTM_NEWLINK || nlmsg_datalen(&message) < static_cast<int>(sizeof(ifinfomsg))) return;
      const auto* body = static_cast<const std::byte*>(nlmsg_data(&message));
      const auto size = static_cast<std::size_t>(nlmsg_datalen(&message));
      parse_vf_message(std::span(body, size).subspan(NLMSG_ALIGN(sizeof(ifinfomsg))), out);
    });
  };
}

std::string_view to_string(VfSource source) {
  switch (source) {
    case VfSource::netlink:
      return "netlink";
    case VfSource::registers:
      return "registers";
    case VfSource::representor:
      return "representor";
    case VfSource::none:
      break;
  }
  return "none";
}

std::span<const VfCounter> counters_of(VfSource source) {
  if (source == VfSource::netlink) return kAll;
  if (source == VfSource::registers) return kOfRegisters;
  if (source == VfSource::representor) return kOfRepresentors;
  return {};
}

VfCounters counters_of_representor(const LinkCounters& representor) {
  VfCounters out;
  out.fill(kAbsent);
  out[kVfRxBytes] = representor.value(&rtnl_link_stats64::tx_bytes);
  out[kVfTxBytes] = representor.value(&rtnl_link_stats64::rx_bytes);
  out[kVfRxPackets] = representor.value(&rtnl_link_stats64::tx_packets);
  out[kVfTxPackets] = representor.value(&rtnl_link_stats64::rx_packets);
  return out;
}

VfPortCounters::VfPortCounters(VfPort port, const VfPortOptions& options)
    : port_(std::move(port)), query_(options.query), evidence_(support_of(port_.driver) == VfCounterSupport::yes) {
  if (options.registers && choose_registers()) return;
  if (!options.live) {
    if (source_ == VfSource::none) say_absent("drivers answer for the running machine, not for a captured tree", "");
    return;
  }
  // A driver that is known to report beats its representors; those beat one of which nothing is known.
  const bool reports = support_of(port_.driver) == VfCounterSupport::yes;
  if (reports ? choose_netlink() : choose_representors()) return;
  static_cast<void>(reports ? choose_representors() : choose_netlink());
}

bool VfPortCounters::is(const VfPort& port) const {
  return port_.pci_address == port.pci_address && port_.driver == port.driver && port_.netdev == port.netdev;
}

bool VfPortCounters::choose_registers() {
  if (!VfRegisters::knows(port_)) {
    say_absent(fmt::format("the registers of {}:{} are not known: registers=on does nothing for it", port_.pci_vendor,
                           port_.pci_device),
               "");
    return false;
  }
  auto opened = VfRegisters::open(port_);
  if (!opened) {
    absences_.push_back(opened.error().at(port_.name()));
    return false;
  }
  registers_.emplace(std::move(*opened));
  source_ = VfSource::registers;
  return true;
}

bool VfPortCounters::choose_netlink() {
  if (!query_) {
    auto opened = kernel_vf_query();
    if (!opened) {
      absences_.push_back(opened.error().at(port_.name()));
      return false;
    }
    query_ = std::move(*opened);
  }
  if (const auto told = read_netlink(); !told) {
    absences_.push_back(told.error().at(port_.name()));
    return false;
  }
  if (message_.vfs.empty()) {
    say_absent("its driver lists no VFs", "");
    return false;
  }
  if (message_.vfs.size() < message_.vf_count.value_or(0))
    say_absent(fmt::format("the kernel's answer, which a length of 16 bits limits, holds {} of {} VFs: the others are "
                           "absent",
                           message_.vfs.size(), *message_.vf_count),
               "");
  evidence_.judge(message_);
  if (!evidence_.is_believed()) {
    const bool readable = VfRegisters::knows(port_) && !registers_;
    say_absent(why_unbelieved(port_.driver),
               readable ? "the guests' own counters are right; the option registers=on reads the card's"
                        : "the guests' own counters are right");
    if (support_of(port_.driver) == VfCounterSupport::no) return false;
  }
  source_ = VfSource::netlink;
  return true;
}

bool VfPortCounters::choose_representors() {
  const auto has = [](const RepresentedVf& vf) { return !vf.representor.empty(); };
  if (std::none_of(port_.vfs.begin(), port_.vfs.end(), has)) return false;
  source_ = VfSource::representor;
  return true;
}

void VfPortCounters::say_absent(std::string what, std::string hint) {
  absences_.push_back({std::move(what), port_.name(), std::move(hint), ErrorKind::environment});
}

Result<void> VfPortCounters::read_netlink() {
  message_.vf_count.reset();
  message_.vfs.clear();
  return query_(port_.netdev, message_);
}

std::span<const VfReading> VfPortCounters::read(std::int64_t now_ns) {
  message_.vfs.clear();
  if (source_ == VfSource::netlink && read_netlink()) evidence_.judge(message_);
  if (source_ == VfSource::registers)
    for (const RepresentedVf& vf : port_.vfs) message_.vfs.push_back({vf.index, registers_->read(vf.index, now_ns)});
  return message_.vfs;
}

bool VfPortCounters::has_outgrown() const {
  return source_ == VfSource::netlink && message_.vf_count && *message_.vf_count != port_.vfs.size();
}

}  // namespace sriov
