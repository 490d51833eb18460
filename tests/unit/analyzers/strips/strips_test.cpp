// Blocks of samples to curves over time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "analyzers/strips/strip_builder.h"
#include "analyzers/strips/workload_strips.h"
#include "core/time.h"

namespace sriov {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsNan;

Series counter(std::string metric, Labels labels) {
  return {std::move(metric), "count", MetricKind::counter, std::move(labels)};
}

/// Rows a second apart from `first_s` on.
SampleBlock block(const std::string& collector, std::vector<Series> series,
                  std::vector<std::vector<std::int64_t>> columns, std::int64_t first_s = 0) {
  SampleBlock out;
  out.endpoint = "dom0";
  out.collector = collector;
  out.series = std::move(series);
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    out.begin_ns.push_back((first_s + static_cast<std::int64_t>(row)) * kNsPerSecond);
    out.end_ns.push_back(out.begin_ns.back());
  }
  out.columns = std::move(columns);
  return out;
}

std::vector<Strip> strips(const std::vector<SampleBlock>& blocks) {
  return strips_of(blocks, ClockAlignment({{"dom0", 0, 10, 0}}));
}

const Strip& strip_named(const std::vector<Strip>& all, const std::string& kind) {
  for (const Strip& strip : all)
    if (strip.kind == kind) return strip;
  ADD_FAILURE() << "no " << kind;
  static const Strip kNone;
  return kNone;
}

TEST(Strips, RatesAreSummedByClassAndByCpu) {
  const auto all = strips({block("interrupts",
                                 {counter("interrupts.count", {{"class", "vf"}, {"cpu", "0"}}),
                                  counter("interrupts.count", {{"class", "vf"}, {"cpu", "1"}}),
                                  counter("interrupts.count", {{"class", "timer"}, {"cpu", "1"}})},
                                 {{0, 10, 30}, {5, 5, 6}, {100, 101, 102}})});
  const Strip& by_class = strip_named(all, "interrupts-by-class");
  EXPECT_EQ(by_class.endpoint, "dom0");
  EXPECT_EQ(by_class.unit, "1/s");
  EXPECT_TRUE(by_class.is_stacked);
  EXPECT_THAT(by_class.instants_ns, ElementsAre(kNsPerSecond / 2, 3 * kNsPerSecond / 2));
  EXPECT_THAT(by_class.names, ElementsAre("timer", "vf"));
  EXPECT_THAT(by_class.values[1], ElementsAre(10, 21));
  const Strip& by_cpu = strip_named(all, "interrupts-by-cpu");
  EXPECT_THAT(by_cpu.names, ElementsAre("CPU 1", "CPU 0"));
  EXPECT_THAT(by_cpu.values[0], ElementsAre(1, 2));
}

TEST(Strips, BetweenTwoSamplingsNothingIsKnown) {
  const std::vector<Series> series{counter("interrupts.count", {{"class", "vf"}, {"cpu", "0"}})};
  StripBuilder builder([](const std::string&, std::int64_t ns) { return ns; });
  builder.break_off(0);  // Nothing has come yet.
  builder.append(block("interrupts", series, {{0, 10}}));
  builder.break_off(5 * kNsPerSecond);
  builder.append(block("interrupts", series, {{100, 130}}, 6));
  const auto all = builder.take();
  const Strip& strip = strip_named(all, "interrupts-by-class");
  EXPECT_THAT(strip.instants_ns, ElementsAre(kNsPerSecond / 2, 5 * kNsPerSecond, 13 * kNsPerSecond / 2));
  EXPECT_THAT(strip.values[0], ElementsAre(DoubleEq(10), IsNan(), DoubleEq(30)));
}

TEST(Strips, WhatIsNotKnownIsNoNumber) {
  const auto all = strips({block("interrupts", {counter("interrupts.count", {{"class", "vf"}, {"cpu", "0"}})},
                                 {{100, kAbsent, 130, 5, 4'294'967'290}})});
  // Lost on the way, found again, reset (it fell and did not wrap), and a great rise.
  EXPECT_THAT(strip_named(all, "interrupts-by-class").values[0],
              ElementsAre(IsNan(), IsNan(), IsNan(), 4'294'967'285.0));
}

TEST(Strips, BlocksOfOneCollectorGoOnWhereTheOneBeforeEnded) {
  const auto series = counter("interrupts.count", {{"class", "vf"}, {"cpu", "0"}});
  const auto all = strips({block("interrupts", {series}, {{0, 10}}), block("interrupts", {series}, {{25, 27}}, 2)});
  const Strip& strip = strip_named(all, "interrupts-by-class");
  EXPECT_EQ(strip.instants_ns.size(), 3U);
  EXPECT_THAT(strip.values[0], ElementsAre(10, 15, 2));
}

TEST(Strips, ASeriesThatComesLaterIsUnknownBefore) {
  const auto vf = counter("interrupts.count", {{"class", "vf"}, {"cpu", "0"}});
  const auto timer = counter("interrupts.count", {{"class", "timer"}, {"cpu", "0"}});
  const auto all =
      strips({block("interrupts", {vf}, {{0, 10}}), block("interrupts", {vf, timer}, {{20, 30}, {7, 9}}, 2)});
  const Strip& strip = strip_named(all, "interrupts-by-class");
  EXPECT_THAT(strip.names, ElementsAre("vf", "timer"));
  EXPECT_THAT(strip.values[0], ElementsAre(10, 10));
  EXPECT_THAT(strip.values[1], ElementsAre(IsNan(), 2));
}

TEST(Strips, AnEndpointWithoutAClockHasNoPlaceOnTheAxis) {
  SampleBlock lost = block("interrupts", {counter("interrupts.count", {{"class", "vf"}, {"cpu", "0"}})}, {{0, 10}});
  lost.endpoint = "guest1";
  EXPECT_TRUE(strips({lost}).empty());
}

TEST(Strips, BeyondElevenCurvesTheRestIsOther) {
  std::vector<Series> series;
  std::vector<std::vector<std::int64_t>> columns;
  for (int i = 0; i < 20; ++i) {
    series.push_back(counter("vmexit.exits", {{"domain", "guest1"}, {"reason", "R" + std::to_string(i)}}));
    columns.push_back({1000 - i, 1001 - i});
  }
  const auto all = strips({block("vmexit", series, columns)});
  const Strip& exits = strip_named(all, "vm-exits");
  ASSERT_EQ(exits.names.size(), 12U);
  EXPECT_EQ(exits.names.front(), "R0");
  EXPECT_EQ(exits.names.back(), "other");
  EXPECT_THAT(exits.values.back(), ElementsAre(9));
}

TEST(Strips, CpuOfDomainsWithWhatIsIdle) {
  const auto all = strips({block(
      "xen",
      {counter("xen.domain_cpu_time", {{"domain", "dom0"}}), counter("xen.domain_cpu_time", {{"domain", "guest1"}}),
       counter("xen.pcpu_idle_time", {{"pcpu", "0"}}), counter("xen.pcpu_idle_time", {{"pcpu", "1"}})},
      {{0, kNsPerSecond / 2}, {0, kNsPerSecond / 4}, {0, kNsPerSecond}, {0, kNsPerSecond / 4}})});
  const Strip& cpu = strip_named(all, "cpu-by-domain");
  EXPECT_THAT(cpu.names, ElementsAre("dom0", "guest1", "idle"));
  EXPECT_THAT(cpu.values[0], ElementsAre(DoubleEq(50)));
  EXPECT_THAT(cpu.values[2], ElementsAre(DoubleEq(125)));
}

TEST(Strips, MissesAreSetAgainstTheirOwnUnitsLookups) {
  const auto all =
      strips({block("iotlb",
                    {counter("iotlb.lookups", {{"iommu", "dmar0"}}), counter("iotlb.misses", {{"iommu", "dmar0"}}),
                     counter("iotlb.misses", {{"iommu", "dmar0"}, {"requester", "0000:01:10.0"}})},
                    {{0, 200, 200}, {0, 50, 50}, {0, 50, 50}})});
  const Strip& ratio = strip_named(all, "iotlb-miss-ratio");
  EXPECT_THAT(ratio.names, ElementsAre("dmar0 misses"));
  EXPECT_THAT(ratio.values[0], ElementsAre(DoubleEq(25), IsNan())) << "of no lookups there is no share";
}

TEST(StripBuilder, GoesOnAfterItsStripsWereTaken) {
  StripBuilder builder([](const std::string&, std::int64_t ns) { return std::optional(ns); });
  const auto series = counter("netdev.rx_bytes", {{"device", "eth0"}});
  builder.append(block("netdev", {series}, {{0, 125'000}}));
  EXPECT_THAT(strip_named(builder.take(), "throughput-devices").values[0], ElementsAre(DoubleEq(1)));
  builder.append(block("netdev", {series}, {{375'000}}, 2));
  const auto later = builder.take();
  EXPECT_THAT(strip_named(later, "throughput-devices").values[0], ElementsAre(DoubleEq(2)));
  EXPECT_THAT(strip_named(later, "throughput-devices").instants_ns, ElementsAre(3 * kNsPerSecond / 2));
}

TEST(WorkloadStrips, TellGoodputAndLatencyByLane) {
  TrialRecord trial;
  trial.clocks = {{"peer", 0, 10, 0}};
  EndpointReport report;
  report.endpoint = "peer";
  trial.reports.push_back(report);
  WorkloadInterval interval;
  interval.end_ns = kNsPerSecond;
  interval.measures = {{"bytes_received", "bytes", 250'000}};
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(i * 1000);
  interval.latency_ns = PackedHistogram(histogram);
  const auto all = workload_strips(trial, {{interval}});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_THAT(all[0].values[0], ElementsAre(DoubleEq(2)));
  EXPECT_THAT(all[0].values[1], ElementsAre(IsNan()));
  EXPECT_EQ(all[1].title, "Latency of requests, lane 1");
  EXPECT_NEAR(all[1].values[0][0], 50, 0.1);
  EXPECT_NEAR(all[1].values[2][0], 99, 0.2);
}

}  // namespace
}  // namespace sriov
