#include "gui/models/runs_model.h"

#include <QAbstractItemModelTester>
#include <filesystem>

#include <gmock/gmock.h>

#include "host/file.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::gui {
namespace {

using testing::HasSubstr;

class RunsModelTest : public testing::Test {
 protected:
  RunsModelTest() : tester_(&model_, QAbstractItemModelTester::FailureReportingMode::Fatal) {
    EXPECT_TRUE(test::make_synthetic_run(path("folder/good"), true));
    EXPECT_TRUE(make_directories(path("folder/foreign")));
    EXPECT_TRUE(write_file(path("folder/foreign/run.sqlite"), std::string(2000, 'x')));
    model_.set_entries(text_of(path("folder")),
                       {catalog_entry(path("folder/good")), catalog_entry(path("folder/foreign"))});
    QObject::connect(&model_, &RunsModel::failed, [this](const QString& message) { failures_ << message; });
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  [[nodiscard]] static QString text_of(const std::string& text) { return QString::fromStdString(text); }
  [[nodiscard]] std::string text(int row, int column, int role = Qt::DisplayRole) const {
    return model_.index(row, column).data(role).toString().toStdString();
  }

  test::TemporaryDirectory directory_;
  RunsModel model_;
  QAbstractItemModelTester tester_;
  QStringList failures_;
};

TEST_F(RunsModelTest, ARowSaysWhatARunIs) {
  ASSERT_EQ(model_.rowCount(), 2);
  EXPECT_EQ(text(0, RunsModel::kRun), "good");
  EXPECT_EQ(text(0, RunsModel::kExperiment), "vf-vs-netfront");
  EXPECT_EQ(text(0, RunsModel::kHost), "lab-dom0");
  EXPECT_EQ(text(0, RunsModel::kHardware), "emulated (tcg)");
  EXPECT_EQ(text(0, RunsModel::kTrials), "6 of 7");
  EXPECT_EQ(text(0, RunsModel::kState), "finished");
  EXPECT_EQ(text(0, RunsModel::kVerdict), "…") << "not read yet";
  EXPECT_EQ(text(0, RunsModel::kRun, RunsModel::kDirectoryRole), path("folder/good"));
}

TEST_F(RunsModelTest, WhatIsNoRunIsListedWithTheReason) {
  EXPECT_EQ(text(1, RunsModel::kState), "unreadable");
  EXPECT_NE(text(1, RunsModel::kVerdict), "");
  EXPECT_EQ(text(1, RunsModel::kVerdict), model_.entries()[1].problem);
  EXPECT_EQ(text(1, RunsModel::kTrials), "") << "not 0 of 0";
}

TEST_F(RunsModelTest, VerdictsAreAskedForOneAfterTheOther) {
  EXPECT_EQ(model_.without_verdict().toStdString(), path("folder/good"));
  model_.set_verdicts(text_of(path("folder/good")), {"first", "second"});
  EXPECT_EQ(text(0, RunsModel::kVerdict), "first");
  EXPECT_EQ(text(0, RunsModel::kVerdict, Qt::ToolTipRole), "first\nsecond");
  EXPECT_EQ(model_.without_verdict(), "") << "nothing is compared of what cannot be read";
}

TEST_F(RunsModelTest, TagsAndNoteAreKeptBesideTheRun) {
  const std::string before = read_file(path("folder/good/run.sqlite")).value();
  ASSERT_TRUE(model_.setData(model_.index(0, RunsModel::kTags), " a, b,a", Qt::EditRole));
  ASSERT_TRUE(model_.setData(model_.index(0, RunsModel::kNote), "東 after the update", Qt::EditRole));
  EXPECT_EQ(text(0, RunsModel::kTags), "a, b");
  const auto stored = read_annotations(path("folder/good"));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->note, "東 after the update");
  EXPECT_EQ(read_file(path("folder/good/run.sqlite")).value(), before) << "what was measured stays";
}

TEST_F(RunsModelTest, OnlyTagsAndNotesCanBeEdited) {
  EXPECT_FALSE(model_.flags(model_.index(0, RunsModel::kRun)) & Qt::ItemIsEditable);
  EXPECT_FALSE(model_.setData(model_.index(0, RunsModel::kRun), "x", Qt::EditRole));
  EXPECT_TRUE(model_.flags(model_.index(1, RunsModel::kNote)) & Qt::ItemIsEditable) << "a damaged run may have a note";
}

TEST_F(RunsModelTest, ANoteThatCannotBeReadIsNotWrittenOver) {
  ASSERT_TRUE(write_file(path("folder/good/annotations.json"), "[]"));
  model_.update_entry(catalog_entry(path("folder/good")));
  EXPECT_FALSE(model_.setData(model_.index(0, RunsModel::kNote), "x", Qt::EditRole));
  EXPECT_THAT(text(0, RunsModel::kNote, Qt::ToolTipRole), HasSubstr("no JSON object"));
  EXPECT_EQ(read_file(path("folder/good/annotations.json")).value(), "[]");
}

TEST_F(RunsModelTest, WhatCannotBeWrittenIsTold) {
  std::filesystem::remove_all(path("folder/good"));
  EXPECT_FALSE(model_.setData(model_.index(0, RunsModel::kNote), "x", Qt::EditRole));
  ASSERT_EQ(failures_.size(), 1);
  EXPECT_EQ(text(0, RunsModel::kNote), "") << "it was not kept, so it is not shown";
}

TEST_F(RunsModelTest, AnEntryThatHasChangedIsComparedAgain) {
  model_.set_verdicts(text_of(path("folder/good")), {"old"});
  CatalogEntry entry = catalog_entry(path("folder/good"));
  entry.valid_trials = 7;
  model_.update_entry(entry);
  EXPECT_EQ(text(0, RunsModel::kTrials), "7 of 7");
  EXPECT_EQ(model_.without_verdict().toStdString(), path("folder/good"));
  entry.directory = path("other");
  model_.update_entry(entry);
  EXPECT_EQ(model_.rowCount(), 2);
}

}  // namespace
}  // namespace sriov::gui
