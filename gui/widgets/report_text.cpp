#include "gui/widgets/report_text.h"

#include <QFontDatabase>

namespace sriov::gui {

ReportText::ReportText(const QString& accessible_name, QWidget* parent) : QPlainTextEdit(parent) {
  setAccessibleName(accessible_name);
  setReadOnly(true);
  setLineWrapMode(QPlainTextEdit::NoWrap);
  QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  if (!QFontInfo(fixed).fixedPitch()) fixed.setFamily(QStringLiteral("DejaVu Sans Mono"));
  fixed.setPointSizeF(font().pointSizeF());
  setFont(fixed);
}

}  // namespace sriov::gui
