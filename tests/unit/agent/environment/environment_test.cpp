#include "agent/environment/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/version.h"
#include "host/file.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class EnvironmentTest : public testing::Test {
 protected:
  void file(const std::string& path, const std::string& contents) const {
    ASSERT_TRUE(make_directories(fs::path(root_ + path).parent_path().string()));
    ASSERT_TRUE(write_file(root_ + path, contents));
  }
  void link(const std::string& path, const std::string& target) const {
    ASSERT_TRUE(make_directories(fs::path(root_ + path).parent_path().string()));
    fs::create_symlink(target, root_ + path);
  }
  void capture(const std::string& path, const std::string& fixture) const {
    file(path, read_file(std::string(SRIOV_FIXTURES) + "/captures/" + fixture).value());
  }
  [[nodiscard]] json facts() const { return json::parse(environment_json(Host::at(root_))); }

  test::TemporaryDirectory directory_;
  const std::string root_ = directory_.path();
};

TEST_F(EnvironmentTest, AHardwareProcessorIsNotEmulated) {
  file("/proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC 7763 64-Core Processor\n");
  EXPECT_EQ(facts()["cpu"]["emulated"], false);
}

TEST_F(EnvironmentTest, OfTheCapturedDom0) {
  capture("/proc/cpuinfo", "dom0/cpuinfo");
  capture("/proc/version", "dom0/version");
  capture("/proc/cmdline", "dom0/cmdline");
  capture("/proc/meminfo", "dom0/t1/meminfo");
  file("/proc/xen/capabilities", "control_d\n");
  file("/sys/hypervisor/type", "xen\n");
  file("/sys/hypervisor/version/major", "4\n");
  file("/sys/hypervisor/version/minor", "17\n");
  file("/sys/hypervisor/version/extra", ".5\n");
  const json dom0 = facts();
  EXPECT_EQ(dom0["tool_version"], kVersion);
  EXPECT_EQ(dom0["cpu"]["model"], "QEMU Virtual CPU version 2.5+");
  EXPECT_EQ(dom0["cpu"]["emulated"], true);
  EXPECT_EQ(dom0["cpu"]["microcode"], "0x1000065");
  EXPECT_EQ(dom0["cpu"]["under_hypervisor"], true);
  EXPECT_GE(dom0["cpu"]["count"], 1);
  EXPECT_EQ(dom0["hypervisor"]["version"], "4.17.5");
  EXPECT_EQ(dom0["hypervisor"]["is_dom0"], true);
  EXPECT_GT(dom0["memory_bytes"], 1 << 20);
  EXPECT_THAT(dom0["kernel_version"].get<std::string>(), testing::StartsWith("Linux version "));
  EXPECT_FALSE(dom0["cpu"].contains("governor")) << "what cannot be read is left out";
}

TEST_F(EnvironmentTest, OfAPhysicalFunctionAndItsVfs) {
  const std::string pf = "/sys/devices/pci0000:00/0000:01:00.0";
  const std::string vf = "/sys/devices/pci0000:00/0000:01:10.0";
  file(pf + "/sriov_numvfs", "2\n");
  file(pf + "/sriov_totalvfs", "7\n");
  file(pf + "/numa_node", "-1\n");
  file(vf + "/net/enp1s0v0/mtu", "1500\n");
  link(pf + "/driver", "../../../bus/pci/drivers/igb");
  link(pf + "/subsystem", "../../../bus/pci");
  link(pf + "/virtfn0", "../0000:01:10.0");
  link(pf + "/virtfn1", "../0000:01:10.2");
  link(vf + "/driver", "../../../bus/pci/drivers/igbvf");
  link("/sys/class/net/eth0", "../../devices/pci0000:00/0000:01:00.0/net/eth0");
  link(pf + "/net/eth0/device", "../../../0000:01:00.0");
  file(pf + "/net/eth0/mtu", "1500\n");
  file(pf + "/net/eth0/speed", "-1\n");
  file(pf + "/net/eth0/address", "52:54:00:00:00:01\n");
  const json nics = facts()["nics"];
  ASSERT_EQ(nics.size(), 1U);
  EXPECT_EQ(nics[0]["device"], "eth0");
  EXPECT_EQ(nics[0]["driver"], "igb");
  EXPECT_EQ(nics[0]["pci_address"], "0000:01:00.0");
  EXPECT_EQ(nics[0]["mac"], "52:54:00:00:00:01");
  EXPECT_EQ(nics[0]["vfs"], 2);
  EXPECT_EQ(nics[0]["vf_layout"][0]["driver"], "igbvf");
  EXPECT_EQ(nics[0]["vf_layout"][0]["device"], "enp1s0v0");
  EXPECT_EQ(nics[0]["vf_layout"][1]["pci_address"], "0000:01:10.2");
  EXPECT_FALSE(nics[0].contains("speed_mbps"));
  EXPECT_FALSE(nics[0].contains("numa_node"));
}

TEST_F(EnvironmentTest, InterruptsOfDevicesWithTheirCpus) {
  file("/proc/interrupts",
       "  CPU0 CPU1\n 1: 9 9 IO-APIC 1-edge i8042\n 52: 1 2 xen-dyn -event vif1.0-q0-tx\n 53: 3 4 xen-dyn -event "
       "vif1.0-q0-rx\n");
  file("/proc/irq/52/smp_affinity_list", "0-1\n");
  file("/proc/irq/52/effective_affinity_list", "1\n");
  const json irqs = facts()["irqs"];
  ASSERT_EQ(irqs.size(), 2U) << "the keyboard is of no interest";
  EXPECT_EQ(irqs[0]["irq"], "52");
  EXPECT_EQ(irqs[0]["device"], "vif1.0");
  EXPECT_EQ(irqs[0]["class"], "netback");
  EXPECT_EQ(irqs[0]["affinity"], "0-1");
  EXPECT_EQ(irqs[0]["effective_affinity"], "1");
  EXPECT_FALSE(irqs[1].contains("affinity"));
}

TEST_F(EnvironmentTest, OfAnEmptyTreeClaimsNothing) {
  const json nothing = facts();
  EXPECT_FALSE(nothing.contains("hypervisor"));
  EXPECT_FALSE(nothing.contains("kernel"));
  EXPECT_TRUE(nothing["nics"].empty());
}

TEST(LiveEnvironment, ListsTheDevicesOfThisNamespace) {
  const json live = json::parse(environment_json(Host{}));
  utsname system{};
  ::uname(&system);
  EXPECT_EQ(live["kernel"], system.release);
  for (const json& nic : live["nics"]) {
    EXPECT_NE(::if_nametoindex(nic["device"].get<std::string>().c_str()), 0U);
    EXPECT_TRUE(nic.contains("mtu")) << nic.dump();
  }
}

}  // namespace
}  // namespace sriov
