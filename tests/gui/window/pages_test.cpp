// Pages one by one: what they show, what they say when there is nothing, and what they do with bad input.
#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QAction>
#include <QComboBox>
#include <QDropEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QMimeData>
#include <QTableView>
#include <QTest>
#include <QUndoStack>

#include "gui/appearance.h"
#include "gui/models/compare_view.h"
#include "gui/recent_runs.h"
#include "gui/widgets/choice_box.h"
#include "gui/widgets/figure_view.h"
#include "host/file.h"
#include "tests/gui/window/window_test.h"

namespace sriov::gui::test {
namespace {

using testing::HasSubstr;

class PagesTest : public WindowTest {
 protected:
  [[nodiscard]] std::string words() { return words_of(*window_->current_page()).toStdString(); }
  void choose(const std::string& accessible_name, const QString& value) {
    for (auto* box : window_->current_page()->findChildren<ChoiceBox*>()) {
      if (box->accessibleName().toStdString() != accessible_name) continue;
      const int index = box->findData(value);
      ASSERT_GE(index, 0) << value.toStdString();
      box->setCurrentIndex(index);
      emit box->activated(index);
      settle();
      return;
    }
    FAIL() << "no list " << accessible_name;
  }
  [[nodiscard]] FigureView* chart() { return window_->current_page()->findChild<FigureView*>(); }
  [[nodiscard]] QTableView* table() { return window_->current_page()->findChild<QTableView*>(); }
  [[nodiscard]] QAction* action(const QString& text) {
    for (QAction* one : window_->findChildren<QAction*>())
      if (one->text().remove('&').startsWith(text)) return one;
    return nullptr;
  }
};

TEST_F(PagesTest, WithoutARunEveryPageSaysWhatToDo) {
  show();
  for (const std::string& name : Registry<Page>::instance().names()) {
    SCOPED_TRACE(name);
    page(name);
    if (window_->current_page()->needs_runs()) {
      EXPECT_THAT(words(), HasSubstr("No run is open"));
    }
    EXPECT_NE(words(), "");
  }
  EXPECT_FALSE(action("Export figure")->isEnabled());
}

TEST_F(PagesTest, EveryWidgetThatCanBeUsedHasAName) {
  show();
  open({fixture("lab")});
  for (const std::string& name : Registry<Page>::instance().names())
    for (const auto* widget : page(name).findChildren<QWidget*>()) {
      const bool is_used = qobject_cast<const QComboBox*>(widget) != nullptr ||
                           qobject_cast<const QTableView*>(widget) != nullptr ||
                           qobject_cast<const FigureView*>(widget) != nullptr ||
                           (qobject_cast<const QLineEdit*>(widget) != nullptr &&
                            qobject_cast<const QComboBox*>(widget->parentWidget()) == nullptr &&
                            qobject_cast<const QAbstractSpinBox*>(widget->parentWidget()) == nullptr);
      if (is_used && widget->isVisible()) {
        auto* object = const_cast<QWidget*>(widget);  // Qt asks for it, to read.
        const QAccessibleInterface* named = QAccessible::queryAccessibleInterface(object);
        EXPECT_FALSE(named == nullptr || named->text(QAccessible::Name).isEmpty())
            << name << ": " << widget->metaObject()->className();
      }
    }
}

TEST_F(PagesTest, SrIovAgainstNetfrontIsWhatIsComparedFirst) {
  show();
  open({fixture("lab")});
  EXPECT_EQ(window_->current_page()->objectName(), "compare");
  EXPECT_THAT(words(), HasSubstr("Emulated hardware"));
  ASSERT_NE(table(), nullptr);
  const auto* model = table()->model();
  EXPECT_EQ(model->headerData(1, Qt::Horizontal).toString(), "vf");
  EXPECT_EQ(model->headerData(2, Qt::Horizontal).toString(), "netfront");
  ASSERT_NE(chart(), nullptr);
  EXPECT_EQ(chart()->figure()->chart, "comparison-bars");
  EXPECT_TRUE(chart()->figure()->is_emulated);
}

TEST_F(PagesTest, TheTableChoosesTheMetricAndUndoTakesItBack) {
  show();
  open({fixture("lab")});
  const std::string before = chart()->figure()->y.label;
  table()->selectRow(1);
  settle();
  EXPECT_NE(chart()->figure()->y.label, before);
  action("Undo")->trigger();
  settle();
  EXPECT_EQ(chart()->figure()->y.label, before);
}

TEST_F(PagesTest, BaselineConditionAndPanelsAreChosen) {
  show();
  open({fixture("lab")});
  choose("Level that changes are against", "vf");
  EXPECT_EQ(window_->view_stack().state().choice.baseline, "vf");
  EXPECT_EQ(table()->model()->headerData(3, Qt::Horizontal).toString(), "netfront vs vf [95 %]");
  choose("Condition: levels of the other factors", "workload=tcp_rr");
  EXPECT_THAT(words(), HasSubstr("Verdict, workload=tcp_rr"));
  window_->view_stack().reset();
  settle();
  choose("Factor with a chart for each of its levels", "workload");
  EXPECT_EQ(window_->current_page()->findChildren<FigureView*>().size(), 2);
}

TEST_F(PagesTest, AChartWithoutDataSaysWhy) {
  show();
  open({fixture("lab")});
  choose("Kind of chart", "scaling");
  EXPECT_EQ(chart(), nullptr);
  EXPECT_THAT(words(), HasSubstr("no factor of the run has numbers as levels"));
  page("scaling");
  EXPECT_THAT(words(), HasSubstr("no factor of the run has numbers as levels"));
  page("iotlb");
  EXPECT_THAT(words(), HasSubstr("dma-footprint"));
}

TEST_F(PagesTest, ADragZoomsAndADoubleClickShowsAll) {
  show();
  open({fixture("lab")});
  choose("Kind of chart", "latency-ecdf");
  const QRect area = chart()->plot_area();
  QWidget* viewport = chart()->viewport();
  QTest::mousePress(viewport, Qt::LeftButton, {}, area.center());
  QTest::mouseMove(viewport, area.center() + QPoint(80, 40));
  QTest::mouseRelease(viewport, Qt::LeftButton, {}, area.center() + QPoint(80, 40));
  settle();
  const auto& zooms = window_->view_stack().state().zoom;
  ASSERT_EQ(zooms.size(), 1);
  const FigureZoom zoom = zooms.first();
  ASSERT_TRUE(zoom.x && zoom.y);
  EXPECT_GT(zoom.x->high, zoom.x->low);
  EXPECT_NEAR(zoom.y->high, 0.5, 0.02) << "the drag began in the middle of 0 to 1";
  QTest::mouseDClick(chart()->viewport(), Qt::LeftButton, {}, chart()->plot_area().center());
  settle();
  EXPECT_TRUE(window_->view_stack().state().zoom.isEmpty());
  action("Undo")->trigger();
  EXPECT_EQ(window_->view_stack().state().zoom.size(), 1);
}

TEST_F(PagesTest, KeysZoomAndMoveAChart) {
  show();
  open({fixture("lab")});
  choose("Kind of chart", "latency-ecdf");
  const auto zoom = [&] { return window_->view_stack().state().zoom.value("compare/latency-ecdf/"); };
  QTest::keyClick(chart(), Qt::Key_Plus);
  settle();
  const FigureZoom larger = zoom();
  ASSERT_TRUE(larger.y);
  EXPECT_NEAR(larger.y->low, 0.2, 1e-9);
  EXPECT_NEAR(larger.y->high, 0.8, 1e-9);
  QTest::keyClick(chart(), Qt::Key_Up);
  settle();
  EXPECT_NEAR(zoom().y->low, 0.32, 1e-9);
  EXPECT_EQ(zoom().x->low, larger.x->low);
  QTest::keyClick(chart(), Qt::Key_0);
  settle();
  EXPECT_FALSE(zoom().y);
}

TEST_F(PagesTest, ADamagedRunIsToldAndTheWindowStaysUsable) {
  show();
  const QString damaged = fixture("lab", "damaged");
  ASSERT_TRUE(write_file(damaged.toStdString() + "/run.sqlite", std::string(5000, 'x')));
  open({damaged});
  EXPECT_THAT(words(), HasSubstr("This could not be opened")) << "whatever page was seen before";
  EXPECT_THAT(words(), HasSubstr("damaged"));
  open({fixture("lab"), damaged});
  EXPECT_EQ(window_->runs().directories().size(), 1) << "the other one is open";
  EXPECT_THAT(words_of(*window_).toStdString(), HasSubstr("Not open: "));
}

TEST_F(PagesTest, ATruncatedRunDoesNotBringTheWindowDown) {
  show();
  const QString run = fixture("lab", "short");
  std::filesystem::resize_file(run.toStdString() + "/run.sqlite", 200'000);
  open({run});
  for (const std::string& name : Registry<Page>::instance().names()) {
    page(name);
    EXPECT_NE(words(), "") << name;
  }
}

TEST_F(PagesTest, ARunThatGoesAwayIsToldWhenItIsReadAgain) {
  show();
  const QString run = fixture("lab");
  open({run});
  std::filesystem::remove_all(run.toStdString());
  page("findings");
  EXPECT_THAT(words(), HasSubstr("no such directory"));
  action("Read again")->trigger();
  settle();
  page("compare");
  EXPECT_THAT(words(), HasSubstr("This could not be opened"));
}

TEST_F(PagesTest, ARunThatIsBeingWrittenCanBeLookedAt) {
  auto writer = Store::create(path("growing").toStdString(), sriov::test::synthetic_info(true));
  ASSERT_TRUE(writer);
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(
        writer->put_trial(sriov::test::make_record(sriov::test::on_path(i % 2 == 0 ? "vf" : "netfront", i, i / 2))));
  show();
  window_->open_folder(QString::fromStdString(directory_.path()));
  settle();
  ASSERT_NE(table(), nullptr);
  EXPECT_EQ(table()->model()->index(0, 7).data().toString(), "running");
  open({path("growing")});
  EXPECT_THAT(words(), HasSubstr("4 of 7 planned trials"));
  EXPECT_NE(chart(), nullptr);
}

TEST_F(PagesTest, AnEmptyRunSaysThatNothingIsThereYet) {
  auto writer = Store::create(path("empty").toStdString(), sriov::test::synthetic_info(true));
  ASSERT_TRUE(writer);
  show();
  open({path("empty")});
  for (const std::string& name : Registry<Page>::instance().names()) {
    page(name);
    EXPECT_NE(words(), "") << name;
  }
  page("compare");
  EXPECT_THAT(words(), HasSubstr("There is nothing to compare"));
}

TEST_F(PagesTest, LabelsMayBeOfAnyAlphabetAndHoldMarkup) {
  auto writer = Store::create(path("東 <b>&").toStdString(), sriov::test::synthetic_info(true));
  ASSERT_TRUE(writer);
  int index = 0;
  for (int repetition = 0; repetition < 2; ++repetition)
    for (const char* on : {"vf", "netfront"}) {
      TrialRecord record = sriov::test::make_record(sriov::test::on_path(on, index++, repetition));
      record.planned.cell["path"] = std::string(on) + " <i>данные</i> \u05d0\u05d1 \U0001F600";
      ASSERT_TRUE(writer->put_trial(record));
    }
  show();
  open({path("東 <b>&")});
  ASSERT_NE(table(), nullptr);
  EXPECT_THAT(table()->model()->headerData(1, Qt::Horizontal).toString().toStdString(), HasSubstr("<i>данные</i>"));
  for (const QString& name : compare_charts()) choose("Kind of chart", name);
  window_->open_folder(QString::fromStdString(directory_.path()));
  settle();
  EXPECT_EQ(table()->model()->index(0, 0).data().toString(), QString::fromUtf8("東 <b>&"));
}

TEST_F(PagesTest, RunsAreFilteredAnnotatedAndOpenedTogether) {
  fixture("lab", "first");
  fixture("lab", "second");
  show();
  window_->open_folder(QString::fromStdString(directory_.path()));
  settle();
  EXPECT_EQ(table()->model()->rowCount(), 2);
  EXPECT_THAT(table()->model()->index(0, 8).data().toString().toStdString(), HasSubstr("dom0's share"));
  auto* filter = window_->current_page()->findChild<QLineEdit*>();
  QTest::keyClicks(filter, "second");
  EXPECT_EQ(table()->model()->rowCount(), 1);
  EXPECT_TRUE(table()->model()->setData(table()->model()->index(0, 9), "firmware 2.1"));
  EXPECT_TRUE(exists(directory_.path() + "/second/annotations.json"));
  filter->clear();
  table()->selectAll();
  settle();
  for (auto* button : window_->current_page()->findChildren<QAbstractButton*>())
    if (button->text() == "Open 2 together") button->click();
  settle();
  EXPECT_EQ(window_->runs().directories().size(), 2);
  EXPECT_THAT(words(), HasSubstr("between first and second"));
  page("environments");
  EXPECT_THAT(words(), HasSubstr("Both are alike"));
}

TEST_F(PagesTest, ThousandsOfSeriesAreDrawnWithAShortLegend) {
  FigureData data;
  data.chart = "timeline";
  data.title = "Many";
  data.x = {"Time", "s", false};
  data.y = {"Rate", "1/s", false};
  for (int i = 0; i < 3000; ++i)
    data.series.push_back({"series " + std::to_string(i), {{0, 1.0 * i, {}, false}, {1, 2.0 * i, {}, false}}});
  FigureView view;
  view.resize(800, 500);
  view.set_figure(data);
  view.show();
  EXPECT_FALSE(view.grab().isNull());
  EXPECT_GT(view.plot_area().height(), 300) << "the legend leaves room for the lines";
}

TEST_F(PagesTest, WhatIsDroppedIsOpened) {
  show();
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(fixture("lab"))});
  QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
  QCoreApplication::sendEvent(window_.get(), &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
  QCoreApplication::sendEvent(window_.get(), &drop);
  settle();
  EXPECT_EQ(window_->runs().directories().size(), 1);
  EXPECT_EQ(recent_runs(), QList<QStringList>{window_->runs().directories()});
}

TEST_F(PagesTest, TheWindowComesBackAsItWasLeft) {
  show(1000, 700);
  open({fixture("lab")});
  page("findings");
  window_->close();
  window_ = std::make_unique<MainWindow>();
  window_->show();
  settle();
  EXPECT_EQ(window_->current_page()->objectName(), "findings");
  EXPECT_EQ(window_->size(), QSize(1000, 700));
}

TEST_F(PagesTest, ColoursFollowThePaletteWhileTheWindowIsOpen) {
  show();
  open({fixture("lab")});
  set_appearance(Appearance::light);
  settle();
  const QColor light = chart()->grab().toImage().pixelColor(2, 2);
  set_appearance(Appearance::dark);
  settle();
  const QColor dark = chart()->grab().toImage().pixelColor(2, 2);
  set_appearance(Appearance::desktop);
  EXPECT_GT(light.lightness(), 200);
  EXPECT_LT(dark.lightness(), 60);
}

TEST_F(PagesTest, TheWindowCanBeClosedWhileItWorks) {
  show();
  window_->open_any({fixture("lab")});
  window_.reset();
  show();
  open({path("lab")});
  window_->show_page("findings");
  EXPECT_TRUE(window_->current_page()->is_working());
  window_.reset();
  settle();
}

TEST_F(PagesTest, WorkOfAPageCanBeCancelled) {
  show();
  open({fixture("lab")});
  window_->show_page("findings");
  ASSERT_TRUE(window_->current_page()->is_working());
  window_->current_page()->cancel_work();
  EXPECT_FALSE(window_->current_page()->is_working());
  settle();
  EXPECT_THAT(words(), HasSubstr("It was cancelled")) << "what would have come is dropped";
}

TEST_F(PagesTest, PagesHaveShortcuts) {
  show();
  page("compare");
  QTest::keyClick(window_.get(), Qt::Key_1, Qt::ControlModifier);
  settle();
  EXPECT_EQ(window_->current_page()->objectName(), "runs");
  QTest::keyClick(window_.get(), Qt::Key_2, Qt::ControlModifier);
  settle();
  const auto* list = window_->findChild<QListWidget*>();
  EXPECT_EQ(window_->current_page()->title(), list->item(1)->text());
}

}  // namespace
}  // namespace sriov::gui::test
