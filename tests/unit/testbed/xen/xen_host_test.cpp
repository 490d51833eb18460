#include "testbed/xen/xen_host.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbed/xen/guest_network.h"
#include "testbed/xen/guest_nics.h"
#include "testbed/xen/paths.h"
#include "tests/unit/support/recording_shell.h"

namespace sriov::xen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Dom0 {
  test::RecordingShell shell{"doctor-dom0"};
  XenHost host{shell, [this](const JournalEntry& entry) { return shell.record(entry); }};
};

TEST(Sriov, ReadsPhysicalAndVirtualFunctions) {
  Dom0 dom0;
  const auto pf = find_physical_function(dom0.shell, "eth0");
  ASSERT_TRUE(pf) << pf.error().text();
  EXPECT_EQ(pf->pci_address, "0000:01:00.0");
  EXPECT_EQ(pf->driver, "igb");
  EXPECT_EQ(pf->total_vfs, 7);
  ASSERT_EQ(pf->vfs.size(), 2U);
  EXPECT_EQ(pf->vfs[0].pci_address, "0000:01:10.0");
  EXPECT_EQ(pf->vfs[0].driver, "pciback");
  EXPECT_EQ(pf->vfs[1].driver, "");
  EXPECT_TRUE(find_physical_function(dom0.shell, "01:00.0"));
}

TEST(Sriov, UnknownPfListsWhatThereIs) {
  Dom0 dom0;
  const auto pf = find_physical_function(dom0.shell, "eth7");
  ASSERT_FALSE(pf);
  EXPECT_THAT(pf.error().text(), HasSubstr("eth0 (0000:01:00.0)"));
}

TEST(Sriov, NeverTakesVfsAwayToMakeMore) {
  Dom0 dom0;
  EXPECT_FALSE(ensure_vfs(dom0.host.machine(), "eth0", 3));
  EXPECT_FALSE(ensure_vfs(dom0.host.machine(), "eth0", 8));
  EXPECT_TRUE(ensure_vfs(dom0.host.machine(), "eth0", 2));
  EXPECT_THAT(dom0.shell.done, IsEmpty());
}

TEST(XenHost, GivesOnlyAFreeVfItsMacAndRecordsFirst) {
  Dom0 dom0;
  const auto vfs = dom0.host.prepare_vfs("eth0", {"02:53:56:00:01:01"});
  ASSERT_TRUE(vfs) << vfs.error().text();
  EXPECT_EQ(vfs->front().pci_address, "0000:01:10.2");  // 10.0 is hvm1's.
  EXPECT_THAT(dom0.shell.done,
              ElementsAre("record MAC of VF 1 of eth0", "ip link set dev eth0 vf 1 mac 02:53:56:00:01:01"));
  EXPECT_THAT(dom0.shell.undo, ElementsAre(HasSubstr("vf 1 mac 00:00:00:00:00:00")));
  EXPECT_FALSE(dom0.host.prepare_vfs("eth0", {"02:53:56:00:01:01", "02:53:56:00:01:02"}));
}

TEST(XenHost, MakesAssignableOnce) {
  Dom0 dom0;
  ASSERT_TRUE(dom0.host.make_assignable({0, "0000:01:10.0", "pciback"}));
  EXPECT_THAT(dom0.shell.done, IsEmpty());
  ASSERT_TRUE(dom0.host.make_assignable({1, "0000:01:10.2", ""}));
  EXPECT_THAT(dom0.shell.done,
              ElementsAre("record 0000:01:10.2 assignable to guests", "xl pci-assignable-add 0000:01:10.2"));
}

TEST(XenHost, AdmitsVifMacsOnAPfThatIsTheUplink) {
  Dom0 dom0;
  ASSERT_TRUE(dom0.host.prepare_bridge({"xenbr0", "eth0", "10.99.0.2/24"}, {"00:16:3e:00:00:01"}));
  EXPECT_THAT(dom0.shell.done, ElementsAre("record 00:16:3e:00:00:01 in the filter of eth0",
                                           "bridge fdb add 00:16:3e:00:00:01 dev eth0 self"));
}

TEST(XenHost, BuildsABridgeStepByStep) {
  Dom0 dom0;
  ASSERT_TRUE(dom0.host.prepare_bridge({"br7", "", "10.7.0.1/24"}, {}));
  EXPECT_THAT(dom0.shell.done, ElementsAre("record bridge br7", "ip link add name br7 type bridge", "record br7 up",
                                           "ip link set dev br7 up", "record address 10.7.0.1/24 on br7",
                                           "ip addr add 10.7.0.1/24 dev br7"));
  const auto stolen = dom0.host.prepare_bridge({"br7", "eth0", ""}, {});
  ASSERT_FALSE(stolen);
  EXPECT_THAT(stolen.error().text(), HasSubstr("eth0 is a port of xenbr0 already"));
  EXPECT_FALSE(dom0.host.prepare_bridge({"eth0", "", ""}, {}));
}

TEST(XenHost, FindsVifsAndDomains) {
  Dom0 dom0;
  const auto domain = dom0.host.domain_with_uuid("9f05f4dc-2852-483f-b122-f5b68a6be0f5");
  ASSERT_TRUE(domain) << domain.error().text();
  EXPECT_EQ(domain->name, "hvm1");
  const auto vif = dom0.host.vif_of(*domain, "00:16:3e:00:00:01");
  ASSERT_TRUE(vif);
  EXPECT_EQ(vif->netdev, "vif1.0");
  EXPECT_EQ(vif->emulated, "");
  EXPECT_FALSE(dom0.host.vif_of(*domain, "00:16:3e:00:00:02"));
  EXPECT_FALSE(dom0.host.domain_with_uuid(""));
}

TEST(GuestNics, TellsVfFromNetfront) {
  test::RecordingShell shell("doctor-guest");
  const auto nics = guest_nics(shell);
  ASSERT_TRUE(nics);
  const auto vf = find_nic(*nics, NicKind::vf, "", "guest1");
  ASSERT_TRUE(vf);
  EXPECT_EQ(vf->name, "eth1");
  EXPECT_EQ(vf->driver, "igbvf");
  EXPECT_EQ(vf->pci_address, "0000:00:03.0");
  EXPECT_EQ(find_nic(*nics, NicKind::netfront, "00:16:3e:00:00:01", "guest1")->name, "eth0");
  const auto emulated = find_nic(*nics, NicKind::emulated, "", "guest1");
  ASSERT_FALSE(emulated);
  EXPECT_THAT(emulated.error().text(), HasSubstr("eth1 (vf, igbvf, 52:54:00:12:34:10)"));
  EXPECT_EQ(nic_kind("e1000", true), NicKind::emulated);
  EXPECT_EQ(nic_kind("", false), NicKind::other);
}

TEST(GuestNetwork, Addresses) {
  const auto list = parse_addresses(
      "1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\n"
      "2: eth0    inet6 fe80::1/64 scope link\n3: eth1: <UP> mtu 1500 qdisc noop\n3: eth1    inet6 fd00::2/64 x\n");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].address, "10.0.0.1");
  EXPECT_EQ(list[1].prefix_length, 64);
  EXPECT_TRUE(same_subnet({"a", "10.0.0.1", 24}, {"b", "10.0.0.200", 24}));
  EXPECT_FALSE(same_subnet({"a", "10.0.0.1", 25}, {"b", "10.0.0.200", 25}));
  EXPECT_FALSE(same_subnet({"a", "10.0.0.1", 24}, {"b", "fd00::1", 24}));
}

TEST(GuestNetwork, KeepsWhatIsThereAndAsksForWhatIsNot) {
  test::RecordingShell shell("doctor-guest");
  const ChangingMachine guest{shell, [&](const JournalEntry& entry) { return shell.record(entry); }};
  EXPECT_EQ(ensure_address(guest, "eth1", "", "guest1_vf_address")->address, "10.99.0.21");
  EXPECT_EQ(ensure_address(guest, "eth1", "10.99.0.21/24", "guest1_vf_address")->address, "10.99.0.21");
  const auto none = ensure_address(guest, "eth9", "", "guest1_vf_address");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().hint, HasSubstr("guest1_vf_address = "));
  EXPECT_FALSE(ensure_address(guest, "eth9", "10.0.0.1", "guest1_vf_address"));
  EXPECT_FALSE(ensure_address(guest, "eth9", "10.0.0.1/33", "guest1_vf_address"));
  ASSERT_TRUE(keep_arp_apart(guest));
  EXPECT_THAT(shell.done, ::testing::Contains("write /proc/sys/net/ipv4/conf/all/arp_announce 2"));
}

/// The carrier of a device and direction.
const Carrier* carrier(const Lane& lane, const std::string& endpoint, const std::string& device, Direction direction) {
  for (const Carrier& c : lane.carriers)
    if (c.endpoint == endpoint && c.device == device && c.direction == direction) return &c;
  return nullptr;
}

TEST(Paths, DirectionsAreNamedFromTheGuest) {
  GuestPorts guest{"guest1", {}};
  guest.ports["vf"] = {"eth1", "10.1.0.11", "", "wire0", "10.1.0.1"};
  guest.ports["netfront"] = {"eth0", "10.2.0.11", "vif1.0", "wire1", "10.2.0.1"};
  const auto setup = path_setup("netfront", {guest}, {}, "peer", "dom0");
  ASSERT_TRUE(setup);
  const Lane& lane = setup->lanes.at(0);
  EXPECT_EQ(lane.client_address, "10.2.0.1");
  EXPECT_EQ(lane.server_address, "10.2.0.11");
  EXPECT_EQ(carrier(lane, "guest1", "eth0", Direction::to_guest)->metric, "netdev.rx_bytes");
  EXPECT_EQ(carrier(lane, "dom0", "vif1.0", Direction::to_guest)->metric, "netdev.tx_bytes");
  EXPECT_EQ(carrier(lane, "dom0", "vif1.0", Direction::from_guest)->metric, "netdev.rx_bytes");
  EXPECT_EQ(carrier(lane, "peer", "wire1", Direction::to_guest)->metric, "netdev.tx_bytes");
  EXPECT_TRUE(carrier(lane, "guest1", "eth0", Direction::from_guest)->must_carry);
  EXPECT_FALSE(carrier(lane, "guest1", "eth1", Direction::from_guest)->must_carry);
  EXPECT_EQ(carrier(lane, "peer", "wire0", Direction::to_guest), nullptr);

  const auto vf = path_setup("vf", {guest}, {}, "peer", "dom0");
  EXPECT_FALSE(carrier(vf->lanes[0], "dom0", "vif1.0", Direction::to_guest)->must_carry);
  EXPECT_FALSE(path_setup("emulated", {guest}, {}, "peer", "dom0"));
}

TEST(Paths, BetweenGuestsThePeerStaysQuiet) {
  std::vector<GuestPorts> guests;
  for (int i = 1; i <= 2; ++i) {
    GuestPorts guest{fmt::format("guest{}", i), {}};
    guest.ports["vf"] = {"eth1", fmt::format("10.1.0.1{}", i), "", "wire0", "10.1.0.1", fmt::format("fd53::{}", i)};
    guest.ports["netfront"] = {"eth0", fmt::format("10.2.0.1{}", i), fmt::format("vif{}.0", i), "wire1", "10.2.0.1"};
    guests.push_back(guest);
  }
  TrialSettings settings;
  settings.guests = 2;
  settings.partner = Partner::guest;
  const auto netfront = path_setup("netfront", guests, settings, "peer", "dom0");
  ASSERT_TRUE(netfront);
  ASSERT_EQ(netfront->lanes.size(), 1U);
  const Lane& lane = netfront->lanes[0];
  EXPECT_EQ(lane.client_endpoint, "guest1");
  EXPECT_EQ(lane.server_endpoint, "guest2");
  EXPECT_EQ(lane.client_address, "10.2.0.11");
  EXPECT_EQ(lane.server_address, "10.2.0.12");
  // Bytes to the server leave guest 1, enter dom0 at its vif, leave at the other's vif and enter guest 2.
  EXPECT_EQ(carrier(lane, "guest1", "eth0", Direction::to_guest)->metric, "netdev.tx_bytes");
  EXPECT_EQ(carrier(lane, "dom0", "vif1.0", Direction::to_guest)->metric, "netdev.rx_bytes");
  EXPECT_EQ(carrier(lane, "dom0", "vif2.0", Direction::to_guest)->metric, "netdev.tx_bytes");
  EXPECT_EQ(carrier(lane, "guest2", "eth0", Direction::to_guest)->metric, "netdev.rx_bytes");
  EXPECT_TRUE(carrier(lane, "dom0", "vif1.0", Direction::from_guest)->must_carry);
  EXPECT_FALSE(carrier(lane, "guest1", "eth1", Direction::to_guest)->must_carry);
  EXPECT_FALSE(carrier(lane, "peer", "wire1", Direction::to_guest)->must_carry);

  settings.ip_version = 6;
  EXPECT_EQ(path_setup("vf", guests, settings, "peer", "dom0")->lanes[0].server_address, "fd53::2");
  settings.guests = 4;
  EXPECT_FALSE(path_setup("vf", guests, settings, "peer", "dom0"));
  EXPECT_FALSE(check_path("native", settings));
  EXPECT_TRUE(check_path("native", {}));
}

TEST(GuestNetwork, SubnetsOfAddresses) {
  EXPECT_EQ(subnet_of({"eth0", "10.1.2.77", 24}), "10.1.2.0/24");
  EXPECT_EQ(subnet_of({"eth0", "10.1.2.77", 26}), "10.1.2.64/26");
  EXPECT_EQ(subnet_of({"eth0", "fd53:72:1::ffff", 64}), "fd53:72:1::/64");
  EXPECT_EQ(ipv6_of("netfront", 12), "fd53:72:2::c/64");
}

}  // namespace
}  // namespace sriov::xen
