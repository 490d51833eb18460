#include "report/csv/figure_csv.h"

#include <gmock/gmock.h>

namespace sriov {
namespace {

TEST(FigureCsvTest, NamesPlacesAndLeavesUnknownIntervalsEmpty) {
  FigureData data;
  data.x = {"guests, workload", "", false};
  data.y = {"Throughput", "Mbit/s", false};
  data.categories = {"1, tcp \"a\"", "2"};
  data.series = {{"vf", {{0, 1.5, Interval{1, 2}, false}, {1, 3, {}, false}}}};
  EXPECT_EQ(figure_csv(data),
            "series,\"guests, workload\",Throughput (Mbit/s),Throughput (Mbit/s) low 95,Throughput (Mbit/s) high 95\r\n"
            "vf,\"1, tcp \"\"a\"\"\",1.5,1,2\r\n"
            "vf,2,3,,\r\n");
}

TEST(FigureCsvTest, NumbersCanBeReadBack) {
  FigureData data;
  data.x = {"Time", "s", false};
  data.y = {"Rate", "1/s", false};
  data.series = {{"vf", {{0.1, 1.0 / 3, {}, false}}}};
  EXPECT_THAT(figure_csv(data), testing::HasSubstr("vf,0.1,0.3333333333333333,,"));
}

}  // namespace
}  // namespace sriov
