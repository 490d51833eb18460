// The widget of time lines and live charts by itself.
#include <qcustomplot.h>

#include <QImage>
#include <QScrollArea>
#include <QScrollBar>
#include <algorithm>

#include "gui/figures/style.h"
#include "gui/widgets/figure_view.h"
#include "gui/widgets/strip_view.h"
#include "tests/gui/window/window_test.h"

namespace sriov::gui::test {
namespace {

constexpr std::int64_t kMs = 1'000'000;

/// `curves` curves of `steps` steps a millisecond apart, all 1.
Strip even(std::int64_t steps, int curves, int place = 0, bool is_stacked = false) {
  Strip strip{"k" + std::to_string(place), place, "dom0", "Interrupts", "1/s", is_stacked, {}, {}, {}};
  for (std::int64_t i = 0; i < steps; ++i) strip.instants_ns.push_back(i * kMs);
  for (int curve = 0; curve < curves; ++curve) {
    strip.names.push_back("curve " + std::to_string(curve));
    strip.values.emplace_back(static_cast<std::size_t>(steps), 1.0);
  }
  return strip;
}

class StripViewTest : public WindowTest {
 protected:
  void show_strips(const std::vector<Strip>& strips) {
    for (const Strip& strip : strips) curves_.emplace_back(strip);
    std::vector<const StripCurves*> shown;
    for (const StripCurves& one : curves_) shown.push_back(&one);
    view_.resize(1000, 700);
    view_.set_strips(shown, 0);
    view_.set_range(view_.whole_range().value_or(Span{0, 1}));
    view_.show();
    settle();
  }
  [[nodiscard]] QCustomPlot& plot() { return *view_.findChild<QCustomPlot*>(); }
  /// That of the lowest panel that is built; QCustomPlot's own order is not that of the rows.
  [[nodiscard]] QCPAxis& lowest_time_axis() {
    const auto rects = plot().axisRects();
    return *(*std::ranges::max_element(rects, {}, [](const QCPAxisRect* one) {
              return one->top();
            }))->axis(QCPAxis::atBottom);
  }
  [[nodiscard]] QRect panel(int index) { return plot().axisRect(index)->rect(); }
  /// How many pixels of a part of the plot have the colour of the first curve.
  [[nodiscard]] int pixels_of_first(const QRect& part) {
    const QRgb colour = look_of(0, "curve 0", style_of(view_)).colour.rgb();
    const QImage image = plot().toPixmap().toImage().copy(part);
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) count += image.pixel(x, y) == colour ? 1 : 0;
    return count;
  }

  std::vector<StripCurves> curves_;
  StripView view_;
};

TEST_F(StripViewTest, APeakOfOneStepAmongAMillionIsSeen) {
  Strip strip = even(1'000'000, 1);
  strip.values[0][654'321] = 100;
  show_strips({strip});
  QRect upper = panel(0);
  upper.setHeight(upper.height() / 2);
  EXPECT_GE(pixels_of_first(upper), upper.height() / 2) << "an upright line through the upper half";
  // And where it is one of a few.
  view_.set_range({654.3, 654.35});
  settle();
  EXPECT_GE(pixels_of_first(upper), upper.height() / 2);
  view_.set_range({10, 20});
  settle();
  EXPECT_EQ(pixels_of_first(upper.adjusted(0, upper.height() / 2, 0, 0)), 0) << "elsewhere there is none";
}

TEST_F(StripViewTest, ACurveThatDoesNotMoveIsALine) {
  show_strips({even(1'000'000, 1)});
  EXPECT_GE(pixels_of_first(panel(0)), panel(0).width() - 2);
}

TEST_F(StripViewTest, AStackIsFilledWithoutHoles) {
  show_strips({even(5'000, 2, 0, true)});
  const QRect rect = panel(0);
  const QImage image = plot().toPixmap().toImage();
  const int x = rect.left() + rect.width() / 3;
  const QRgb paper = style_of(view_).paper().rgb();
  int empty = 0;
  for (int y = rect.top() + rect.height() / 2; y < rect.bottom() - 1; ++y) empty += image.pixel(x, y) == paper ? 1 : 0;
  EXPECT_EQ(empty, 0);
}

TEST_F(StripViewTest, OnlyWhatCanBeSeenIsBuilt) {
  std::vector<Strip> strips;
  for (int place = 0; place < 200; ++place) strips.push_back(even(10, 3, place));
  show_strips(strips);
  EXPECT_GE(view_.built(), 4U);
  EXPECT_LE(view_.built(), 8U);
  EXPECT_LT(plot().height(), 2 * view_.height()) << "no picture of 200 strips";
  EXPECT_EQ(lowest_time_axis().label(), "");
  view_.set_time_label("Time (s)");
  auto* bar = view_.findChild<QScrollArea*>()->verticalScrollBar();
  bar->setValue(bar->maximum());
  settle();
  EXPECT_LE(view_.built(), 8U);
  EXPECT_EQ(lowest_time_axis().label(), "Time (s)");
  EXPECT_DOUBLE_EQ(lowest_time_axis().range().upper, view_.range().high);
}

TEST_F(StripViewTest, EveryStripHasALegendOfItsOwn) {
  show_strips({even(10, 3, 0), even(10, 5, 1)});
  QList<int> counts;
  for (const QCPLegend* legend : plot().findChildren<QCPLegend*>()) counts << legend->itemCount();
  EXPECT_THAT(counts, testing::UnorderedElementsAre(3, 5));
}

TEST_F(StripViewTest, ANanosecondFarFromTheBeginningCanBeShown) {
  show_strips({even(1'000, 2, 0, true)});
  view_.set_range({0.5, 0.5 + 1e-9});
  settle();
  view_.set_range({-1e9, 1e9});
  settle();
  EXPECT_FALSE(view_.grab().isNull());
}

TEST_F(StripViewTest, TextsOfMarksStayInThePanel) {
  show_strips({even(1'000, 1)});
  const QString text = QString("a sentence that goes on and on ").repeated(20);
  view_.set_marks({{50 * kMs, text}, {950 * kMs, text}, {5'000 * kMs, "out of the range"}}, std::nullopt);
  settle();
  int seen = 0;
  for (const QCPItemText* item : plot().findChildren<QCPItemText*>()) {
    if (!item->visible()) continue;
    ++seen;
    EXPECT_GE(item->left->pixelPosition().x(), panel(0).left());
    EXPECT_LE(item->right->pixelPosition().x(), panel(0).right() + 1);
  }
  EXPECT_EQ(seen, 2);
}

TEST_F(StripViewTest, TextsOfManyMarksDoNotCoverEachOther) {
  show_strips({even(1'000, 1)});
  std::vector<TimeMark> marks;
  for (int i = 0; i < 200; ++i) marks.push_back({i * 5 * kMs, "guest1: rx_usecs = 20, was " + QString::number(i)});
  view_.set_marks(marks, std::nullopt);
  settle();
  QList<QRectF> seen;
  for (const QCPItemText* item : plot().findChildren<QCPItemText*>()) {
    if (!item->visible()) continue;
    // A pixel of padding may be shared.
    const QRectF own =
        QRectF(item->topLeft->pixelPosition(), item->bottomRight->pixelPosition()).adjusted(1, 2, -1, -2);
    for (const QRectF& other : seen) EXPECT_FALSE(own.intersects(other)) << item->text().toStdString();
    seen << own;
  }
  EXPECT_GE(seen.size(), 6);
  EXPECT_LT(seen.size(), 200);
}

}  // namespace
}  // namespace sriov::gui::test
