// Boxes of latency, the map of interrupts, and what stands beside figures.
#include <gmock/gmock.h>

#include "host/file.h"
#include "report/figure.h"
#include "report/latencies.h"
#include "report/published_references.h"
#include "report/run_factors.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RunFiguresTest : public testing::Test {
 protected:
  RunFiguresTest() {
    for (const char* name : {"one", "two"}) {
      auto store = Store::create(path(name), test::synthetic_info(true));
      EXPECT_TRUE(store);
      int index = 0;
      for (int repetition = 0; repetition < 2; ++repetition)
        for (const char* on : {"netfront", "vf"})
          for (const char* workload : {"tcp_stream", "tcp_rr"})
            for (const char* guests : {"1", "2"}) {
              test::SyntheticTrial trial = test::on_path(on, index++, repetition);
              trial.workload = workload;
              TrialRecord record = test::make_record(trial);
              record.planned.cell["guests"] = guests;
              EXPECT_TRUE(store->put_trial(record));
            }
    }
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  [[nodiscard]] OpenRuns open(const std::vector<std::string>& names = {"one"}) const {
    std::vector<std::string> directories;
    for (const std::string& name : names) directories.push_back(path(name));
    auto runs = OpenRuns::open(directories);
    EXPECT_TRUE(runs);
    return std::move(*runs);
  }
  static std::vector<std::string> names(const FigureData& data) {
    std::vector<std::string> out;
    for (const FigureSeries& series : data.series) out.push_back(series.name);
    return out;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(RunFiguresTest, BoxesHaveFiveRisingPointsAPlace) {
  OpenRuns runs = open();
  const auto data = prepare_figure("latency-box", runs, {});
  ASSERT_TRUE(data) << data.error().text();
  EXPECT_THAT(names(*data), ElementsAre("vf", "netfront"));
  EXPECT_THAT(data->categories, ElementsAre("1, tcp_rr", "2, tcp_rr"));
  EXPECT_EQ(data->y.unit, "µs");
  ASSERT_EQ(data->series[0].points.size(), 10U);
  // 1 % … 99 % of 2, 4 … 200 µs.
  EXPECT_NEAR(data->series[0].points[0].y, 2, 0.1);
  EXPECT_NEAR(data->series[0].points[2].y, 100, 1);
  EXPECT_NEAR(data->series[0].points[4].y, 198, 1);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_GT(data->series[0].points[i].y, data->series[0].points[i - 1].y);
}

TEST_F(RunFiguresTest, LatenciesOfSeveralRunsAreToldApartAsTheTableDoes) {
  OpenRuns runs = open({"one", "two"});
  const auto by_run = merged_latencies(runs, {});
  ASSERT_TRUE(by_run);
  ASSERT_THAT(*by_run, Not(IsEmpty()));
  std::vector<std::string> levels;
  for (const auto& [level, latency] : by_run->front().levels) levels.push_back(level);
  EXPECT_THAT(levels, testing::UnorderedElementsAre("one", "two"));
  const auto by_path = merged_latencies(runs, {"", "path", "", ""});
  ASSERT_TRUE(by_path);
  levels.clear();
  for (const auto& [level, latency] : by_path->front().levels) levels.push_back(level);
  EXPECT_THAT(levels, Contains("vf@one"));
  EXPECT_EQ(merged_latencies(runs, {"", "", "", "workload=tcp_stream"}).error().kind, ErrorKind::usage);
}

TEST_F(RunFiguresTest, TheMapHasRatesOfEachInterruptOnItsCpu) {
  OpenRuns runs = open();
  const auto data = prepare_figure("interrupt-map", runs, {"", "", "", "path=vf workload=tcp_stream"});
  ASSERT_TRUE(data) << data.error().text();
  ASSERT_EQ(data->categories, std::vector<std::string>{"guest1 eth1-rx-0 (24), CPU 0"}) << "the others stood still";
  ASSERT_THAT(data->series[0].points, Not(IsEmpty()));
  for (const FigurePoint& point : data->series[0].points) {
    EXPECT_NEAR(point.y, 500, 1e-6) << "through the wrap at 2^32";
    EXPECT_GT(point.x, 0.9);
    EXPECT_LT(point.x, 3.1) << "within the counted window";
  }
  EXPECT_EQ(data->y.unit, "1/s");
}

TEST_F(RunFiguresTest, TheMapCanBeOfOneMachine) {
  OpenRuns runs = open();
  const auto dom0 = prepare_figure("interrupt-map", runs, {"interrupts.count@dom0", "", "", "path=netfront"});
  ASSERT_TRUE(dom0) << dom0.error().text();
  EXPECT_EQ(dom0->categories, std::vector<std::string>{"dom0 vif1.0-q0-rx (60), CPU 0"});
  const auto none = prepare_figure("interrupt-map", runs, {"@peer", "", "", ""});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_enough_data);
}

TEST_F(RunFiguresTest, WithoutFootprintsTheReachIsNotKnown) {
  OpenRuns runs = open();
  const auto data = prepare_figure("iotlb-reach", runs, {});
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().kind, ErrorKind::not_enough_data);
  EXPECT_THAT(data.error().text(), HasSubstr("dma-footprint"));
}

TEST_F(RunFiguresTest, FactorsHaveTheirLevels) {
  OpenRuns runs = open({"one", "two"});
  const auto factors = run_factors(runs);
  ASSERT_TRUE(factors);
  std::vector<std::string> found;
  for (const RunFactor& factor : *factors) found.push_back(factor.name + (factor.is_numeric ? " (numbers)" : ""));
  EXPECT_THAT(found, ElementsAre("run", "guests (numbers)", "path", "workload"));
  EXPECT_THAT((*factors)[1].levels, ElementsAre("1", "2"));
}

TEST_F(RunFiguresTest, PublishedNumbersAreInTheAxisUnitAndNamed) {
  ASSERT_TRUE(make_directories(path("configs/published")));
  ASSERT_TRUE(write_file(path("configs/published/a.csv"),
                         "paper,year,figure,path,metric,what,value,unit,source\n"
                         "Somebody,2010,fig. 1,vf,throughput_bps,aggregate,9.48,Gbit/s,here\n"
                         "Somebody,2010,fig. 2,netfront,throughput_bps,a range,450-500,Mbit/s,here\n"
                         "Somebody,2010,fig. 3,native,throughput_bps,another path,1,Gbit/s,here\n"
                         "Somebody,2010,fig. 4,vf,throughput_bps,another unit,3,x,here\n"));
  ASSERT_EQ(::setenv("SRIOV_BENCH_CONFIGS", path("configs").c_str(), 1), 0);
  OpenRuns runs = open();
  auto data = prepare_figure("comparison-bars", runs, {});
  ASSERT_TRUE(data);
  ASSERT_EQ(data->y.unit, "Mbit/s");
  const auto added = add_published(*data, "throughput_bps");
  ::unsetenv("SRIOV_BENCH_CONFIGS");
  ASSERT_TRUE(added) << added.error().text();
  ASSERT_EQ(data->references.size(), 3U);
  EXPECT_EQ(data->references[0].series, "vf");
  EXPECT_NEAR(data->references[0].y, 9480, 1e-9);
  EXPECT_NEAR(data->references[1].y, 450, 1e-9);
  EXPECT_NEAR(data->references[2].y, 500, 1e-9) << "both ends";
  EXPECT_THAT(data->note, HasSubstr("[2] published for netfront: 450-500 Mbit/s, a range, Somebody 2010."));
}

}  // namespace
}  // namespace sriov
