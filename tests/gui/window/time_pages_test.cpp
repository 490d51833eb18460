// The pages with time axes, and the one that runs: for real, on this machine.
#include <unistd.h>
#include <QAbstractItemModel>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QUndoStack>
#include <algorithm>

#include "gui/models/trial_time_line.h"
#include "gui/pages/live_page.h"
#include "gui/widgets/run_strips_view.h"
#include "gui/widgets/strip_view.h"
#include "tests/gui/window/window_test.h"

namespace sriov::gui::test {
namespace {

using testing::HasSubstr;

constexpr int kPatienceMs = 60'000;

class TimePagesTest : public WindowTest {
 protected:
  [[nodiscard]] StripView* strips() { return window_->current_page()->findChild<StripView*>(); }
  [[nodiscard]] QPushButton* button(const QString& text) {
    for (auto* one : window_->current_page()->findChildren<QPushButton*>())
      if (one->text() == text) return one;
    return nullptr;
  }
  template <class Widget>
  Widget* named(const QString& accessible_name) {
    for (auto* one : window_->current_page()->findChildren<Widget*>())
      if (one->accessibleName() == accessible_name) return one;
    return nullptr;
  }
};

TEST_F(TimePagesTest, TheTimeLineShowsATrialAndItsExportIsWhatIsSeen) {
  show();
  open({fixture("lab")});
  Page& shown = page("time-line");
  ASSERT_NE(strips()->current_strip(), nullptr);
  const Span whole = strips()->range();
  EXPECT_GT(whole.high, whole.low);
  const auto figure = shown.current_figure();
  ASSERT_TRUE(figure);
  EXPECT_TRUE(figure->is_emulated);
  EXPECT_GT(figure->size(), 3U);
  ASSERT_NE(shown.current_table(), nullptr);
  const int rows = shown.current_table()->rowCount();
  EXPECT_GT(rows, 3);
  // A zoom is a step that can be undone.
  const double middle = (whole.low + whole.high) / 2;
  emit strips()->range_wanted({middle - 0.2, middle + 0.2});
  EXPECT_DOUBLE_EQ(strips()->range().low, middle - 0.2);
  EXPECT_LT(shown.current_table()->rowCount(), rows);
  window_->view_stack().undo_stack().undo();
  EXPECT_DOUBLE_EQ(strips()->range().low, whole.low);
}

TEST_F(TimePagesTest, APointerReadsAllStripsAtOneInstant) {
  show();
  open({fixture("lab")});
  page("time-line");
  const QString without = strips()->legend_text(0, 0);
  const Span whole = strips()->range();
  strips()->read_at((whole.low + whole.high) / 2);
  EXPECT_TRUE(strips()->legend_text(0, 0).startsWith(without + "  "));
  EXPECT_TRUE(strips()->legend_text(1, 0).contains("  "));
  strips()->read_at(std::nullopt);
  EXPECT_EQ(strips()->legend_text(0, 0), without);
}

TEST_F(TimePagesTest, EveryTrialCanBeChosen) {
  show();
  open({fixture("lab")});
  page("time-line");
  auto* trials = named<QComboBox>("Trial");
  ASSERT_NE(trials, nullptr);
  ASSERT_GT(trials->count(), 1);
  for (int i = 0; i < trials->count(); ++i) {
    trials->setCurrentIndex(i);
    settle();
    EXPECT_NE(strips()->current_strip(), nullptr) << i;
  }
}

TEST_F(TimePagesTest, EventsOfTheRunAreMarksOfTheirTrial) {
  const std::string run = path("marked").toStdString();
  std::int64_t id = 0;
  {
    RunInfo info;
    info.name = "marked";
    info.testbed = "netns";
    auto store = Store::create(run, info);
    ASSERT_TRUE(store);
    const TrialRecord record = sriov::test::SyntheticRecord({}).take();
    const auto put = store->put_trial(record);
    ASSERT_TRUE(put);
    id = *put;
    const std::int64_t second = 1'000'000'000;
    ASSERT_TRUE(store->put_event(record.started_unix_ns + 2 * second, "guest1", "rx_usecs = 20, was 3"));
    ASSERT_TRUE(store->put_event(record.started_unix_ns + 60 * second, "", "of another trial"));
  }
  const auto marks = marks_of({run, id, ""});
  ASSERT_TRUE(marks) << marks.error().text();
  ASSERT_FALSE(marks->empty());
  const auto line = read_time_line({run, id, ""});
  ASSERT_TRUE(line);
  int knobs = 0;
  for (const TrialMark& mark : *marks) {
    EXPECT_THAT(mark.text, testing::Not(HasSubstr("another")));
    if (mark.text != "guest1: rx_usecs = 20, was 3") continue;
    ++knobs;
    EXPECT_NEAR(static_cast<double>(mark.at_ns - line->origin_ns), 2e9, 1e9) << "events are kept to the second";
  }
  EXPECT_EQ(knobs, 1);
}

TEST_F(TimePagesTest, ARunThatDisappearsIsSaid) {
  show();
  const QString directory = fixture("lab");
  open({directory});
  page("time-line");
  std::filesystem::remove_all(directory.toStdString());
  named<QComboBox>("Trial")->setCurrentIndex(1);
  settle();
  EXPECT_THAT(words_of(*window_->current_page()).toStdString(), HasSubstr("lab"));
  EXPECT_EQ(strips()->current_strip(), nullptr);
}

TEST_F(TimePagesTest, ThisMachineIsWatchedLive) {
  show();
  auto& live = dynamic_cast<LivePage&>(page("live"));
  EXPECT_EQ(live.current_table(), nullptr);
  live.watch({"local:"});
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return !live.strips().empty() && live.strips().front().instants_ns().size() > 5 && live.current_figure(); },
      kPatienceMs));
  EXPECT_EQ(live.strips().front().endpoint(), "local");
  // Moving pauses what is seen, not what is sampled.
  auto* follow = button("Follow");
  ASSERT_NE(follow, nullptr);
  emit strips()->range_wanted({0, 0.5});
  EXPECT_FALSE(follow->isChecked());
  const std::size_t before = live.strips().front().instants_ns().size();
  EXPECT_TRUE(QTest::qWaitFor([&] { return live.strips().front().instants_ns().size() > before; }, kPatienceMs));
  EXPECT_DOUBLE_EQ(strips()->range().high, 0.5);
  button("Stop")->click();
  EXPECT_TRUE(QTest::qWaitFor([&] { return button("Start") != nullptr; }, kPatienceMs));
}

TEST_F(TimePagesTest, AnAgentThatIsNotThereIsSaidAndTheOthersGoOn) {
  show();
  auto& live = dynamic_cast<LivePage&>(page("live"));
  live.watch({"gone=exec:false", "here=local:"});
  EXPECT_TRUE(QTest::qWaitFor([&] { return !live.strips().empty(); }, kPatienceMs));
  EXPECT_THAT(named<QPlainTextEdit>("What the agents told")->toPlainText().toStdString(), HasSubstr("gone"));
  for (const StripCurves& strip : live.strips()) EXPECT_EQ(strip.endpoint(), "here");
}

TEST_F(TimePagesTest, AnAgentThatDropsOffIsSaidAndTheOthersGoOn) {
  show();
  auto& live = dynamic_cast<LivePage&>(page("live"));
  live.watch({"short=exec:timeout 1 " SRIOV_AGENT " --stdio", "here=local:"});
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return named<QPlainTextEdit>("What the agents told")->toPlainText().contains("agent gone"); },
      kPatienceMs));
  const auto steps = [&](const std::string& endpoint) {
    std::size_t most = 0;
    for (const StripCurves& strip : live.strips())
      if (strip.endpoint() == endpoint) most = std::max(most, strip.instants_ns().size());
    return most;
  };
  const std::size_t before = steps("here");
  EXPECT_TRUE(QTest::qWaitFor([&] { return steps("here") > before + 3; }, kPatienceMs));
  EXPECT_THAT(words_of(*window_->current_page()).toStdString(), HasSubstr("short: fetching samples: agent gone"));
}

TEST_F(TimePagesTest, NonsenseIsSaid) {
  show();
  auto& live = dynamic_cast<LivePage&>(page("live"));
  live.watch({"no-such-kind:x"});
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return named<QPlainTextEdit>("What the agents told")->toPlainText().contains("no-such-kind"); },
      kPatienceMs));
  live.watch({});
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return named<QPlainTextEdit>("What the agents told")->toPlainText().contains("no target"); }, kPatienceMs));
}

TEST_F(TimePagesTest, ARunIsFollowedInItsDirectory) {
  show();
  page("run");
  named<QLineEdit>("Directory of the result")->setText(fixture("lab"));
  button("Follow")->click();
  settle();
  EXPECT_GT(window_->current_page()->findChild<QTableView*>()->model()->rowCount(), 1);
  EXPECT_TRUE(button("Open in the pages")->isEnabled());
  EXPECT_THAT(words_of(*window_->current_page()).toStdString(), HasSubstr("Emulated"));
}

TEST_F(TimePagesTest, ARunIsStartedStoppedAndResumed) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  show();
  page("run");
  named<QComboBox>("Experiment")->setCurrentText("smoke");
  named<QComboBox>("Testbed")->setCurrentText("netns");
  named<QLineEdit>("Overrides")->setText("duration=300ms warmup=100ms factors.workload=tcp_rr repetitions=3");
  named<QLineEdit>("Directory of the result")->setText(path("result"));
  const auto* table = window_->current_page()->findChild<QTableView*>()->model();
  button("Start")->click();
  EXPECT_TRUE(QTest::qWaitFor([&] { return table->rowCount() >= 1; }, kPatienceMs));
  button("Stop")->click();
  EXPECT_TRUE(QTest::qWaitFor([&] { return button("Resume")->isEnabled(); }, kPatienceMs));
  settle();
  EXPECT_LT(table->rowCount(), 6);
  EXPECT_THAT(words_of(*window_->current_page()).toStdString(), HasSubstr("Resume finishes it"));
  button("Resume")->click();
  EXPECT_TRUE(QTest::qWaitFor([&] { return table->rowCount() == 6 && button("Resume")->isEnabled(); }, kPatienceMs));
  settle();
  EXPECT_THAT(words_of(*window_->current_page()).toStdString(), HasSubstr("All trials are valid"));
}

TEST_F(TimePagesTest, SamplesOfATrialUnderWayAreSeenAndStayToTheEnd) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  show();
  page("run");
  named<QComboBox>("Experiment")->setCurrentText("smoke");
  named<QComboBox>("Testbed")->setCurrentText("netns");
  named<QLineEdit>("Overrides")
      ->setText("duration=4s warmup=100ms factors.workload=tcp_rr factors.path=veth repetitions=2");
  named<QLineEdit>("Directory of the result")->setText(path("result"));
  auto* view = window_->current_page()->findChild<RunStripsView*>();
  ASSERT_NE(view, nullptr);
  EXPECT_FALSE(view->current_figure());
  const auto* table = window_->current_page()->findChild<QTableView*>()->model();
  button("Start")->click();
  EXPECT_TRUE(QTest::qWaitFor([&] { return view->current_figure().has_value(); }, kPatienceMs));
  EXPECT_EQ(table->rowCount(), 0) << "the strips came when the trial had ended";
  ASSERT_EQ(view->trials().size(), 1U);
  EXPECT_THAT(words_of(*window_->current_page()).toStdString(), HasSubstr("Trial 1 of 2: path=veth"));
  EXPECT_TRUE(QTest::qWaitFor([&] { return view->trials().size() == 2; }, kPatienceMs));
  EXPECT_TRUE(QTest::qWaitFor([&] { return button("Start")->isEnabled(); }, kPatienceMs));
  settle();
  EXPECT_EQ(table->rowCount(), 2);
  EXPECT_FALSE(std::filesystem::exists(path("result/live").toStdString()));
  EXPECT_THAT(words_of(*window_->current_page()).toStdString(), HasSubstr("The run is over"));
  // Both trials are on one axis, whole: the last row is within an instant of the second trial's end.
  const auto choices = trials_of(path("result").toStdString());
  ASSERT_TRUE(choices);
  ASSERT_EQ(choices->size(), 2U);
  const auto last = read_time_line(choices->back());
  ASSERT_TRUE(last);
  ASSERT_FALSE(view->strips().empty());
  const StripCurves& seen = view->strips().front();
  const auto kept = std::ranges::find_if(last->strips, [&](const StripCurves& one) {
    return one.kind() == seen.kind() && one.endpoint() == seen.endpoint();
  });
  ASSERT_NE(kept, last->strips.end());
  EXPECT_NEAR(static_cast<double>(seen.instants_ns().back()), static_cast<double>(kept->instants_ns().back()), 1e7);
  EXPECT_NE(window_->current_page()->current_table(), nullptr);
}

TEST_F(TimePagesTest, ARunWithoutSamplesOnTheWaySaysHowToHaveThem) {
  show();
  page("run");
  auto* view = window_->current_page()->findChild<RunStripsView*>();
  const auto words = [&] { return words_of(*window_->current_page()).toStdString(); };
  EXPECT_THAT(words(), HasSubstr("with the box above"));
  const QString run = path("unfinished");
  RunInfo info = sriov::test::synthetic_info(false);
  ASSERT_TRUE(Store::create(run.toStdString(), info));
  named<QLineEdit>("Directory of the result")->setText(run);
  button("Follow")->click();
  settle();
  EXPECT_THAT(words(), HasSubstr("run --live"));
  EXPECT_FALSE(view->current_figure());
  // One that is over.
  named<QLineEdit>("Directory of the result")->setText(fixture("lab"));
  button("Follow")->click();
  settle();
  EXPECT_THAT(words(), HasSubstr("The run is over: the page Time line"));
}

}  // namespace
}  // namespace sriov::gui::test
