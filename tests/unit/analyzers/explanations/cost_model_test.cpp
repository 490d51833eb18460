#include <algorithm>
#include <cmath>

#include "analyzers/stats/random.h"
#include "tests/unit/support/explained.h"

namespace sriov {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr double kNsPerByte = 2;
constexpr double kNsPerPacket = 400;
constexpr double kNsPerInterrupt = 6000;
constexpr double kBasePercent = 3;

class CostModelTest : public test::ExplainedRun {
 protected:
  static test::RateTrial trial(double bytes, double packets, double interrupts, double noise, stats::Random& random) {
    test::RateTrial out;
    out.cell = {{"path", "vf"}, {"rx_usecs", "20"}};
    out.guests_bps = {bytes * 8};
    const double percent =
        kBasePercent + (bytes * kNsPerByte + packets * kNsPerPacket + interrupts * kNsPerInterrupt) / 1e7;
    out.cpu("guest1", percent * (1 + noise * random.normal())).packets(packets, 1400).interrupts("guest1", interrupts);
    out.cpu("Domain-0", 5 + 0.1 * random.normal());
    return out;
  }

  /// Loads in which bytes, packets and interrupts vary apart from each other.
  static std::vector<test::RateTrial> varied(double noise) {
    stats::Random random(7);
    std::vector<test::RateTrial> out;
    for (const double bytes : {10e6, 20e6, 40e6})
      for (const double packets : {10e3, 40e3})
        for (const double interrupts : {2e3, 8e3, 20e3})
          out.push_back(trial(bytes, packets, interrupts, noise, random));
    return out;
  }

  /// The row of a term in the model of the guests' CPU.
  static const std::vector<FindingCell>* term(const Finding& finding, const std::string& name) {
    for (const auto& row : finding.rows)
      if (row[1].text == "guests" && row[2].text == name) return &row;
    return nullptr;
  }
};

TEST_F(CostModelTest, FindsTheCostsThatWereThere) {
  const Finding finding = explain("cost_model", varied(0.01));
  ASSERT_EQ(finding.absent, "");
  const auto* byte = term(finding, "ns per byte");
  const auto* packet = term(finding, "ns per packet");
  const auto* interrupt = term(finding, "ns per interrupt");
  ASSERT_NE(byte, nullptr);
  ASSERT_NE(packet, nullptr);
  ASSERT_NE(interrupt, nullptr);
  for (const auto& [row, truth] :
       {std::pair(byte, kNsPerByte), std::pair(packet, kNsPerPacket), std::pair(interrupt, kNsPerInterrupt)}) {
    ASSERT_TRUE((*row)[3].value && (*row)[3].interval_95);
    EXPECT_NEAR(*(*row)[3].value, truth, 0.1 * truth);
    EXPECT_TRUE((*row)[3].interval_95->contains(truth)) << truth;
  }
  EXPECT_THAT(finding.sentences, Contains(HasSubstr("vf, guests: the rates varied apart enough")));
  EXPECT_THAT(finding.sentences, Contains(AllOf(HasSubstr("vf, guests: doubling"), HasSubstr("This extrapolates"))));
  // rx_usecs was a factor: nobody need be told to vary it.
  EXPECT_THAT(finding.caveats, Each(Not(HasSubstr("constant load: factor rx_usecs"))));
}

TEST_F(CostModelTest, ForetellsTwiceTheLoad) {
  const Finding finding = explain("cost_model", varied(0));
  // The fastest trial that comes first: 40e6 bytes, 10e3 packets, 2e3 interrupts.
  const double at_once = kBasePercent + (40e6 * kNsPerByte + 10e3 * kNsPerPacket + 2e3 * kNsPerInterrupt) / 1e7;
  ASSERT_NEAR(at_once, 12.6, 0.01);
  EXPECT_THAT(finding.sentences,
              Contains(HasSubstr("would take 22.2 [22.2, 22.2] % of a CPU instead of 12.6 [12.6, 12.6] %")));
}

TEST_F(CostModelTest, WhatItForetellsHasAnIntervalThatHoldsTheTruth) {
  const Finding finding = explain("cost_model", varied(0.03));
  const std::string opening = "vf, guests: doubling the load of the fastest trial";
  const auto sentence = std::find_if(finding.sentences.begin(), finding.sentences.end(),
                                     [&](const std::string& text) { return text.starts_with(opening); });
  ASSERT_NE(sentence, finding.sentences.end());
  const std::size_t at = sentence->find('[');
  ASSERT_NE(at, std::string::npos);
  const double low = std::stod(sentence->substr(at + 1));
  const double high = std::stod(sentence->substr(sentence->find(", ", at) + 2));
  EXPECT_LT(low, 22.2);
  EXPECT_GT(high, 22.2);
  EXPECT_LT(high - low, 3) << *sentence;
}

TEST_F(CostModelTest, SaysWhatCannotBeToldApart) {
  stats::Random random(3);
  std::vector<test::RateTrial> trials;
  for (int i = 1; i <= 12; ++i) {  // Packets of one size, one interrupt in ten: nothing varies by itself.
    trials.push_back(trial(1400e3 * i, 1000.0 * i, 100.0 * i, 0.02, random));
    trials.back().cell.erase("rx_usecs");
  }
  const Finding finding = explain("cost_model", trials);
  ASSERT_EQ(finding.absent, "");
  EXPECT_THAT(finding.sentences, Contains(AllOf(HasSubstr("vf, guests"), HasSubstr("cannot be told apart"))));
  EXPECT_THAT(finding.caveats, Contains(HasSubstr("configs/experiments/interrupt-rate.toml")));
}

TEST_F(CostModelTest, ModelsThatForetellNothingShowNoCosts) {
  const Finding finding = explain("cost_model", varied(0.01));
  EXPECT_THAT(finding.sentences, Contains(AllOf(HasSubstr("vf, dom0"), HasSubstr("its costs are not shown"))));
  for (const auto& row : finding.rows) EXPECT_NE(row[1].text, "dom0");
}

TEST_F(CostModelTest, TooLittleDataIsSaid) {
  stats::Random random(1);
  EXPECT_THAT(explain("cost_model", {trial(1e6, 1e3, 100, 0, random)}).absent,
              HasSubstr("1 trial on a path are too few"));
  std::vector<test::RateTrial> same(8, trial(1e6, 1e3, 100, 0, random));
  EXPECT_THAT(explain("cost_model", same).absent, Not(IsEmpty()));
  test::RateTrial bare;
  bare.cell = {{"path", "vf"}};
  EXPECT_THAT(explain("cost_model", {bare, bare, bare}).absent, HasSubstr("needs the collector xen"));
}

TEST_F(CostModelTest, NotANumberIsLeftOut) {
  std::vector<test::RateTrial> trials = varied(0.01);
  trials.front().guests_bps = {std::nan("")};
  const Finding finding = explain("cost_model", trials);
  EXPECT_EQ(finding.absent, "");
  for (const auto& row : finding.rows) EXPECT_TRUE(!row[3].value || std::isfinite(*row[3].value));
}

}  // namespace
}  // namespace sriov
