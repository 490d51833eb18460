#include "analyzers/comparison/gate.h"

#include <cmath>
#include <functional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzers/stats/random.h"

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
  row.contrast->mean_ratio = stats::RatioOfMeans{1.25, std::nullopt};
  EXPECT_THAT(judged("datagrams_lost_percent<=1%", comparison).words, HasSubstr("may have none of it"));
  row.contrast->mean_ratio = stats::RatioOfMeans{1.25, Interval{1.2, 1.3}};
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

/// What a repetition measures, as a multiple of the truth.
struct World {
  const char* name;
  std::function<double(stats::Random&, double truth)> draw;
  double most_breaches;   ///< docs/method.md.
  double change_percent;  ///< Of the truth, and the gate's bound.
};

double poisson(stats::Random& random, double mean) {
  int count = -1;
  for (double product = 1; product > std::exp(-mean); ++count) product *= random.uniform();
  return count;
}

/// The share of breaches of a gate whose bound is `bound_percent` where the truth changes by `truth_percent`. In pairs
/// both sides have a drift from block to block in common.
double breaches(const World& world, int n, bool in_pairs, double bound_percent, double truth_percent, int draws) {
  stats::Random random(static_cast<std::uint64_t>(n) * 7 + (in_pairs ? 1 : 0));
  Gate gate;
  gate.metric = "m";
  gate.bound = bound_percent < 0 ? Gate::Bound::at_least : Gate::Bound::at_most;
  gate.percent = bound_percent;
  Comparison comparison = with_change("m", 1, 1, 1);
  ComparisonRow& row = comparison.tables[0].rows[0];
  int count = 0;
  for (int i = 0; i < draws; ++i) {
    std::vector<double> a;
    std::vector<double> b;
    for (int k = 0; k < n; ++k) {
      const double block = in_pairs ? 1 + 0.3 * k / n : 1;
      b.push_back(world.draw(random, block));
      a.push_back(world.draw(random, block * (1 + truth_percent / 100)));
    }
    row.cells[0].summary = summarize(b);
    row.cells[1].summary = summarize(a);
    if (in_pairs)
      row.contrast = *stats::compare_pairs(a, b);
    else
      row.contrast = *stats::compare_independent(a, b);
    count += judge({gate}, comparison)->front().verdict == GateVerdict::breach ? 1 : 0;
  }
  return count / static_cast<double>(draws);
}

TEST(Gate, RaisesAsManyFalseAlarmsAsTheMethodSays) {
  constexpr int kDraws = 2'000;
  const std::vector<World> worlds{
      {"normal", [](stats::Random& random, double truth) { return truth * (1 + 0.05 * random.normal()); }, 0.025, -3},
      {"log-normal", [](stats::Random& random, double truth) { return truth * std::exp(0.3 * random.normal()); }, 0.025,
       3},
      {"counts with zeros", [](stats::Random& random, double truth) { return poisson(random, 2 * truth); }, 0.037, 50}};
  for (const World& world : worlds)
    for (const int n : {5, 10, 30})
      for (const bool in_pairs : {true, false}) {
        // Three and a half binomial standard errors above what is stated.
        const double most =
            world.most_breaches + 3.5 * std::sqrt(world.most_breaches * (1 - world.most_breaches) / kDraws);
        EXPECT_LE(breaches(world, n, in_pairs, world.change_percent, world.change_percent, kDraws), most)
            << world.name << ' ' << n << ' ' << in_pairs;
        if (std::string_view(world.name) == "normal") {
          EXPECT_LE(breaches(world, n, in_pairs, -3, 0, kDraws), most) << "inside its bound";
        }
      }
}

TEST(Gate, FindsWhatIsFarBeyondItsBound) {
  const World world{"normal", [](stats::Random& random, double truth) { return truth * (1 + 0.05 * random.normal()); },
                    0, 0};
  EXPECT_GT(breaches(world, 10, true, -3, -15, 500), 0.95);
  EXPECT_GT(breaches(world, 10, false, 3, 15, 500), 0.95);
}

}  // namespace
}  // namespace sriov
