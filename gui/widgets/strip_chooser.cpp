#include "gui/widgets/strip_chooser.h"

#include <QMenu>

namespace sriov::gui {
namespace {

/// More than these are shown only when asked for: they would be slits.
constexpr qsizetype kMostAtFirst = 8;

QString title_of(const StripCurves& strip) { return QString::fromStdString(strip.title()); }

}  // namespace

StripChooser::StripChooser(QWidget* parent) : QToolButton(parent), menu_(new QMenu(this)) {
  setText(tr("Strips"));
  setPopupMode(QToolButton::InstantPopup);
  setMenu(menu_);
  setAccessibleName(tr("Strips that are shown"));
}

void StripChooser::list(const std::vector<StripCurves>& strips) {
  menu_->clear();
  QSet<QString> now;
  for (const StripCurves& strip : strips) {
    const QString title = title_of(strip);
    now.insert(title);
    if (!listed_.contains(title) && !hidden_.contains(title) && shown_.size() < kMostAtFirst) shown_.insert(title);
    QAction* action = menu_->addAction(title);
    action->setCheckable(true);
    action->setChecked(shown_.contains(title));
    connect(action, &QAction::toggled, this, [this, title](bool shown) { set_shown(title, shown); });
  }
  listed_ = now;
  shown_.intersect(now);
}

void StripChooser::set_shown(const QString& title, bool shown) {
  if (shown) {
    shown_.insert(title);
    hidden_.remove(title);
  } else {
    shown_.remove(title);
    hidden_.insert(title);
  }
  emit chosen_changed();
}

std::vector<const StripCurves*> StripChooser::chosen(const std::vector<StripCurves>& strips) const {
  std::vector<const StripCurves*> out;
  for (const StripCurves& strip : strips)
    if (shown_.contains(title_of(strip))) out.push_back(&strip);
  return out;
}

}  // namespace sriov::gui
