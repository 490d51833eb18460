#include "report/run_catalog.h"

#include <filesystem>

#include <gmock/gmock.h>

#include "host/file.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RunCatalogTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  [[nodiscard]] std::vector<std::string> found() const {
    return find_runs(directory_.path(), [](const std::string&) { return true; });
  }

  test::TemporaryDirectory directory_;
};

TEST_F(RunCatalogTest, FindsRunsBelowFoldersAndNotBehindLinks) {
  ASSERT_TRUE(test::make_synthetic_run(path("b/run1"), true));
  ASSERT_TRUE(test::make_synthetic_run(path("a"), false));
  std::filesystem::create_directory_symlink(path("b"), path("c"));
  std::filesystem::create_directory_symlink(directory_.path(), path("b/loop"));
  EXPECT_THAT(found(), ElementsAre(path("a"), path("b/run1")));
}

TEST_F(RunCatalogTest, TheSearchCanBeEnded) {
  ASSERT_TRUE(test::make_synthetic_run(path("a"), true));
  EXPECT_THAT(find_runs(directory_.path(), [](const std::string&) { return false; }), IsEmpty());
  EXPECT_THAT(find_runs(path("none"), [](const std::string&) { return true; }), IsEmpty());
}

TEST_F(RunCatalogTest, AnEntryCountsTheLastAttemptOfEveryTrial) {
  ASSERT_TRUE(test::make_synthetic_run(path("a"), true));
  ASSERT_TRUE(write_annotations(path("a"), {{"x"}, "y"}));
  const CatalogEntry entry = catalog_entry(path("a"));
  EXPECT_EQ(entry.state, RunState::finished);
  EXPECT_EQ(entry.info.name, "vf-vs-netfront");
  EXPECT_EQ(entry.host, "lab-dom0");
  EXPECT_EQ(entry.valid_trials, 6);
  EXPECT_EQ(entry.left_out_trials, 1);
  EXPECT_EQ(entry.annotations.note, "y");
}

TEST_F(RunCatalogTest, AnUnfinishedRunIsRunningWhileSomebodyWritesIt) {
  {
    auto writer = Store::create(path("a"), test::synthetic_info(true));
    ASSERT_TRUE(writer);
    EXPECT_EQ(catalog_entry(path("a")).state, RunState::running);
    EXPECT_TRUE(is_being_written(path("a")));
  }
  EXPECT_EQ(catalog_entry(path("a")).state, RunState::cut_off);
  EXPECT_FALSE(is_being_written(path("none")));
}

TEST_F(RunCatalogTest, WhatIsNoRunSaysWhy) {
  std::filesystem::create_directories(path("foreign"));
  ASSERT_TRUE(
      write_file(path("foreign/run.sqlite"), "this is no database at all, but long enough to be taken for one"));
  ASSERT_TRUE(write_file(path("foreign/annotations.json"), "[]"));
  const CatalogEntry entry = catalog_entry(path("foreign"));
  EXPECT_EQ(entry.state, RunState::unreadable);
  EXPECT_NE(entry.problem, "");
  EXPECT_THAT(entry.annotations_problem, HasSubstr("no JSON object"));
  EXPECT_THAT(found(), ElementsAre(path("foreign"))) << "listed nevertheless";
}

TEST_F(RunCatalogTest, VerdictsHaveTheirCondition) {
  ASSERT_TRUE(test::make_synthetic_run(path("a"), true));
  EXPECT_THAT(verdict_sentences(path("a")), Contains(HasSubstr("(workload=tcp_stream)")));
  EXPECT_THAT(verdict_sentences(path("none")), ElementsAre(HasSubstr("no such directory")));
}

}  // namespace
}  // namespace sriov
