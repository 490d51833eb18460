#include <gtest/gtest.h>

#include "host/file.h"
#include "testbed/xen/domain_config.h"
#include "testbed/xen/xl.h"
#include "tests/unit/support/recording_shell.h"

namespace sriov::xen {
namespace {

std::string capture(const std::string& name) {
  return read_file(std::string(SRIOV_FIXTURES) + "/captures/dom0/" + name).value();
}

TEST(Xl, ReadsDomains) {
  const auto domains = parse_domains(capture("xl_list_l.json"));
  ASSERT_TRUE(domains) << domains.error().text();
  ASSERT_EQ(domains->size(), 2U);
  EXPECT_EQ((*domains)[0].name, "Domain-0");
  const Domain& guest = (*domains)[1];
  EXPECT_EQ(guest.id, 1);
  EXPECT_EQ(guest.type, "hvm");
  EXPECT_EQ(guest.uuid, "9f05f4dc-2852-483f-b122-f5b68a6be0f5");
  ASSERT_EQ(guest.nics.size(), 1U);
  EXPECT_EQ(guest.nics[0].mac, "00:16:3e:00:00:01");
  EXPECT_EQ(guest.nics[0].bridge, "xenbr0");
  EXPECT_EQ(guest.pci_addresses, std::vector<std::string>{"0000:01:10.0"});
}

TEST(Xl, RefusesWhatIsNoDomainList) {
  EXPECT_FALSE(parse_domains(""));
  EXPECT_FALSE(parse_domains("{}"));
  EXPECT_TRUE(parse_domains("[1, null, {\"config\": 3, \"domid\": \"x\"}]"));
}

TEST(Xl, ReadsInfo) {
  const HypervisorInfo info = parse_info(capture("xl_info.txt"));
  EXPECT_EQ(info.version(), "4.17.5");
  EXPECT_TRUE(info.has_capability("hvm_directio"));
  EXPECT_FALSE(info.has_capability("directio"));
  EXPECT_EQ(info.field("no such field"), "");
}

TEST(Xl, ReadsNetworkList) {
  const auto rows = parse_network_list(capture("xl_network_list.txt"));
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().index, 0);
  EXPECT_EQ(rows->front().mac, "00:16:3e:00:00:01");
  EXPECT_EQ(rows->front().state, 4);
  EXPECT_EQ(rows->front().path, "/local/domain/0/backend/vif/1/0");
  EXPECT_FALSE(parse_network_list("0 zero\n"));
}

TEST(Xl, UnknownDomainListsTheRunningOnes) {
  test::RecordingShell shell("doctor-dom0");
  const auto domain = Xl(shell).domain("hvm2");
  ASSERT_FALSE(domain);
  EXPECT_NE(domain.error().what.find("Domain-0, hvm1"), std::string::npos);
}

DomainConfig guest_config() {
  DomainConfig config;
  config.name = "guest1";
  config.memory_mib = 192;
  config.kernel = "/boot/vmlinuz";
  config.ramdisk = "/boot/guest.img";
  config.cmdline = "console=ttyS0 rdinit=/init";
  config.serial = "file:/var/log/xen/guest1.serial";
  config.vifs = {{"mgmtbr", "00:16:3e:77:00:01", "vif", ""}, {"xenbr0", "00:16:3e:77:02:01", "ioemu", "e1000"}};
  config.pci = {"0000:01:10.0"};
  config.extra = {"device_model_version=\"qemu-xen\""};
  return config;
}

TEST(XlOutput, MemoryOfADomain) {
  const auto memory = parse_memory_mib(
      "Name                                        ID   Mem VCPUs\tState\tTime(s)\n"
      "guest1                                       1   224     1\t-b----\t     29.8\n");
  ASSERT_TRUE(memory);
  EXPECT_EQ(*memory, 224);
  for (const char* wrong : {"", "Name ID Mem", "Name\nguest1", "Name\nguest1 1 many 1 -b- 1"})
    EXPECT_FALSE(parse_memory_mib(wrong)) << wrong;
}

TEST(DomainConfig, Golden) {
  const auto text = to_xl_config(guest_config());
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, read_file(std::string(SRIOV_GOLDEN) + "/guest.cfg").value());
}

TEST(DomainConfig, RefusesWhatWouldBreakOutOfQuotes) {
  DomainConfig config = guest_config();
  config.cmdline = "a\" b";
  EXPECT_FALSE(to_xl_config(config));
  config = guest_config();
  config.vifs[0].bridge = "br0,script=/tmp/x";
  EXPECT_FALSE(to_xl_config(config));
}

}  // namespace
}  // namespace sriov::xen
