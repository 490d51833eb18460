// Labels that tell series of a metric apart.
#include "core/metric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov {
namespace {

Metric metric(std::string_view labels) { return {"x.y", "count", MetricKind::counter, labels, "Help.", "a test"}; }

TEST(ApartLabels, AreAllButPartsOfAWholeUnlessTheMetricSays) {
  EXPECT_EQ(apart_labels(metric("")), "");
  EXPECT_EQ(apart_labels(metric("cpu")), "");
  EXPECT_EQ(apart_labels(metric("cpu,mode")), "mode");
  EXPECT_EQ(apart_labels(metric("device,driver,queue")), "device,driver");
  Metric declared = metric("device,driver,queue");
  declared.apart = "device";
  EXPECT_EQ(apart_labels(declared), "device");
  declared.apart = "";
  EXPECT_EQ(apart_labels(declared), "") << "the sum of all was declared to make sense";
}

TEST(ApartLabels, AreDeclaredForAllThatHaveTheLabel) {
  constexpr auto kMetrics = told_apart_by(
      "device", std::array<Metric, 2>{{{"x.a", "count", MetricKind::counter, "driver,device", "Help.", "a test"},
                                       {"x.b", "count", MetricKind::counter, "devices,cpu", "Help.", "a test"}}});
  EXPECT_EQ(apart_labels(kMetrics[0]), "device");
  EXPECT_EQ(apart_labels(kMetrics[1]), "devices");
}

TEST(SumGroup, HasTheLabelsThatTellApart) {
  Series series{"x.y", "count", MetricKind::counter, {{"cpu", "0"}, {"device", "eth0"}, {"mode", "user"}}};
  series.apart = "mode,device,absent";
  EXPECT_EQ(sum_group(series), (Labels{{"device", "eth0"}, {"mode", "user"}}));
  series.apart = "";
  EXPECT_TRUE(sum_group(series).empty());
  series.apart = std::nullopt;
  EXPECT_EQ(sum_group(series), (Labels{{"mode", "user"}})) << "as builds did that kept no declaration";
}

}  // namespace
}  // namespace sriov
