#include "gui/widgets/strip_chooser.h"

#include <QMenu>
#include <map>

namespace sriov::gui {
namespace {

/// More than these are shown only when asked for: they would be slits.
constexpr qsizetype kMostAtFirst = 8;

QString title_of(const StripCurves& strip) { return QString::fromStdString(strip.title()); }

/// Titles: the first strip of every kind, then the second of every kind …
QStringList by_variety(const std::vector<StripCurves>& strips) {
  std::map<std::string, int> seen;
  std::multimap<int, QString> by_turn;
  for (const StripCurves& strip : strips) by_turn.emplace(seen[strip.kind()]++, title_of(strip));
  QStringList titles;
  for (const auto& [turn, title] : by_turn) titles.append(title);
  return titles;
}

}  // namespace

StripChooser::StripChooser(QWidget* parent) : QToolButton(parent), menu_(new QMenu(this)) {
  setText(tr("Strips"));
  setPopupMode(QToolButton::InstantPopup);
  setMenu(menu_);
  setAccessibleName(tr("Strips that are shown"));
}

void StripChooser::list(const std::vector<StripCurves>& strips) {
  QSet<QString> now;
  for (const StripCurves& strip : strips) now.insert(title_of(strip));
  shown_.intersect(now);
  for (const QString& title : by_variety(strips))
    if (!listed_.contains(title) && !hidden_.contains(title) && shown_.size() < kMostAtFirst) shown_.insert(title);
  listed_ = now;
  menu_->clear();
  for (const StripCurves& strip : strips) {
    const QString title = title_of(strip);
    QAction* action = menu_->addAction(title);
    action->setCheckable(true);
    action->setChecked(shown_.contains(title));
    connect(action, &QAction::toggled, this, [this, title](bool shown) { set_shown(title, shown); });
  }
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
