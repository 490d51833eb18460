#include "gui/models/view_stack.h"

#include <QUndoCommand>
#include <utility>

namespace sriov::gui {

class ViewStack::Step : public QUndoCommand {
 public:
  Step(ViewStack* stack, ViewState before, ViewState after, const QString& text, QString merge_key)
      : QUndoCommand(text),
        stack_(stack),
        before_(std::move(before)),
        after_(std::move(after)),
        merge_key_(std::move(merge_key)) {}

  void undo() override { stack_->set(before_); }
  void redo() override { stack_->set(after_); }
  [[nodiscard]] int id() const override { return merge_key_.isEmpty() ? -1 : 1; }
  bool mergeWith(const QUndoCommand* other) override {
    const auto* step = static_cast<const Step*>(other);
    if (step->merge_key_ != merge_key_) return false;
    after_ = step->after_;
    return true;
  }

 private:
  ViewStack* stack_;
  ViewState before_;
  ViewState after_;
  QString merge_key_;
};

ViewStack::ViewStack(QObject* parent) : QObject(parent) {}

void ViewStack::change(const ViewState& next, const QString& text, const QString& merge_key) {
  if (next == state_) return;
  undo_.push(new Step(this, state_, next, text, merge_key));
}

void ViewStack::reset() {
  undo_.clear();
  set({});
}

void ViewStack::set(const ViewState& state) {
  if (state == state_) return;
  state_ = state;
  emit changed();
}

}  // namespace sriov::gui
