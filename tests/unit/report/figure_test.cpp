// What figures take from a run whose numbers are known.
#include <algorithm>

#include "report/figure.h"

#include <gmock/gmock.h>

#include "report/condition.h"
#include "report/latex/pgfplots.h"
#include "report/report_figures.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FigureTest : public testing::Test {
 protected:
  /// vf and netfront with 1 and 2 guests, three repetitions, streams and round trips.
  FigureTest() {
    auto store = Store::create(path_, test::synthetic_info(true));
    EXPECT_TRUE(store);
    int index = 0;
    for (int repetition = 0; repetition < 3; ++repetition)
      for (const char* path : {"netfront", "vf"})
        for (const char* workload : {"tcp_stream", "tcp_rr"})
          for (const char* guests : {"1", "2"}) {
            test::SyntheticTrial trial = test::on_path(path, index++, repetition);
            trial.workload = workload;
            if (std::string_view(guests) == "2") trial.goodput_bps *= 2;
            TrialRecord record = test::make_record(trial);
            record.planned.cell["guests"] = guests;
            EXPECT_TRUE(store->put_trial(record));
          }
  }
  [[nodiscard]] Result<FigureData> prepare(const std::string& chart, const FigureChoice& choice = {}) const {
    auto runs = OpenRuns::open({path_});
    EXPECT_TRUE(runs);
    return prepare_figure(chart, *runs, choice);
  }
  static std::vector<std::string> names(const FigureData& data) {
    std::vector<std::string> out;
    for (const FigureSeries& series : data.series) out.push_back(series.name);
    return out;
  }

  test::TemporaryDirectory directory_;
  std::string path_ = directory_.path() + "/run";
};

TEST_F(FigureTest, BarsAreMeansInOneUnitByLevelAndCondition) {
  const auto data = prepare("comparison-bars");
  ASSERT_TRUE(data) << data.error().text();
  EXPECT_THAT(names(*data), ElementsAre("vf", "netfront"));
  EXPECT_THAT(data->categories, ElementsAre("1, tcp_stream", "2, tcp_stream")) << "round trips are no throughput";
  EXPECT_EQ(data->y.text(), "Throughput (Mbit/s)");
  EXPECT_TRUE(data->is_emulated);
  const FigurePoint& netfront = data->series[1].points[0];
  EXPECT_NEAR(netfront.y, 64 * 1.02, 0.01);
  ASSERT_TRUE(netfront.y_95);
  EXPECT_LT(netfront.y_95->low, netfront.y);
  EXPECT_NEAR(data->series[1].points[1].y, 2 * netfront.y, 0.01);
}

TEST_F(FigureTest, TheDistributionReachesFromTheSmallestToTheLargest) {
  const auto data = prepare("latency-ecdf", {"", "", "", "guests=2"});
  ASSERT_TRUE(data) << data.error().text();
  EXPECT_TRUE(data->x.is_log);
  const FigureSeries& vf = data->series.at(0);
  EXPECT_NEAR(vf.points.front().x, 2, 0.01);
  EXPECT_NEAR(vf.points.back().x, 200, 0.2);
  EXPECT_EQ(vf.points.back().y, 1);
  for (std::size_t i = 1; i < vf.points.size(); ++i) EXPECT_GT(vf.points[i].y, vf.points[i - 1].y);
}

TEST_F(FigureTest, TheTimeLineIsTheRateOfTheCarryingDevice) {
  const auto data = prepare("timeline", {"", "", "", "workload=tcp_stream guests=1"});
  ASSERT_TRUE(data) << data.error().text();
  EXPECT_THAT(names(*data), ElementsAre("vf", "netfront"));
  ASSERT_EQ(data->series[0].points.size(), 4U);
  EXPECT_NEAR(data->series[0].points[0].x, 0.5, 0.01) << "clocks are aligned";
  EXPECT_NEAR(data->series[0].points[3].y, 80 * 1.05, 0.1);
  EXPECT_EQ(data->y.unit, "Mbit/s");
  const auto cpu = prepare("timeline", {"xen.domain_cpu_time@dom0", "", "", "workload=tcp_stream guests=1"});
  ASSERT_TRUE(cpu);
  EXPECT_THAT(names(*cpu), ElementsAre("vf, domain=Domain-0", "vf, domain=guest1", "netfront, domain=Domain-0",
                                       "netfront, domain=guest1"))
      << "domains are told apart";
  EXPECT_NEAR(cpu->series[2].points[1].y, 40, 0.1);
  EXPECT_NEAR(cpu->series[3].points[1].y, 30, 0.1);
  EXPECT_EQ(cpu->y.unit, "%");
}

TEST_F(FigureTest, OfSeveralRunsEachIsALevel) {
  // Both directories have the same last name: they are told apart by their paths.
  std::vector<std::string> directories;
  for (const double factor : {1.0, 2.0}) {
    directories.push_back(directory_.path() + (factor == 1 ? "/old/result" : "/new/result"));
    auto store = Store::create(directories.back(), test::synthetic_info(true));
    ASSERT_TRUE(store);
    test::SyntheticTrial trial = test::on_path("vf", 0, 0);
    trial.goodput_bps = 40e6 * factor;
    ASSERT_TRUE(store->put_trial(test::make_record(trial)));
    trial.workload = "tcp_rr";
    trial.index = 1;
    ASSERT_TRUE(store->put_trial(test::make_record(trial)));
  }
  auto runs = OpenRuns::open(directories);
  ASSERT_TRUE(runs);
  const auto line = prepare_figure("timeline", *runs, {"", "", "", "workload=tcp_stream"});
  ASSERT_TRUE(line) << line.error().text();
  EXPECT_THAT(names(*line), ElementsAre(directories[0], directories[1]));
  EXPECT_NEAR(line->series[1].points[2].y / line->series[0].points[2].y, 2, 0.01);
  const auto latency = prepare_figure("latency-ecdf", *runs, {"", "", "", "workload=tcp_rr"});
  ASSERT_TRUE(latency) << latency.error().text();
  EXPECT_THAT(names(*latency), ElementsAre(directories[0], directories[1]));
  const auto by_path = prepare_figure("timeline", *runs, {"", "path", "", "workload=tcp_stream"});
  ASSERT_TRUE(by_path) << by_path.error().text();
  EXPECT_THAT(names(*by_path), testing::UnorderedElementsAre("vf@" + directories[0], "vf@" + directories[1]));
}

TEST_F(FigureTest, ChangesAreInPercentAndEmulatedTimesAreContext) {
  const auto data = prepare("ratios", {"", "", "", "workload=tcp_stream guests=1"});
  ASSERT_TRUE(data) << data.error().text();
  const auto place = std::ranges::find(data->categories, "Throughput") - data->categories.begin();
  const FigurePoint& throughput = data->series.at(0).points.at(static_cast<std::size_t>(place));
  EXPECT_NEAR(throughput.y, 20.1, 0.2);
  EXPECT_TRUE(throughput.is_context);
  const auto share = std::ranges::find(data->categories, "dom0's share of all domains' CPU") - data->categories.begin();
  EXPECT_FALSE(data->series[0].points.at(static_cast<std::size_t>(share)).is_context);
}

TEST_F(FigureTest, ScalingHasACurveALevel) {
  const auto data = prepare("scaling");
  ASSERT_TRUE(data) << data.error().text();
  EXPECT_EQ(data->x.label, "guests");
  EXPECT_THAT(names(*data), ElementsAre("vf", "netfront")) << "as in the other figures";
  EXPECT_THAT(data->title, HasSubstr("tcp_stream"));
  ASSERT_EQ(data->series[1].points.size(), 2U);
  EXPECT_EQ(data->series[1].points[1].x, 2);
  EXPECT_NEAR(data->series[1].points[1].y, 128 * 1.02, 0.01);
  EXPECT_FALSE(prepare("scaling", {"", "workload", "", ""})) << "no numbers";
  EXPECT_EQ(prepare("scaling", {"", "guest", "", ""}).error().hint, "did you mean guests?");
}

TEST_F(FigureTest, CpuThatHasNoIdlePartIsNotStacked) {
  const auto data = prepare("cpu-stack");
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().kind, ErrorKind::not_enough_data);
}

TEST_F(FigureTest, WrongWordsAreNamed) {
  EXPECT_EQ(prepare("ratio").error().hint, "did you mean ratios?");
  EXPECT_EQ(prepare("comparison-bars", {"throughput_bp", "", "", ""}).error().hint, "did you mean throughput_bps?");
  EXPECT_THAT(prepare("ratios", {"", "", "", "guests=7"}).error().text(), HasSubstr("guests=1 workload=tcp_rr"));
  EXPECT_EQ(prepare("ratios", {"", "", "", "nonsense"}).error().kind, ErrorKind::usage);
  EXPECT_THAT(prepare("timeline", {"netdev.rx_byte", "", "", ""}).error().hint, HasSubstr("netdev.rx_bytes"));
}

TEST_F(FigureTest, TheReportAsksForWhatTheRunHas) {
  auto runs = OpenRuns::open({path_});
  ASSERT_TRUE(runs);
  const auto requests = report_figures(*runs, {});
  ASSERT_TRUE(requests);
  std::map<std::string, int> count;
  for (const FigureRequest& request : *requests) ++count[request.chart];
  EXPECT_EQ(count["ratios"], 4);
  EXPECT_EQ(count["latency-ecdf"], 2);
  EXPECT_EQ(count["timeline"], 2);
  EXPECT_GE(count["scaling"], 1);
  EXPECT_EQ(file_name(requests->front(), 0), "01-comparison-bars");
}

TEST_F(FigureTest, TablesForLatexHaveMeansAndErrorBars) {
  const auto data = prepare("comparison-bars");
  ASSERT_TRUE(data);
  const std::string table = series_table(*data, 1);
  EXPECT_THAT(table, HasSubstr("x y low high minus plus place\n0 65.2"));
  EXPECT_THAT(table, HasSubstr("{1, tcp\\_stream}\n"));
  const std::string picture = pgfplots_picture(*data, "bars");
  EXPECT_THAT(picture, HasSubstr("width=0.98\\columnwidth"));
  EXPECT_THAT(picture, HasSubstr("{bars-2.dat}"));
  EXPECT_THAT(picture, HasSubstr("emulated"));
}

TEST(Latex, SpecialCharactersAreEscaped) {
  EXPECT_EQ(latex_escape("50 % of $a_b & {c} #1 \\x ~^ µs\n"),
            "50 \\% of \\$a\\_b \\& \\{c\\} \\#1 \\textbackslash{}x \\textasciitilde{}\\textasciicircum{} "
            "\\ensuremath{\\mu}s ");
}

TEST(Latex, AnIntervalThatIsNotThereIsNanAndDrawsNothing) {
  FigureData data;
  data.series = {{"a", {{1, 2, {}, false}}}};
  EXPECT_EQ(series_table(data, 0), "x y low high minus plus\n1 2 nan nan 0 0\n");
}

TEST(Condition, IsTakenApartAndMatched) {
  EXPECT_THAT(parse_condition("guests=1 workload=my own"),
              ElementsAre(testing::Pair("guests", "1"), testing::Pair("workload", "my own")));
  EXPECT_TRUE(has_levels({{"a", "1"}, {"b", "2"}}, {{"b", "2"}}));
  EXPECT_FALSE(has_levels({{"a", "1"}}, {{"b", "2"}}));
  EXPECT_EQ(levels_text({}), "all trials");
}

}  // namespace
}  // namespace sriov
