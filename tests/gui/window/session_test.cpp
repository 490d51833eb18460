// A session as somebody has it who looks at a result of the lab: every page, a comparison, a zoom, figures as files.
// Screenshots are kept in $SRIOV_SCREENSHOTS, else in tests/gui/screenshots of the build tree.
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QImage>
#include <QPixmap>
#include <QSvgRenderer>

#include "core/registry.h"
#include "gui/appearance.h"
#include "gui/export_dialog.h"
#include "gui/models/compare_view.h"
#include "gui/models/table_csv.h"
#include "gui/widgets/figure_view.h"
#include "host/file.h"
#include "report/html/inline_figure.h"
#include "tests/gui/window/window_test.h"
#include "tests/unit/support/xml_scanner.h"

namespace sriov::gui::test {
namespace {

struct Look {
  QSize size;
  Appearance appearance;
  const char* name;
};

class SessionTest : public WindowTest {
 protected:
  void set(const QString& key, const QString& value) {
    ViewState next = window_->view_stack().state();
    next.setting[key] = value;
    window_->view_stack().change(next, key);
    settle();
  }
  /// Runs to look at: $SRIOV_SESSION_RUNS (several between colons), else the fixture.
  [[nodiscard]] QStringList runs() const {
    const QString wanted = qEnvironmentVariable("SRIOV_SESSION_RUNS");
    return wanted.isEmpty() ? QStringList{fixture("lab")} : wanted.split(QLatin1Char(':'));
  }
};

class EveryLook : public SessionTest, public testing::WithParamInterface<Look> {};

TEST_P(EveryLook, EveryPageShowsTheRun) {
  const Look& look = GetParam();
  set_appearance(look.appearance);
  show(look.size.width(), look.size.height());
  shoot(std::string(look.name) + "-empty");
  open(runs());
  for (const std::string& name : Registry<Page>::instance().names()) {
    page(name);
    shoot(std::string(look.name) + "-" + name);
  }
  page("compare");
  for (const QString& chart : compare_charts()) {
    set(kCompareChart, chart);
    EXPECT_FALSE(words_of(*window_->current_page()).isEmpty());
    shoot(std::string(look.name) + "-compare-" + chart.toStdString());
  }
  set_appearance(Appearance::desktop);
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryLook,
                         testing::Values(Look{{1280, 800}, Appearance::light, "small-light"},
                                         Look{{1920, 1080}, Appearance::dark, "large-dark"},
                                         Look{{1280, 800}, Appearance::dark, "small-dark"},
                                         Look{{1920, 1080}, Appearance::light, "large-light"}),
                         [](const auto& look) {
                           std::string name = look.param.name;
                           std::erase(name, '-');
                           return name;
                         });

/// Figures and tables as files, as the dialog writes them.
class ExportFromWindow : public SessionTest {
 protected:
  ExportChoice to(const std::string& name) const {
    ExportChoice choice;
    choice.path = path(name);
    return choice;
  }
};

TEST_F(ExportFromWindow, EveryChartIsWrittenInEveryForm) {
  show();
  open({fixture("lab")});
  page("compare");
  for (const QString& chart : compare_charts()) {
    set(kCompareChart, chart);
    const auto figure = window_->current_page()->current_figure();
    if (!figure) {
      EXPECT_EQ(chart, "scaling") << "of this run only the chart over numbers has no data";
      continue;
    }
    const std::string name = chart.toStdString();
    ExportChoice svg = to(name + ".svg");
    svg.with_data = true;
    ASSERT_TRUE(write_export(*figure, svg));
    const std::string text = read_file(svg.path.toStdString()).value();
    EXPECT_THAT(text, testing::HasSubstr("<text"));
    EXPECT_TRUE(QSvgRenderer(svg.path).isValid());
    const auto inlined = html::inline_figure(text);
    ASSERT_TRUE(inlined);
    EXPECT_EQ(sriov::test::XmlScanner::fault(inlined->svg), "");
    EXPECT_THAT(read_file(path(name + ".csv").toStdString()).value(), testing::StartsWith("series,"));
    ASSERT_TRUE(write_export(*figure, to(name + ".pdf")));
    const std::string pdf = read_file(path(name + ".pdf").toStdString()).value();
    EXPECT_TRUE(pdf.starts_with("%PDF-"));
    EXPECT_THAT(pdf, testing::HasSubstr("/Font"));
    EXPECT_THAT(pdf, testing::Not(testing::HasSubstr("/Subtype /Image"))) << "letters and lines, no picture";
    ASSERT_TRUE(write_export(*figure, to(name + ".png")));
    EXPECT_FALSE(QImage(path(name + ".png")).isNull());
  }
}

TEST_F(ExportFromWindow, AZoomIsWrittenAsItIsSeen) {
  show();
  open({fixture("lab")});
  set(kCompareChart, "latency-ecdf");
  const auto figure = window_->current_page()->current_figure();
  ASSERT_TRUE(figure);
  ExportChoice zoomed = to("zoomed.svg");
  zoomed.style.zoom.x = Span{1, 3};
  ASSERT_TRUE(write_export(*figure, zoomed));
  ASSERT_TRUE(write_export(*figure, to("whole.svg")));
  EXPECT_NE(read_file(path("zoomed.svg").toStdString()).value(), read_file(path("whole.svg").toStdString()).value());
  EXPECT_THAT(read_file(path("zoomed.svg").toStdString()).value(), testing::HasSubstr(">1.5</text"));
}

TEST_F(ExportFromWindow, TheDialogOffersAndRemembersSizesAndPalettes) {
  show();
  open({fixture("lab")});
  const auto figure = window_->current_page()->current_figure();
  ASSERT_TRUE(figure);
  ExportDialog dialog(*figure);
  EXPECT_EQ(dialog.choice().style.width_mm, 85);
  EXPECT_EQ(dialog.choice().style.palette, FigurePalette::colour);
  for (auto* box : dialog.findChildren<QDoubleSpinBox*>())
    if (box->accessibleName() == "Width") box->setValue(178);
  for (auto* box : dialog.findChildren<QComboBox*>())
    if (box->accessibleName() == "Palette") box->setCurrentIndex(1);
  dialog.accept();
  const ExportDialog next(*figure);
  EXPECT_EQ(next.choice().style.width_mm, 178);
  EXPECT_EQ(next.choice().style.palette, FigurePalette::greyscale);
}

TEST_F(ExportFromWindow, WhatCannotBeWrittenIsAnError) {
  show();
  open({fixture("lab")});
  const auto figure = window_->current_page()->current_figure();
  ASSERT_TRUE(figure);
  EXPECT_FALSE(write_export(*figure, to("none/x.svg")));
  EXPECT_FALSE(write_export(*figure, to("x.bmpx")));
}

TEST_F(ExportFromWindow, TheTableIsWrittenAsItIsRead) {
  show();
  open({fixture("lab")});
  const auto* table = window_->current_page()->current_table();
  ASSERT_NE(table, nullptr);
  const std::string csv = table_csv(*table);
  EXPECT_THAT(csv, testing::StartsWith("Metric,vf,netfront,vf vs netfront [95 %],Verdict\r\n"));
}

}  // namespace
}  // namespace sriov::gui::test
