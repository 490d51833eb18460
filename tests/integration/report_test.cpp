// Reports by the real program. No root is needed.
#include <filesystem>

#include <gmock/gmock.h>

#include "host/file.h"
#include "host/shell.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::integration {
namespace {

using testing::HasSubstr;

class ReportTest : public testing::Test {
 protected:
  ReportTest() { EXPECT_TRUE(test::make_synthetic_run(run_, true)); }
  [[nodiscard]] static CommandOutput run_program(const std::string& program, const std::vector<std::string>& words) {
    Command command{"env", "PATH=/usr/bin:/bin", program};
    command.insert(command.end(), words.begin(), words.end());
    LocalShell shell;
    const auto output = shell.run(command, 120'000'000'000);
    EXPECT_TRUE(output) << output.error().text();
    return output.value_or(CommandOutput{-1, "", ""});
  }
  [[nodiscard]] static CommandOutput bench(const std::vector<std::string>& words) {
    return run_program(SRIOV_BENCH, words);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

  test::TemporaryDirectory directory_;
  std::string run_ = directory_.path() + "/run";
};

TEST_F(ReportTest, HasFiguresWhereTheDrawingProgramIs) {
  const std::string drawing = (std::filesystem::path(SRIOV_BENCH) / "../../gui/sriov-bench-gui").lexically_normal();
  if (!exists(drawing)) GTEST_SKIP() << "built without the dashboard";
  const CommandOutput output = bench({"report", run_, "-o", path("a.html")});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  const std::string text = read_file(path("a.html")).value();
  EXPECT_THAT(text, HasSubstr("<svg"));
  // Sources that explanations name are text; nothing is loaded from anywhere, and no namespace is named.
  for (const char* outside : {"=\"http", "src=", "url(", "<script"}) EXPECT_EQ(text.find(outside), std::string::npos);
}

TEST_F(ReportTest, WithoutTheDrawingProgramItHasTablesAndSaysSo) {
  std::filesystem::create_directories(path("alone/bin"));
  std::filesystem::copy_file(SRIOV_BENCH, path("alone/bin/sriov-bench"));
  const CommandOutput output = run_program(path("alone/bin/sriov-bench"), {"report", run_, "-o", path("a.html")});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  const std::string text = read_file(path("a.html")).value();
  EXPECT_EQ(text.find("<svg"), std::string::npos);
  EXPECT_THAT(text, HasSubstr("There are no figures: cannot find sriov-bench-gui"));
  EXPECT_THAT(text, HasSubstr("<table>"));
}

TEST_F(ReportTest, DataForOtherPrograms) {
  const CommandOutput output = bench({"report", run_, "-o", "-", "--no-figures", "--data", path("figures")});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_THAT(output.out, testing::StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(output.out, HasSubstr("Figures were not asked for."));
  for (const char* file :
       {"01-comparison-bars-1.dat", "01-comparison-bars.tex", "wide.csv", "summary.csv", "load.R", "load.py"})
    EXPECT_TRUE(exists(path("figures/") + file)) << file;
  EXPECT_EQ(read_file(path("figures/wide.csv")).value(), bench({"export", run_, "--what", "wide"}).out);
}

TEST_F(ReportTest, WhatCannotBeReportedIsTold) {
  const CommandOutput none = bench({"report", path("none"), "-o", path("a.html")});
  EXPECT_NE(none.exit_code, 0);
  EXPECT_THAT(none.err, HasSubstr("none"));
  EXPECT_FALSE(exists(path("a.html")));

  RunInfo info = test::synthetic_info(false);
  info.testbed.clear();
  ASSERT_TRUE(Store::create(path("recording"), info));
  const CommandOutput recording = bench({"report", path("recording"), "-o", path("a.html")});
  EXPECT_EQ(recording.exit_code, 4);
  EXPECT_THAT(recording.err, HasSubstr("it is a recording"));

  const CommandOutput output = bench({"report", run_, "--no-figures", "-o", path("none/a.html")});
  EXPECT_NE(output.exit_code, 0);
  EXPECT_THAT(output.err, HasSubstr("none/a.html"));

  const CommandOutput factor = bench({"report", run_, "--factor", "pth", "-o", path("a.html")});
  EXPECT_EQ(factor.exit_code, 2);
  EXPECT_THAT(factor.err, HasSubstr("did you mean 'path'?"));
  EXPECT_EQ(bench({"report"}).exit_code, 2);
}

}  // namespace
}  // namespace sriov::integration
