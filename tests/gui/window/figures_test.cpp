// The main charts as pictures, against golden ones: with a tolerance for other versions of the font's renderer.
#include <QImage>
#include <cmath>

#include "gui/export_chart.h"
#include "tests/gui/window/window_test.h"

namespace sriov::gui::test {
namespace {

/// What a picture of a column's width may differ by: 0.8 % of the range a pixel in the mean. Other forms of letters are
/// below, a single bar that is missing is above.
constexpr double kMostDifference = 0.008 * 255;

FigureSeries series(const std::string& name, double scale, bool with_intervals) {
  FigureSeries out{name, {}};
  for (int i = 0; i < 4; ++i) {
    FigurePoint point{static_cast<double>(i), scale * (i + 1.5), {}, false};
    if (with_intervals) point.y_95 = Interval{point.y * 0.85, point.y * 1.2};
    out.points.push_back(point);
  }
  return out;
}

FigureData numbers(const std::string& chart) {
  FigureData data;
  data.chart = chart;
  data.title = "Title";
  data.x = {"guests, workload", "", false};
  data.y = {"Throughput", "Mbit/s", false};
  data.series = {series("vf", 10, true), series("netfront", 7, true)};
  data.is_emulated = true;
  return data;
}

FigureData places(const std::string& chart) {
  FigureData data = numbers(chart);
  data.categories = {"1, tcp_stream", "2, tcp_stream", "1, udp_stream", "2, udp_stream"};
  return data;
}

FigureData boxes() {
  FigureData data = places("latency-box");
  data.y = {"Round-trip time", "µs", true};
  for (FigureSeries& one : data.series) {
    one.points.clear();
    const double scale = one.name == "vf" ? 1 : 3;
    for (int place = 0; place < 4; ++place)
      for (const double y : {20.0, 40.0, 55.0, 90.0, 400.0})
        one.points.push_back({static_cast<double>(place), y * scale * (place + 1), {}, false});
  }
  return data;
}

FigureData map() {
  FigureData data;
  data.chart = "interrupt-map";
  data.x = {"Time since the trial began", "s", false};
  data.y = {"Interrupts", "1/s", false};
  for (int line = 0; line < 6; ++line) {
    data.categories.push_back("guest1 eth1-rx-" + std::to_string(line) + ", CPU 0");
    data.series.push_back({data.categories.back(), {}});
    for (int column = 0; column < 20; ++column)
      data.series.back().points.push_back({column * 0.1, 1000.0 * std::abs(std::sin(line + column * 0.3)), {}, false});
  }
  return data;
}

FigureData distribution() {
  FigureData data = numbers("latency-ecdf");
  data.x = {"Round-trip time", "µs", true};
  data.y = {"Share of round trips", "", false};
  for (FigureSeries& one : data.series) {
    one.points.clear();
    for (int i = 0; i <= 50; ++i)
      one.points.push_back({(one.name == "vf" ? 10 : 25) * std::exp(i * 0.08), i / 50.0, {}, false});
  }
  return data;
}

struct Picture {
  const char* name;
  FigureData (*data)();
  bool dark = false;
  FigurePalette palette = FigurePalette::colour;
};

class GoldenFigure : public testing::TestWithParam<Picture> {};

double mean_difference(const QImage& a, const QImage& b) {
  double sum = 0;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x) {
      const QColor p = a.pixelColor(x, y);
      const QColor q = b.pixelColor(x, y);
      sum += std::abs(p.red() - q.red()) + std::abs(p.green() - q.green()) + std::abs(p.blue() - q.blue());
    }
  return sum / 3 / a.width() / a.height();
}

TEST_P(GoldenFigure, IsDrawnAsBefore) {
  const Picture& picture = GetParam();
  FigureStyle style;
  style.dpi = 100;
  style.dark = picture.dark;
  style.palette = picture.palette;
  const QImage image = figure_image(picture.data(), style);
  ASSERT_FALSE(image.isNull());
  const std::string file = std::string(SRIOV_GOLDEN) + "/figures/" + picture.name + ".png";
  if (std::getenv("SRIOV_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(std::string(SRIOV_GOLDEN) + "/figures");
    ASSERT_TRUE(image.save(QString::fromStdString(file)));
  }
  const QImage golden(QString::fromStdString(file));
  ASSERT_FALSE(golden.isNull()) << file << ": SRIOV_UPDATE_GOLDEN=1 makes it";
  ASSERT_EQ(image.size(), golden.size());
  EXPECT_LT(mean_difference(image, golden), kMostDifference);
}

TEST(GoldenFigureTest, AMissingSeriesWouldBeSeen) {
  FigureStyle style;
  style.dpi = 100;
  FigureData less = places("comparison-bars");
  const QImage whole = figure_image(less, style);
  less.series[1].points.erase(less.series[1].points.begin() + 2);
  EXPECT_GT(mean_difference(whole, figure_image(less, style)), kMostDifference);
}

INSTANTIATE_TEST_SUITE_P(
    Charts, GoldenFigure,
    testing::Values(Picture{"comparison-bars", [] { return places("comparison-bars"); }},
                    Picture{"comparison-bars-dark", [] { return places("comparison-bars"); }, true},
                    Picture{"comparison-bars-greyscale", [] { return places("comparison-bars"); }, false,
                            FigurePalette::greyscale},
                    Picture{"published",
                            [] {
                              FigureData data = places("comparison-bars");
                              data.references = {{"vf", 70, "[1]"}, {"netfront", 30, "[2]"}};
                              return data;
                            }},
                    Picture{"ratios", [] { return places("ratios"); }}, Picture{"latency-ecdf", &distribution},
                    Picture{"latency-box", &boxes}, Picture{"timeline", [] { return numbers("timeline"); }},
                    Picture{"cpu-stack", [] { return places("cpu-stack"); }},
                    Picture{"scaling", [] { return numbers("scaling"); }}, Picture{"interrupt-map", &map}),
    [](const auto& picture) {
      std::string name = picture.param.name;
      std::erase(name, '-');
      return name;
    });

}  // namespace
}  // namespace sriov::gui::test
