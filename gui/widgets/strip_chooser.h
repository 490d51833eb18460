// Which strips are shown: a button with a list to tick.
#pragma once

#include <QSet>
#include <QStringList>
#include <QToolButton>
#include <vector>

#include "gui/models/strip_curves.h"

class QMenu;

namespace sriov::gui {

class StripChooser : public QToolButton {
  Q_OBJECT

 public:
  explicit StripChooser(QWidget* parent = nullptr);

  /// Lists these; of one that was not listed before it is shown unless its kind was hidden or there are many.
  void list(const std::vector<StripCurves>& strips);
  /// Those of `strips` that are ticked.
  [[nodiscard]] std::vector<const StripCurves*> chosen(const std::vector<StripCurves>& strips) const;
  /// Titles that the user hid, for the settings.
  [[nodiscard]] QStringList hidden() const { return {hidden_.begin(), hidden_.end()}; }
  void hide(const QStringList& titles) { hidden_ = {titles.begin(), titles.end()}; }

 signals:
  void chosen_changed();

 private:
  void set_shown(const QString& title, bool shown);

  QMenu* menu_;
  QSet<QString> listed_;
  QSet<QString> hidden_;
  QSet<QString> shown_;
};

}  // namespace sriov::gui
