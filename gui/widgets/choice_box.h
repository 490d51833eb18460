// A labelled list to choose from, whose entries carry a value.
#pragma once

#include <QComboBox>
#include <QList>
#include <QPair>

namespace sriov::gui {

class ChoiceBox : public QComboBox {
  Q_OBJECT

 public:
  using Choices = QList<QPair<QString, QString>>;  ///< Text and value.

  explicit ChoiceBox(const QString& accessible_name, QWidget* parent = nullptr);

  /// Replaces the entries and selects `value`, or the first when it is not among them; emits nothing.
  void set_choices(const Choices& choices, const QString& value);
  [[nodiscard]] QString value() const { return currentData().toString(); }

 signals:
  /// The user has chosen.
  void chosen(const QString& value);
};

}  // namespace sriov::gui
