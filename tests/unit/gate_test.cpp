#include "analyzers/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov {
namespace {

using ::testing::HasSubstr;

/// A comparison of one table with one row, whose change lies in an interval of ratios.
Comparison with_change(const std::string& metric, double low, double value, double high) {
  ComparisonRow row;
  row.metric = metric;
  row.cells.resize(2);
  row.contrast.emplace();
  row.contrast->ratio = stats::Contrast{value, Interval{low, high}, 0.01};
  ComparisonTable table;
  table.condition = "path=vf";
  table.factor = "run";
  table.levels = {"old", "new"};
  table.baseline = "old";
  table.compared = "new";
  table.rows.push_back(row);
  Comparison comparison;
  comparison.tables.push_back(table);
  return comparison;
}

GateOutcome judged(const std::string& gate, const Comparison& comparison) {
  const auto parsed = parse_gate(gate);
  EXPECT_TRUE(parsed);
  const auto outcomes = judge({*parsed}, comparison);
  EXPECT_TRUE(outcomes) << (outcomes ? "" : outcomes.error().text());
  EXPECT_EQ(outcomes->size(), 1U);
  return outcomes->front();
}

TEST(Gate, IsReadWithItsBound) {
  const auto gate = parse_gate("throughput_gbps >= -3%");
  ASSERT_TRUE(gate);
  EXPECT_EQ(gate->metric, "throughput_gbps");
  EXPECT_EQ(gate->bound, Gate::Bound::at_least);
  EXPECT_EQ(gate->percent, -3);
  EXPECT_EQ(parse_gate("cpu_percent.dom0<=+5.5%")->percent, 5.5);
  for (const char* wrong :
       {"", "x", "x>-3%", "x>=3", "x>=%", ">=3%", "x<=five%", "x>=nan%", "x>=inf%", "x=3%", "x>=+-3 %%"})
    EXPECT_FALSE(parse_gate(wrong)) << wrong;
}

TEST(Gate, BreachesOnlyWhenTheWholeIntervalDoes) {
  EXPECT_EQ(judged("throughput_gbps>=-3%", with_change("throughput_bps", 0.98, 0.99, 1.01)).verdict, GateVerdict::pass);
  EXPECT_EQ(judged("throughput_bps>=-3%", with_change("throughput_bps", 0.90, 0.93, 0.96)).verdict,
            GateVerdict::breach);
  const auto unclear = judged("throughput_bps>=-3%", with_change("throughput_bps", 0.90, 0.96, 1.02));
  EXPECT_EQ(unclear.verdict, GateVerdict::not_enough_data);
  EXPECT_THAT(unclear.words, HasSubstr("may or may not be at least -3 %"));
  EXPECT_EQ(judged("latency_p99_us<=5%", with_change("latency_p99_us", 1.06, 1.1, 1.2)).verdict, GateVerdict::breach);
  EXPECT_EQ(judged("latency_p99_us<=5%", with_change("latency_p99_us", 0.5, 0.6, 1.04)).verdict, GateVerdict::pass);
}

TEST(Gate, AFamilyMeansAllDomainsWhereThatIsKnown) {
  const Comparison xen = with_change("cpu_percent_per_gbps.xen_all", 1, 1.01, 1.02);
  EXPECT_EQ(judged("cpu_percent_per_gbps<=+5%", xen).metric, "cpu_percent_per_gbps.xen_all");
  const auto unknown = judge({*parse_gate("thruput_bps>=0%")}, with_change("throughput_bps", 1, 1, 1));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().text(), HasSubstr("did you mean 'throughput_bps'?"));
}

TEST(Gate, WhatWasZeroHasNoChangeInPercent) {
  Comparison comparison = with_change("datagrams_lost_percent", 1, 1, 1);
  ComparisonRow& row = comparison.tables[0].rows[0];
  row.contrast->ratio.reset();
  row.contrast->difference = {0, Interval{0, 0}, 1};
  row.cells[0].summary.emplace();
  row.cells[1].summary.emplace();
  EXPECT_EQ(judged("datagrams_lost_percent<=1%", comparison).verdict, GateVerdict::pass) << "nothing before and now";
  row.contrast->difference = {0.5, Interval{0.4, 0.6}, 0.01};
  const auto from_nothing = judged("datagrams_lost_percent<=1%", comparison);
  EXPECT_EQ(from_nothing.verdict, GateVerdict::not_enough_data);
  EXPECT_THAT(from_nothing.words, HasSubstr("has none of it"));
  row.cells[0].summary->mean = 2;
  EXPECT_EQ(judged("datagrams_lost_percent<=1%", comparison).verdict, GateVerdict::breach) << "25 % more";
}

TEST(Gate, OneRepetitionIsNotEnough) {
  Comparison comparison = with_change("throughput_bps", 1, 1, 1);
  comparison.tables[0].rows[0].contrast->ratio->interval_95.reset();
  EXPECT_EQ(judged("throughput_bps>=-3%", comparison).verdict, GateVerdict::not_enough_data);
  comparison.tables[0].rows[0].contrast.reset();
  EXPECT_THAT(judged("throughput_bps>=-3%", comparison).words, HasSubstr("do not both have it"));
}

TEST(Gate, TheWorstStandsFirst) {
  const Comparison comparison = with_change("throughput_bps", 0.98, 0.99, 1.0);
  const auto outcomes = judge({*parse_gate("throughput_bps>=-3%"), *parse_gate("throughput_bps>=2%")}, comparison);
  ASSERT_TRUE(outcomes);
  const std::string text = render_gates(*outcomes);
  EXPECT_LT(text.find("gate throughput_bps>=2%: breach for path=vf"), text.find("gate throughput_bps>=-3%: pass"));
}

}  // namespace
}  // namespace sriov
