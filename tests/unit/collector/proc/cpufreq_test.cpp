// The frequency collector on trees that the test writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/collector.h"
#include "tests/unit/support/made_tree.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using ::testing::HasSubstr;

const test::MadeTreeFor made{"cpufreq", {}, [](const test::WrittenTree& tree) {
                               tree.write("/sys/devices/system/cpu/online", "0\n");
                               tree.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "2400000\n");
                             }};

class CpuFrequency : public ::testing::Test {
 protected:
  CpuFrequency() { tree_.write("/sys/devices/system/cpu/online", "0-1\n"); }
  void write(int cpu, const std::string& file, const std::string& text) const {
    tree_.write("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/" + file, text);
  }
  [[nodiscard]] Error refusal() const {
    const auto usable = CollectorRegistry::instance().make("cpufreq")->probe(tree_.host());
    EXPECT_FALSE(usable);
    return usable ? Error{} : usable.error();
  }
  test::WrittenTree tree_;
};

TEST_F(CpuFrequency, ReadsEveryCpuAndWhatHeatDid) {
  write(0, "cpufreq/scaling_cur_freq", "2400000\n");
  write(1, "cpufreq/scaling_cur_freq", "<unknown>\n");
  write(1, "thermal_throttle/core_throttle_count", "7\n");
  write(1, "thermal_throttle/package_throttle_count", "9\n");
  const auto collector = CollectorRegistry::instance().make("cpufreq");
  ASSERT_TRUE(collector->probe(tree_.host()));
  Recorder recorder(4);
  ASSERT_TRUE(collector->open(tree_.host(), {}, recorder));
  for (const char* frequency : {"2400000\n", "1200000\n"}) {
    write(0, "cpufreq/scaling_cur_freq", frequency);
    recorder.begin_row(0);
    collector->sample(recorder);
    recorder.end_row(0);
  }
  const SampleBlock block = recorder.take("host", "cpufreq");
  ASSERT_EQ(block.series.size(), 4U);
  EXPECT_EQ(block.series[0].metric, "cpufreq.frequency");
  EXPECT_EQ(block.series[0].kind, MetricKind::gauge);
  EXPECT_THAT(block.columns[0], testing::ElementsAre(2'400'000, 1'200'000));
  EXPECT_THAT(block.columns[1], testing::Each(kAbsent));
  EXPECT_THAT(block.columns[2], testing::Each(7));
  EXPECT_THAT(block.columns[3], testing::Each(9));
}

TEST_F(CpuFrequency, SaysWhyThereIsNone) {
  EXPECT_THAT(refusal().text(), HasSubstr("no driver"));
  EXPECT_EQ(refusal().kind, ErrorKind::environment);
  tree_.write("/proc/cpuinfo", "flags\t\t: fpu hypervisor lahf_lm\n");
  EXPECT_THAT(refusal().text(), HasSubstr("this is a virtual machine"));
  tree_.write("/sys/hypervisor/type", "xen\n");
  EXPECT_THAT(refusal().text(), HasSubstr("Xen sets the frequency"));
}

}  // namespace
}  // namespace sriov
