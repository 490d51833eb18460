// Few interrupts from files of their own, and the counters of Xen's vifs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "collector/collector.h"
#include "collector/interrupts/irq_counts_text.h"
#include "collector/xen/xenbus_text.h"
#include "host/file.h"
#include "tests/unit/support/made_tree.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Rows = std::map<std::string, std::vector<std::int64_t>>;

const test::MadeTreeFor made{"interrupts", {{"irqs", "57"}}, [](const test::WrittenTree& tree) {
                               tree.write("/sys/devices/system/cpu/possible", "0-1\n");
                               tree.write("/sys/kernel/irq/57/per_cpu_count", "10,20\n");
                               tree.write("/sys/kernel/irq/57/actions", "eth1-rx-0\n");
                               tree.write("/proc/interrupts",
                                          "  CPU0 CPU1\n 1: 0 0 a b c\n 57: 1 2 xen-pirq -msi-x eth1-rx-0\n");
                             }};

/// A machine with three possible CPUs, 0, 1 and 4, of which 4 is offline.
class IrqTree : public testing::Test {
 protected:
  IrqTree() {
    write("/sys/devices/system/cpu/possible", "0-1,4\n");
    write("/proc/interrupts",
          "  CPU0 CPU1\n 1: 9 9 IO-APIC 1-edge i8042\n 2: 0 0 IO-APIC 2-edge x\n 3: 0 0 IO-APIC 3-edge y\n"
          " 57: 1 2 xen-pirq -msi-x eth1-rx-0\n 58: 3 4 xen-pirq -msi-x eth1-tx-0\n NMI: 0 0\n");
    irq("57", "10,20,0\n", "eth1-rx-0\n");
    irq("58", "30,40,0\n", "eth1-tx-0\n");
  }

  void write(const std::string& path, std::string_view text) const { tree_.write(path, text); }
  void irq(const std::string& number, std::string_view counts, std::string_view actions) const {
    write("/sys/kernel/irq/" + number + "/per_cpu_count", counts);
    write("/sys/kernel/irq/" + number + "/actions", actions);
  }

  void open(const std::string& irqs) {
    collector_ = CollectorRegistry::instance().make("interrupts");
    const auto opened = collector_->open(tree_.host(), {{"irqs", irqs}}, recorder_);
    ASSERT_TRUE(opened) << opened.error().text();
  }
  void sample() {
    recorder_.begin_row(0);
    collector_->sample(recorder_);
    recorder_.end_row(0);
  }
  Rows rows() {
    const SampleBlock block = recorder_.take("", "");
    Rows out;
    for (std::size_t i = 0; i < block.series.size(); ++i)
      out[std::string(label(block.series[i].labels, "action")) + '@' +
          std::string(label(block.series[i].labels, "cpu"))] = block.columns[i];
    return out;
  }

  test::WrittenTree tree_;
  Recorder recorder_{8};
  std::unique_ptr<Collector> collector_;
};

TEST_F(IrqTree, LinesByNumberComeFromTheirOwnFiles) {
  open("57, 58");
  sample();
  irq("57", "11,22,0\n", "eth1-rx-0\n");
  sample();
  const Rows out = rows();
  EXPECT_THAT(out, SizeIs(4)) << "two lines on the two CPUs that are online";
  EXPECT_THAT(out.at("eth1-rx-0@0"), ElementsAre(10, 11));
  EXPECT_THAT(out.at("eth1-rx-0@1"), ElementsAre(20, 22));
  EXPECT_THAT(out.at("eth1-tx-0@1"), ElementsAre(40, 40));
}

// per_cpu_count has a place for every possible CPU, /proc/interrupts a column for every online one.
TEST_F(IrqTree, PlacesArePossibleCpusNotOnlineOnes) {
  write("/sys/devices/system/cpu/possible", "0-2\n");
  write("/proc/interrupts", "  CPU0 CPU2\n 1: 0 0 a b c\n 2: 0 0 a b c\n 57: 1 2 xen-pirq -msi-x eth1-rx-0\n");
  irq("57", "10,7,30\n", "eth1-rx-0\n");
  open("57");
  sample();
  const Rows out = rows();
  EXPECT_THAT(out, SizeIs(2));
  EXPECT_THAT(out.at("eth1-rx-0@0"), ElementsAre(10));
  EXPECT_THAT(out.at("eth1-rx-0@2"), ElementsAre(30)) << "not 7, which CPU 1 counted before it went offline";
}

TEST_F(IrqTree, ACpuThatComesOnlineGetsItsColumn) {
  open("57");
  sample();
  irq("57", "10,20,1\n", "eth1-rx-0\n");
  sample();
  EXPECT_THAT(rows().at("eth1-rx-0@4"), ElementsAre(kAbsent, 1));
}

TEST_F(IrqTree, ANumberThatIsUsedAgainIsAnotherLine) {
  open("57");
  sample();
  irq("57", "500,600,0\n", "other-0\n");
  write("/proc/interrupts",
        "  CPU0 CPU1\n 1: 9 9 IO-APIC 1-edge i8042\n 2: 0 0 a b c\n 57: 500 600 xen-pirq -msi-x other-0\n NMI: 0 0\n");
  sample();
  const Rows out = rows();
  EXPECT_THAT(out.at("eth1-rx-0@0"), ElementsAre(10, kAbsent)) << "not a jump to 500";
  EXPECT_THAT(out.at("other-0@0"), ElementsAre(kAbsent, 500));
}

TEST_F(IrqTree, ALineThatGoesIsAbsent) {
  open("57,58");
  sample();
  irq("57", "", "");
  write("/proc/interrupts",
        "  CPU0 CPU1\n 1: 9 9 IO-APIC 1-edge i8042\n 2: 0 0 IO-APIC 2-edge x\n 3: 0 0 IO-APIC 3-edge y\n"
        " 58: 3 4 xen-pirq -msi-x eth1-tx-0\n NMI: 0 0\n");
  sample();
  const Rows out = rows();
  EXPECT_THAT(out.at("eth1-rx-0@0"), ElementsAre(10, kAbsent));
  EXPECT_THAT(out.at("eth1-tx-0@0"), ElementsAre(30, 30));
}

TEST_F(IrqTree, WithoutFilesOrWithManyLinesTheTableIsRead) {
  open("other");
  sample();
  EXPECT_THAT(rows().at("i8042@0"), ElementsAre(9)) << "its files are not there";
  std::filesystem::remove(tree_.path() + "/sys/devices/system/cpu/possible");
  open("57");
  sample();
  EXPECT_THAT(rows().at("eth1-rx-0@0"), ElementsAre(1)) << "the kernel does not say which CPUs are possible";
}

TEST_F(IrqTree, ANumberThatIsNotThereIsTold) {
  open("57,99");
  const auto absences = collector_->absences();
  ASSERT_THAT(absences, SizeIs(1));
  EXPECT_EQ(absences[0].where, "IRQ 99");
  open("57");
  EXPECT_THAT(collector_->absences(), IsEmpty());
}

TEST(IrqCounts, AsManyAsTherePlacesOrNone) {
  std::array<std::int64_t, 2> counts{};
  EXPECT_TRUE(parse_irq_counts("25,4294967295\n", counts));
  EXPECT_THAT(counts, ElementsAre(25, 4294967295));
  EXPECT_TRUE(parse_irq_counts("1,2", counts));
  for (const char* wrong : {"", "\n", "1", "1,", "1,2,3", "1,2\n\n", ",1", "1;2", "-1,2", "4294967296,1", " 1,2"})
    EXPECT_FALSE(parse_irq_counts(wrong, counts)) << wrong;
  EXPECT_FALSE(parse_irq_counts("", {}));
}

TEST(XenbusCount, IsThirtyTwoBitsWideAndPrintedSigned) {
  EXPECT_EQ(parse_xenbus_count("680\n"), 680);
  EXPECT_EQ(parse_xenbus_count("-2147483648\n"), 2147483648) << "one beyond 2^31 - 1";
  EXPECT_EQ(parse_xenbus_count("-1"), 4294967295);
  for (const char* wrong : {"", "\n", "x", "1 2", "4294967295\n", "1\n\n"})
    EXPECT_EQ(parse_xenbus_count(wrong), kAbsent) << wrong;
}

class XenbusTree : public IrqTree {};

// Linux ties no event channel to a front end: its counters are there and stay 0 while thousands of events come.
TEST_F(XenbusTree, ZerosOfAFrontEndAreNoCounts) {
  const auto collector = CollectorRegistry::instance().make("xenbus");
  EXPECT_THAT(collector->probe(tree_.host()).error().text(), testing::HasSubstr("no vif here"));
  write("/sys/bus/xen/devices/vif-0/xenbus/events", "0\n");
  write("/sys/bus/xen/devices/vif-0/xenbus/event_channels", "0\n");
  EXPECT_THAT(collector->probe(tree_.host()).error().text(), testing::HasSubstr("of back ends only"));
}

TEST_F(XenbusTree, VifsThatAreConnected) {
  const std::string back = "/sys/bus/xen-backend/devices/vif-1-0/";
  const std::string front = "/sys/bus/xen/devices/vif-0/";
  write(back + "xenbus/events", "700\n");
  write(back + "xenbus/spurious_events", "3\n");
  write(back + "xenbus/jiffies_eoi_delayed", "2\n");
  write(back + "xenbus/event_channels", "2\n");
  write(back + "net/vif1.0/address", "fe:ff:ff:ff:ff:ff\n");
  write("/sys/bus/xen-backend/devices/vif-2-0/xenbus/events", "0\n");
  write("/sys/bus/xen-backend/devices/vif-2-0/xenbus/event_channels", "0\n");
  write(front + "xenbus/events", "5\n");
  write(front + "xenbus/event_channels", "1\n");
  write(front + "net/eth0/address", "00:16:3e:00:00:01\n");
  write("/sys/bus/xen/devices/vbd-51712/xenbus/events", "9\n");
  collector_ = CollectorRegistry::instance().make("xenbus");
  ASSERT_TRUE(collector_->probe(tree_.host()));
  ASSERT_TRUE(collector_->open(tree_.host(), {}, recorder_));
  sample();
  const SampleBlock block = recorder_.take("", "");
  std::map<std::string, std::int64_t> out;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    out[block.series[i].metric + "{" + to_string(block.series[i].labels) + "}"] = block.columns[i][0];
  EXPECT_EQ(out["xenbus.events{device=vif1.0,domid=1,vif=vif1.0}"], 700);
  EXPECT_EQ(out["xenbus.spurious_events{device=vif1.0,domid=1,vif=vif1.0}"], 3);
  EXPECT_EQ(out["xenbus.eoi_delay{device=vif1.0,domid=1,vif=vif1.0}"], 2);
  EXPECT_EQ(out["xenbus.event_channels{device=vif1.0,domid=1,vif=vif1.0}"], 2);
  EXPECT_EQ(out["xenbus.events{device=eth0,vif=vif0}"], 5);
  EXPECT_EQ(out["xenbus.spurious_events{device=eth0,vif=vif0}"], kAbsent) << "it has no such file";
  EXPECT_EQ(out["xenbus.events{device=vif2.0,domid=2,vif=vif2.0}"], kAbsent) << "its guest is not connected";
  EXPECT_THAT(out, SizeIs(12)) << "disks are not of interest";
}

}  // namespace
}  // namespace sriov
