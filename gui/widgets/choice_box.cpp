#include "gui/widgets/choice_box.h"

#include <algorithm>

#include <QSignalBlocker>

namespace sriov::gui {

ChoiceBox::ChoiceBox(const QString& accessible_name, QWidget* parent) : QComboBox(parent) {
  setAccessibleName(accessible_name);
  setToolTip(accessible_name);
  setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  setMinimumContentsLength(6);
  connect(this, &QComboBox::activated, this, [this] { emit chosen(value()); });
}

void ChoiceBox::set_choices(const Choices& choices, const QString& value) {
  const QSignalBlocker blocker(this);
  clear();
  for (const auto& [text, of_text] : choices) addItem(text, of_text);
  setCurrentIndex(std::max(0, findData(value)));
  setEnabled(count() > 1);
  setToolTip(QStringLiteral("%1: %2").arg(accessibleName(), currentText()));  // It may be cut.
}

}  // namespace sriov::gui
