// Means of a recording whose series go on from block to block.
#include "analyzers/recording/recording_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/time.h"
#include "report/json/recording_json.h"
#include "report/text/render_recording.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Series counter(const std::string& metric, Labels labels) {
  return {metric, "packets", MetricKind::counter, std::move(labels)};
}

/// Two rows a second apart of three counters and a gauge.
SampleBlock block(std::int64_t begin_s, std::vector<std::vector<std::int64_t>> columns) {
  SampleBlock out;
  out.endpoint = "dom0";
  out.collector = "netdev";
  out.series = {counter("netdev.rx_packets", {{"device", "eth0"}, {"queue", "0"}}),
                counter("netdev.rx_packets", {{"device", "eth0"}, {"queue", "1"}}),
                counter("netdev.rx_packets", {{"device", "eth1"}, {"queue", "0"}}),
                {"x.level", "count", MetricKind::gauge, {}}};
  out.begin_ns = {begin_s * kNsPerSecond, (begin_s + 1) * kNsPerSecond};
  out.end_ns = out.begin_ns;
  out.columns = std::move(columns);
  return out;
}

class RecordingSummaryTest : public testing::Test {
 protected:
  RecordingSummary summarize(const std::vector<SampleBlock>& blocks) {
    Store store = Store::create(directory_.path() + "/run", RunInfo{}).value();
    TrialRecord trial;
    trial.reason = "to be rewritten";
    const std::int64_t id = store.put_trial(trial).value();
    for (const SampleBlock& one : blocks) EXPECT_TRUE(store.put_blocks(id, {one}));
    return summarize_recording(store, id).value();
  }
  static const RecordedMetric* find(const RecordingSummary& summary, const std::string& metric, const Labels& group) {
    for (const RecordedMetric& one : summary.metrics)
      if (one.metric == metric && one.group == group) return &one;
    return nullptr;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(RecordingSummaryTest, RatesGoOnAcrossBlocksAndAreSummedByDevice) {
  const RecordingSummary summary = summarize(
      {block(0, {{0, 10}, {100, 130}, {7, 7}, {1, 3}}), block(2, {{20, 40}, {160, kAbsent}, {7, 7}, {kAbsent, 5}})});
  ASSERT_EQ(summary.endpoints.size(), 1U);
  EXPECT_EQ(summary.endpoints[0].rows, 4);
  EXPECT_DOUBLE_EQ(summary.endpoints[0].seconds, 3);
  EXPECT_FALSE(summary.endpoints[0].missed_deadlines) << "self was not recorded: unknown, not 0";
  const RecordedMetric* eth0 = find(summary, "netdev.rx_packets", {{"device", "eth0"}});
  ASSERT_NE(eth0, nullptr);
  EXPECT_DOUBLE_EQ(eth0->value, (40.0 + 60.0) / 3);
  EXPECT_EQ(eth0->series, 2U);
  EXPECT_DOUBLE_EQ(eth0->biggest[0].value, 20);
  EXPECT_EQ(label(eth0->biggest[0].labels, "queue"), "1");
  EXPECT_DOUBLE_EQ(find(summary, "x.level", {})->value, 3);

  const std::string text = render_recording(summary, {});
  EXPECT_THAT(text, HasSubstr("device=eth0"));
  EXPECT_THAT(text, HasSubstr("queue=1: 20.0 packets/s"));
  EXPECT_THAT(text, Not(HasSubstr("eth1")));
  EXPECT_THAT(text, HasSubstr("1 more did not move"));
  const auto json = nlohmann::json::parse(recording_json(summary));
  EXPECT_EQ(json["metrics"].size(), 3U);
  EXPECT_TRUE(json["endpoints"][0]["missed_deadlines"].is_null());
}

/// Some tasks that wait, and all of them: the time of the latter is part of the former's.
TEST_F(RecordingSummaryTest, NothingIsSummedOverLabelsThatTellApart) {
  const auto stalled = [](const char* resource, const char* who) {
    return Series{"pressure.stalled_time",
                  "ns",
                  MetricKind::counter,
                  {{"resource", resource}, {"stalled", who}, {"zone", "0"}},
                  "resource,stalled"};
  };
  SampleBlock pressure;
  pressure.endpoint = "host";
  pressure.collector = "pressure";
  pressure.series = {stalled("io", "full"), stalled("io", "some"), stalled("cpu", "some")};
  pressure.begin_ns = pressure.end_ns = {0, kNsPerSecond};
  pressure.columns = {{0, kNsPerSecond / 2}, {0, kNsPerSecond}, {0, kNsPerSecond / 4}};
  const RecordingSummary summary = summarize({pressure});
  ASSERT_EQ(summary.metrics.size(), 3U);
  const RecordedMetric* some = find(summary, "pressure.stalled_time", {{"resource", "io"}, {"stalled", "some"}});
  ASSERT_NE(some, nullptr);
  EXPECT_DOUBLE_EQ(some->value, kNsPerSecond) << "100 %, not 150";
  EXPECT_THAT(render_recording(summary, {}), HasSubstr("resource=io,stalled=full"));
}

TEST_F(RecordingSummaryTest, SeriesThatDeclareNothingApartAreOneSum) {
  SampleBlock softnet;
  softnet.endpoint = "host";
  softnet.collector = "x";
  for (const char* device : {"a", "b"})
    softnet.series.push_back({"x.count", "count", MetricKind::counter, {{"device", device}}, ""});
  softnet.begin_ns = softnet.end_ns = {0, kNsPerSecond};
  softnet.columns = {{0, 3}, {0, 4}};
  const RecordingSummary summary = summarize({softnet});
  ASSERT_EQ(summary.metrics.size(), 1U);
  EXPECT_DOUBLE_EQ(summary.metrics[0].value, 7);
}

TEST_F(RecordingSummaryTest, WrapsCountAndResetsAreLeftOutAndTold) {
  constexpr std::int64_t kTop = (std::int64_t{1} << 32) - 10;
  const RecordingSummary summary = summarize({block(0, {{kTop, kTop}, {1000, 1100}, {kAbsent, 5}, {0, 0}}),
                                              block(2, {{20, 20}, {0, 50}, {kAbsent, kAbsent}, {0, 0}})});
  const RecordedMetric* eth0 = find(summary, "netdev.rx_packets", {{"device", "eth0"}});
  ASSERT_NE(eth0, nullptr);
  EXPECT_DOUBLE_EQ(eth0->value, (30.0 + 150.0) / 3);
  EXPECT_EQ(eth0->resets, 1);
  EXPECT_EQ(find(summary, "netdev.rx_packets", {{"device", "eth1"}}), nullptr) << "seen once: no rate";
  EXPECT_THAT(render_recording(summary, {}), HasSubstr("(1 resets)"));
}

TEST_F(RecordingSummaryTest, PerPacketWhereBothWereSampled) {
  SampleBlock both;
  both.endpoint = "guest";
  both.collector = "x";
  both.begin_ns = {0, 2'000'000'000};
  both.end_ns = both.begin_ns;
  both.series = {{"interrupts.count", "interrupts", MetricKind::counter, {{"device", "eth1"}}},
                 {"netdev.rx_packets", "packets", MetricKind::counter, {{"device", "eth1"}}},
                 {"netdev.tx_packets", "packets", MetricKind::counter, {{"device", "eth1"}}}};
  both.columns = {{5, 55}, {0, 150}, {0, 50}};
  const RecordingSummary summary = summarize({both});
  ASSERT_EQ(summary.ratios.size(), 1U);
  EXPECT_DOUBLE_EQ(summary.ratios[0].value, 0.25);
  EXPECT_THAT(render_recording(summary, {}), HasSubstr("interrupts.count per packet"));
  const auto json = nlohmann::json::parse(recording_json(summary));
  EXPECT_DOUBLE_EQ(json["ratios"][0]["value"].get<double>(), 0.25);
}

TEST_F(RecordingSummaryTest, NothingWasSampled) {
  EXPECT_THAT(render_recording(summarize({}), {}), HasSubstr("No row was sampled"));
}

}  // namespace
}  // namespace sriov
