#include "analyzers/explanations/anomaly_scan.h"

#include <cmath>

#include "analyzers/explanations/level_changes.h"
#include "analyzers/stats/random.h"
#include "tests/unit/support/explained.h"
#include "tests/unit/support/synthetic_run.h"

namespace sriov {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Anomaly> scan(const test::RateTrial& trial) { return scan_anomalies(test::make_rate_record(trial, 0)); }

auto kind(const std::string& what) { return Field(&Anomaly::what, what); }

/// Noise in which each value keeps `r` of the one before.
std::vector<double> noise(std::size_t n, double r, stats::Random& random) {
  std::vector<double> out;
  double value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    value = r * value + std::sqrt(1 - r * r) * random.normal();
    out.push_back(value);
  }
  return out;
}

TEST(LevelChanges, RareFalseAlarms) {
  stats::Random random(1);
  for (const double r : {0.0, 0.3, 0.6}) {
    int alarms = 0;
    for (int i = 0; i < 500; ++i) {
      std::vector<double> rates = noise(50, r, random);
      for (double& rate : rates) rate = 100 + 15 * rate;  // 15 % of spread from one tenth of a second to the next.
      alarms += level_changes(rates).empty() ? 0 : 1;
    }
    EXPECT_LE(alarms, 5) << r;
  }
}

TEST(LevelChanges, FindsAFallByAThird) {
  stats::Random random(2);
  int found = 0;
  for (int i = 0; i < 200; ++i) {
    std::vector<double> rates = noise(50, 0.3, random);
    for (std::size_t k = 0; k < rates.size(); ++k) rates[k] = (k < 30 ? 100 : 66) + 8 * rates[k];
    const auto changes = level_changes(rates);
    found += changes.size() == 1 && changes[0].place >= 28 && changes[0].place <= 32 ? 1 : 0;
  }
  EXPECT_GE(found, 190);
}

TEST(LevelChanges, BadInput) {
  EXPECT_THAT(level_changes({}), IsEmpty());
  const std::vector<double> constant(100, 5.0);
  EXPECT_THAT(level_changes(constant), IsEmpty());
  std::vector<double> rates(100, 5.0);
  rates[50] = std::nan("");
  EXPECT_THAT(level_changes(rates), IsEmpty());
}

TEST(AnomalyScan, NothingInASteadyTrial) {
  test::RateTrial trial;
  trial.cpu("Domain-0", 10).packets(20'000, 1400).interrupts("guest1", 5000);
  trial.counters.push_back({"guest1", "snmp", "snmp.tcp_out_segments", {}, 10'000});
  trial.counters.push_back({"guest1", "snmp", "snmp.tcp_retransmitted_segments", {}, 1});
  trial.counters.push_back({"guest1", "cpu", "cpu.time", {{"cpu", "0"}, {"mode", "steal"}}, 1e7});
  EXPECT_THAT(scan(trial), IsEmpty());
  EXPECT_THAT(scan({}), IsEmpty());
}

TEST(AnomalyScan, AStallIsALevelChangeAtItsTime) {
  test::RateTrial trial;
  trial.counters.push_back({"guest1", "netdev", "netdev.rx_bytes", {{"device", "vf0"}}, 0, [](double s) {
                              return 10e6 * (s < 3 ? 1 : 0.4) + 1e5 * std::sin(s * 40);
                            }});
  const auto found = scan(trial);
  ASSERT_THAT(found, ElementsAre(kind("level change")));
  EXPECT_NEAR(found[0].at_s, 3, 0.25);
  EXPECT_THAT(found[0].size, HasSubstr("fell by"));
  EXPECT_EQ(found[0].where, "guest1 vf0");
}

TEST(AnomalyScan, StormsDropsSqueezesAndRetransmits) {
  test::RateTrial trial;
  trial.counters = {
      {"guest1",
       "interrupts",
       "interrupts.count",
       {{"irq", "24"}, {"cpu", "0"}, {"class", "vf-msix"}},
       0,
       [](double s) { return s > 2.95 && s < 3.15 ? 60'000.0 : 500.0; }},
      {"guest1", "netdev", "netdev.rx_packets", {{"device", "vf0"}}, 20'000},
      {"guest1", "netdev", "netdev.rx_missed_errors", {{"device", "vf0"}}, 50},
      {"dom0", "ethtool", "ethtool.statistic", {{"device", "pf0"}, {"statistic", "rx_no_dma_resources"}}, 25},
      {"dom0", "ethtool", "ethtool.statistic", {{"device", "pf0"}, {"statistic", "rx_packets"}}, 25'000},
      {"dom0", "softnet", "softnet.time_squeeze", {{"cpu", "0"}}, 40},
      {"guest1", "snmp", "snmp.tcp_out_segments", {}, 10'000},
      {"guest1", "snmp", "snmp.tcp_retransmitted_segments", {}, 100},
      {"dom0", "cpu", "cpu.time", {{"cpu", "0"}, {"mode", "steal"}}, 3e8}};
  const auto found = scan(trial);
  EXPECT_EQ(found.size(), 6U);
  EXPECT_THAT(
      found, Contains(AllOf(kind("drops told by the driver"), Field(&Anomaly::where, "dom0 pf0 rx_no_dma_resources"))));
  EXPECT_THAT(found, Contains(AllOf(kind("interrupt storm"), Field(&Anomaly::where, "guest1 vf-msix"))));
  EXPECT_THAT(found, Contains(AllOf(kind("drops"), Field(&Anomaly::size, HasSubstr("rx_missed_errors")))));
  EXPECT_THAT(found, Contains(AllOf(kind("time squeeze"), Field(&Anomaly::size, "40.0 times a second"))));
  EXPECT_THAT(found, Contains(AllOf(kind("retransmits"), Field(&Anomaly::size, HasSubstr("0.990 % of all")))));
  EXPECT_THAT(found, Contains(AllOf(kind("stolen time"), Field(&Anomaly::size, "30.0 % of a CPU"))));
}

TEST(AnomalyScan, GapsAndClockJumps) {
  test::RateTrial trial;
  trial.packets(20'000, 1400);
  TrialRecord record = test::make_rate_record(trial, 0);
  for (SampleBlock& block : record.blocks)  // Rows from 3 s on are one second late, as if the machine had stood still.
    for (std::size_t row = 30; row < block.rows(); ++row) {
      block.begin_ns[row] += 1'000'000'000;
      block.end_ns[row] += 1'000'000'000;
    }
  for (ClockOffset& clock : record.clocks)
    if (clock.endpoint == "guest1" && clock.taken_ns > record.begin_ns) clock.offset_ns = 20'000'000;
  const auto found = scan_anomalies(record);
  EXPECT_THAT(found, Contains(kind("gap in the samples")));
  EXPECT_THAT(found, Contains(AllOf(kind("clock jump"), Field(&Anomaly::size, HasSubstr("20.0 ms")))));
}

TEST(AnomalyScan, ResetsAndAbsentValues) {
  test::RateTrial trial;
  trial.packets(20'000, 1400);
  TrialRecord record = test::make_rate_record(trial, 0);
  for (SampleBlock& block : record.blocks) {
    block.columns[1][25] = kAbsent;
    for (std::size_t row = 40; row < block.rows(); ++row) block.columns[1][row] -= block.columns[1][39];
  }
  EXPECT_THAT(scan_anomalies(record), Contains(kind("counter reset")));
  record.clocks.clear();
  EXPECT_THAT(scan_anomalies(record), IsEmpty());
}

TEST(AnomalyScan, FrequencyOfTheFastestCpuAndHeat) {
  test::RateTrial trial;
  trial.counters.push_back({"guest1", "cpufreq", "cpufreq.core_throttled", {{"cpu", "0"}}, 5});
  TrialRecord record = test::make_rate_record(trial, 0);
  SampleBlock& block = record.blocks.front();
  for (const char* cpu : {"0", "1"}) {
    block.series.push_back({"cpufreq.frequency", "kHz", MetricKind::gauge, {{"cpu", cpu}}});
    block.columns.emplace_back(block.rows(), 800'000);
  }
  for (std::size_t row = 0; row < block.rows(); ++row) block.columns[2][row] = row < 30 ? 3'400'000 : 1'900'000;
  const auto found = scan_anomalies(record);
  EXPECT_THAT(found,
              Contains(AllOf(kind("frequency change"), Field(&Anomaly::size, HasSubstr("from 3.40 to 1.90 GHz")))));
  EXPECT_THAT(found, Contains(AllOf(kind("throttled by heat"), Field(&Anomaly::size, HasSubstr("times")))));
  for (std::int64_t& value : block.columns[2]) value = kAbsent;
  EXPECT_THAT(scan_anomalies(record), Not(Contains(kind("frequency change"))));
}

class AnomaliesTest : public test::ExplainedRun {};

TEST_F(AnomaliesTest, SaysWhatWasNotSampled) {
  test::RateTrial trial;
  trial.packets(1000, 1400);
  const Finding finding = explain("anomalies", {trial});
  EXPECT_THAT(finding.sentences, ElementsAre("Nothing unusual was found in 1 valid trial."));
  EXPECT_THAT(finding.caveats, ElementsAre(AllOf(HasSubstr("not sampled, so not seen: interrupt storms"),
                                                 HasSubstr("changes of CPU frequency and throttling by heat"))));
}

}  // namespace
}  // namespace sriov
