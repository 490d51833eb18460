// The vf collector and its parts: ports and representors, an 82576's registers, owners in Xenstore, and what is told
// when nothing can be known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <thread>

#include "collector/collector.h"
#include "collector/sampler.h"
#include "collector/vf/mac_counters.h"
#include "collector/vf/vf_drivers.h"
#include "collector/vf/vf_port_counters.h"
#include "collector/xen/xenstore.h"
#include "core/text.h"
#include "host/file.h"
#include "tests/unit/support/listed_store.h"
#include "tests/unit/support/made_tree.h"
#include "tests/unit/support/pty_xenstored.h"
#include "tests/unit/support/temporary_directory.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using test::ListedStore;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

/// An 82576's registers.
const test::MadeTreeFor made{
    "vf", {{"registers", "on"}}, [](const test::WrittenTree& tree) {
      const std::string folder = "/sys/bus/pci/devices/0000:01:00.0";
      tree.link(folder + "/virtfn0", "../0000:01:10.0");
      for (const auto& [name, text] : {std::pair{"sriov_numvfs", "1"}, {"vendor", "0x8086"}, {"device", "0x10c9"}})
        tree.write(folder + "/" + name, text);
      tree.write(folder + "/resource0", std::string(0x20000, '\1'));
    }};

/// An 82576 with two VFs at 01:00.0.
class CardTree : public testing::Test {
 protected:
  CardTree() {
    file(pf_ + "/sriov_numvfs", "2\n");
    file(pf_ + "/class", "0x020000\n");
    file(pf_ + "/vendor", "0x8086\n");
    file(pf_ + "/device", "0x10c9\n");
    file(pf_ + "/net/eth0/address", "52:54:00:12:34:01\n");
    link(pf_ + "/driver", "../../../drivers/igb");
    link(pf_ + "/virtfn0", "../0000:01:10.0");
    link(pf_ + "/virtfn1", "../0000:01:10.2");
    file("/proc/version", "Linux\n");
  }

  void file(const std::string& path, std::string_view text) const { tree_.write(path, text); }
  void link(const std::string& path, const std::string& target) const { tree_.link(path, target); }
  [[nodiscard]] Host host() const { return tree_.host(); }

  /// The card's registers as a file.
  void put_register(std::size_t offset, std::uint32_t value) {
    registers_.resize(0x20000);
    std::memcpy(registers_.data() + offset, &value, sizeof value);
    const std::string path = tree_.path() + pf_ + "/resource0";
    if (!exists(path)) file(pf_ + "/resource0", registers_);
    FILE* out = std::fopen(path.c_str(), "r+");  // The same file: it is mapped.
    ASSERT_NE(out, nullptr);
    std::fseek(out, static_cast<long>(offset), SEEK_SET);
    std::fwrite(&value, sizeof value, 1, out);
    std::fclose(out);
  }

  const std::string pf_ = "/sys/bus/pci/devices/0000:01:00.0";
  test::WrittenTree tree_;
  std::string registers_;
};

using Row = std::map<std::string, std::int64_t>;

Row row_of(Collector& collector, Recorder& recorder) {
  recorder.begin_row(0);
  collector.sample(recorder);
  recorder.end_row(0);
  const SampleBlock block = recorder.split_rows().take("", "vf");
  Row out;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    out[block.series[i].metric + "{" + to_string(block.series[i].labels) + "}"] = block.columns[i].back();
  return out;
}

TEST_F(CardTree, PortsAndTheirVfs) {
  const auto ports = scan_vf_ports(host());
  ASSERT_EQ(ports.size(), 1U);
  EXPECT_EQ(ports[0].netdev, "eth0");
  EXPECT_EQ(ports[0].driver, "igb");
  ASSERT_EQ(ports[0].vfs.size(), 2U);
  EXPECT_EQ(ports[0].vfs[1].index, 1U);
  EXPECT_EQ(ports[0].vfs[1].pci_address, "0000:01:10.2");
  EXPECT_EQ(ports[0].vfs[1].representor, "");
}

TEST_F(CardTree, OtherFunctionsAreNoPorts) {
  file(pf_ + "/sriov_numvfs", "0\n");
  EXPECT_THAT(scan_vf_ports(host()), IsEmpty()) << "no VF is on";
  file(pf_ + "/sriov_numvfs", "2\n");
  file(pf_ + "/class", "0x010802\n");
  EXPECT_THAT(scan_vf_ports(host()), IsEmpty()) << "an NVMe drive has VFs too";
}

TEST_F(CardTree, RepresentorsAreFoundByPortNameAndSwitch) {
  const std::string net = "/sys/class/net/";
  file(net + "eth0/phys_port_name", "p0\n");
  file(net + "eth0/phys_switch_id", "aabb\n");
  file(net + "eth0_1/phys_port_name", "pf0vf1\n");
  file(net + "eth0_1/phys_switch_id", "aabb\n");
  file(net + "other/phys_port_name", "pf0vf0\n");
  file(net + "other/phys_switch_id", "ccdd\n");  // Another card's.
  file(net + "remote/phys_port_name", "c1pf0vf0\n");
  file(net + "remote/phys_switch_id", "aabb\n");  // A VF of another host's.
  const auto ports = scan_vf_ports(host());
  ASSERT_EQ(ports.size(), 1U);
  EXPECT_EQ(ports[0].vfs[0].representor, "");
  EXPECT_EQ(ports[0].vfs[1].representor, "eth0_1");
}

TEST_F(CardTree, TwoPortsOfOneSwitchAreToldApartByFunction) {
  const std::string second = "/sys/bus/pci/devices/0000:01:00.1";
  file(second + "/sriov_numvfs", "1\n");
  file(second + "/net/eth1/address", "52:54:00:12:34:02\n");
  link(second + "/virtfn0", "../0000:01:10.1");
  for (const std::string name : {"eth0", "eth1", "rep"}) file("/sys/class/net/" + name + "/phys_switch_id", "aabb\n");
  file("/sys/class/net/rep/phys_port_name", "pf1vf0\n");
  const auto ports = scan_vf_ports(host());
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_EQ(ports[0].vfs[0].representor, "");
  EXPECT_EQ(ports[1].vfs[0].representor, "rep");
}

TEST(Representor, NamesOfPorts) {
  const auto id = parse_representor_name("pf1vf12");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->pf, 1U);
  EXPECT_EQ(id->vf, 12U);
  for (const char* other :
       {"", "p0", "pf0", "pf0vf", "pf0sf1", "pfvf1", "pf0vf1x", "c1pf0vf2", "vf0", "pf0vf99999999999"})
    EXPECT_FALSE(parse_representor_name(other)) << other;
}

TEST(Representor, ItReceivesWhatTheVfTransmits) {
  rtnl_link_stats64 representor{};
  representor.rx_bytes = 10;
  representor.tx_bytes = 20;
  representor.rx_packets = 1;
  representor.tx_packets = 2;
  representor.rx_dropped = 3;
  const VfCounters vf = counters_of_representor(LinkCounters(std::as_bytes(std::span(&representor, 1))));
  EXPECT_EQ(vf[kVfTxBytes], 10);
  EXPECT_EQ(vf[kVfRxBytes], 20);
  EXPECT_EQ(vf[kVfTxPackets], 1);
  EXPECT_EQ(vf[kVfRxPackets], 2);
  EXPECT_EQ(vf[kVfTxDropped], kAbsent) << "its own queue's, not the VF's";
}

TEST(WideCounter, GoesOnWhereThirtyTwoBitsWrap) {
  WideCounter counter;
  EXPECT_EQ(counter.take(4'000'000'000, 0), 4'000'000'000);
  EXPECT_EQ(counter.take(4'294'967'295, 1'000'000'000), 4'294'967'295);
  EXPECT_EQ(counter.take(99, 1'000'000'000), 4'294'967'395);
}

TEST(WideCounter, AResetIsNoWrap) {
  WideCounter counter;
  EXPECT_EQ(counter.take(1'000'000'000, 0), 1'000'000'000);
  EXPECT_EQ(counter.take(50, 10'000'000), kAbsent) << "it would have risen by 3.3 GB in an instant";
  EXPECT_EQ(counter.take(150, 10'000'000), 1'000'000'100) << "and goes on from there";
}

TEST_F(CardTree, AnIgbIsAbsentWithItsReasonNeverZero) {
  const auto collector = CollectorRegistry::instance().make("vf");
  Recorder recorder(1);
  ASSERT_TRUE(collector->probe(host())) << "there are VFs";
  const auto opened = collector->open(host(), {}, recorder);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::environment);
  EXPECT_THAT(opened.error().text(), HasSubstr("eth0"));
  EXPECT_EQ(recorder.columns(), 0U);
}

TEST_F(CardTree, RegistersOfAnEightyTwoFiveSevenSix) {
  put_register(0x10010, 3);           // Of VF 0: packets received,
  put_register(0x10014, 4);           // sent,
  put_register(0x10018, 0xfffffff0);  // bytes received,
  put_register(0x10034, 400);         // sent,
  put_register(0x1003c, 1);           // multicasts.
  put_register(0x10118, 7);           // Of VF 1: bytes received.
  const auto collector = CollectorRegistry::instance().make("vf");
  Recorder recorder(4);
  const auto opened = collector->open(host(), {{"registers", "on"}}, recorder);
  ASSERT_TRUE(opened) << opened.error().text();
  const std::string vf0 = "{device=eth0,driver=igb,index=0,vf=0000:01:10.0,via=registers}";
  const std::string vf1 = "{device=eth0,driver=igb,index=1,vf=0000:01:10.2,via=registers}";
  Row row = row_of(*collector, recorder);
  EXPECT_EQ(row["vf.rx_packets" + vf0], 3);
  EXPECT_EQ(row["vf.tx_packets" + vf0], 4);
  EXPECT_EQ(row["vf.rx_bytes" + vf0], 0xfffffff0);
  EXPECT_EQ(row["vf.tx_bytes" + vf0], 400);
  EXPECT_EQ(row["vf.rx_multicast" + vf0], 1);
  EXPECT_EQ(row["vf.rx_bytes" + vf1], 7);
  EXPECT_THAT(row, Not(Contains(Key(HasSubstr("dropped"))))) << "the card does not count them";
  put_register(0x10018, 0x10);
  EXPECT_EQ(row_of(*collector, recorder)["vf.rx_bytes" + vf0], 0x100000010) << "it wrapped";
}

TEST_F(CardTree, AGuestThatGoesLeavesItsVfToWhoeverComesNext) {
  put_register(0x10118, 7);
  test::PtyXenstored xenstored(tree_);
  if (!xenstored.works()) GTEST_SKIP() << "there are no pseudo-terminals here";
  const auto give = [&](const std::string& domid, const std::string& name) {
    const std::string backend = "/local/domain/0/backend/pci/" + domid;
    xenstored.put(backend, "");
    xenstored.put(backend + "/0/num_devs", "1");
    xenstored.put(backend + "/0/dev-0", "0000:01:10.2");
    xenstored.put("/local/domain/" + domid + "/name", name);
  };
  give("1", "web");
  const auto collector = CollectorRegistry::instance().make("vf");
  Recorder recorder(4);
  ASSERT_TRUE(collector->open(host(), {{"registers", "on"}}, recorder));
  const auto owner_of_values = [&] {
    std::vector<std::string> owners;
    const Row row = row_of(*collector, recorder);
    for (const auto& [series, value] : row)
      if (series.starts_with("vf.rx_bytes{") && series.find("index=1") != std::string::npos && value != kAbsent)
        owners.push_back(series.substr(0, series.find(",driver")));
    return owners;
  };
  /// Until what was told has arrived.
  const auto await_owner = [&](const std::string& owner) {
    std::vector<std::string> now;
    for (int i = 0; i < 2000 && now != std::vector{owner}; ++i) {
      now = owner_of_values();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return now;
  };
  EXPECT_THAT(owner_of_values(), ElementsAre("vf.rx_bytes{device=eth0,domain=web,domid=1"));
  xenstored.remove("/local/domain/0/backend/pci/1");
  xenstored.tell("backend/pci/1");
  EXPECT_THAT(await_owner("vf.rx_bytes{device=eth0"), ElementsAre("vf.rx_bytes{device=eth0"))
      << "nobody's, and no longer the guest's";
  give("2", "db");
  xenstored.tell("backend/pci/2/0");
  EXPECT_THAT(await_owner("vf.rx_bytes{device=eth0,domain=db,domid=2"),
              ElementsAre("vf.rx_bytes{device=eth0,domain=db,domid=2"));
}

TEST_F(CardTree, EveryVfIsNamedWithItsHolder) {
  put_register(0x10118, 7);
  link("/sys/bus/pci/devices/0000:01:10.0/driver", "../../../../bus/pci/drivers/pciback");
  link("/sys/bus/pci/devices/0000:01:10.2/driver", "../../../../bus/pci/drivers/igbvf");
  file("/sys/bus/pci/devices/0000:01:10.2/net/eth7/address", "x");
  const auto collector = CollectorRegistry::instance().make("vf");
  Recorder recorder(4);
  ASSERT_TRUE(collector->open(host(), {{"registers", "on"}}, recorder));
  const Row row = row_of(*collector, recorder);
  EXPECT_EQ(row.at("vf.present{device=eth0,driver=igb,index=0,vf=0000:01:10.0,vf_driver=pciback}"), 1);
  EXPECT_EQ(row.at("vf.present{device=eth0,driver=igb,index=1,netdev=eth7,vf=0000:01:10.2,vf_driver=igbvf}"), 1);
}

TEST_F(CardTree, ACardThatDoesNotAnswerIsAbsent) {
  for (const std::size_t offset : {0x10010U, 0x10014U, 0x10018U, 0x10034U, 0x1003cU}) put_register(offset, 0xffffffff);
  put_register(0x10118, 7);
  const auto ports = scan_vf_ports(host());
  auto registers = VfRegisters::open(ports.at(0));
  ASSERT_TRUE(registers) << registers.error().text();
  EXPECT_THAT(registers->read(0, 0), testing::Each(kAbsent));
  EXPECT_EQ(registers->read(1, 0)[kVfRxBytes], 7);
  EXPECT_THAT(registers->read(8, 0), testing::Each(kAbsent)) << "it has no ninth";
}

TEST_F(CardTree, RegistersThatCannotBeReadSayWhy) {
  const auto collector = CollectorRegistry::instance().make("vf");
  Recorder recorder(1);
  const auto missing = collector->open(host(), {{"registers", "on"}}, recorder);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text(), HasSubstr("resource0"));
  file(pf_ + "/device", "0x1572\n");
  const auto other = CollectorRegistry::instance().make("vf")->open(host(), {{"registers", "on"}}, recorder);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().text(), HasSubstr("registers of 0x8086:0x1572 are not known"));
}

TEST_F(CardTree, OptionsAreOnOrOff) {
  Recorder recorder(1);
  for (const char* option : {"registers", "mac"}) {
    const auto opened = CollectorRegistry::instance().make("vf")->open(host(), {{option, "maybe"}}, recorder);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::usage);
  }
}

TEST_F(CardTree, WhatAWorkingCollectorCannotKnowIsTold) {
  put_register(0x10118, 7);
  const std::string second = "/sys/bus/pci/devices/0000:02:00.0";
  file(second + "/sriov_numvfs", "1\n");
  link(second + "/virtfn0", "../0000:02:02.0");
  link(second + "/driver", "../../../drivers/i40e");
  SamplerConfig config;
  config.collectors = {"vf"};
  config.options["vf"]["registers"] = "on";
  auto sampler = Sampler::start(host(), config);
  ASSERT_TRUE(sampler) << sampler.error().text();
  ASSERT_FALSE(sampler->skipped().empty());
  for (const CollectorStatus& one : sampler->skipped()) {
    EXPECT_TRUE(one.works);
    EXPECT_EQ(one.why.where, "0000:02:00.0");
  }
  EXPECT_EQ(sampler->stop().size(), 1U);
}

TEST(VfPortCounters, OfADriverThatReportsNothingSaysSo) {
  VfPort port;
  port.pci_address = "0000:01:00.0";
  port.driver = "igb";
  port.netdev = "no-such-device";
  port.vfs.push_back({{0, "0000:01:10.0", ""}, ""});
  const VfPortCounters counters(port, {});
  EXPECT_EQ(counters.source(), VfSource::none);
  ASSERT_EQ(counters.absences().size(), 1U);
  EXPECT_THAT(counters.absences()[0].text(), AllOf(HasSubstr("no-such-device"), HasSubstr("no network device")));
}

TEST(VfPortCounters, AskTheRunningKernelOfOneDevice) {
  VfPort port;
  port.pci_address = "0000:01:00.0";
  port.driver = "i40e";
  port.netdev = "lo";  // Everybody has it, and it has no VFs.
  const VfPortCounters counters(port, {});
  EXPECT_EQ(counters.source(), VfSource::none);
  ASSERT_EQ(counters.absences().size(), 1U);
  EXPECT_EQ(counters.absences()[0].text(), "lo: its driver lists no VFs") << "the answer came and was read";
}

/// A PF whose driver the test plays: it tells what the card said last.
class PlayedDriver {
 public:
  explicit PlayedDriver(const std::string& driver) {
    port_.pci_address = "0000:01:00.0";
    port_.driver = driver;
    port_.netdev = "eth0";
    port_.vfs.push_back({{0, "0000:01:10.0", ""}, ""});
    set(0);
  }
  /// All counters of VF 0.
  void set(std::int64_t value) {
    told_.vf_count = 1;
    told_.vfs.assign(1, {});
    told_.vfs[0].counters.fill(value);
  }
  [[nodiscard]] VfPortCounters open() {
    VfPortOptions options;
    options.query = [this](const std::string&, VfMessage& out) -> Result<void> {
      out = told_;
      return {};
    };
    return VfPortCounters(port_, options);
  }
  static std::int64_t read(VfPortCounters& counters) {
    const auto vfs = counters.read(0);
    return vfs.empty() ? -1 : vfs[0].counters[kVfTxBytes];
  }

 private:
  VfPort port_;
  VfMessage told_;
};

// i40e and ice fetch them in a task that runs every second or two: between, the same number comes again and again.
TEST(VfPortCounters, OfADriverThatRefreshesLateAreAsItTellsThem) {
  PlayedDriver driver("i40e");
  VfPortCounters counters = driver.open();
  ASSERT_EQ(counters.source(), VfSource::netlink);
  for (const std::int64_t told : {1'000'000, 2'000'000, 3'000'000}) {
    driver.set(told);
    for (int row = 0; row < 10; ++row)
      EXPECT_EQ(PlayedDriver::read(counters), told) << "neither smoothed nor taken for a stop";
  }
  driver.set(0);
  EXPECT_EQ(PlayedDriver::read(counters), kAbsent) << "it has counted before: the VF resets";
  driver.set(4'000'000);
  EXPECT_EQ(PlayedDriver::read(counters), 4'000'000);
}

TEST(VfPortCounters, AnUnprovenDriverMayTakeItsTimeToProveItself) {
  PlayedDriver driver("bnxt_en");
  VfPortCounters counters = driver.open();
  ASSERT_EQ(counters.source(), VfSource::netlink);
  for (int row = 0; row < 20; ++row) EXPECT_EQ(PlayedDriver::read(counters), kAbsent);
  driver.set(1'000'000);
  for (int row = 0; row < 20; ++row) EXPECT_EQ(PlayedDriver::read(counters), 1'000'000);
}

TEST(MacCounters, OfTheCapturedIgb) {
  const std::string text = read_file(SRIOV_FIXTURES "/captures/dom0/t1/ethtool_S_pf.txt").value();
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    names.emplace_back(trim(line.substr(0, colon)));
    values.push_back(line.substr(colon + 2));
  }
  const MacIndices places = find_mac_statistics(*mac_counters("igb"), names);
  ASSERT_THAT(places[kMacRxBytes].size(), 1U);
  EXPECT_EQ(values[places[kMacRxBytes][0]], "1418718532");
  EXPECT_EQ(values[places[kMacTxPackets][0]], "17554");
  EXPECT_THAT(find_mac_statistics(*mac_counters("i40e"), names)[kMacTxBytes], IsEmpty()) << "another driver's names";
}

TEST(MacCounters, PartsAreAddedOrAllMissing) {
  const MacCounters& ice = *mac_counters("ice");
  const MacIndices all = find_mac_statistics(ice, {"tx_broadcast.nic", "x", "tx_unicast.nic", "tx_multicast.nic"});
  EXPECT_THAT(all[kMacTxPackets], ElementsAre(2, 3, 0));
  EXPECT_THAT(find_mac_statistics(ice, {"tx_unicast.nic", "tx_multicast.nic"})[kMacTxPackets], IsEmpty());
  EXPECT_EQ(mac_counters("e1000e"), nullptr);
}

TEST(PciOwners, OfTheCapturedDom0) {
  ListedStore store(read_file(SRIOV_FIXTURES "/captures/dom0/xenstore_ls.txt").value());
  const auto owners = pci_owners(store);
  ASSERT_EQ(owners.size(), 1U);
  EXPECT_EQ(owners[0].pci_address, "0000:01:10.0");
  EXPECT_EQ(owners[0].domid, 1U);
  EXPECT_EQ(owners[0].domain, "hvm1");
}

TEST(PciOwners, NonsenseOwnsNothing) {
  ListedStore store("");
  store.nodes_ = {{"/local/domain/0/backend/pci/x", ""},
                  {"/local/domain/0/backend/pci/1", ""},
                  {"/local/domain/0/backend/pci/1/0/num_devs", "4000000000"},
                  {"/local/domain/0/backend/pci/1/0/dev-0", "rubbish"},
                  {"/local/domain/0/backend/pci/1/0/dev-1", "0000:01:10.0"}};
  const auto owners = pci_owners(store);
  ASSERT_EQ(owners.size(), 1U) << "of a guest without a name";
  EXPECT_EQ(owners[0].domain, "");
}

}  // namespace
}  // namespace sriov
