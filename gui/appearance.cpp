#include "gui/appearance.h"

#include <QApplication>
#include <QPalette>
#include <QSettings>
#include <QStyle>

namespace sriov::gui {
namespace {

constexpr const char* kKey = "window/colours";

/// One of two greys for each role, light on dark or dark on light.
QPalette two_sided(bool dark) {
  const QColor window = dark ? QColor(0x24, 0x26, 0x29) : QColor(0xf2, 0xf2, 0xf2);
  const QColor base = dark ? QColor(0x16, 0x17, 0x19) : QColor(Qt::white);
  const QColor text = dark ? QColor(0xee, 0xee, 0xee) : QColor(0x18, 0x18, 0x18);
  const QColor button = dark ? QColor(0x34, 0x37, 0x3b) : QColor(0xe4, 0xe4, 0xe4);
  const QColor faint = dark ? QColor(0x90, 0x94, 0x98) : QColor(0x70, 0x70, 0x70);
  QPalette palette(text, button, dark ? button.lighter(150) : QColor(Qt::white),
                   dark ? QColor(0x0c, 0x0c, 0x0c) : faint, dark ? QColor(0x50, 0x54, 0x58) : QColor(0xb0, 0xb0, 0xb0),
                   text, dark ? QColor(Qt::white) : text, base, window);
  palette.setColor(QPalette::AlternateBase, dark ? QColor(0x1e, 0x20, 0x23) : QColor(0xf6, 0xf7, 0xf8));
  palette.setColor(QPalette::ToolTipBase, button);
  palette.setColor(QPalette::ToolTipText, text);
  palette.setColor(QPalette::PlaceholderText, faint);
  palette.setColor(QPalette::Highlight, QColor(0x00, 0x72, 0xb2));
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::Link, dark ? QColor(0x56, 0xb4, 0xe9) : QColor(0x00, 0x72, 0xb2));
  for (const QPalette::ColorRole role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, faint);
  return palette;
}

}  // namespace

void set_appearance(Appearance appearance) {
  QSettings().setValue(kKey, static_cast<int>(appearance));
  if (appearance == Appearance::desktop)
    QApplication::setPalette(QPalette());
  else
    QApplication::setPalette(two_sided(appearance == Appearance::dark));
}

Appearance chosen_appearance() {
  const int stored = QSettings().value(kKey, 0).toInt();
  return stored >= 0 && stored <= static_cast<int>(Appearance::dark) ? static_cast<Appearance>(stored)
                                                                     : Appearance::desktop;
}

}  // namespace sriov::gui
