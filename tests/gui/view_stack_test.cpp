#include "gui/models/view_stack.h"

#include <gmock/gmock.h>

namespace sriov::gui {
namespace {

class ViewStackTest : public testing::Test {
 protected:
  ViewStackTest() {
    QObject::connect(&stack_, &ViewStack::changed, [this] { ++changes_; });
  }
  void choose_metric(const std::string& metric, const QString& merge_key = {}) {
    ViewState next = stack_.state();
    next.choice.metric = metric;
    stack_.change(next, "Metric", merge_key);
  }

  ViewStack stack_;
  int changes_ = 0;
};

TEST_F(ViewStackTest, StepsAreUndoneAndDoneAgain) {
  choose_metric("a");
  ViewState zoomed = stack_.state();
  zoomed.zoom["chart"] = FigureZoom{Span{1, 2}, {}};
  stack_.change(zoomed, "Zoom");
  EXPECT_EQ(stack_.undo_stack().undoText(), "Zoom");
  stack_.undo_stack().undo();
  EXPECT_TRUE(stack_.state().zoom.isEmpty());
  EXPECT_EQ(stack_.state().choice.metric, "a");
  stack_.undo_stack().undo();
  EXPECT_EQ(stack_.state(), ViewState{});
  stack_.undo_stack().redo();
  stack_.undo_stack().redo();
  EXPECT_EQ(stack_.state(), zoomed);
  EXPECT_EQ(changes_, 6);
}

TEST_F(ViewStackTest, StepsOfOneDragAreOne) {
  for (const char* metric : {"a", "b", "c"}) choose_metric(metric, "drag");
  EXPECT_EQ(stack_.undo_stack().count(), 1);
  choose_metric("d", "another");
  choose_metric("e");
  choose_metric("f");
  EXPECT_EQ(stack_.undo_stack().count(), 4);
  while (stack_.undo_stack().canUndo()) stack_.undo_stack().undo();
  EXPECT_EQ(stack_.state().choice.metric, "");
}

TEST_F(ViewStackTest, WhatChangesNothingIsNoStep) {
  choose_metric("");
  EXPECT_EQ(stack_.undo_stack().count(), 0);
  EXPECT_EQ(changes_, 0);
}

TEST_F(ViewStackTest, OtherRunsBeginWithNothingChosen) {
  choose_metric("a");
  stack_.reset();
  EXPECT_EQ(stack_.state(), ViewState{});
  EXPECT_FALSE(stack_.undo_stack().canUndo());
  EXPECT_EQ(changes_, 2);
}

}  // namespace
}  // namespace sriov::gui
