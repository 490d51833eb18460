// Reports by the real program. No root is needed.
#include <filesystem>

#include <gmock/gmock.h>

#include "host/file.h"
#include "host/shell.h"
#include "store/sqlite.h"
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

TEST_F(ReportTest, TheDataLoadInRAndPython) {
  ASSERT_EQ(bench({"report", run_, "-o", "-", "--no-figures", "--data", path("figures")}).exit_code, 0);
  const auto in_folder = [&](const std::string& command) {
    return run_program("sh", {"-c", "cd '" + path("figures") + "' && " + command});
  };
  const bool has_r = in_folder("command -v Rscript").exit_code == 0;
  const bool has_pandas = in_folder("python3 -c 'import pandas'").exit_code == 0;
  if (!has_r && !has_pandas) GTEST_SKIP() << "neither R nor pandas is installed";
  for (const auto& [is_there, command] :
       {std::pair(has_r, "Rscript load.R"), std::pair(has_pandas, "python3 load.py")}) {
    if (!is_there) continue;
    const CommandOutput output = in_folder(command);
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("netfront"));
    EXPECT_THAT(output.out, testing::ContainsRegex("6\\.?528")) << "mean throughput, 65.28 Mbit/s";
  }
}

TEST_F(ReportTest, ADamagedRunIsReportedInPartWithItsOwnExitCode) {
  {
    const auto database = sqlite::Database::open(run_ + "/run.sqlite", sqlite::Access::write);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("UPDATE block_column SET samples = x'80' WHERE block_id = 1"));
  }
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"show", run_},
                                             {"compare", run_},
                                             {"explain", run_},
                                             {"export", run_, "--what", "samples"},
                                             {"report", run_, "--no-figures", "-o", "-"}}) {
    const CommandOutput output = bench(words);
    EXPECT_EQ(output.exit_code, 5) << words.front() << ' ' << output.err;
    EXPECT_THAT(output.err, HasSubstr("damaged, left out: trial 0, samples of xen on dom0")) << words.front();
    EXPECT_GT(output.out.size(), 200U) << words.front();
  }
  ASSERT_TRUE(write_file(run_ + "/run.sqlite", read_file(run_ + "/run.sqlite")->substr(0, 5000)));
  for (const char* command : {"show", "compare", "explain", "report", "export"}) {
    const CommandOutput output = bench({command, run_});
    EXPECT_EQ(output.exit_code, 4) << command;
    EXPECT_THAT(output.err, HasSubstr("run.sqlite")) << command;
  }
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
