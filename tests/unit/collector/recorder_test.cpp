#include <array>

#include <gtest/gtest.h>

#include "collector/collector.h"

namespace sriov {
namespace {

constexpr Metric kBytes{"test.bytes", "bytes", MetricKind::counter, "device", "Bytes.", "a test"};

TEST(Recorder, KeepsRawValuesInTheirColumns) {
  Recorder recorder(2);
  const std::size_t a = recorder.column(kBytes, {{"device", "eth0"}});
  const std::size_t b = recorder.column(kBytes, {{"device", "eth1"}});
  recorder.begin_row(10);
  recorder.set(a, 1);
  recorder.set(b, 2);
  recorder.end_row(11);
  recorder.begin_row(20);
  recorder.set(b, 4);
  recorder.end_row(22);
  EXPECT_EQ(recorder.rows(), 2U);
  const SampleBlock block = recorder.take("guest1", "test");
  EXPECT_EQ(block.endpoint, "guest1");
  EXPECT_EQ(block.collector, "test");
  ASSERT_EQ(block.series.size(), 2U);
  EXPECT_EQ(block.series[0].unit, "bytes");
  EXPECT_EQ(label(block.series[1].labels, "device"), "eth1");
  EXPECT_EQ(block.begin_ns, (std::vector<std::int64_t>{10, 20}));
  EXPECT_EQ(block.end_ns, (std::vector<std::int64_t>{11, 22}));
  EXPECT_EQ(block.columns[0], (std::vector<std::int64_t>{1, kAbsent}));
  EXPECT_EQ(block.columns[1], (std::vector<std::int64_t>{2, 4}));
}

TEST(Recorder, ColumnsAddedInsideALaterRowAreAbsentBefore) {
  Recorder recorder(1);
  const std::size_t first = recorder.column(kBytes, {{"device", "eth0"}});
  for (std::int64_t row = 0; row < 100; ++row) {  // More rows than were reserved.
    recorder.begin_row(row);
    recorder.set(first, row);
    if (row >= 50) recorder.set(recorder.column(kBytes, {{"device", "eth" + std::to_string(row)}}), 7);
    recorder.end_row(row);
  }
  const SampleBlock block = recorder.take("", "");
  ASSERT_EQ(block.series.size(), 51U);
  EXPECT_EQ(block.columns[0][99], 99);
  for (std::size_t column = 1; column < 51; ++column)
    for (std::size_t row = 0; row < 100; ++row)
      EXPECT_EQ(block.columns[column][row], row == column + 49 ? 7 : kAbsent) << column << ' ' << row;
}

TEST(Recorder, FindsTheSameColumnWhateverTheOrderOfLabels) {
  Recorder recorder(1);
  const std::size_t column = recorder.column(kBytes, {{"device", "eth0"}, {"pci", "0000:01:00.0"}});
  EXPECT_EQ(recorder.column(kBytes, {{"pci", "0000:01:00.0"}, {"device", "eth0"}}), column);
  EXPECT_NE(recorder.column(kBytes, {{"device", "eth0"}}), column);
}

TEST(Recorder, IgnoresValuesOutsideARowAndIsEmptyAfterTake) {
  Recorder recorder(1);
  const std::size_t column = recorder.column(kBytes, {});
  recorder.set(column, 1);
  recorder.begin_row(1);
  recorder.end_row(2);
  recorder.set(column, 2);
  EXPECT_EQ(recorder.take("", "").columns[0], std::vector<std::int64_t>{kAbsent});
  EXPECT_EQ(recorder.rows(), 0U);
  EXPECT_EQ(recorder.columns(), 0U);
}

TEST(Collectors, UnknownNamesSuggestTheNearest) {
  EXPECT_EQ(make_collector("netdv").error().text(), "there is no collector 'netdv' (did you mean 'netdev'?)");
  const std::string empty = make_collector("").error().text();
  EXPECT_NE(empty.find("the name of a collector is empty (collectors: "), std::string::npos) << empty;
}

TEST(CollectorOptions, UnknownNamesSuggestTheNearest) {
  const auto interrupts = make_collector("interrupts").value();
  EXPECT_TRUE(check_option(*interrupts, "irqs"));
  const auto wrong = check_option(*interrupts, "irq");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::usage);
  EXPECT_NE(wrong.error().text().find("'irqs'"), std::string::npos);
  EXPECT_NE(check_option(*make_collector("cpu").value(), "irqs").error().text().find("it has none"), std::string::npos);
}

TEST(CollectorOptions, WhatIsNotGivenIsAsDeclared) {
  const std::array<CollectorOption, 1> declared{{{"irqs", "all", ""}}};
  EXPECT_EQ(option_value(declared, {}, "irqs"), "all");
  EXPECT_EQ(option_value(declared, {{"irqs", "vf"}}, "irqs"), "vf");
}

}  // namespace
}  // namespace sriov
