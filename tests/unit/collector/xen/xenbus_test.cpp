// The xenbus collector on a tree of vifs that come and go.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/collector.h"
#include "tests/unit/support/made_tree.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using testing::ElementsAre;

const std::string kBackends = "/sys/bus/xen-backend/devices/";

void put_vif(const test::WrittenTree& tree, const std::string& name, const std::string& netdev) {
  tree.write(kBackends + name + "/net/" + netdev + "/address", "fe:ff:ff:ff:ff:ff\n");
  tree.write(kBackends + name + "/xenbus/events", "100\n");
  tree.write(kBackends + name + "/xenbus/spurious_events", "1\n");
  tree.write(kBackends + name + "/xenbus/jiffies_eoi_delayed", "0\n");
  tree.write(kBackends + name + "/xenbus/event_channels", "2\n");
}

const test::MadeTreeFor made{"xenbus", {}, [](const test::WrittenTree& tree) { put_vif(tree, "vif-1-0", "vif1.0"); }};

TEST(Xenbus, AVifThatGoesIsAbsentAndAnotherOneIsFound) {
  const test::WrittenTree tree;
  put_vif(tree, "vif-1-0", "vif1.0");
  put_vif(tree, "vif-3-0", "vif3.0");
  const auto collector = CollectorRegistry::instance().make("xenbus");
  Recorder recorder(4);
  ASSERT_TRUE(collector->open(tree.host(), {}, recorder));
  const auto sample = [&] {
    recorder.begin_row(0);
    collector->sample(recorder);
    recorder.end_row(0);
  };
  sample();
  // What the kernel does when a device goes: its open files fail, its folder is away.
  for (const char* file : {"events", "spurious_events", "jiffies_eoi_delayed", "event_channels"})
    tree.write(kBackends + "vif-1-0/xenbus/" + file, "");
  std::filesystem::remove_all(tree.path() + kBackends + "vif-1-0");
  sample();
  put_vif(tree, "vif-2-0", "vif2.0");
  sample();
  sample();
  const SampleBlock block = recorder.take("", "");
  std::map<std::string, std::vector<std::int64_t>> events;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (block.series[i].metric == "xenbus.events")
      events[std::string(label(block.series[i].labels, "vif"))] = block.columns[i];
  EXPECT_THAT(events["vif1.0"], ElementsAre(100, kAbsent, kAbsent, kAbsent));
  EXPECT_THAT(events["vif3.0"], ElementsAre(100, 100, 100, 100)) << "the others go on";
  EXPECT_THAT(events["vif2.0"], ElementsAre(kAbsent, kAbsent, 100, 100));
}

}  // namespace
}  // namespace sriov
