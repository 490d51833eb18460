// What a recording shows per packet and per MiB.
#include "analyzers/recording/recording_ratios.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov {
namespace {

using testing::IsEmpty;

constexpr double kMiB = 1024.0 * 1024;

void add_traffic(std::vector<SeriesRate>& rates, const std::string& endpoint, const std::string& prefix,
                 const Labels& labels, double packets, double bytes = 0) {
  for (const char* direction : {"rx", "tx"}) {
    rates.push_back({endpoint, prefix + direction + "_packets", sorted(labels), packets / 2});
    rates.push_back({endpoint, prefix + direction + "_bytes", sorted(labels), bytes / 2});
  }
}

std::map<std::string, double> values(const std::vector<SeriesRate>& rates) {
  std::map<std::string, double> out;
  for (const RecordedRatio& ratio : recording_ratios(rates))
    out[ratio.endpoint + ": " + ratio.ratio + " of " + ratio.of + " against " + ratio.against] = ratio.value;
  return out;
}

TEST(RecordingRatios, InterruptsAreSetAgainstTheirDevicesPackets) {
  std::vector<SeriesRate> rates;
  add_traffic(rates, "guest", "netdev.", {{"device", "eth1"}, {"driver", "igbvf"}}, 1'000);
  add_traffic(rates, "guest", "netdev.", {{"device", "eth2"}}, 0);
  rates.push_back({"guest", "interrupts.count", sorted({{"device", "eth1"}, {"irq", "50"}}), 200});
  rates.push_back({"guest", "interrupts.count", sorted({{"device", "eth1"}, {"irq", "51"}}), 50});
  rates.push_back({"guest", "interrupts.count", sorted({{"device", "eth2"}, {"irq", "52"}}), 9});
  rates.push_back({"guest", "interrupts.count", sorted({{"class", "timer"}}), 1'000});
  const auto out = values(rates);
  ASSERT_EQ(out.size(), 1U) << "eth2 carried nothing, a timer is no device's";
  EXPECT_NEAR(out.at("guest: interrupts.count per packet of device=eth1 against guest eth1"), 0.25, 1e-9);
}

TEST(RecordingRatios, ExitsAreSetAgainstWhatTheDomainCarried) {
  std::vector<SeriesRate> rates;
  rates.push_back({"dom0", "vmexit.exits", sorted({{"domain", "web"}, {"reason", "HLT"}}), 300});
  rates.push_back({"dom0", "vmexit.exits", sorted({{"domain", "web"}, {"reason", "NPF"}}), 100});
  EXPECT_THAT(values(rates), IsEmpty()) << "nothing is known of its packets";
  add_traffic(rates, "dom0", "xen.vif_guest_", {{"domain", "web"}, {"vif", "vif1.0"}}, 200);
  EXPECT_NEAR(values(rates).at("dom0: vmexit.exits per packet of domain=web against dom0 vif1.0"), 2, 1e-9);
  rates.push_back({"dom0", "vf.present", sorted({{"domain", "web"}, {"vf", "0000:01:10.0"}}), 0});
  EXPECT_THAT(values(rates), IsEmpty()) << "it has a VF, whose packets are not known";
  add_traffic(rates, "web", "netdev.", {{"device", "eth0"}}, 800);
  add_traffic(rates, "web", "netdev.", {{"device", "lo"}}, 5'000);
  EXPECT_NEAR(values(rates).at("dom0: vmexit.exits per packet of domain=web against web eth0"), 0.5, 1e-9);
  add_traffic(rates, "dom0", "vf.", {{"domain", "web"}, {"vf", "0000:01:10.0"}}, 600);
  EXPECT_NEAR(values(rates).at("dom0: vmexit.exits per packet of domain=web against dom0 0000:01:10.0, dom0 vif1.0"),
              0.5, 1e-9);
}

TEST(RecordingRatios, MissesArePerPacketAndPerMebibyte) {
  std::vector<SeriesRate> rates;
  rates.push_back({"dom0", "iotlb.misses", sorted({{"backend", "dmar"}}), 900});
  rates.push_back({"dom0", "iotlb.misses", sorted({{"requester", "0000:01:10.0"}, {"vf", "0000:01:10.0"}}), 400});
  EXPECT_THAT(values(rates), IsEmpty());
  add_traffic(rates, "dom0", "vf.", {{"vf", "0000:01:10.0"}}, 1'000, 2 * kMiB);
  add_traffic(rates, "dom0", "netdev.", {{"device", "eth0"}, {"driver", "ixgbe"}, {"pci", "0000:01:00.0"}}, 3'000,
              9 * kMiB);
  add_traffic(rates, "dom0", "netdev.", {{"device", "br0"}}, 77'000);
  add_traffic(rates, "dom0", "netdev.", {{"device", "eth9"}, {"driver", "e1000"}, {"pci", "0000:00:04.0"}}, 88'000);
  const auto out = values(rates);
  EXPECT_EQ(out.size(), 6U);
  EXPECT_NEAR(out.at("dom0: iotlb.misses per packet of vf=0000:01:10.0 against dom0 0000:01:10.0"), 0.4, 1e-9);
  EXPECT_NEAR(out.at("dom0: iotlb.misses per MiB of vf=0000:01:10.0 against dom0 0000:01:10.0"), 200, 1e-6);
  EXPECT_NEAR(out.at("dom0: iotlb.misses per packet of all VFs against dom0 0000:01:10.0"), 0.4, 1e-9);
  EXPECT_NEAR(out.at("dom0: iotlb.misses per packet of all devices against dom0 eth0"), 0.3, 1e-9);
  EXPECT_NEAR(out.at("dom0: iotlb.misses per MiB of all devices against dom0 eth0"), 100, 1e-6);
}

TEST(RecordingRatios, VfsWithoutCountersAreCountedByTheirGuests) {
  std::vector<SeriesRate> rates;
  rates.push_back({"peer", "iotlb.misses", sorted({{"requester", "0000:01:10.0"}, {"vf", "0000:01:10.0"}}), 400});
  add_traffic(rates, "guest1", "netdev.", {{"device", "eth1"}, {"driver", "igbvf"}, {"pci", "0000:00:05.0"}}, 2'000);
  const auto out = values(rates);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_NEAR(out.at("peer: iotlb.misses per packet of all VFs against guest1 eth1"), 0.2, 1e-9);
}

}  // namespace
}  // namespace sriov
