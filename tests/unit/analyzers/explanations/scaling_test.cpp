#include <cmath>

#include "analyzers/stats/random.h"
#include "tests/unit/support/explained.h"

namespace sriov {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

class ScalingTest : public test::ExplainedRun {
 protected:
  /// `bps(guest, n)` is what each of n guests has; CPU is 20 + slope n.
  template <class Share>
  static std::vector<test::RateTrial> runs(int most, double slope, const Share& bps) {
    stats::Random random(5);
    std::vector<test::RateTrial> out;
    for (int repetition = 0; repetition < 4; ++repetition)
      for (int n = 1; n <= most; ++n) {
        test::RateTrial trial;
        trial.cell = {{"path", "vf"}, {"guests", std::to_string(n)}};
        trial.repetition = repetition;
        trial.guests_bps.clear();
        for (int guest = 1; guest <= n; ++guest)
          trial.guests_bps.push_back(bps(guest, n) * (1 + 0.01 * random.normal()));
        trial.cpu("Domain-0", 5).cpu("guest1", 15 + slope * n + 0.05 * random.normal());
        out.push_back(trial);
      }
    return out;
  }
};

TEST_F(ScalingTest, FindsTheSlopeAndSetsThePublishedOneBeside) {
  const Finding finding = explain("scaling", runs(4, 2.5, [](int, int) { return 1e9; }));
  ASSERT_EQ(finding.absent, "");
  EXPECT_THAT(finding.sentences, Contains(HasSubstr("path=vf: each further guest takes 2.5")));
  EXPECT_THAT(finding.sentences, Contains(AllOf(HasSubstr("1.76 %"), HasSubstr("HPCA 2010"))));
  EXPECT_THAT(finding.sentences, Contains(HasSubstr("throughput grows in proportion")));
  EXPECT_EQ(finding.rows.size(), 4U);
}

TEST_F(ScalingTest, TellsALimitAndInterference) {
  const Finding finding = explain("scaling", runs(4, 0, [](int, int n) { return 8e9 * (1 - std::exp(-n / 1.2)) / n; }));
  EXPECT_THAT(finding.sentences, Contains(AllOf(HasSubstr("grows to a limit of"), HasSubstr("Gbit/s"))));
  EXPECT_THAT(finding.sentences, Contains(HasSubstr("beside 3 others, guest1's throughput is 0.4")));
  EXPECT_THAT(finding.sentences, Contains(HasSubstr("so no growth was shown")));
}

TEST_F(ScalingTest, SharedEvenlyWithoutGrowthIsFlat) {
  const Finding finding = explain("scaling", runs(3, 1, [](int, int n) { return 1e9 / n; }));
  EXPECT_THAT(finding.sentences, Contains(HasSubstr("throughput stays the same within 5 %")));
  for (const FindingCell& jain : column(finding, "Jain's index")) EXPECT_TRUE(!jain.value || *jain.value > 0.99);
}

TEST_F(ScalingTest, AnUnfairShareShows) {
  const Finding finding = explain("scaling", runs(2, 1, [](int guest, int) { return guest == 1 ? 9e8 : 1e8; }));
  const auto jain = column(finding, "Jain's index");
  ASSERT_EQ(jain.size(), 2U);
  EXPECT_FALSE(jain[0].value) << "one guest shares with nobody";
  EXPECT_NEAR(jain[1].value.value_or(0), 0.61, 0.01);  // (9 + 1)^2 / (2 (81 + 1)).
  EXPECT_THAT(finding.sentences, Contains(HasSubstr("two numbers of guests fits any model; needs three")));
  EXPECT_THAT(finding.sentences, Each(Not(HasSubstr("guest1's"))));
}

TEST_F(ScalingTest, NeedsTheFactor) {
  test::RateTrial trial;
  trial.cell = {{"path", "vf"}, {"guests", "2"}};
  trial.guests_bps = {1e9, 1e9};
  EXPECT_THAT(explain("scaling", {trial, trial}).absent, HasSubstr("--set factors.guests=1,2,3"));
}

}  // namespace
}  // namespace sriov
