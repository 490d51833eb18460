#include "core/histogram.h"

#include <gtest/gtest.h>

namespace sriov {
namespace {

TEST(Histogram, KeepsQuantilesWithinOneInAThousand) {
  Histogram histogram;
  for (std::int64_t i = 1; i <= 1'000'000; ++i) histogram.record(i);
  for (const double q : {0.5, 0.9, 0.99, 0.999}) {
    const double exact = q * 1e6;
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q)), exact, exact / 1000) << q;
  }
  EXPECT_EQ(histogram.max(), 1'000'000);
  EXPECT_EQ(histogram.min(), 1);
  EXPECT_NEAR(histogram.mean(), 500'000.5, 1e-6);
}

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (std::int64_t i = 0; i < 2048; ++i) histogram.record(i);
  EXPECT_EQ(histogram.quantile(0.5), 1023);
  EXPECT_EQ(histogram.quantile(1.0), 2047);
}

TEST(Histogram, MergesLikeOneHistogram) {
  Histogram all;
  Histogram odd;
  Histogram even;
  for (std::int64_t i = 0; i < 100'000; ++i) {
    all.record(i * 37);
    (i % 2 == 0 ? even : odd).record(i * 37);
  }
  odd.merge(even);
  EXPECT_EQ(odd.encode(), all.encode());
}

TEST(Histogram, SurvivesTheWire) {
  Histogram histogram;
  histogram.record(5, 3);
  histogram.record(123'456'789);
  histogram.record(std::int64_t{1} << 50);
  Histogram read;
  ASSERT_TRUE(read.decode(histogram.encode()));
  EXPECT_EQ(read.encode(), histogram.encode());
  EXPECT_EQ(read.count(), 5U);
  EXPECT_EQ(read.saturated(), 1U);
}

TEST(Histogram, RefusesDamagedEncodings) {
  Histogram histogram;
  EXPECT_FALSE(histogram.decode(std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_FALSE(histogram.decode(std::vector<std::int64_t>{0, 0, 0, 0, 1LL << 40, 1}));
  EXPECT_FALSE(histogram.decode(std::vector<std::int64_t>{0, 0, 0, 0, 1, -1}));
  EXPECT_EQ(histogram.count(), 0U);
}

TEST(Histogram, ClearedIsAsNew) {
  Histogram histogram;
  for (const std::int64_t value : {3, 5'000, 7'000'000}) histogram.record(value, 2);
  histogram.record(std::int64_t{1} << 50U);
  histogram.clear();
  EXPECT_EQ(histogram.encode(), Histogram().encode());
  histogram.record(9);
  EXPECT_EQ(histogram.min(), 9);
  EXPECT_EQ(histogram.quantile(1), 9);
}

TEST(Histogram, ExtremesThatAreNotItsBucketsAreDamage) {
  Histogram histogram;
  histogram.record(100);
  histogram.record(200);
  auto words = histogram.encode();
  EXPECT_TRUE(Histogram().decode(words));
  words[1] = 300;
  EXPECT_FALSE(Histogram().decode(words));
  words[1] = 200;
  words[0] = 1;
  EXPECT_FALSE(Histogram().decode(words));
}

TEST(PackedHistogram, UnpacksToTheSame) {
  Histogram histogram;
  histogram.record(1234, 5);
  const PackedHistogram packed(histogram);
  EXPECT_EQ(packed.unpack().encode(), histogram.encode());
  EXPECT_LT(packed.bytes(), 100U);
  EXPECT_EQ(PackedHistogram().unpack().count(), 0U);
  EXPECT_FALSE(PackedHistogram::from_words({1, 2, 3}).has_value());
  EXPECT_EQ(PackedHistogram::from_words(packed.words())->words(), packed.words());
}

}  // namespace
}  // namespace sriov
