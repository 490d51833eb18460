// Figures as files, by the program as a script calls it.
#include <QImage>
#include <QSvgRenderer>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>

#include "host/file.h"
#include "host/shell.h"
#include "report/html/inline_figure.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"
#include "tests/unit/support/xml_scanner.h"

namespace sriov::gui {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kTimeoutNs = 60'000'000'000;

/// With idle time of Xen's CPUs, so that the stack has all its parts.
TrialRecord with_idle_time(TrialRecord record) {
  for (SampleBlock& block : record.blocks) {
    if (block.collector != "xen") continue;
    block.series.push_back({"xen.pcpu_idle_time", "ns", MetricKind::counter, {{"pcpu", "0"}}});
    std::vector<std::int64_t> idle;
    for (std::size_t row = 0; row < block.rows(); ++row) idle.push_back(static_cast<std::int64_t>(row) * 300'000'000);
    block.columns.push_back(std::move(idle));
  }
  return record;
}

class ExportTest : public testing::Test {
 protected:
  ExportTest() { make_run(run_, "vf"); }

  /// Three repetitions of two paths, two workloads and two numbers of guests.
  static void make_run(const std::string& directory, const std::string& first_level) {
    auto store = Store::create(directory, test::synthetic_info(true));
    ASSERT_TRUE(store);
    int index = 0;
    for (int repetition = 0; repetition < 3; ++repetition)
      for (const char* path : {"vf", "netfront"})
        for (const char* workload : {"tcp_stream", "tcp_rr"})
          for (const char* guests : {"1", "2"}) {
            test::SyntheticTrial trial = test::on_path(path, index++, repetition);
            trial.workload = workload;
            TrialRecord record = with_idle_time(test::make_record(trial));
            record.planned.cell["guests"] = guests;
            if (std::string_view(path) == "vf") record.planned.cell["path"] = first_level;
            ASSERT_TRUE(store->put_trial(record));
          }
  }
  [[nodiscard]] static CommandOutput gui(const Command& words) {
    Command command{"env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", SRIOV_GUI};
    command.insert(command.end(), words.begin(), words.end());
    LocalShell shell;
    const auto output = shell.run(command, kTimeoutNs);
    EXPECT_TRUE(output) << (output ? "" : output.error().text());
    return output ? *output : CommandOutput{-1, "", ""};
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

  test::TemporaryDirectory directory_;
  std::string run_ = directory_.path() + "/run";
};

/// Every chart that --list names.
class EveryChart : public ExportTest, public testing::WithParamInterface<const char*> {};

TEST_P(EveryChart, IsAnSvgWhoseTextIsText) {
  const std::string file = path("chart.svg");
  const CommandOutput output = gui({"--export", GetParam(), "--run", run_, "-o", file});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(output.err, "");
  const QSvgRenderer renderer(QString::fromStdString(file));
  EXPECT_TRUE(renderer.isValid());
  const std::string text = read_file(file).value();
  EXPECT_THAT(text, HasSubstr("<text"));
  EXPECT_THAT(text, HasSubstr(">emulated"));
  EXPECT_THAT(text, HasSubstr("width=\"85.0"));
  const auto figure = html::inline_figure(text);
  ASSERT_TRUE(figure);
  EXPECT_EQ(test::XmlScanner::fault(figure->svg), "");
  EXPECT_NE(figure->title, "");
  EXPECT_NE(figure->note, "");
}

TEST_P(EveryChart, IsAPngOfTheWidthAskedFor) {
  const std::string file = path("chart.png");
  ASSERT_EQ(gui({"--export", GetParam(), "--run", run_, "-o", file, "--width-mm", "127", "--dark"}).exit_code, 0);
  const QImage image(QString::fromStdString(file));
  ASSERT_FALSE(image.isNull());
  EXPECT_NEAR(image.width(), 3000, 3) << "127 mm at 600 dots per inch";
  EXPECT_NEAR(image.dotsPerMeterX(), 23622, 1);
  EXPECT_LT(QColor(image.pixel(0, image.height() - 1)).lightness(), 50) << "dark paper";
  std::set<QRgb> colours;
  for (int y = 0; y < image.height(); y += 3)
    for (int x = 0; x < image.width(); x += 3) colours.insert(image.pixel(x, y));
  EXPECT_GT(colours.size(), 3U);
}

TEST_P(EveryChart, IsAPdf) {
  const std::string file = path("chart.pdf");
  ASSERT_EQ(gui({"--export", GetParam(), "--run", run_, "-o", file}).exit_code, 0);
  const std::string text = read_file(file).value();
  EXPECT_TRUE(text.starts_with("%PDF-"));
  EXPECT_THAT(text, HasSubstr("/MediaBox [0 0 241"));  // 85 mm in points.
  EXPECT_THAT(text, HasSubstr("/Font"));
}

INSTANTIATE_TEST_SUITE_P(Charts, EveryChart,
                         testing::Values("comparison-bars", "cpu-stack", "interrupt-map", "latency-box", "latency-ecdf",
                                         "ratios", "scaling", "timeline"));

TEST_F(ExportTest, ListNamesEveryChart) {
  const CommandOutput output = gui({"--list"});
  EXPECT_EQ(output.exit_code, 0);
  for (const char* chart : {"comparison-bars", "cpu-stack", "interrupt-map", "iotlb-reach", "latency-box",
                            "latency-ecdf", "ratios", "scaling", "timeline"})
    EXPECT_THAT(output.out, HasSubstr(std::string(chart) + " "));
  EXPECT_EQ(std::count(output.out.begin(), output.out.end(), '\n'), 9);
}

TEST_F(ExportTest, LabelsMayHoldMarkup) {
  const std::string run = path("hostile");
  make_run(run, "<script>&\"x\x01東");
  for (const char* chart : {"comparison-bars", "ratios", "latency-ecdf"}) {
    SCOPED_TRACE(chart);
    const CommandOutput output = gui({"--export", chart, "--run", run, "-o", path("x.svg")});
    ASSERT_EQ(output.exit_code, 0) << output.err;
    const auto figure = html::inline_figure(read_file(path("x.svg")).value());
    ASSERT_TRUE(figure);
    EXPECT_EQ(test::XmlScanner::fault(figure->svg), "");
  }
}

TEST_F(ExportTest, ABatchDrawsAllThatCanBeDrawn) {
  const std::string batch = path("batch.json");
  ASSERT_TRUE(write_file(batch, R"([{"chart":"ratios","output":")" + path("a.svg") +
                                    R"("},{"chart":"comparison-bars","metric":"no_such","output":")" + path("b.svg") +
                                    R"("},{"chart":"timeline","output":")" + path("c.png") + R"("}])"));
  const CommandOutput output = gui({"--batch", batch, "--run", run_});
  EXPECT_EQ(output.exit_code, 2);
  EXPECT_THAT(output.err, HasSubstr("no_such"));
  EXPECT_TRUE(exists(path("a.svg")));
  EXPECT_FALSE(exists(path("b.svg")));
  EXPECT_TRUE(exists(path("c.png")));
  for (const char* wrong : {"{}", "[1]", "no json", R"([{"chart":"ratios"}])"}) {
    ASSERT_TRUE(write_file(batch, wrong));
    EXPECT_EQ(gui({"--batch", batch, "--run", run_}).exit_code, 2) << wrong;
  }
}

TEST_F(ExportTest, WrongWordsAreNamed) {
  const auto export_to = [&](const Command& more) {
    Command words{"--export", "comparison-bars", "--run", run_, "-o", path("x.svg")};
    words.insert(words.end(), more.begin(), more.end());
    return gui(words);
  };
  const CommandOutput metric = export_to({"--metric", "throughput_bp"});
  EXPECT_EQ(metric.exit_code, 2);
  EXPECT_THAT(metric.err, HasSubstr("did you mean throughput_bps?"));
  const CommandOutput chart = gui({"--export", "ratio", "--run", run_, "-o", path("x.svg")});
  EXPECT_EQ(chart.exit_code, 2);
  EXPECT_THAT(chart.err, HasSubstr("did you mean ratios?"));
  const CommandOutput missing = gui({"--export", "ratios", "--run", run_ + "-none", "-o", "x.svg"});
  EXPECT_NE(missing.exit_code, 0);
  EXPECT_THAT(missing.err, HasSubstr("run-none"));
  const CommandOutput ending = gui({"--export", "ratios", "--run", run_, "-o", path("x.bmpx")});
  EXPECT_EQ(ending.exit_code, 2);
  EXPECT_THAT(ending.err, HasSubstr(".pdf"));
  EXPECT_EQ(export_to({"--width-mm", "0"}).exit_code, 2);
  EXPECT_EQ(export_to({"--font-pt", "x"}).exit_code, 2);
  EXPECT_EQ(gui({"--export", "ratios", "-o", path("x.svg")}).exit_code, 2) << "no run";
  EXPECT_EQ(gui({"--export", "ratios", "--run", run_}).exit_code, 2) << "no file";
}

TEST_F(ExportTest, WhatCannotBeWrittenIsTold) {
  for (const char* ending : {"svg", "pdf", "png"}) {
    const CommandOutput output = gui({"--export", "ratios", "--run", run_, "-o", path("none/x.") + ending});
    EXPECT_EQ(output.exit_code, 1) << ending;
    EXPECT_THAT(output.err, HasSubstr("cannot write")) << ending;
  }
}

}  // namespace
}  // namespace sriov::gui
