#include <algorithm>
#include <cmath>

#include "analyzers/stats/random.h"
#include "tests/unit/support/explained.h"

namespace sriov {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class IotlbReachTest : public test::ExplainedRun {
 protected:
  template <class Misses>
  static std::vector<test::RateTrial> sweep(const Misses& misses_per_mib) {
    stats::Random random(11);
    std::vector<test::RateTrial> out;
    for (int repetition = 0; repetition < 3; ++repetition)
      for (const char* footprint : {"64k", "128k", "256k", "512k", "1M", "2M", "4M", "8M"}) {
        test::RateTrial trial;
        trial.cell = {{"path", "vf"}, {"footprint_bytes", footprint}};
        trial.repetition = repetition;
        trial.guests_bps = {8.0 * 1024 * 1024 * 100};  // 100 MiB/s.
        const double kib = std::string(footprint).ends_with('k') ? std::stod(footprint) : std::stod(footprint) * 1024;
        const double per_s = 100 * std::max(0.0, misses_per_mib(std::log2(kib)) + random.normal());
        trial.counters.push_back({"host", "iotlb", "iotlb.lookups", {{"backend", "dmar"}}, 100'000});
        trial.counters.push_back({"host", "iotlb", "iotlb.misses", {{"backend", "dmar"}}, per_s});
        out.push_back(trial);
      }
    return out;
  }
};

TEST_F(IotlbReachTest, FindsTheKnee) {
  // Few misses up to 512 KiB (2^9), then 60 more with every doubling: 128 entries of 4 KiB.
  const Finding finding = explain("iotlb_reach", sweep([](double x) { return 20 + std::max(0.0, x - 9) * 60; }));
  ASSERT_EQ(finding.absent, "");
  ASSERT_EQ(finding.sentences.size(), 1U);
  EXPECT_THAT(finding.sentences[0], AllOf(HasSubstr("misses set in at 5"), HasSubstr("KiB ["), HasSubstr("about 12")));
}

TEST_F(IotlbReachTest, AStepIsBracketed) {
  const Finding finding = explain("iotlb_reach", sweep([](double x) { return x > 10.5 ? 150.0 : 0.0; }));
  EXPECT_THAT(finding.sentences, ElementsAre(AllOf(HasSubstr("misses set in between 1.00 MiB and 2.00 MiB"),
                                                   HasSubstr("256 to 512 entries"))));
}

TEST_F(IotlbReachTest, NoKneeIsSaidPlainly) {
  for (const double level : {0.0, 100.0}) {
    const Finding finding = explain("iotlb_reach", sweep([level](double) { return level; }));
    EXPECT_THAT(finding.sentences, ElementsAre(HasSubstr("the reach was not crossed"))) << level;
  }
}

TEST_F(IotlbReachTest, SaysWhatItNeeds) {
  test::RateTrial trial;
  trial.cell = {{"path", "vf"}};
  EXPECT_THAT(explain("iotlb_reach", {trial}).absent, HasSubstr("footprint"));
  std::vector<test::RateTrial> uncounted = sweep([](double) { return 1.0; });
  for (test::RateTrial& one : uncounted) one.counters.clear();
  EXPECT_THAT(explain("iotlb_reach", uncounted).absent, HasSubstr("no trial counted IOTLB misses"));
}

class DmaModelTest : public test::ExplainedRun {
 protected:
  /// Throughput that follows 65 + 197 M ns a page of 4 KiB, M reads of page walks.
  static std::vector<test::RateTrial> runs(double ns_per_read, double most_reads) {
    stats::Random random(13);
    std::vector<test::RateTrial> out;
    for (int i = 0; i < 12; ++i) {
      const double reads = 1 + (most_reads - 1) * i / 11;
      const double bps = 4096 * 8 / (65 + ns_per_read * reads) * 1e9 * (1 + 0.01 * random.normal());
      test::RateTrial trial;
      trial.cell = {{"path", "native"}, {"footprint_bytes", std::to_string(i + 1) + "M"}};
      trial.guests_bps = {bps};
      const double pages_per_s = bps / 8 / 4096;
      trial.counters.push_back({"host", "iotlb", "iotlb.misses", {{"backend", "dmar"}}, pages_per_s * reads / 2});
      trial.counters.push_back({"host", "iotlb", "iotlb.page_walk_reads", {{"backend", "dmar"}}, pages_per_s * reads});
      out.push_back(trial);
    }
    return out;
  }
};

TEST_F(DmaModelTest, FindsWhatTheModelWasMadeOf) {
  const Finding finding = explain("dma_model", runs(197, 4.4));
  ASSERT_EQ(finding.absent, "");
  const auto free = column(finding, "without a miss");
  const auto read = column(finding, "each read");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_TRUE(free[0].interval_95->contains(65)) << *free[0].value;
  EXPECT_TRUE(read[0].interval_95->contains(197)) << *read[0].value;
  EXPECT_NEAR(*read[0].value, 197, 10);
}

TEST_F(DmaModelTest, IsAbsentWhereMissesDoNotLimit) {
  EXPECT_THAT(explain("dma_model", runs(0, 4.4)).absent, HasSubstr("something else than DMA limits"));
  EXPECT_THAT(explain("dma_model", runs(197, 1.05)).absent, HasSubstr("hardly varied"));
  EXPECT_THAT(explain("dma_model", {test::RateTrial{}}).absent, HasSubstr("collector iotlb"));
}

}  // namespace
}  // namespace sriov
