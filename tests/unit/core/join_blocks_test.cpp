// Samples that came in parts are what they would be had they come at once: the block, and all that is made of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "analyzers/strips/strip_builder.h"
#include "collector/collector.h"
#include "core/join_blocks.h"
#include "report/csv/export_csv.h"
#include "tests/unit/support/same_blocks.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

constexpr Metric kBytes{"test.bytes", "bytes", MetricKind::counter, "device", "Bytes.", "a test"};

SampleBlock rows_of(const SampleBlock& block, std::size_t from, std::size_t to) {
  const auto cut = [&](const std::vector<std::int64_t>& all) {
    return std::vector<std::int64_t>(all.begin() + static_cast<std::ptrdiff_t>(from),
                                     all.begin() + static_cast<std::ptrdiff_t>(to));
  };
  SampleBlock out{block.endpoint, block.collector, block.series, cut(block.begin_ns), cut(block.end_ns), {}};
  for (const auto& column : block.columns) out.columns.push_back(cut(column));
  return out;
}

/// As an agent hands them out that is asked twice before the end.
std::vector<std::vector<SampleBlock>> in_three_parts(const std::vector<SampleBlock>& blocks) {
  std::vector<std::vector<SampleBlock>> parts(3);
  for (const SampleBlock& block : blocks) {
    const std::size_t cuts[] = {0, 2, 3, block.rows()};
    for (std::size_t i = 0; i < 3; ++i) parts[i].push_back(rows_of(block, cuts[i], cuts[i + 1]));
  }
  return parts;
}

/// Devices come as time goes on; rows are handed out after every `each` of them.
std::vector<SampleBlock> recorded(std::int64_t each) {
  Recorder recorder(4);
  std::vector<SampleBlock> all;
  for (std::int64_t row = 0; row < 20; ++row) {
    recorder.begin_row(row);
    for (std::int64_t device = 0; device <= row / 6; ++device)
      recorder.set(recorder.column(kBytes, {{"device", "eth" + std::to_string(device)}}), 100 * device + row);
    recorder.end_row(row);
    if ((row + 1) % each == 0) join_blocks(all, {recorder.split_rows().take("dom0", "netdev")});
  }
  join_blocks(all, {recorder.take("dom0", "netdev")});
  return all;
}

TEST(JoinBlocks, PartsAreTheBlockThatWasNeverDivided) {
  const auto whole = recorded(100);
  ASSERT_EQ(whole.size(), 1U);
  ASSERT_EQ(whole[0].series.size(), 4U);
  for (const std::int64_t each : {1, 3, 7, 20}) test::expect_same_blocks(recorded(each), whole);
}

TEST(JoinBlocks, WhatDoesNotFitStaysABlockOfItsOwn) {
  const SampleBlock one = recorded(100)[0];
  SampleBlock other_endpoint = one;
  other_endpoint.endpoint = "guest1";
  SampleBlock other_series = one;
  std::swap(other_series.series[0], other_series.series[1]);
  SampleBlock fewer = one;
  fewer.series.pop_back();
  fewer.columns.pop_back();
  std::vector<SampleBlock> all{one};
  for (const SampleBlock& block : {other_endpoint, other_series, fewer}) {
    SampleBlock whole = one;
    EXPECT_FALSE(append_rows(whole, block));
    test::expect_same_blocks({whole}, {one});
  }
  join_blocks(all, {other_endpoint, other_series});
  EXPECT_EQ(all.size(), 3U);
}

TEST(JoinBlocks, ATrialInPartsIsTheSameTrial) {
  const TrialRecord record = test::make_record({});
  std::vector<SampleBlock> joined;
  for (auto& part : in_three_parts(record.blocks)) join_blocks(joined, std::move(part));
  test::expect_same_blocks(joined, record.blocks);
}

std::string samples_csv(const TrialRecord& record) {
  const test::TemporaryDirectory directory;
  auto store = Store::create(directory.path() + "/run", test::synthetic_info(false));
  EXPECT_TRUE(store && store->put_trial(record));
  std::string csv;
  EXPECT_TRUE(export_samples_csv(*store, [&](std::string_view text) -> Result<void> {
    csv += text;
    return {};
  }));
  return csv;
}

/// The lines in the order of their words: parts have the rows of a series apart.
std::vector<std::string> lines_of(const std::string& csv) {
  std::vector<std::string> lines;
  for (std::size_t at = 0, end = 0; (end = csv.find('\n', at)) != std::string::npos; at = end + 1)
    lines.push_back(csv.substr(at, end - at));
  std::ranges::sort(lines);
  return lines;
}

/// Curves stand in the order of their first block's counters; NaN equals nothing, so words are compared.
std::map<std::string, std::string> by_name(const Strip& strip) {
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < strip.names.size(); ++i)
    for (const double value : strip.values[i]) out[strip.names[i]] += std::to_string(value) + ' ';
  return out;
}

/// A recording keeps its parts as blocks: what reads those sees no difference either. (Paths are verified and metrics
/// counted over one block, which a trial has.)
TEST(JoinBlocks, PartsThatAreNotJoinedAreTheSameOverTimeAndInTheCsv) {
  const TrialRecord whole = test::make_record({});
  TrialRecord parts = whole;
  parts.blocks.clear();
  for (const auto& part : in_three_parts(whole.blocks))
    parts.blocks.insert(parts.blocks.end(), part.begin(), part.end());
  EXPECT_EQ(lines_of(samples_csv(parts)), lines_of(samples_csv(whole)));
  const ClockAlignment clocks(whole.clocks);
  const auto strips = strips_of(parts.blocks, clocks);
  const auto expected = strips_of(whole.blocks, clocks);
  ASSERT_EQ(strips.size(), expected.size());
  ASSERT_FALSE(strips.empty());
  for (std::size_t i = 0; i < strips.size(); ++i) {
    SCOPED_TRACE(strips[i].title);
    EXPECT_EQ(strips[i].instants_ns, expected[i].instants_ns);
    EXPECT_EQ(by_name(strips[i]), by_name(expected[i]));
  }
}

}  // namespace
}  // namespace sriov
