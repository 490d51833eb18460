// A test that asks explanations of a run that it made.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzers/explanations/explanation.h"
#include "tests/unit/support/rate_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::test {

class ExplainedRun : public ::testing::Test {
 protected:
  /// The finding of one explanation; fails the test and yields an empty one when there is none.
  Finding explain(const std::string& name, const std::vector<RateTrial>& trials, bool emulated = false) {
    const auto store = make_rate_run(directory_.path() + "/run" + std::to_string(++runs_), trials, emulated);
    EXPECT_TRUE(store) << store.error().text();
    if (!store) return {};
    const auto run = RunData::load(*store);
    EXPECT_TRUE(run) << run.error().text();
    if (!run) return {};
    auto findings = sriov::explain(*run, {name});
    EXPECT_TRUE(findings) << findings.error().text();
    return findings ? findings->front().finding : Finding{};
  }

  /// Cells of the column with that heading, from the top.
  static std::vector<FindingCell> column(const Finding& finding, const std::string& heading) {
    std::vector<FindingCell> out;
    for (std::size_t i = 0; i < finding.columns.size(); ++i)
      if (finding.columns[i].heading == heading)
        for (const auto& row : finding.rows) out.push_back(row[i]);
    return out;
  }

  TemporaryDirectory directory_;
  int runs_ = 0;
};

}  // namespace sriov::test
