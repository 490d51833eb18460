#include <algorithm>

#include "gui/models/comparison_model.h"

#include <QAbstractItemModelTester>

#include <gmock/gmock.h>

#include "analyzers/comparison/comparison.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::gui {
namespace {

using testing::HasSubstr;

class ComparisonModelTest : public testing::Test {
 protected:
  ComparisonModelTest() {
    const auto store = test::make_synthetic_run(directory_.path() + "/run", true);
    EXPECT_TRUE(store);
    auto comparison = compare(*store);
    EXPECT_TRUE(comparison);
    table_ = comparison->tables.at(0);
  }
  [[nodiscard]] static std::string text(const ComparisonModel& model, int row, int column) {
    return model.data(model.index(row, column)).toString().toStdString();
  }
  [[nodiscard]] static std::string header(const ComparisonModel& model, int column) {
    return model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().toStdString();
  }
  [[nodiscard]] int row_of(const std::string& metric) const {
    for (std::size_t i = 0; i < table_.rows.size(); ++i)
      if (table_.rows[i].metric == metric) return static_cast<int>(i);
    return -1;
  }

  test::TemporaryDirectory directory_;
  ComparisonTable table_;
};

TEST_F(ComparisonModelTest, KeepsTheContractOfModelsWhenTablesComeAndGo) {
  ComparisonModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  EXPECT_EQ(model.rowCount(), 0);
  model.set_table(table_);
  EXPECT_EQ(model.rowCount(), static_cast<int>(table_.rows.size()));
  EXPECT_EQ(model.columnCount(), static_cast<int>(table_.levels.size()) + 3);
  EXPECT_EQ(model.rowCount(model.index(0, 0)), 0) << "cells have no children";
  model.set_table({});
  EXPECT_EQ(model.rowCount(), 0);
}

TEST_F(ComparisonModelTest, HeadersAreTheLevelsAndTheRatio) {
  ComparisonModel model;
  model.set_table(table_);
  EXPECT_EQ(header(model, 0), "Metric");
  for (std::size_t i = 0; i < table_.levels.size(); ++i)
    EXPECT_EQ(header(model, static_cast<int>(i) + 1), table_.levels[i]);
  EXPECT_EQ(header(model, model.columnCount() - 2), "vf vs netfront [95 %]");
  EXPECT_EQ(header(model, model.columnCount() - 1), "Verdict");
}

TEST_F(ComparisonModelTest, CellsSayWhatTheCommandLineSays) {
  ComparisonModel model;
  model.set_table(table_);
  const int row = row_of("throughput_bps");
  ASSERT_GE(row, 0);
  EXPECT_THAT(text(model, row, 0), HasSubstr("bit/s]"));
  const auto vf = std::find(table_.levels.begin(), table_.levels.end(), "vf") - table_.levels.begin();
  EXPECT_THAT(text(model, row, static_cast<int>(vf) + 1), HasSubstr("78.5"));
  EXPECT_THAT(text(model, row, model.columnCount() - 2), HasSubstr("%"));
  EXPECT_EQ(text(model, row, model.columnCount() - 1), "emulated");
}

TEST_F(ComparisonModelTest, WhatIsAbsentSaysWhy) {
  table_.rows.at(0).cells.at(0) = {};
  table_.rows.at(0).cells.at(0).why = "the driver keeps no counters";
  ComparisonModel model;
  model.set_table(table_);
  EXPECT_EQ(model.data(model.index(0, 1), Qt::ToolTipRole).toString(), "the driver keeps no counters");
  EXPECT_THAT(text(model, 0, 1), testing::Not(HasSubstr("0")));
}

}  // namespace
}  // namespace sriov::gui
