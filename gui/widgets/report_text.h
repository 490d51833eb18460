// Text as terminals show it: aligned columns, to be read and copied.
#pragma once

#include <QPlainTextEdit>

namespace sriov::gui {

class ReportText : public QPlainTextEdit {
  Q_OBJECT

 public:
  explicit ReportText(const QString& accessible_name, QWidget* parent = nullptr);
};

}  // namespace sriov::gui
